"""The petition office's lists: what waits for it, nearest date first, and how much of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Label,
    Select,
    and_,
    func,
    literal,
    null,
    or_,
    select,
    tuple_,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from casework.models import (
    Case,
    CaseEvent,
    Category,
    Publication,
    PublicationState,
    Rating,
    RedoRequest,
    User,
)
from casework.queries.cases import seen_by
from casework.queries.search import CASES, search_page
from casework.workflow.states import (
    COMPLETE,
    RUNNING,
    Action,
    Channel,
    Kind,
    State,
    Urgency,
)

PAGE = 50
CAP = 2000


class Tab(StrEnum):
    """One list of the inbox."""

    TO_DISPATCH = "to_dispatch"
    SENT_BACK = "sent_back"
    TO_FORWARD = "to_forward"
    TO_PUBLISH = "to_publish"
    DISSATISFIED = "dissatisfied"
    RUNNING = "running"
    ALL = "all"


WAITING = (
    Tab.TO_DISPATCH,
    Tab.SENT_BACK,
    Tab.TO_FORWARD,
    Tab.TO_PUBLISH,
    Tab.DISSATISFIED,
    Tab.RUNNING,
)
"""The lists of the inbox; ``ALL`` has a page of its own and is never counted."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to; None takes everything. ``category_id`` takes those below too."""

    channel: Channel | None = None
    kind: Kind | None = None
    urgency: Urgency | None = None
    state: State | None = None
    street_id: int | None = None
    department_id: int | None = None
    category_id: int | None = None


NO_FILTERS = Filters()


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One case of a list, with the one thing that its tab is about.

    ``reason`` and ``note`` are the department's objection; ``satisfaction`` and ``note`` the
    petitioner's rating; ``prepared_by_id`` who prepared the public text.
    """

    id: int
    number: str
    channel: Channel
    kind: Kind
    urgency: Urgency
    state: State
    subject: str
    street_id: int | None
    department_id: int | None
    category: str | None
    due_on: date | None
    promised_on: date | None
    received_at: datetime
    completed_at: datetime | None
    completed_on: date | None
    round: int
    consent: bool
    reason_code: str | None
    note: str | None
    satisfaction: int | None
    prepared_by_id: int | None
    prepared_by: str | None


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows and, if there are more, the key after which they go on."""

    rows: list[InboxRow]
    after: str | None


def page_of(
    session: Session,
    user: User,
    tab: Tab,
    *,
    filters: Filters = NO_FILTERS,
    matching: ColumnElement[bool] | None = None,
    after: str | None = None,
    size: int = PAGE,
) -> Page:
    """Return a page of ``tab`` as ``user`` may see it, in one statement.

    ``after`` is the key that the page before ended with; one that cannot be read begins anew.
    ``matching`` narrows the list further, as a search does.
    """
    key, descending = _key(tab)
    found = (
        select(*_base_columns(), *_extra_columns(tab))
        .outerjoin(Category, Category.id == Case.category_id)
        .where(_belongs(tab), seen_by(user))
        .where(*_narrowed(filters))
    )
    found = _with_extras(found, tab)
    if matching is not None:
        found = found.where(matching)
    if (start := _read_key(tab, after)) is not None:
        here = tuple_(key, Case.id)
        there = tuple_(literal(start[0]), literal(start[1]))
        found = found.where(here < there if descending else here > there)
    order = (key.desc(), Case.id.desc()) if descending else (key, Case.id)
    rows = [InboxRow(*row) for row in session.execute(found.order_by(*order).limit(size + 1))]
    more = len(rows) > size
    return Page(rows[:size], key_of(tab, rows[size - 1]) if more else None)


def counts(session: Session, user: User) -> Mapping[Tab, int]:
    """Return how many cases each tab holds, counted no further than just past ``CAP``."""
    row = session.execute(select(*(_capped(user, tab).label(tab.value) for tab in WAITING))).one()
    return {tab: int(row._mapping[tab.value]) for tab in WAITING}


def next_to_dispatch(session: Session, user: User, *, after: str | None) -> str | None:
    """Return the number of the letter that follows ``after`` in its list, else of the first.

    ``after`` is the key under which the letter before it stood there.
    """
    due_on, case_id = _read_key(Tab.TO_DISPATCH, after) or (date.min, 0)
    passed = tuple_(Case.due_on, Case.id) <= tuple_(literal(due_on), literal(case_id))
    return session.scalar(
        select(Case.number)
        .where(Case.state == State.SUBMITTED, seen_by(user))
        .order_by(passed, Case.due_on, Case.id)
        .limit(1)
    )


def key_of(tab: Tab, row: InboxRow | Case) -> str:
    """Return the key of ``row`` in ``tab``, as the address of the next page holds it."""
    value: date | datetime | None = {
        Tab.ALL: row.received_at,
        Tab.TO_PUBLISH: row.completed_at,
        Tab.DISSATISFIED: row.completed_on,
    }.get(tab, row.due_on)
    return f"{value.isoformat() if value else ''}~{row.id}"


def _key(tab: Tab) -> tuple[InstrumentedAttribute[Any], bool]:
    if tab is Tab.ALL:
        return Case.received_at, True
    if tab is Tab.TO_PUBLISH:
        return Case.completed_at, False
    if tab is Tab.DISSATISFIED:
        return Case.completed_on, False
    return Case.due_on, False


def _read_key(tab: Tab, after: str | None) -> tuple[date, int] | None:
    value, _, row_id = (after or "").partition("~")
    instants = tab in (Tab.ALL, Tab.TO_PUBLISH)
    try:
        read: date = datetime.fromisoformat(value) if instants else date.fromisoformat(value)
        number = int(row_id)
    except ValueError:
        return None
    if isinstance(read, datetime) and read.utcoffset() is None:
        return None
    return (read, number) if 0 < number < 2**63 else None


def _belongs(tab: Tab) -> ColumnElement[bool]:
    states = {
        Tab.TO_DISPATCH: State.SUBMITTED,
        Tab.SENT_BACK: State.RETURNED,
        Tab.TO_FORWARD: State.REPLIED,
    }
    if tab in states:
        return Case.state == states[tab]
    if tab is Tab.TO_PUBLISH:
        return and_(Case.state == State.FORWARDED, Case.consent)
    if tab is Tab.DISSATISFIED:
        return and_(Case.state.in_(sorted(COMPLETE)), _asks_for_redo())
    if tab is Tab.RUNNING:
        return Case.state.in_(sorted(RUNNING))
    return Case.id > 0


def _asks_for_redo() -> ColumnElement[bool]:
    """Return the condition on a case: somebody waits for the decision to have it done again."""
    asked = select(RedoRequest.case_id, RedoRequest.round).where(RedoRequest.decided_at.is_(None))
    return tuple_(Case.id, Case.round).in_(asked)


def _narrowed(filters: Filters) -> list[ColumnElement[bool]]:
    wanted = {
        Case.channel: filters.channel,
        Case.kind: filters.kind,
        Case.urgency: filters.urgency,
        Case.state: filters.state,
        Case.street_id: filters.street_id,
        Case.department_id: filters.department_id,
    }
    conditions: list[ColumnElement[bool]] = [
        column == value for column, value in wanted.items() if value is not None
    ]
    if filters.category_id is not None:
        conditions.append(Case.category_id.in_(_with_those_below(filters.category_id)))
    return conditions


def _with_those_below(category_id: int) -> Select[int]:
    children = select(Category.id).where(Category.parent_id == category_id)
    return select(Category.id).where(
        or_(
            Category.id == category_id,
            Category.parent_id == category_id,
            Category.parent_id.in_(children),
        )
    )


def _base_columns() -> list[Any]:
    return [
        Case.id,
        Case.number,
        Case.channel,
        Case.kind,
        Case.urgency,
        Case.state,
        Case.subject,
        Case.street_id,
        Case.department_id,
        Category.path,
        Case.due_on,
        Case.promised_on,
        Case.received_at,
        Case.completed_at,
        Case.completed_on,
        Case.round,
        Case.consent,
    ]


def _extra_columns(tab: Tab) -> list[Label[Any]]:
    empty: dict[str, ColumnElement[Any]] = {
        name: null() for name in ("reason", "note", "satisfaction", "prepared_by_id", "prepared_by")
    }
    if tab is Tab.SENT_BACK:
        empty |= {"reason": _OBJECTION.c.reason_code, "note": _OBJECTION.c.note}
    elif tab is Tab.DISSATISFIED:
        empty |= {
            "note": cast(Any, RedoRequest.wish),
            "satisfaction": cast(Any, Rating.satisfaction),
        }
    elif tab is Tab.TO_PUBLISH:
        empty |= {
            "prepared_by_id": cast(Any, Publication.redacted_by_id),
            "prepared_by": cast(Any, User.display_name),
        }
    return [column.label(name) for name, column in empty.items()]


_OBJECTION = (
    select(CaseEvent.reason_code, CaseEvent.note)
    .where(CaseEvent.case_id == Case.id, CaseEvent.action == Action.SEND_BACK.value)
    .order_by(CaseEvent.seq.desc())
    .limit(1)
    .correlate(Case)
    .lateral("objection")
)


def _with_extras(found: Select[Any], tab: Tab) -> Select[Any]:
    if tab is Tab.SENT_BACK:
        return found.outerjoin(_OBJECTION, literal(True))
    if tab is Tab.DISSATISFIED:
        asked = and_(RedoRequest.case_id == Case.id, RedoRequest.round == Case.round)
        rated = and_(Rating.case_id == Case.id, Rating.round == Case.round)
        return found.join(RedoRequest, asked).outerjoin(Rating, rated)
    if tab is Tab.TO_PUBLISH:
        prepared = and_(
            Publication.case_id == Case.id, Publication.state == PublicationState.PREPARED
        )
        return found.outerjoin(Publication, prepared).outerjoin(
            User, User.id == Publication.redacted_by_id
        )
    return found


def _capped(user: User, tab: Tab) -> Any:
    rows = (
        select(literal(1))
        .select_from(Case)
        .where(_belongs(tab), seen_by(user))
        .limit(CAP + 1)
        .subquery()
    )
    return select(func.count()).select_from(rows).scalar_subquery()


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
    base = (
        select(*_base_columns(), *_extra_columns(Tab.ALL))
        .outerjoin(Category, Category.id == Case.category_id)
        .where(seen_by(user), *_narrowed(filters))
    )
    key = cast("tuple[datetime, int] | None", _read_key(Tab.ALL, after))
    found = search_page(session, base, CASES, text, size=size, at=at, after=key)
    rows = [InboxRow(*tuple(row)) for row in found.rows]
    return Page(rows, key_of(Tab.ALL, rows[-1]) if found.next_key and rows else None)
