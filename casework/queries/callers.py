"""What an operator sees while on the telephone: a caller's earlier cases, the calls of a day."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal, or_, select, tuple_
from sqlalchemy.orm import Session

from casework.models import Case, Petitioner, Publication, PublicationState, Question, User
from casework.queries.cases import seen_by
from casework.queries.search import PUBLICATIONS, search_page
from casework.sealing import Sealer
from casework.workflow.calendar import SHANGHAI
from casework.workflow.states import RUNNING, Channel, Kind, State

EARLIER = 20
ANSWERS = 5
PAGE = 50
CAP = 2000


@dataclass(frozen=True, slots=True)
class EarlierCase:
    """One case of the caller; ``may_open`` says whether its page is open to who asks."""

    number: str
    channel: Channel
    kind: Kind
    state: State
    subject: str
    received_at: datetime
    promised_on: date | None
    on_the_spot: bool
    may_open: bool

    @property
    def is_running(self) -> bool:
        return self.state in RUNNING


def earlier_cases(session: Session, user: User, phone: str, *, sealer: Sealer) -> list[EarlierCase]:
    """Return the newest cases that came from ``phone``, through whatever channel.

    Found by the keyed hash, so the number has to be exact, in any way of writing it. What a
    petitioner sent without giving their name is left out unless ``user`` may open it: whoever
    dials a number must not learn that its owner reported somebody (domain §6).
    """
    may_open = seen_by(user)
    theirs = (
        select(Petitioner.own_case_id.label("case_id"))
        .where(Petitioner.phone_hash == sealer.search_hash("phone", phone))
        .cte("theirs")
        .prefix_with("MATERIALIZED")
    )
    rows = session.execute(
        select(
            Case.number,
            Case.channel,
            Case.kind,
            Case.state,
            Case.subject,
            Case.received_at,
            Case.promised_on,
            Case.on_the_spot,
            may_open.label("may_open"),
        )
        .where(
            Case.id.in_(select(theirs.c.case_id)), Case.accused_user_id.is_distinct_from(user.id)
        )
        .where(or_(Case.unnamed.is_(False), may_open))
        .order_by(Case.received_at.desc(), Case.id.desc())
        .limit(EARLIER)
    )
    return [EarlierCase(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class CallRow:
    """One call in the day's list."""

    id: int
    number: str
    kind: Kind
    state: State
    subject: str
    received_at: datetime
    promised_on: date | None
    on_the_spot: bool
    operator: str | None


@dataclass(frozen=True, slots=True)
class DayOfCalls:
    """A page of the calls of one day, and how many there were; counts stop just past ``CAP``."""

    rows: list[CallRow]
    after: str | None
    total: int
    on_the_spot: int


def calls_of_day(
    session: Session,
    user: User,
    day: date,
    *,
    by_user_id: int | None = None,
    after: str | None = None,
    size: int = PAGE,
) -> DayOfCalls:
    """Return the calls of ``day``, newest first; ``by_user_id`` narrows them to one operator's.

    Two statements: the page, and the two counts.
    """
    those = and_(_calls_of(day), seen_by(user))
    if by_user_id is not None:
        those = and_(those, Case.submitted_by_id == by_user_id)
    found = (
        select(
            Case.id,
            Case.number,
            Case.kind,
            Case.state,
            Case.subject,
            Case.received_at,
            Case.promised_on,
            Case.on_the_spot,
            User.display_name,
        )
        .outerjoin(User, User.id == Case.submitted_by_id)
        .where(those)
        .order_by(Case.received_at.desc(), Case.id.desc())
        .limit(size + 1)
    )
    if (start := _read_key(after)) is not None:
        found = found.where(
            tuple_(Case.received_at, Case.id) < tuple_(literal(start[0]), literal(start[1]))
        )
    rows = [CallRow(*row) for row in session.execute(found)]
    total, on_the_spot = _counted(session, those)
    more = len(rows) > size
    last = rows[size - 1] if more else None
    key = f"{last.received_at.isoformat()}~{last.id}" if last else None
    return DayOfCalls(rows[:size], key, total, on_the_spot)


def _calls_of(day: date) -> ColumnElement[bool]:
    begin = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)
    return and_(
        Case.channel == Channel.CALL,
        Case.received_at >= begin,
        Case.received_at < begin + timedelta(days=1),
    )


def _counted(session: Session, those: ColumnElement[bool]) -> tuple[int, int]:
    capped = select(Case.on_the_spot).where(those).limit(CAP + 1).subquery()
    total, on_the_spot = session.execute(
        select(func.count(), func.count().filter(capped.c.on_the_spot)).select_from(capped)
    ).one()
    return int(total), int(on_the_spot)


def _read_key(after: str | None) -> tuple[datetime, int] | None:
    value, _, row_id = (after or "").partition("~")
    try:
        read, number = datetime.fromisoformat(value), int(row_id)
    except ValueError:
        return None
    return (read, number) if read.utcoffset() is not None and 0 < number < 2**63 else None


@dataclass(frozen=True, slots=True)
class PublishedAnswer:
    """An answer that everybody may read, to answer the same question from."""

    number: str
    subject: str
    reply: str
    published_at: datetime
    department_id: int | None


_ANSWER: tuple[Any, ...] = (
    Publication.number,
    Publication.subject,
    Publication.reply,
    Publication.published_at,
    Publication.department_id,
)


def published_answers(session: Session, text: str, *, at: datetime) -> list[PublishedAnswer]:
    """Return the newest published answers that contain every word of ``text``.

    Raises Invalid for a text that cannot be searched for.
    """
    base = select(*_ANSWER).where(Publication.state == PublicationState.PUBLISHED)
    found = search_page(session, base, PUBLICATIONS, text, size=ANSWERS, at=at)
    return [PublishedAnswer(*tuple(row)) for row in found.rows]


def open_question(session: Session, of: Case) -> Question | None:
    """Return what the department wants to know from the petitioner now."""
    return session.scalars(
        select(Question).where(Question.case_id == of.id, Question.answered_at.is_(None))
    ).one_or_none()
