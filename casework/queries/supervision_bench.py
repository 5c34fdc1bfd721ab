"""The supervisors' bench: what turns red, who has cards, and which words are still owed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, select, tuple_
from sqlalchemy.orm import Session, aliased

from casework.models import Case, Instruction, SupervisionNotice, User
from casework.queries.cases import seen_by
from casework.queries.digests import end_of_week, open_order
from casework.queries.supervision import CAP, Filters, running
from casework.queries.supervision_levels import owing_unit_of_case
from casework.workflow.states import State, Urgency
from casework.workflow.supervision import CARDS, WITH_PETITIONER, Level

PAGE = 50
NO_DAY = date(9999, 12, 31)
AnySelect = Select[*tuple[Any, ...]]
Keyed = tuple[AnySelect, Any, Any]


class Listed(StrEnum):
    """The lists of the bench."""

    TODAY = "today"
    WEEK = "week"
    LATE = "late"
    ORDERS = "orders"
    INSTRUCTIONS = "instructions"


class Sort(StrEnum):
    """By what the lists of cases are ordered: the nearest date, or the oldest letter."""

    DUE = "due"
    RECEIVED = "received"


SORTED_BY: Mapping[Sort, Any] = {Sort.DUE: Case.due_on, Sort.RECEIVED: Case.received_on}


@dataclass(frozen=True, slots=True)
class BenchRow:
    """A case on the bench; ``wanted_on`` is the day of the list: of the case, or of the answer.

    ``level`` is the newest level that stands on the case and was not lifted.
    """

    key: int
    sorted_on: date
    number: str
    subject: str
    state: State
    urgency: Urgency
    unit_id: int | None
    wanted_on: date | None
    received_on: date
    words: str
    level: Level | None


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows and, if there are more, the key after which they go on."""

    rows: list[BenchRow]
    after: str | None


@dataclass(frozen=True, slots=True)
class Cards:
    """How many cards a unit got since a day; without a department it is the petition office."""

    department_id: int | None
    yellow: int
    red: int


def bench(
    session: Session,
    user: User,
    listed: Listed,
    *,
    today: date,
    filters: Filters,
    sort: Sort = Sort.DUE,
    after: str | None = None,
    size: int = PAGE,
) -> Page:
    """Return one page of a list, in one statement."""
    wanted, day, key = _list(user, listed, today, filters, sort)
    if (start := _read_key(after)) is not None:
        wanted = wanted.where(tuple_(day, key) > tuple_(literal(start[0]), literal(start[1])))
    found = session.execute(wanted.order_by(day, key).limit(size + 1))
    rows = [BenchRow(*tuple(row)) for row in found]
    last = rows[size - 1] if len(rows) > size else None
    return Page(rows[:size], f"{last.sorted_on.isoformat()}~{last.key}" if last else None)


def counts(session: Session, user: User, *, today: date, filters: Filters) -> dict[Listed, int]:
    """Return how long each list is, counted no further than just past ``CAP``."""
    sizes = []
    for listed in Listed:
        rows = _list(user, listed, today, filters, Sort.DUE)[0].limit(CAP + 1).subquery()
        sizes.append(select(func.count()).select_from(rows).scalar_subquery().label(listed.value))
    row = session.execute(select(*sizes)).one()
    return {listed: int(row._mapping[listed.value]) for listed in Listed}


def cards(session: Session, user: User, *, since: datetime) -> Sequence[Cards]:
    """Return the units with cards since an instant, those with most red ones first."""
    red, yellow = (
        func.count().filter(SupervisionNotice.level == level)
        for level in (Level.RED_CARD, Level.YELLOW_CARD)
    )
    rows = session.execute(
        select(SupervisionNotice.department_id, yellow, red)
        .join(Case, Case.id == SupervisionNotice.case_id)
        .where(
            SupervisionNotice.level.in_(CARDS),
            SupervisionNotice.at >= since,
            SupervisionNotice.cancelled_at.is_(None),
            seen_by(user),
        )
        .group_by(SupervisionNotice.department_id)
        .order_by(red.desc(), yellow.desc(), SupervisionNotice.department_id)
    )
    return [Cards(*row) for row in rows]


def _list(user: User, listed: Listed, today: date, filters: Filters, sort: Sort) -> Keyed:
    """Return a list with the two columns by which it is ordered and paged."""
    if listed is Listed.ORDERS:
        return _orders(user, filters)
    if listed is Listed.INSTRUCTIONS:
        return _instructions(user, filters)
    within = {
        Listed.TODAY: (Case.due_on == today,),
        Listed.WEEK: (Case.due_on > today, Case.due_on <= end_of_week(today)),
        Listed.LATE: (Case.due_on < today,),
    }[listed]
    day = SORTED_BY[sort]
    owed = Case.state.not_in(sorted(WITH_PETITIONER))
    columns = _columns(Case.id, day, Case.due_on, literal(""), owing_unit_of_case())
    return select(*columns).where(*running(user, filters), owed, *within), day, Case.id


def _orders(user: User, filters: Filters) -> Keyed:
    notice = SupervisionNotice
    day = func.coalesce(notice.explain_by, NO_DAY)
    columns = _columns(notice.id, day, notice.explain_by, notice.note, notice.department_id)
    wanted = (
        select(*columns)
        .join_from(notice, Case, Case.id == notice.case_id)
        .where(*open_order(), seen_by(user), *_of_unit(notice.department_id, filters))
    )
    return wanted, day, notice.id


def _instructions(user: User, filters: Filters) -> Keyed:
    day = func.coalesce(Instruction.due_on, NO_DAY)
    columns = _columns(
        Instruction.id, day, Instruction.due_on, Instruction.text, owing_unit_of_case()
    )
    wanted = (
        select(*columns)
        .join_from(Instruction, Case, Case.id == Instruction.case_id)
        .where(Instruction.answered_at.is_(None), *running(user, filters))
    )
    return wanted, day, Instruction.id


def _of_unit(unit: Any, filters: Filters) -> list[ColumnElement[bool]]:
    """Return the conditions of an order, which stays with its unit whatever the case does."""
    wanted = {Case.kind: filters.kind, Case.urgency: filters.urgency, unit: filters.department_id}
    conditions = [column == value for column, value in wanted.items() if value is not None]
    return [*conditions, unit.is_(None)] if filters.with_office else conditions


def _columns(key: Any, day: Any, wanted_on: Any, words: Any, unit: Any) -> list[Any]:
    stands = aliased(SupervisionNotice)
    newest = (
        select(stands.level)
        .where(stands.case_id == Case.id, stands.cancelled_at.is_(None))
        .order_by(stands.id.desc())
        .limit(1)
        .correlate(Case)
        .scalar_subquery()
    )
    return [
        key.label("key"),
        day.label("sorted_on"),
        Case.number,
        Case.subject,
        Case.state,
        Case.urgency,
        unit.label("unit_id"),
        wanted_on.label("wanted_on"),
        Case.received_on,
        words.label("words"),
        newest.label("level"),
    ]


def _read_key(after: str | None) -> tuple[date, int] | None:
    """Return the key of an address; one that cannot be read begins anew."""
    day, _, row_id = (after or "").partition("~")
    try:
        key = date.fromisoformat(day), int(row_id)
    except ValueError:
        return None
    return key if 0 < key[1] < 2**63 else None
