"""How a text is written and filled: its placeholders, and what fits into a text message."""

import re
from collections.abc import Iterable, Mapping

from casework.errors import Invalid
from casework.language import N_

PLACEHOLDERS: Mapping[str, str] = {
    "number": N_("Case number"),
    "state": N_("Where the case stands now"),
    "promised": N_("Day by which the petitioner is to have the answer"),
    "due": N_("Day by which the next thing is owed"),
    "explain_by": N_("Day by which a supervision order is to be explained"),
    "unit": N_("Department that has the case"),
    "reason": N_("Reason that was given, if there is one"),
    "days": N_("Number of days, such as those of an extension"),
    "count": N_("Number of cases, in a digest"),
    "details": N_("Further lines, in a digest"),
    "confirm": N_("Number that confirms who asks for a new access code"),
    "link": N_("Address at which the receiver reads more"),
    "district": N_("Name of the district government"),
    "hotline": N_("Number of the hotline"),
}
"""Everything that a text may hold beside its words; the letter itself never leaves the house."""

IN_SUBJECTS = (
    "number",
    "state",
    "promised",
    "due",
    "explain_by",
    "unit",
    "days",
    "count",
    "district",
)
"""A subject line is read on locked screens and kept in logs of mail servers."""

UNKNOWN = N_("There is no placeholder {%(name)s}. Those that there are stand beside the form.")
NOT_IN_SUBJECT = N_("The placeholder {%(name)s} may stand in the text, not in the subject.")
LONE_BRACE = N_("A curly bracket stands alone. Placeholders are written like {number}.")

_MARK = re.compile(r"\{([^{}]*)\}")
_SPACES = re.compile(r"[ \t]+(?=\n|$)|(?<=[ \t])[ \t]+")

ONE_PART, MANY_PARTS = 70, 67
PLAIN_ONE_PART, PLAIN_MANY_PARTS = 160, 153
_PLAIN = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)


def check(text: str, *, field: str, allowed: Iterable[str] = PLACEHOLDERS) -> None:
    """Refuse a text with a placeholder that nothing would fill. Raises Invalid for ``field``."""
    permitted = frozenset(allowed)
    for name in _MARK.findall(text):
        if name not in PLACEHOLDERS:
            raise Invalid(field, UNKNOWN, name=name)
        if name not in permitted:
            raise Invalid(field, NOT_IN_SUBJECT, name=name)
    rest = _MARK.sub("", text)
    if "{" in rest or "}" in rest:
        raise Invalid(field, LONE_BRACE)


def fill(text: str, values: Mapping[str, str]) -> str:
    """Return ``text`` with its placeholders filled; one without a value leaves nothing behind."""
    filled = _MARK.sub(lambda mark: values.get(mark[1], ""), text)
    return _SPACES.sub("", filled).strip()


def fill_line(text: str, values: Mapping[str, str]) -> str:
    """Return the same as one line, without any character that would end a mail header."""
    return " ".join(fill(text, values).split())


def sms_parts(text: str) -> int:
    """Return as how many text messages ``text`` goes out: 70 characters a part for Chinese."""
    plain = all(character in _PLAIN for character in text)
    length = len(text) if plain else len(text.encode("utf-16-le")) // 2
    one, many = (PLAIN_ONE_PART, PLAIN_MANY_PARTS) if plain else (ONE_PART, MANY_PARTS)
    return 1 if length <= one else -(-length // many)
