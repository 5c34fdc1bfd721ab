"""What is personal in a letter: found, marked, and put out of the public text."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Case, Petitioner
from casework.queries.rules import Rules
from casework.services.petitioners import Contact, opened_contact
from casework.services.redaction.chinese_names import FAMILY_NAMES_OF_TWO, TITLES
from casework.services.redaction.found import Found, Personal, same_width, spelt_digits
from casework.services.redaction.names import names
from casework.services.redaction.numbers import numbers
from casework.services.redaction.places import places

MARK = "※※"
"""Stands in the public text for everything that was taken out, whatever its length."""


MEANT_OTHERWISE = frozenset({Personal.NAME, Personal.ADDRESS})
"""Held details that can be meant otherwise: a name that is also a street.

A telephone or ID number, or a mail address, of the petitioner stays out whoever asks for it.
"""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text; ``found`` is None where nothing personal was found."""

    text: str
    found: Found | None


_SEPARATORS = r"[\s\-\u2010-\u2015\uff0d()（）.·]{0,2}"


def contacts_of(session: Session, case: Case, *, rules: Rules) -> list[Contact]:
    """Return the petitioners' details in clear, for comparing only; they are shown to nobody."""
    rows = session.scalars(select(Petitioner).where(Petitioner.case_id == case.id))
    return [opened_contact(row, rules.sealer) for row in rows]


def findings(text: str, contacts: Sequence[Contact]) -> list[Found]:
    """Return what is personal in ``text``, in order and without overlaps.

    Where finds overlap, a value that is held wins over a likeness and a longer find over a
    shorter one; what the loser alone covers stays found.
    """
    plain = same_width(text)
    every = [
        *_held(plain, contacts),
        *_held(spelt_digits(plain), contacts),
        *numbers(plain),
        *places(plain),
        *names(plain),
    ]
    every.sort(key=lambda found: (not found.held, found.start - found.end, found.start))
    winners: list[Found | None] = [None] * len(text)
    for found in every:
        for place in range(found.start, found.end):
            winners[place] = winners[place] or found
    return [found for found in _stretches(winners) if _says_something(plain, found)]


def _stretches(winners: Sequence[Found | None]) -> Iterator[Found]:
    """Yield what follows without a gap and is of one kind as one."""

    def kind(place: int) -> tuple[Personal, bool] | None:
        winner = winners[place]
        return (winner.what, winner.held) if winner else None

    for alike, covered in groupby(range(len(winners)), key=kind):
        if alike:
            places_of = list(covered)
            yield Found(places_of[0], places_of[-1] + 1, *alike)


def _says_something(plain: str, found: Found) -> bool:
    signs = plain[found.start : found.end]
    return any(sign.isalpha() for sign in signs) or sum(sign.isdigit() for sign in signs) > 2


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
    by_kind = groupby(pieces(text, found), key=lambda piece: piece.found is not None)
    return "".join(
        MARK if is_found else "".join(piece.text for piece in stretch)
        for is_found, stretch in by_kind
    )


def suggested(text: str, contacts: Sequence[Contact]) -> str:
    """Return the public text to begin with."""
    return put_out(text, findings(text, contacts))


@dataclass(frozen=True, slots=True)
class Left:
    """What a text still shows. ``never`` says that nobody may let it stand."""

    value: str
    what: Personal
    held: bool

    @property
    def never(self) -> bool:
        return self.held and self.what not in MEANT_OTHERWISE


def left_in(text: str, contacts: Sequence[Contact]) -> list[Left]:
    """Return what ``text`` still shows of the petitioners or of anybody else, each value once."""
    left = [Left(text[one.start : one.end], one.what, one.held) for one in findings(text, contacts)]
    return list(dict.fromkeys(left))


def _held(text: str, contacts: Sequence[Contact]) -> Iterator[Found]:
    for contact in contacts:
        for what, pattern in _patterns(contact):
            for match in pattern.finditer(text):
                yield Found(match.start(), match.end(), what, held=True)


def _patterns(contact: Contact) -> Iterator[tuple[Personal, re.Pattern[str]]]:
    name = same_width(contact.name).strip()
    if len(name) > 1:
        yield Personal.NAME, _literally(name)
    if surname := _surname(name):
        yield Personal.NAME, re.compile(rf"{re.escape(surname)}(?:{TITLES})")
    digits = re.sub(r"\D", "", same_width(contact.phone))
    if len(digits) >= 7:
        yield Personal.PHONE, re.compile(_SEPARATORS.join(digits))
    if len(contact.id_number) > 5:
        characters = re.sub(r"[^0-9A-Za-z]", "", same_width(contact.id_number))
        yield Personal.ID_NUMBER, re.compile(_SEPARATORS.join(characters), re.IGNORECASE)
    if contact.email:
        yield Personal.EMAIL, _literally(same_width(contact.email))
    for address in _addresses(same_width(contact.address).strip()):
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
    return name[:2] if name[:2] in FAMILY_NAMES_OF_TWO else name[0]
