"""What must not be read by everybody: found in a letter, marked, and put out of the public text."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Case, Petitioner
from casework.queries.rules import Rules
from casework.services.submission import Contact, opened_contact

MARK = "※※"
"""Stands in the public text for everything that was taken out, whatever its length."""


class Personal(StrEnum):
    """What kind of detail was found."""

    NAME = "name"
    PHONE = "phone"
    ID_NUMBER = "id_number"
    ADDRESS = "address"
    EMAIL = "email"
    NUMBER = "number"
    PLATE = "plate"
    ROOM = "room"


CHECKED_BY_PEOPLE = frozenset({Personal.NAME, Personal.ADDRESS})
"""Details that can be meant otherwise: a name that is also a street. A person may let them stand.

A telephone or ID number, or a mail address, of the petitioner stays out whoever asks for it.
"""


@dataclass(frozen=True, slots=True)
class Found:
    """A personal detail from ``start`` to ``end`` of a text.

    ``held`` says that the district holds this very value about the petitioner; anything else
    only looks like a personal detail.
    """

    start: int
    end: int
    what: Personal
    held: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text; ``found`` is None where nothing personal was found."""

    text: str
    found: Found | None


TITLES = "先生|女士|小姐|同志|师傅|老师|阿姨|大爷|某某|某"
SURNAMES_OF_TWO = frozenset(
    ("欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "长孙", "司徒")
)

_SEPARATORS = r"[\s\-\u2010-\u2015\uff0d()（）.·]{0,2}"
LOOKS_PERSONAL: tuple[tuple[Personal, re.Pattern[str]], ...] = (
    (Personal.EMAIL, re.compile(r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+")),
    (Personal.ID_NUMBER, re.compile(r"(?<!\d)(?:\d{17}[\dXx]|\d{15})(?!\d)")),
    (Personal.PHONE, re.compile(r"(?<!\d)(?:\+?86[\s-]?)?1[3-9]\d(?:[\s-]?\d{4}){2}(?!\d)")),
    (Personal.PHONE, re.compile(r"(?<!\d)0\d{2,3}[\s\-(（)）]{1,2}\d{7,8}(?!\d)")),
    (Personal.NUMBER, re.compile(r"(?<!\d)\d{8,}(?!\d)")),
    (
        Personal.PLATE,
        re.compile(
            r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]"
            r"[A-Z][\s·]?[A-Z0-9]{5,6}(?![A-Z0-9])"
        ),
    ),
    (
        Personal.ROOM,
        re.compile(
            r"\d{1,4}\s?(?:栋|幢|座|号楼|号院|单元)(?:\s?\d{1,5}\s?(?:单元|楼|层|房|室|号)?)*"
            r"|\d{3,5}\s?(?:房|室)"
        ),
    ),
)


def contacts_of(session: Session, case: Case, *, rules: Rules) -> list[Contact]:
    """Return the petitioners' details in clear, for comparing only; they are shown to nobody."""
    rows = session.scalars(select(Petitioner).where(Petitioner.case_id == case.id))
    return [opened_contact(row, rules.sealer) for row in rows]


def findings(text: str, contacts: Sequence[Contact]) -> list[Found]:
    """Return what is personal in ``text``, in order and without overlaps.

    A value that is held wins over a likeness, and a longer find over a shorter one.
    """
    plain = _same_width(text)
    every = [*_held(plain, contacts), *_alike(plain)]
    every.sort(key=lambda found: (not found.held, found.start - found.end, found.start))
    kept: list[Found] = []
    for found in every:
        if all(found.end <= other.start or other.end <= found.start for other in kept):
            kept.append(found)
    return sorted(kept, key=lambda found: found.start)


def pieces(text: str, found: Iterable[Found]) -> list[Piece]:
    """Return ``text`` cut at what was found, so that a page can mark it."""
    cut: list[Piece] = []
    position = 0
    for one in found:
        if one.start > position:
            cut.append(Piece(text[position : one.start], None))
        cut.append(Piece(text[one.start : one.end], one))
        position = one.end
    if position < len(text):
        cut.append(Piece(text[position:], None))
    return cut


def put_out(text: str, found: Iterable[Found]) -> str:
    """Return ``text`` with a mark in the place of everything that was found."""
    return "".join(MARK if piece.found else piece.text for piece in pieces(text, found))


def suggested(text: str, contacts: Sequence[Contact]) -> str:
    """Return the public text to begin with."""
    return put_out(text, findings(text, contacts))


def left_in(text: str, contacts: Sequence[Contact]) -> list[tuple[Personal, str]]:
    """Return the values held about the petitioners that ``text`` still shows."""
    return [(one.what, text[one.start : one.end]) for one in findings(text, contacts) if one.held]


def _same_width(text: str) -> str:
    """Return ``text`` with full-width letters and digits as plain ones, place for place."""
    return "".join(
        folded if len(folded := unicodedata.normalize("NFKC", character)) == 1 else character
        for character in text
    )


def _alike(text: str) -> Iterator[Found]:
    for what, pattern in LOOKS_PERSONAL:
        for match in pattern.finditer(text):
            yield Found(match.start(), match.end(), what, held=False)


def _held(text: str, contacts: Sequence[Contact]) -> Iterator[Found]:
    for contact in contacts:
        for what, pattern in _patterns(contact):
            for match in pattern.finditer(text):
                yield Found(match.start(), match.end(), what, held=True)


def _patterns(contact: Contact) -> Iterator[tuple[Personal, re.Pattern[str]]]:
    name = _same_width(contact.name).strip()
    if len(name) > 1:
        yield Personal.NAME, _literally(name)
    if surname := _surname(name):
        yield Personal.NAME, re.compile(rf"{re.escape(surname)}(?:{TITLES})")
    digits = re.sub(r"\D", "", _same_width(contact.phone))
    if len(digits) >= 7:
        yield Personal.PHONE, re.compile(_SEPARATORS.join(digits))
    if len(contact.id_number) > 5:
        characters = re.sub(r"[^0-9A-Za-z]", "", _same_width(contact.id_number))
        yield Personal.ID_NUMBER, re.compile(_SEPARATORS.join(characters), re.IGNORECASE)
    if contact.email:
        yield Personal.EMAIL, _literally(_same_width(contact.email))
    for address in _addresses(_same_width(contact.address).strip()):
        yield Personal.ADDRESS, _literally(address)


def _addresses(address: str) -> Iterator[str]:
    """Yield an address as it is held and without its district, as people write it at home."""
    within = re.split(r"[区县镇]|街道", address)[-1].strip()
    for written in {address, within}:
        if len(written) > 3:
            yield written


def _literally(value: str) -> re.Pattern[str]:
    """Match ``value`` in any case and with any blanks between its characters."""
    return re.compile(
        r"\s*".join(re.escape(character) for character in value if not character.isspace()),
        re.IGNORECASE,
    )


def _surname(name: str) -> str:
    """Return the family name of a Chinese name, with which letters address people."""
    if not name or not "\u3400" <= name[0] <= "\u9fff":
        return ""
    return name[:2] if name[:2] in SURNAMES_OF_TWO else name[0]
