"""Follow-up calls: who could be asked, who waits to be asked, and one of them in full."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    case,
    exists,
    func,
    literal,
    literal_column,
    or_,
    select,
)
from sqlalchemy.orm import Session, aliased

from casework.models import (
    Case,
    FollowUp,
    FollowUpCall,
    Level,
    Petitioner,
    Rating,
    Reply,
    SupervisionNotice,
    User,
)
from casework.workflow.follow_ups import CLAIM_HOLDS, Ground, Result
from casework.workflow.states import COMPLETE, DISSATISFIED, REVIEWS, Kind

PAGE = 50
CAP = 2_000
BATCH = 1_000
FURTHEST = 100_000
"""How far the list of calls can be paged; it is never near as long."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A case whose petitioner could be asked; ``ground`` is the rule that says so, if one does."""

    id: int
    ref: str
    round: int
    completed_on: date
    phone_hash: bytes
    phone_only: bool
    ground: Ground | None


def candidates(
    session: Session, *, answered_from: date, answered_until: date, after: int = 0
) -> list[Candidate]:
    """Return the next cases answered in these days that have not been thought of yet, by id.

    Left out are those without a telephone number, reports, accusations and whoever wished to
    stay unnamed, so that no call gives anybody away; reviews, whose answer is reviewed again;
    and those who have rated the answer and are content.
    """
    first = _first_petitioner()
    known = exists().where(FollowUp.case_id == Case.id, FollowUp.round == Case.round)
    rows = session.execute(
        select(
            Case.id,
            Case.ref,
            Case.round,
            Case.completed_on,
            first.c.phone_hash,
            first.c.by_phone_only,
            _ground().label("ground"),
        )
        .join(first, literal(value=True))
        .where(
            Case.completed_on.between(answered_from, answered_until),
            Case.state.in_(sorted(COMPLETE)),
            Case.on_the_spot.is_(False),
            Case.channel.not_in(sorted(REVIEWS)),
            Case.kind != Kind.REPORT,
            Case.accused_department_id.is_(None),
            Case.accused_user_id.is_(None),
            Case.unnamed.is_(False),
            or_(Case.satisfaction.is_(None), Case.satisfaction <= DISSATISFIED),
            Case.id > after,
            ~known,
        )
        .order_by(Case.id)
        .limit(BATCH)
    )
    return [_candidate(row) for row in rows]


def _candidate(row: Row[Any]) -> Candidate:
    ground = Ground(row.ground) if row.ground else None
    return Candidate(
        row.id,
        str(row.ref),
        row.round,
        row.completed_on,
        bytes(row.phone_hash),
        row.by_phone_only,
        ground,
    )


def _first_petitioner() -> Any:
    """Return the person who is called: the first of a case, by a number of their own."""
    return (
        select(
            Petitioner.phone_hash,
            and_(Petitioner.email_hash.is_(None), Petitioner.told_by == "none").label(
                "by_phone_only"
            ),
        )
        .where(
            Petitioner.case_id == Case.id,
            Petitioner.from_case_id.is_(None),
            Petitioner.phone_hash.is_not(None),
        )
        .order_by(Petitioner.position)
        .limit(1)
        .correlate(Case)
        .lateral("first_petitioner")
    )


def _ground() -> ColumnElement[str | None]:
    red = exists().where(
        SupervisionNotice.case_id == Case.id,
        SupervisionNotice.level == Level.RED_CARD,
        SupervisionNotice.cancelled_at.is_(None),
    )
    return case(
        (Case.satisfaction <= DISSATISFIED, Ground.DISSATISFIED.value),
        (red, Ground.RED_CARD.value),
        (Case.round > 1, Ground.REDONE.value),
        else_=None,
    )


def asked_lately(session: Session, hashes: Sequence[bytes], *, since: datetime) -> set[bytes]:
    """Return those of the numbers whose owner has been put on the list since then."""
    found = session.scalars(
        select(FollowUp.phone_hash).where(
            FollowUp.phone_hash.in_(hashes), FollowUp.drawn_at >= since
        )
    )
    return {bytes(one) for one in found}


@dataclass(frozen=True, slots=True)
class Waiting:
    """One petitioner who waits to be called."""

    id: int
    number: str
    subject: str
    ground: Ground
    department_id: int | None
    completed_on: date | None
    until_on: date
    next_at: datetime
    tries: int
    claimed_by_id: int | None
    claimed_by: str | None
    claimed_at: datetime | None

    def held_by_another(self, user_id: int, at: datetime) -> bool:
        """Say whether another operator has taken it and still holds it."""
        if self.claimed_by_id in (None, user_id) or self.claimed_at is None:
            return False
        return at - self.claimed_at < CLAIM_HOLDS


def waiting(
    session: Session, user: User, *, at: datetime, today: date, after: int | None = None
) -> tuple[list[Waiting], int | None]:
    """Return the follow-ups that can be called now, one's own first, then by their last day.

    ``after`` is how many stand on the pages before; the list never holds more than some weeks.
    """
    skipped = min(max(after or 0, 0), FURTHEST)
    rows = session.execute(
        select(
            FollowUp.id,
            Case.number,
            Case.subject,
            FollowUp.ground,
            Case.department_id,
            Case.completed_on,
            FollowUp.until_on,
            FollowUp.next_at,
            FollowUp.tries,
            FollowUp.claimed_by_id,
            User.display_name,
            FollowUp.claimed_at,
        )
        .join(Case, Case.id == FollowUp.case_id)
        .outerjoin(User, User.id == FollowUp.claimed_by_id)
        .where(*callable_now(user, at=at, today=today))
        .order_by(
            (FollowUp.claimed_by_id.is_not_distinct_from(user.id)).desc(),
            FollowUp.until_on,
            FollowUp.id,
        )
        .offset(skipped)
        .limit(PAGE + 1)
    ).all()
    found = [Waiting(*tuple(row)) for row in rows[:PAGE]]
    return found, skipped + PAGE if len(rows) > PAGE else None


def waiting_count(session: Session, user: User, *, at: datetime, today: date) -> int:
    """Return how many can be called now, counted up to ``CAP``."""
    some = (
        select(FollowUp.id)
        .join(Case, Case.id == FollowUp.case_id)
        .where(*callable_now(user, at=at, today=today))
        .limit(CAP)
        .subquery()
    )
    return session.scalar(select(func.count()).select_from(some)) or 0


def callable_now(user: User, *, at: datetime, today: date) -> tuple[ColumnElement[bool], ...]:
    """Return what a follow-up must be for ``user`` to call now; nobody calls about themselves."""
    return (
        FollowUp.closed_at.is_(None),
        FollowUp.next_at <= at,
        FollowUp.until_on >= today,
        Case.round == FollowUp.round,
        Case.state.in_(sorted(COMPLETE)),
        Case.accused_user_id.is_distinct_from(user.id),
    )


@dataclass(frozen=True, slots=True)
class Call:
    """An earlier call of a follow-up."""

    at: datetime
    result: Result
    note: str
    by: str | None


@dataclass(frozen=True, slots=True)
class ToAsk:
    """What an operator needs in order to ask: letter, answer, earlier calls, an earlier rating."""

    number: str
    subject: str
    body: str
    department_id: int | None
    completed_on: date | None
    reply: str | None
    satisfaction: int | None
    comment: str | None
    calls: list[Call]


def to_ask(session: Session, follow_up: FollowUp) -> ToAsk:
    """Return what stands on the page of a follow-up that its reader has taken."""
    row = session.execute(_to_ask().where(Case.id == follow_up.case_id)).one()
    caller = aliased(User)
    calls = session.execute(
        select(FollowUpCall.at, FollowUpCall.result, FollowUpCall.note, caller.display_name)
        .outerjoin(caller, caller.id == FollowUpCall.by_id)
        .where(FollowUpCall.follow_up_id == follow_up.id)
        .order_by(FollowUpCall.id.desc())
    )
    return ToAsk(**row._mapping, calls=[Call(*one) for one in calls])


def _to_ask() -> Select[*tuple[Any, ...]]:
    given = (
        select(Reply.text)
        .where(Reply.case_id == Case.id, Reply.approved_at.is_not(None))
        .order_by(Reply.version.desc())
        .limit(literal_column("1"))
        .correlate(Case)
        .scalar_subquery()
    )
    return select(
        Case.number,
        Case.subject,
        Case.body,
        Case.department_id,
        Case.completed_on,
        given.label("reply"),
        Rating.satisfaction,
        Rating.comment,
    ).outerjoin(Rating, and_(Rating.case_id == Case.id, Rating.round == Case.round))


def earliest_answer(today: date, window_days: int) -> date:
    """Return the first day of answers about which somebody can still be asked today."""
    return today - timedelta(days=window_days)
