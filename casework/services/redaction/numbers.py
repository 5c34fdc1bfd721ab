"""Finds numbers that lead to a person: telephones, identity papers, cards, plates, accounts."""

import re
from collections.abc import Iterator

from stdnum import luhn
from stdnum.cn import ric

from casework.services.redaction.found import Found, Personal, spelt_digits

_GAP = r"[\s\-\u2010-\u2015_.·•]{0,3}"


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern.replace("GAP", _GAP), re.IGNORECASE)


MOBILE = _compiled(r"(?<!\d)(?:(?:\+|00)?GAP86GAP)?1GAP[3-9](?:GAP\d){9}(?!\d)")
LANDLINE = _compiled(
    r"(?<!\d)\(?0\d{2,3}\)?GAP[2-9](?:GAP\d){6,7}"
    r"(?:GAP(?:转|分机|ext\.?|#)GAP\d{1,6}|-\d{1,6})?(?!\d)"
)
WRITTEN_OUT: tuple[tuple[Personal, re.Pattern[str]], ...] = (
    (Personal.PHONE, MOBILE),
    (Personal.PHONE, LANDLINE),
    (Personal.ID_NUMBER, _compiled(r"(?<!\d)[1-9](?:GAP\d){16}GAP[\dx](?![\da-z])")),
)
"""Looked for in the text and in the text with Chinese digits read as digits."""

PLAIN: tuple[tuple[Personal, re.Pattern[str]], ...] = (
    (Personal.PHONE, re.compile(r"(?<!\d)1[3-9]\d[*×xX#]{3,8}\d{2,4}(?!\d)")),
    (Personal.ID_NUMBER, re.compile(r"(?<!\d)\d{6}[*×#]{4,12}\d{2,4}[\dXx]?")),
    (Personal.ID_NUMBER, re.compile(r"(?<!\d)[1-9]\d{14}(?!\d)")),
    (Personal.ID_NUMBER, re.compile(r"(?<![A-Za-z0-9])[EGDPSHMC][A-Z]?\d{7,9}(?![A-Za-z0-9])")),
    (Personal.ID_NUMBER, re.compile(r"(?<![A-Za-z0-9])[A-Z]{1,2}\d{6}\([\dA]\)")),
    (Personal.ID_NUMBER, re.compile(r"[\u4e00-\u9fff]{0,7}字第?\d{4,}号")),
    (Personal.ID_NUMBER, re.compile(r"[\u4e00-\u9fff]?\(\d{4}\)[\u4e00-\u9fff]{2,12}第\d{5,}号")),
    (Personal.CARD, re.compile(r"(?<!\d)[3-9](?:[\s-]?\d){14,18}(?!\d)")),
    (
        Personal.EMAIL,
        re.compile(
            r"[A-Za-z0-9._%+-]{1,64}\s?(?:@|[(\[【]\s?at\s?[)\]】]|艾特)\s?[A-Za-z0-9-]+"
            r"(?:\s?(?:\.|点|[(\[【]\s?dot\s?[)\]】])\s?[A-Za-z0-9-]{2,})+",
            re.IGNORECASE,
        ),
    ),
    (
        Personal.PLATE,
        re.compile(
            r"(?:[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][\s]?[A-Z]"
            r"[\s·.-]{0,2}[A-Z0-9](?:\s?[A-Z0-9]){3,5}[学警挂港澳领]?"
            r"|(?<=[\u4e00-\u9fff])[A-HJ-Z]\d{5})(?![A-Z0-9])",
            re.IGNORECASE,
        ),
    ),
    (Personal.NUMBER, re.compile(r"(?<!\d)(?!(?:19|20)\d\d[01]\d[0-3]\d(?!\d))\d{8,}(?!\d)")),
)

CALLED_FOR: tuple[tuple[Personal, re.Pattern[str]], ...] = (
    (
        Personal.PHONE,
        re.compile(
            r"(?:电话|座机|固话|致电|拨打|来电|联系方式|传真|总机|手机|热线|tel|phone)"
            r"(?:号码|号)?[\s:是为(]*([2-9]\d{3}[\s-]?\d{4})(?!\d)",
            re.IGNORECASE,
        ),
    ),
    (
        Personal.ACCOUNT,
        re.compile(
            r"(?:微信|薇信|威信|v信|weixin|wechat|wx|vx|qq|扣扣|企鹅|抖音|快手|小红书|支付宝"
            r"|微博|旺旺|钉钉|telegram|whatsapp|skype|facebook|用户名)"
            r"(?:账号|帐号|号码|号|群号|群|id|名)?[\s:是为(]{0,4}"
            r"(\d(?:[\s-]?\d){4,14}|@?[a-z][a-z0-9_.-]{3,30})",
            re.IGNORECASE,
        ),
    ),
    (
        Personal.NUMBER,
        re.compile(
            r"(?:护照|通行证|回乡证|台胞证|身份证|证件|军官证|学籍|准考证|驾驶证|档案|产证|产权证"
            r"|结婚证|社保|医保|残疾证|老年证|老年卡|户口|合同|快递|运单|订单|回执|流水|保单|发票"
            r"|卡号|账号|帐号|账户|帐户|户号|案号)(?:字号|号码|编号|单号|号)?[\s:是为]{0,3}"
            r"((?!20\d\d-\d{6}(?!\d))[A-Za-z]{0,3}\d[A-Za-z0-9()-]{5,29})"
        ),
    ),
)
"""Numbers that say nothing by themselves; the word before them tells what they are."""


def numbers(plain: str) -> Iterator[Found]:
    """Yield the numbers in ``plain``; finds may overlap."""
    for text in (plain, spelt_digits(plain)):
        for what, pattern in WRITTEN_OUT:
            for match in pattern.finditer(text):
                yield Found(match.start(), match.end(), _checked(what, match.group()))
    for what, pattern in PLAIN:
        for match in pattern.finditer(plain):
            yield Found(match.start(), match.end(), _checked(what, match.group()))
    for what, pattern in CALLED_FOR:
        for match in pattern.finditer(plain):
            if sum(sign.isdigit() for sign in match.group(1)) >= 5 or what is Personal.ACCOUNT:
                yield Found(match.start(1), match.end(1), what)


def _checked(what: Personal, value: str) -> Personal:
    """Return what ``value`` is by its checksum, or that it is some number or other.

    An ID number ends in its own (GB 11643), a bank card's number in Luhn's (GB/T 17552).
    """
    digits = re.sub(r"[^0-9X]", "", spelt_digits(value).upper())
    if what is Personal.ID_NUMBER and len(digits) == 18:
        return what if ric.calc_check_digit(digits) == digits[-1] else Personal.NUMBER
    if what is Personal.CARD:
        return what if luhn.is_valid(digits) else Personal.NUMBER
    return what
