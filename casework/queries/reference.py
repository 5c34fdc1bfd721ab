"""What the administrator keeps, as the pages of administration show it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session, aliased, joinedload

from casework.errors import NotFound
from casework.models import (
    AdminEvent,
    Base,
    CalendarDay,
    CalendarYear,
    Case,
    Category,
    Department,
    LimitRule,
    Reason,
    User,
)
from casework.workflow.states import RUNNING, Action, Clock

T = TypeVar("T", bound=Base)

CAP = 2_000
LARGEST_ID = 2**63 - 1
LOG_PAGE = 50
FOUND_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class DepartmentLine:
    """A unit with how many work there and how many cases it has under way."""

    department: Department
    people: int
    running: int


@dataclass(frozen=True, slots=True)
class CategoryLine:
    """A category with how many stand below it."""

    category: Category
    below: int


def departments(session: Session) -> list[DepartmentLine]:
    """Return all units, closed ones last, with counts; it says nothing about single cases."""
    staff = (
        select(func.count())
        .where(User.department_id == Department.id, User.disabled_at.is_(None))
        .correlate(Department)
        .scalar_subquery()
    )
    running = (
        select(func.count())
        .where(Case.department_id == Department.id, _is_running())
        .correlate(Department)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Department, staff, running).order_by(
            Department.closed_at.is_not(None), Department.position, Department.id
        )
    )
    return [DepartmentLine(*row) for row in rows]


def department(session: Session, department_id: int) -> Department:
    """Return one unit. Raises NotFound."""
    return _one(session, Department, department_id)


def running_cases(session: Session, department_id: int) -> int:
    """Count the cases that a unit has under way, up to one more than the cap."""
    capped = (
        select(Case.id)
        .where(Case.department_id == department_id, _is_running())
        .limit(CAP + 1)
        .subquery()
    )
    return session.scalars(select(func.count()).select_from(capped)).one()


def _is_running() -> ColumnElement[bool]:
    return Case.state.in_(sorted(RUNNING))


def category(session: Session, category_id: int) -> Category:
    """Return one category. Raises NotFound."""
    return _one(session, Category, category_id)


def categories_below(session: Session, parent: Category | None) -> list[CategoryLine]:
    """Return the categories right below ``parent``, or the roots."""
    leaf = aliased(Category)
    below = (
        select(func.count())
        .where(leaf.parent_id == Category.id)
        .correlate(Category)
        .scalar_subquery()
    )
    under = Category.parent_id.is_(None) if parent is None else Category.parent_id == parent.id
    rows = session.execute(
        select(Category, below)
        .where(under)
        .order_by(Category.closed_at.is_not(None), Category.position, Category.id)
    )
    return [CategoryLine(*row) for row in rows]


def categories_named(session: Session, words: str) -> list[CategoryLine]:
    """Return the categories with ``words`` in one of their names, by their paths."""
    found = session.scalars(
        select(Category)
        .where(
            Category.name.contains(words, autoescape=True)
            | Category.name_en.icontains(words, autoescape=True)
        )
        .order_by(Category.path)
        .limit(FOUND_AT_ONCE)
    )
    return [CategoryLine(category, 0) for category in found]


def all_categories(session: Session) -> Sequence[Category]:
    """Return the open categories by their paths, to choose from."""
    return session.scalars(
        select(Category).where(Category.closed_at.is_(None)).order_by(Category.path)
    ).all()


@dataclass(frozen=True, slots=True)
class LimitLine:
    """A limit, and where it stands on the day of asking."""

    rule: LimitRule
    category: str | None
    stands: str


HOLDS, COMING, OVERTAKEN = "holds", "coming", "overtaken"


def limits(session: Session, today: date) -> list[LimitLine]:
    """Return the limits in the order of the clocks, the newest of equals first."""
    wanted = (
        select(LimitRule, Category.path)
        .outerjoin(Category, Category.id == LimitRule.category_id)
        .order_by(
            LimitRule.clock,
            LimitRule.category_id.is_not(None),
            LimitRule.urgency.is_not(None),
            LimitRule.kind.is_not(None),
            LimitRule.kind,
            LimitRule.urgency,
            LimitRule.category_id,
            LimitRule.holds_from.desc(),
        )
    )
    lines: list[LimitLine] = []
    in_force: set[tuple[object, ...]] = set()
    for rule, path in session.execute(wanted):
        same = (rule.clock, rule.kind, rule.urgency, rule.category_id)
        stands = COMING if rule.holds_from > today else OVERTAKEN if same in in_force else HOLDS
        if stands == HOLDS:
            in_force.add(same)
        lines.append(LimitLine(rule, path, stands))
    order = list(Clock)
    return sorted(lines, key=lambda line: order.index(line.rule.clock))


def limit(session: Session, limit_id: int) -> LimitRule:
    """Return one limit. Raises NotFound."""
    return _one(session, LimitRule, limit_id)


def days_of(session: Session, first: date, last: date) -> dict[date, CalendarDay]:
    """Return the days that depart from the usual week, from ``first`` to ``last``."""
    rows = session.scalars(
        select(CalendarDay).where(and_(CalendarDay.day >= first, CalendarDay.day <= last))
    )
    return {row.day: row for row in rows}


def years_entered(session: Session) -> list[int]:
    """Return the years whose official days have been entered."""
    return list(session.scalars(select(CalendarYear.year).order_by(CalendarYear.year)))


def reasons(session: Session, action: Action | None = None) -> Sequence[Reason]:
    """Return the coded reasons of a step, or of all, closed ones last."""
    wanted = select(Reason).order_by(
        Reason.action, Reason.closed_at.is_not(None), Reason.position, Reason.code
    )
    if action is not None:
        wanted = wanted.where(Reason.action == action)
    return session.scalars(wanted).all()


def reason(session: Session, code: str) -> Reason:
    """Return one coded reason. Raises NotFound."""
    found = session.get(Reason, code)
    if found is None:
        raise NotFound()
    return found


def admin_events(
    session: Session, *, before: int | None = None, table: str | None = None, row: str | None = None
) -> Sequence[AdminEvent]:
    """Return a page of the administrators' log, newest first, and one line more."""
    wanted = select(AdminEvent).options(joinedload(AdminEvent.actor))
    if before is not None:
        wanted = wanted.where(AdminEvent.id < before)
    if table:
        wanted = wanted.where(AdminEvent.table_name == table)
        if row:
            wanted = wanted.where(AdminEvent.row_key == row)
    return session.scalars(wanted.order_by(AdminEvent.id.desc()).limit(LOG_PAGE + 1)).all()


def _one(session: Session, kind: type[T], row_id: int) -> T:
    found = session.get(kind, row_id) if row_id <= LARGEST_ID else None
    if found is None:
        raise NotFound()
    return found
