"""What must not be read by everybody is found however it is written."""

import pytest

from casework.services.petitioners import Contact
from casework.services.redaction.suggestions import (
    MARK,
    Personal,
    findings,
    left_in,
    pieces,
    put_out,
    suggested,
)

LI = Contact(
    name="李小明",
    phone="13800138000",
    id_number="44010619800101123X",
    address="天河区石牌街道龙口东路 12 号 301 房",
    email="li.xm@example.org",
)


@pytest.mark.parametrize(
    ("text", "public"),
    [
        ("我是李小明。", f"我是{MARK}。"),
        ("李 小 明反映", f"{MARK}反映"),
        ("尊敬的李先生：您好", f"尊敬的{MARK}：您好"),
        ("李女士来电", f"{MARK}来电"),
        ("电话13800138000", f"电话{MARK}"),
        ("电话138 0013 8000或", f"电话{MARK}或"),
        ("１３８００１３８０００", MARK),
        ("138-0013-8000", MARK),
        ("+86 138 0013 8000", f"+86 {MARK}"),
        ("身份证44010619800101123x", f"身份证{MARK}"),
        ("邮箱 LI.XM@EXAMPLE.ORG", f"邮箱 {MARK}"),
        ("住天河区石牌街道龙口东路12号301房", f"住{MARK}"),
        ("住在龙口东路 12 号 301 房", f"住在{MARK}"),
    ],
)
def test_what_is_held_is_found_in_every_way_of_writing(text: str, public: str) -> None:
    assert suggested(text, [LI]) == public
    assert left_in(text, [LI])[0].held


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("联系 13912345678", Personal.PHONE),
        ("联系 020-87654321", Personal.PHONE),
        ("身份证 110101199003074514", Personal.ID_NUMBER),
        ("卡号 6222021234567890123", Personal.NUMBER),
        ("写信到 somebody@example.com", Personal.EMAIL),
        ("车牌粤A12345", Personal.PLATE),
        ("新能源粤A·D12345", Personal.PLATE),
        ("住 3 栋 502 房", Personal.ADDRESS),
        ("5号楼2单元", Personal.ADDRESS),
    ],
)
def test_what_looks_personal_is_marked_but_not_held(text: str, what: Personal) -> None:
    found = findings(text, [])
    assert [one.what for one in found] == [what]
    assert [(left.what, left.held) for left in left_in(text, [])] == [(what, False)]


@pytest.mark.parametrize(
    "text",
    [
        "2026 年 3 月 2 日上午 9 点",
        "罚款 3000 元",
        "第 12 条",
        "95100 热线",
        "广州市天河区",
        "李子树",
        "",
    ],
)
def test_what_is_harmless_stays(text: str) -> None:
    assert suggested(text, [LI]) == text


def test_pieces_put_together_are_the_text() -> None:
    text = "李小明，电话13800138000，邻居13912345678。"
    assert "".join(piece.text for piece in pieces(text, findings(text, [LI]))) == text
    assert put_out(text, findings(text, [LI])).count(MARK) == 3


def test_an_empty_contact_marks_nothing() -> None:
    assert findings("随便写点什么", [Contact()]) == []


def test_a_name_of_one_character_marks_only_the_way_of_addressing() -> None:
    assert suggested("高先生住在高新区", [Contact(name="高")]) == f"{MARK}住在高新区"


def test_a_family_name_of_two_characters_is_known() -> None:
    assert suggested("欧阳女士", [Contact(name="欧阳娜")]) == MARK


def test_signs_of_patterns_in_a_name_are_taken_literally() -> None:
    assert suggested("a.b和axb", [Contact(name="a.b")]) == f"{MARK}和axb"


@pytest.mark.parametrize(
    "written",
    [
        "440106199003074514",
        "440106 19900307 4514",
        "440106-19900307-4514",
        "４４０１０６－１９９００３０７－４５１４",  # noqa: RUF001 - as telephones write it
    ],
)
def test_the_petitioners_own_id_number_is_found_however_it_is_written(written: str) -> None:
    contact = Contact(id_number="440106199003074514")
    assert left_in(f"我的证件号是{written}，请查收。", [contact])
