"""The figures of a period: whose cases count, and the columns that count them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, true

from casework.models import Case, Category, User
from casework.queries.cases import seen_by
from casework.queries.measures import DAYS, MEASURES, RATES, SUBMITTED, Anchor
from casework.workflow.states import DEPARTMENT_ROLES, RUNNING, Channel, Kind, State

Day = date | ColumnElement[date]


@dataclass(frozen=True, slots=True)
class Period:
    """Days from the first to the last, as the district's calendar has them.

    ``settled_on`` is the last day of the period that is over: what was promised by then and
    has not been answered in the period is late.
    """

    first: Day
    last: Day
    settled_on: Day

    @classmethod
    def of(cls, first: date, last: date, *, today: date) -> "Period":
        """Return the period; a last day in the future counts as far as it has come."""
        return cls(first, last, min(last, today - timedelta(days=1)))


def anchored(anchor: Anchor, period: Period) -> ColumnElement[bool]:
    """Return the condition under which a case belongs to ``period`` by ``anchor``."""
    if anchor is Anchor.RECEIVED:
        return Case.received_on.between(period.first, period.last)
    if anchor is Anchor.DISPATCHED:
        return and_(
            Case.dispatched_on.is_not(None),
            Case.dispatched_on.between(period.first, period.last),
        )
    if anchor is Anchor.ANSWERED:
        return and_(
            Case.completed_on.is_not(None),
            Case.completed_on.between(period.first, period.last),
        )
    return or_(*open_late(period))


def open_late(period: Period) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Return the two ways to have been open and late: open still, or answered after the period.

    No case is both. Each has an index of its own, which an OR of them could not use.
    """
    late = and_(Case.received_on <= period.last, Case.promised_on <= period.settled_on)
    still_open = Case.state.in_(sorted(RUNNING - {State.AWAITING_PETITIONER}))
    answered_later = and_(
        Case.completed_on.is_not(None),
        Case.completed_on > Case.promised_on,
        Case.completed_on > period.last,
    )
    return and_(late, still_open), and_(late, answered_later)


def share(numerator: int, denominator: int) -> Decimal | None:
    """Return the share, or None where there is nothing to divide by."""
    return Decimal(numerator) / Decimal(denominator) if denominator else None


@dataclass(frozen=True, slots=True)
class Figures:
    """All measures of one unit or month.

    ``median`` and ``p90`` are days from arrival to answer, ``worked_median`` and ``worked_p90``
    working days from the first dispatch to the answer.
    """

    counts: Mapping[str, int]
    median: Decimal | None = None
    p90: Decimal | None = None
    worked_median: Decimal | None = None
    worked_p90: Decimal | None = None

    def __getitem__(self, measure: str) -> int:
        return self.counts.get(measure, 0)

    def denominator(self, rate: str) -> int:
        """Return what the rate is a share of."""
        return sum(self[measure] for measure in RATES[rate].denominator)

    def rate(self, rate: str) -> Decimal | None:
        """Return the share, or None for an empty denominator."""
        return share(self[RATES[rate].numerator], self.denominator(rate))


NOTHING = Figures({})


class Grouping(StrEnum):
    """By what figures are told apart.

    A category stands for all below its first level, a subject for itself alone. By state only
    the cases behind a figure are chosen: it changes every day, so no rows are kept by it.
    """

    DEPARTMENT = "department"
    STREET = "street"
    CHANNEL = "channel"
    KIND = "kind"
    CATEGORY = "category"
    SUBJECT = "subject"
    STATE = "state"


NOT_KEPT = frozenset({Grouping.SUBJECT, Grouping.STATE})
"""Groupings by which no rows are kept by day."""


def in_group(grouping: Grouping, key: str) -> ColumnElement[bool]:
    """Return the condition of one group; ``key`` is an id or a value, empty for none.

    Raises ValueError for a key that no group can have.
    """
    if grouping is Grouping.CHANNEL:
        return Case.channel == Channel(key)
    if grouping is Grouping.KIND:
        return Case.kind == Kind(key)
    if grouping is Grouping.STATE:
        return Case.state == State(key)
    if grouping is Grouping.CATEGORY:
        return Case.category_id.in_(_below(int(key))) if key else Case.category_id.is_(None)
    if grouping is Grouping.SUBJECT:
        return Case.category_id == int(key) if key else Case.category_id.is_(None)
    column = Case.street_id if grouping is Grouping.STREET else Case.department_id
    return column == int(key) if key else column.is_(None)


def _below(root: int) -> Any:
    """Return the ids of a category and of the two levels below it."""
    children = select(Category.id).where(Category.parent_id == root)
    return select(Category.id).where(
        or_(
            Category.id == root,
            Category.parent_id == root,
            Category.parent_id.in_(children),
        )
    )


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose cases count: what the reader may see, and one unit or group of it if one is chosen.

    Without a user all cases count, as on the command line. ``with_office`` takes the cases that
    no department has; ``groups`` one street, channel, kind or category, or one of each.
    """

    user: User | None
    department_id: int | None = None
    with_office: bool = False
    groups: tuple[tuple[Grouping, str], ...] = ()

    def condition(self) -> ColumnElement[bool]:
        """Return the condition; people of a department count what their own department leads."""
        conditions = [seen_by(self.user)] if self.user else []
        if self.user and self.user.role in DEPARTMENT_ROLES:
            conditions.append(Case.department_id == self.user.department_id)
        if self.with_office:
            conditions.append(Case.department_id.is_(None))
        elif self.department_id is not None:
            conditions.append(Case.department_id == self.department_id)
        conditions += [in_group(*group) for group in self.groups]
        return and_(true(), *conditions)


def counting(anchor: Anchor) -> Sequence[tuple[str, ColumnElement[Any]]]:
    """Return a column for each measure of ``anchor``."""
    return [
        (measure.key, func.count().filter(measure.holds))
        for measure in MEASURES.values()
        if measure.anchor is anchor
    ]


def timing() -> Sequence[tuple[str, ColumnElement[Any]]]:
    """Return a column for each of ``TIMES``, over the cases that were answered."""
    return [
        ("median", _percentile(0.5, DAYS)),
        ("p90", _percentile(0.9, DAYS)),
        ("worked_median", _percentile(0.5, Case.worked_days)),
        ("worked_p90", _percentile(0.9, Case.worked_days)),
    ]


TIMES = ("median", "p90", "worked_median", "worked_p90")


def _percentile(part: float, days: Any) -> ColumnElement[Any]:
    within: Callable[..., Any] = func.percentile_cont(part).within_group
    return within(days.asc()).filter(SUBMITTED)  # type: ignore[no-any-return]
