"""What each unit has to look at this morning: what is due, and what waits for its word."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, case, func, literal, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from casework.models import Case, Instruction, Level, SupervisionNotice
from casework.queries.supervision_levels import owing_unit_of_case
from casework.workflow.states import RUNNING
from casework.workflow.supervision import WITH_PETITIONER

NAMED = 10
"""How many case numbers a digest names of each list; the others are only counted."""

OWED = sorted(RUNNING - WITH_PETITIONER)


@dataclass(slots=True)
class Digest:
    """What one unit is told: for each list how many cases it has, and the first numbers."""

    lists: dict[str, tuple[int, list[str]]] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """Return how many cases it is about; one with an order as well counts once at least."""
        return sum(count for name, (count, _) in self.lists.items() if name in DUE) or max(
            (count for count, _ in self.lists.values()), default=0
        )


DUE = ("overdue", "today", "this_week")


def end_of_week(today: date) -> date:
    """Return the Sunday that ends the week of ``today``."""
    return today + timedelta(days=6 - today.weekday())


def open_order() -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of an order that still wants its explanation."""
    return (
        SupervisionNotice.level == Level.ORDER,
        SupervisionNotice.explained_at.is_(None),
        SupervisionNotice.cancelled_at.is_(None),
    )


def with_its_unit() -> ColumnElement[bool]:
    """Return the condition that the unit which got an order can still open the case."""
    return or_(
        SupervisionNotice.department_id.is_(None),
        SupervisionNotice.department_id == Case.department_id,
    )


def digests(session: Session, *, today: date) -> Mapping[int | None, Digest]:
    """Return a digest for each unit that has anything to look at, in three statements."""
    found: dict[int | None, Digest] = {}
    for wanted in (_due(today), _orders(), _instructions()):
        for row in session.execute(wanted):
            found.setdefault(row.unit, Digest()).lists[row.list] = _listed(row)
    return found


def _listed(row: Row[*tuple[Any, ...]]) -> tuple[int, list[str]]:
    return row.cases, list(row.numbers[:NAMED])


def _due(today: date) -> Select[*tuple[Any, ...]]:
    unit = owing_unit_of_case().label("unit")
    which = case(
        (Case.due_on < today, "overdue"), (Case.due_on == today, "today"), else_="this_week"
    ).label("list")
    numbers = func.array_agg(aggregate_order_by(Case.number, Case.due_on, Case.id))
    return (
        select(unit, which, func.count().label("cases"), numbers.label("numbers"))
        .where(Case.state.in_(OWED), Case.due_on <= end_of_week(today))
        .group_by(unit, which)
    )


def _orders() -> Select[*tuple[Any, ...]]:
    notices = SupervisionNotice
    numbers = func.array_agg(aggregate_order_by(Case.number, notices.explain_by, notices.id))
    return (
        select(
            notices.department_id.label("unit"),
            literal("orders").label("list"),
            func.count().label("cases"),
            numbers.label("numbers"),
        )
        .select_from(notices)
        .join(Case, Case.id == notices.case_id)
        .where(*open_order(), with_its_unit())
        .group_by(notices.department_id)
    )


def _instructions() -> Select[*tuple[Any, ...]]:
    unit = owing_unit_of_case().label("unit")
    numbers = func.array_agg(aggregate_order_by(Case.number, Instruction.due_on, Instruction.id))
    return (
        select(
            unit,
            literal("instructions").label("list"),
            func.count().label("cases"),
            numbers.label("numbers"),
        )
        .select_from(Instruction)
        .join(Case, Case.id == Instruction.case_id)
        .where(
            Instruction.answered_at.is_(None),
            Instruction.due_on.is_not(None),
            Case.state.in_(OWED),
        )
        .group_by(unit)
    )
