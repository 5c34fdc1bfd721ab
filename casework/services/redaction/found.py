"""What was found in a text, and the text as the finders read it: one sign for each sign."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from casework.language import N_


class Personal(StrEnum):
    """What kind of detail was found."""

    NAME = "name"
    PHONE = "phone"
    ID_NUMBER = "id_number"
    CARD = "card"
    ACCOUNT = "account"
    ADDRESS = "address"
    EMAIL = "email"
    NUMBER = "number"
    PLATE = "plate"


WORDS: dict[Personal, str] = {
    Personal.NAME: N_("name"),
    Personal.PHONE: N_("telephone number"),
    Personal.ID_NUMBER: N_("ID number"),
    Personal.CARD: N_("bank card"),
    Personal.ACCOUNT: N_("account"),
    Personal.ADDRESS: N_("home address"),
    Personal.EMAIL: N_("e-mail address"),
    Personal.NUMBER: N_("some other number"),
    Personal.PLATE: N_("number plate"),
}


@dataclass(frozen=True, slots=True)
class Found:
    """A personal detail from ``start`` to ``end`` of a text.

    ``held`` says that the district holds this very value about the petitioner; anything else
    only looks like a personal detail.
    """

    start: int
    end: int
    what: Personal
    held: bool = False


CHINESE_DIGITS = {
    sign: str(digit)
    for digit, signs in enumerate(
        ("零〇○", "一壹幺", "二贰", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖")
    )
    for sign in signs
}
LIKE_DIGITS = str.maketrans("OolI", "0011")
_DIGITS_AND_LETTERS = re.compile(r"\d[\dOolI]{5,}")


def same_width(text: str) -> str:
    """Return ``text`` with full-width and circled letters and digits as plain ones."""
    return "".join(_plain(sign) for sign in text)


def _plain(sign: str) -> str:
    digit = unicodedata.digit(sign, None)
    if digit is not None:
        return str(digit)
    folded = unicodedata.normalize("NFKC", sign)
    return folded if len(folded) == 1 else sign


def spelt_digits(plain: str) -> str:
    """Return ``plain`` with Chinese digits, and letters that stand for digits, as digits."""
    spelt = "".join(CHINESE_DIGITS.get(sign, sign) for sign in plain)
    return _DIGITS_AND_LETTERS.sub(lambda match: match.group().translate(LIKE_DIGITS), spelt)
