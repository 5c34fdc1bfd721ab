"""Every running case by how near its date is: the supervisors' list and its counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, literal, select, tuple_
from sqlalchemy.orm import Session

from casework.models import Case, User
from casework.queries.cases import seen_by
from casework.workflow.clock import Nearness
from casework.workflow.states import RUNNING, Channel, Kind, State, Urgency
from casework.workflow.supervision import WITH_OFFICE

PAGE = 50
CAP = 2_000


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to; None takes everything, ``with_office`` what waits for it."""

    department_id: int | None = None
    with_office: bool = False
    street_id: int | None = None
    kind: Kind | None = None
    channel: Channel | None = None
    state: State | None = None
    urgency: Urgency | None = None


NO_FILTERS = Filters()


@dataclass(frozen=True, slots=True)
class Horizon:
    """The days that part the groups: what is due before ``today`` is late."""

    today: date
    soon_until: date

    def nearness(self, due_on: date) -> Nearness:
        """Return the group of a due date."""
        if due_on < self.today:
            return Nearness.RED
        return Nearness.YELLOW if due_on <= self.soon_until else Nearness.GREEN


@dataclass(frozen=True, slots=True)
class WatchedRow:
    """One running case; its owner is who owes the next step."""

    id: int
    number: str
    subject: str
    state: State
    kind: Kind
    urgency: Urgency
    channel: Channel
    department_id: int | None
    street_id: int | None
    due_on: date
    promised_on: date | None
    received_at: datetime
    round: int

    @property
    def with_office(self) -> bool:
        return self.state in WITH_OFFICE


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows and, if there are more, the key after which they go on."""

    rows: list[WatchedRow]
    after: str | None


COLUMNS = (
    Case.id,
    Case.number,
    Case.subject,
    Case.state,
    Case.kind,
    Case.urgency,
    Case.channel,
    Case.department_id,
    Case.street_id,
    Case.due_on,
    Case.promised_on,
    Case.received_at,
    Case.round,
)


def watched(
    session: Session,
    user: User,
    horizon: Horizon,
    *,
    group: Nearness | None = None,
    filters: Filters = NO_FILTERS,
    after: str | None = None,
    size: int = PAGE,
) -> Page:
    """Return running cases that ``user`` may see, nearest date first, in one statement."""
    found = (
        select(*COLUMNS)
        .where(*running(user, filters), *_within(horizon, group))
        .order_by(Case.due_on, Case.id)
        .limit(size + 1)
    )
    if (start := _read_key(after)) is not None:
        here = tuple_(Case.due_on, Case.id)
        found = found.where(here > tuple_(literal(start[0]), literal(start[1])))
    rows = [WatchedRow(*tuple(row)) for row in session.execute(found)]
    last = rows[size - 1] if len(rows) > size else None
    return Page(rows[:size], f"{last.due_on.isoformat()}~{last.id}" if last else None)


def counts(
    session: Session, user: User, horizon: Horizon, *, filters: Filters = NO_FILTERS
) -> Mapping[Nearness, int]:
    """Return how many cases each group holds, counted no further than just past ``CAP``."""
    groups = (Nearness.RED, Nearness.YELLOW, Nearness.GREEN)
    row = session.execute(
        select(*(_capped(user, horizon, group, filters).label(group.value) for group in groups))
    ).one()
    return {group: int(row._mapping[group.value]) for group in groups}


def _capped(user: User, horizon: Horizon, group: Nearness, filters: Filters) -> ColumnElement[int]:
    rows = (
        select(literal(1))
        .select_from(Case)
        .where(*running(user, filters), *_within(horizon, group))
        .limit(CAP + 1)
        .subquery()
    )
    return select(func.count()).select_from(rows).scalar_subquery()


def _within(horizon: Horizon, group: Nearness | None) -> list[ColumnElement[bool]]:
    if group is None:
        return []
    return [
        {
            Nearness.RED: Case.due_on < horizon.today,
            Nearness.YELLOW: and_(Case.due_on >= horizon.today, Case.due_on <= horizon.soon_until),
            Nearness.GREEN: Case.due_on > horizon.soon_until,
        }[group]
    ]


def running(user: User, filters: Filters) -> list[ColumnElement[bool]]:
    """Return the conditions of a running case that ``user`` may see and that fits ``filters``."""
    wanted = {
        Case.department_id: filters.department_id,
        Case.street_id: filters.street_id,
        Case.kind: filters.kind,
        Case.channel: filters.channel,
        Case.state: filters.state,
        Case.urgency: filters.urgency,
    }
    conditions = [column == value for column, value in wanted.items() if value is not None]
    if filters.with_office:
        conditions.append(Case.state.in_(sorted(WITH_OFFICE)))
    return [Case.state.in_(sorted(RUNNING)), seen_by(user), *conditions]


def _read_key(after: str | None) -> tuple[date, int] | None:
    """Return the key of an address; one that cannot be read begins anew."""
    day, _, row_id = (after or "").partition("~")
    try:
        key = date.fromisoformat(day), int(row_id)
    except ValueError:
        return None
    return key if 0 < key[1] < 2**63 else None
