"""What everybody may read: published answers, from the redacted texts alone (controls Z7).

No query of this module reads the table ``cases``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from casework.models import Publication, PublicationState, ReaderOpinion
from casework.queries.likeness import likeness, pairs
from casework.queries.search import PUBLICATIONS, Key, search_page, words_of
from casework.workflow.calendar import midnight
from casework.workflow.states import Channel, Kind

PAGE = 20
NEWEST_OF_HOME = 5
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
MOST_DIGITS = 17

READ: tuple[Any, ...] = (
    Publication.case_id,
    Publication.number,
    Publication.kind,
    Publication.channel,
    Publication.department_id,
    Publication.category_id,
    Publication.street_id,
    Publication.received_on,
    Publication.published_at,
    Publication.subject,
    Publication.body,
    Publication.reply,
    Publication.corrected_at,
)


@dataclass(frozen=True, slots=True)
class Published:
    """One letter with its answer, as the public reads them."""

    case_id: int
    number: str
    kind: Kind
    channel: Channel
    department_id: int | None
    category_id: int | None
    street_id: int | None
    received_on: date
    published_at: datetime
    subject: str
    body: str
    reply: str
    corrected_at: datetime | None

    @property
    def changed_at(self) -> datetime:
        """When what stands here was last changed."""
        return self.corrected_at or self.published_at


@dataclass(frozen=True, slots=True)
class TakenDown:
    """A letter that was public once; nothing of it is left to read."""

    number: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the list is narrowed to; ``month`` is the first day of one."""

    words: str = ""
    department_id: int | None = None
    category_ids: frozenset[int] | None = None
    month: date | None = None
    kind: Kind | None = None
    street_id: int | None = None


@dataclass(frozen=True, slots=True)
class AnswersPage:
    """A page of the list. ``count`` is known for a search only; ``since`` says how far it went."""

    rows: Sequence[Published]
    next_key: str | None
    count: int | None = None
    since: datetime | None = None


def answers(
    session: Session, chosen: Chosen, *, at: datetime, after: str | None = None, size: int = PAGE
) -> AnswersPage:
    """Return the published answers that fit, newest first, after the key of the page before.

    Raises Invalid for words that cannot be searched for.
    """
    base = _narrowed(chosen)
    key = key_of(after) if after else None
    if words_of(chosen.words):
        hits = search_page(session, base, PUBLICATIONS, chosen.words, size=size, at=at, after=key)
        more = key_text(hits.next_key) if hits.next_key else None
        return AnswersPage(_published(hits.rows), more, hits.count, hits.since)
    if key is not None:
        base = base.where(PUBLICATIONS.follows(key))
    rows = session.execute(base.order_by(*PUBLICATIONS.newest()).limit(size + 1)).all()
    found = _published(rows[:size])
    last = (found[-1].published_at, found[-1].case_id) if len(rows) > size else None
    return AnswersPage(found, key_text(last) if last else None)


def newest_answers(session: Session) -> Sequence[Published]:
    """Return the few answers that the first page shows."""
    newest = _columns().order_by(*PUBLICATIONS.newest()).limit(NEWEST_OF_HOME)
    return _published(session.execute(newest).all())


def answer(session: Session, number: str) -> Published | TakenDown | None:
    """Return what stands at the public address of ``number``; None is all that has not been out.

    Texts that wait for their publication are unknown here.
    """
    row = session.execute(
        select(*READ, Publication.state).where(
            Publication.number == number, Publication.state != PublicationState.PREPARED
        )
    ).one_or_none()
    if row is None:
        return None
    if row.state is PublicationState.TAKEN_DOWN:
        return TakenDown(row.number)
    return _published([row[:-1]])[0]


def key_text(key: Key) -> str:
    """Return a key as an address can carry it."""
    return f"{(key[0] - BEGINNING) // MICROSECOND}-{key[1]}"


def key_of(text: str) -> Key | None:
    """Return the key that ``key_text`` wrote, or None for anything else: the list begins anew."""
    instant, _, row_id = text.partition("-")
    if not (instant.isdecimal() and row_id.isdecimal()):
        return None
    if len(instant) > MOST_DIGITS or len(row_id) > MOST_DIGITS:
        return None
    return BEGINNING + int(instant) * MICROSECOND, int(row_id)


def _columns() -> Select[*tuple[Any, ...]]:
    return select(*READ).where(Publication.state == PublicationState.PUBLISHED)


def _narrowed(chosen: Chosen) -> Select[*tuple[Any, ...]]:
    base = _columns()
    if chosen.department_id is not None:
        base = base.where(Publication.department_id == chosen.department_id)
    if chosen.category_ids is not None:
        base = base.where(Publication.category_id.in_(sorted(chosen.category_ids)))
    if chosen.kind is not None:
        base = base.where(Publication.kind == chosen.kind)
    if chosen.street_id is not None:
        base = base.where(Publication.street_id == chosen.street_id)
    if chosen.month is not None:
        began = midnight(chosen.month)
        ended = midnight((chosen.month + timedelta(days=31)).replace(day=1))
        base = base.where(Publication.published_at >= began, Publication.published_at < ended)
    return base


def _published(rows: Sequence[Any]) -> list[Published]:
    return [Published(*row) for row in rows]


FEWEST_OPINIONS = 5


@dataclass(frozen=True, slots=True)
class Opinions:
    """What readers said of an answer. It is ``shown`` once enough of them have spoken."""

    useful: int
    all: int

    @property
    def shown(self) -> bool:
        return self.all >= FEWEST_OPINIONS


def opinions(session: Session, case_id: int) -> Opinions:
    """Return how many readers found an answer useful, of all who said so."""
    useful, not_useful = session.execute(
        select(
            func.coalesce(func.sum(ReaderOpinion.useful), 0),
            func.coalesce(func.sum(ReaderOpinion.not_useful), 0),
        ).where(ReaderOpinion.case_id == case_id)
    ).one()
    return Opinions(useful, useful + not_useful)


COMPARED, ALIKE, OFFERED = 1_000, 0.34, 3
"""With how many of the newest answers a subject is compared; how like they are; how many show."""


def similar_answers(session: Session, subject: str) -> list[Published]:
    """Return the published answers whose subjects share most pairs of characters with this one.

    The newest are compared, so that the work stays the same however many there are.
    """
    mine = pairs(subject)
    rows = session.execute(
        select(Publication.case_id, Publication.subject)
        .where(Publication.state == PublicationState.PUBLISHED)
        .order_by(*PUBLICATIONS.newest())
        .limit(COMPARED)
    ).all()
    scored = [(likeness(mine, pairs(text)), -place, key) for place, (key, text) in enumerate(rows)]
    best = [key for score, _place, key in sorted(scored, reverse=True)[:OFFERED] if score >= ALIKE]
    if not best:
        return []
    found = _published(session.execute(_columns().where(Publication.case_id.in_(best))).all())
    return sorted(found, key=lambda one: best.index(one.case_id))
