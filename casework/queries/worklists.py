"""A department's lists: what waits for it, nearest date first, and how much of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import ColumnElement, CompoundSelect, and_, func, literal, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from casework.models import Case, CaseEvent, CoHandler, User
from casework.queries.cases import seen_by
from casework.queries.search import CASES, search_page
from casework.workflow.states import RUNNING, Action, Channel, Kind, State, Urgency

PAGE = 50
CAP = 2000
LATELY = timedelta(days=30)


class Tab(StrEnum):
    """One list of a department."""

    TO_SIGN = "to_sign"
    IN_HAND = "in_hand"
    TO_REVIEW = "to_review"
    WAITING = "waiting"
    WITH_OFFICE = "with_office"
    HELPING = "helping"
    ANSWERED = "answered"
    ALL = "all"


STATES: Mapping[Tab, tuple[State, ...]] = {
    Tab.TO_SIGN: (State.DISPATCHED,),
    Tab.IN_HAND: (State.HANDLING,),
    Tab.TO_REVIEW: (State.REVIEWING,),
    Tab.WAITING: (State.AWAITING_PETITIONER,),
    Tab.WITH_OFFICE: (State.RETURNED, State.REPLIED),
}
COUNTED = (*STATES, Tab.HELPING, Tab.ANSWERED)
"""The lists whose number stands on their tab; all cases together are never counted."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to; None takes everything."""

    kind: Kind | None = None
    street_id: int | None = None


NO_FILTERS = Filters()


@dataclass(frozen=True, slots=True)
class WorkRow:
    """One case of a list. ``instructed`` says that a leader wrote on it."""

    id: int
    number: str
    subject: str
    state: State
    kind: Kind
    urgency: Urgency
    channel: Channel
    street_id: int | None
    department_id: int | None
    due_on: date | None
    promised_on: date | None
    received_at: datetime
    completed_on: date | None
    round: int
    instructed: bool


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows and, if there are more, the key after which they go on."""

    rows: list[WorkRow]
    after: str | None


def page_of(
    session: Session,
    user: User,
    tab: Tab,
    *,
    today: date,
    filters: Filters = NO_FILTERS,
    matching: ColumnElement[bool] | None = None,
    after: str | None = None,
    size: int = PAGE,
) -> Page:
    """Return a page of ``tab`` for the department of ``user``, in one statement.

    ``after`` is the key that the page before ended with; one that cannot be read begins anew.
    ``matching`` narrows the list further, as a search does.
    """
    key, descending = _key(tab)
    found = select(*_columns()).where(
        *_belongs(user, tab, today=today), seen_by(user), *_narrowed(filters)
    )
    if matching is not None:
        found = found.where(matching)
    if (start := _read_key(tab, after)) is not None:
        here, there = tuple_(key, Case.id), tuple_(literal(start[0]), literal(start[1]))
        found = found.where(here < there if descending else here > there)
    order = (key.desc(), Case.id.desc()) if descending else (key, Case.id)
    listed = session.execute(found.order_by(*order).limit(size + 1))
    rows = [WorkRow(*tuple(row)) for row in listed]
    more = len(rows) > size
    return Page(rows[:size], key_of(tab, rows[size - 1]) if more else None)


def searched(
    session: Session,
    user: User,
    text: str,
    *,
    at: datetime,
    filters: Filters = NO_FILTERS,
    after: str | None = None,
    size: int = PAGE,
) -> Page:
    """Return the cases that contain ``text``, newest first, of all that ``user`` may see.

    Raises Invalid for a text that cannot be searched for.
    """
    base = select(*_columns()).where(
        seen_by(user), Case.id.in_(_ours_or_helped(user)), *_narrowed(filters)
    )
    key = cast("tuple[datetime, int] | None", _read_key(Tab.ALL, after))
    found = search_page(session, base, CASES, text, size=size, at=at, after=key)
    rows = [WorkRow(*tuple(row)) for row in found.rows]
    return Page(rows, key_of(Tab.ALL, rows[-1]) if found.next_key and rows else None)


def _ours_or_helped(user: User) -> CompoundSelect[int]:
    """Return the ids that ``seen_by`` can let through, as two indexes know them.

    The search walks this list; by the rule of sight alone it would walk every case there is.
    """
    ours = select(Case.id).where(Case.department_id == user.department_id)
    helped = select(CoHandler.case_id).where(
        CoHandler.department_id == user.department_id, CoHandler.removed_at.is_(None)
    )
    return ours.union_all(helped)


def counts(session: Session, user: User, *, today: date) -> Mapping[Tab, int]:
    """Return how many cases each tab holds, counted no further than just past ``CAP``."""
    row = session.execute(
        select(*(_capped(user, tab, today=today).label(tab.value) for tab in COUNTED))
    ).one()
    return {tab: int(row._mapping[tab.value]) for tab in COUNTED}


def key_of(tab: Tab, row: WorkRow) -> str:
    """Return the key of ``row`` in ``tab``, as the address of the next page holds it."""
    named: dict[Tab, date | None] = {Tab.ALL: row.received_at, Tab.ANSWERED: row.completed_on}
    value = named.get(tab, row.due_on)
    return f"{value.isoformat() if value else ''}~{row.id}"


def _key(tab: Tab) -> tuple[InstrumentedAttribute[Any], bool]:
    if tab is Tab.ALL:
        return Case.received_at, True
    if tab is Tab.ANSWERED:
        return Case.completed_on, True
    return Case.due_on, False


def _read_key(tab: Tab, after: str | None) -> tuple[date, int] | None:
    value, _, row_id = (after or "").partition("~")
    try:
        read = datetime.fromisoformat(value) if tab is Tab.ALL else date.fromisoformat(value)
        number = int(row_id)
    except ValueError:
        return None
    if isinstance(read, datetime) and read.utcoffset() is None:
        return None
    return (read, number) if 0 < number < 2**63 else None


def _belongs(user: User, tab: Tab, *, today: date) -> list[ColumnElement[bool]]:
    ours = Case.department_id == user.department_id
    if tab is Tab.HELPING:
        helped = select(CoHandler.case_id).where(
            CoHandler.department_id == user.department_id, CoHandler.removed_at.is_(None)
        )
        return [Case.id.in_(helped), Case.state.in_(sorted(RUNNING))]
    if tab is Tab.ANSWERED:
        return [ours, Case.completed_on >= today - LATELY]
    if tab is Tab.ALL:
        return [ours]
    return [ours, Case.state.in_(STATES[tab])]


def _narrowed(filters: Filters) -> list[ColumnElement[bool]]:
    wanted = {Case.kind: filters.kind, Case.street_id: filters.street_id}
    return [column == value for column, value in wanted.items() if value is not None]


def _columns() -> list[Any]:
    instructed = (
        select(CaseEvent.id)
        .where(CaseEvent.case_id == Case.id, CaseEvent.action == Action.INSTRUCT.value)
        .exists()
    )
    return [
        Case.id,
        Case.number,
        Case.subject,
        Case.state,
        Case.kind,
        Case.urgency,
        Case.channel,
        Case.street_id,
        Case.department_id,
        Case.due_on,
        Case.promised_on,
        Case.received_at,
        Case.completed_on,
        Case.round,
        instructed,
    ]


def _capped(user: User, tab: Tab, *, today: date) -> Any:
    rows = (
        select(literal(1))
        .select_from(Case)
        .where(and_(*_belongs(user, tab, today=today)), seen_by(user))
        .limit(CAP + 1)
        .subquery()
    )
    return select(func.count()).select_from(rows).scalar_subquery()
