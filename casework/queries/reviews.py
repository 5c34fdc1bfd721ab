"""Reviews: those around one case, for staff and for its petitioner, and the list of all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    ScalarSelect,
    Select,
    and_,
    case,
    func,
    literal,
    null,
    or_,
    select,
    union,
)
from sqlalchemy.orm import Session, aliased

from casework.models import Case, Department, Hearing, Reply, Review, ReviewBar, User
from casework.queries.cases import seen_by
from casework.workflow.states import COMPLETE, RUNNING, Channel, State

PAGE = 50
CAP = 2_000


@dataclass(frozen=True, slots=True)
class Linked:
    """One stage of a matter as its petitioner sees it: the letter, its review, the re-review."""

    number: str
    channel: Channel
    state: State
    department_id: int | None
    received_on: date
    promised_on: date | None
    completed_on: date | None

    @property
    def answered(self) -> bool:
        return self.state in COMPLETE


def stages_of(own_id: Any) -> ScalarSelect[Any]:
    """Return all stages of the matter of the case ``own_id``, as JSON, the first one first."""
    before, every = aliased(Review), aliased(Review)
    first = func.coalesce(
        select(before.first_id).where(before.case_id == own_id).scalar_subquery(), own_id
    )
    stage = aliased(Case)
    # The ids first: an OR over all cases would read every one of them.
    stages = union(select(first), select(every.case_id).where(every.first_id == first))
    rows = (
        select(
            stage.number,
            stage.channel,
            stage.state,
            stage.department_id,
            stage.received_on,
            stage.promised_on,
            stage.completed_on,
        )
        .where(stage.id.in_(stages))
        .order_by(stage.id)
        .subquery()
    )
    return select(func.json_agg(func.row_to_json(rows.table_valued()))).scalar_subquery()


def linked(rows: Sequence[Mapping[str, Any]] | None) -> list[Linked]:
    """Return the stages that ``stages_of`` gave; a case without a review is the only stage."""
    return [
        Linked(
            row["number"],
            Channel(row["channel"]),
            State(row["state"]),
            row["department_id"],
            date.fromisoformat(row["received_on"]),
            _day(row["promised_on"]),
            _day(row["completed_on"]),
        )
        for row in rows or ()
    ]


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


@dataclass(frozen=True, slots=True)
class Around:
    """A case that a review links to another one, as staff see it on the page of that other.

    ``earlier`` is what is reviewed; then ``body`` and ``reply`` are read here, since whoever does
    the review may not open that case. ``readable`` says whether the reader may.
    """

    number: str
    subject: str
    channel: str
    state: str
    earlier: bool
    body: str
    reply: str | None
    name: str | None
    name_en: str | None
    readable: bool


def reviews_on(case_id: Any, may_open: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Return the cases that reviews link to the case ``case_id``, the earliest first."""
    own, later = aliased(Review), aliased(Review)
    of_case = select(own.of_case_id).where(own.case_id == case_id)
    first = select(own.first_id).where(own.case_id == case_id)
    after = select(later.case_id).where(
        or_(later.of_case_id == case_id, later.first_id == case_id, later.asked_from_id == case_id)
    )
    earlier = or_(Case.id.in_(of_case), Case.id.in_(first))
    given = (
        select(Reply.text)
        .where(Reply.case_id == Case.id, Reply.approved_at.is_not(None))
        .order_by(Reply.version.desc())
        .limit(1)
        .correlate(Case)
        .scalar_subquery()
    )
    return (
        select(
            Case.number,
            Case.subject,
            Case.channel,
            Case.state,
            earlier.label("earlier"),
            case((earlier, Case.body), else_="").label("body"),
            case((earlier, given), else_=null()).label("reply"),
            Department.name,
            Department.name_en,
            may_open,
        )
        .outerjoin(Department, Department.id == Case.department_id)
        .where(Case.id.in_(union(of_case, first, after)))
        .order_by(Case.id)
    )


def barred_units(session: Session, case_: Case) -> list[int]:
    """Return the departments that must not handle a review, since they gave its answer."""
    return list(
        session.scalars(
            select(ReviewBar.department_id)
            .where(ReviewBar.case_id == case_.id)
            .order_by(ReviewBar.department_id)
        )
    )


@dataclass(frozen=True, slots=True)
class HearingLine:
    """A hearing with who entered it, and who called it off if somebody did."""

    id: int
    first: date
    last: date
    note: str
    entered_by: str | None
    entered_at: datetime
    called_off_at: datetime | None


def hearings(session: Session, case_: Case) -> list[HearingLine]:
    """Return all hearings of a review, the newest first."""
    rows = session.execute(
        select(
            Hearing.id,
            Hearing.first,
            Hearing.last,
            Hearing.note,
            User.display_name,
            Hearing.entered_at,
            Hearing.called_off_at,
        )
        .outerjoin(User, User.id == Hearing.entered_by_id)
        .where(Hearing.case_id == case_.id)
        .order_by(Hearing.id.desc())
    )
    return [HearingLine(*row) for row in rows]


class Tab(StrEnum):
    """One list of the reviews."""

    RUNNING = "running"
    LATE = "late"
    ANSWERED = "answered"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One review of the list, with the number of the case whose answer it is about."""

    id: int
    number: str
    subject: str
    channel: Channel
    state: State
    department_id: int | None
    of_number: str
    of_department_id: int | None
    received_on: date
    due_on: date | None
    promised_on: date | None
    completed_on: date | None


def review_rows(
    session: Session, user: User, tab: Tab, *, today: date, after: int | None = None
) -> tuple[list[ReviewRow], int | None]:
    """Return a page of the reviews that ``user`` may see, newest first, and the next key."""
    of_case = aliased(Case)
    wanted = (
        select(
            Case.id,
            Case.number,
            Case.subject,
            Case.channel,
            Case.state,
            Case.department_id,
            of_case.number,
            of_case.department_id,
            Case.received_on,
            Case.due_on,
            Case.promised_on,
            Case.completed_on,
        )
        .select_from(Review)
        .join(Case, Case.id == Review.case_id)
        .join(of_case, of_case.id == Review.of_case_id)
        .where(_belongs(tab, today), seen_by(user))
        .order_by(Review.case_id.desc())
        .limit(PAGE + 1)
    )
    if after is not None:
        wanted = wanted.where(Review.case_id < after)
    rows = [ReviewRow(*tuple(row)) for row in session.execute(wanted)]
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None


def review_counts(session: Session, user: User, *, today: date) -> Mapping[Tab, int]:
    """Return how many reviews each list holds, counted no further than just past ``CAP``."""
    row: Row[Any] = session.execute(
        select(*(_capped(user, tab, today).label(tab.value) for tab in Tab))
    ).one()
    return {tab: int(row._mapping[tab.value]) for tab in Tab}


def _capped(user: User, tab: Tab, today: date) -> ScalarSelect[Any]:
    rows = (
        select(literal(1))
        .select_from(Review)
        .join(Case, Case.id == Review.case_id)
        .where(_belongs(tab, today), seen_by(user))
        .limit(CAP + 1)
        .subquery()
    )
    return select(func.count()).select_from(rows).scalar_subquery()


def _belongs(tab: Tab, today: date) -> ColumnElement[bool]:
    runs = Case.state.in_(sorted(RUNNING))
    if tab is Tab.RUNNING:
        return runs
    if tab is Tab.LATE:
        return and_(runs, Case.promised_on < today)
    if tab is Tab.ANSWERED:
        return Case.state.in_(sorted(COMPLETE))
    return Review.case_id > 0
