"""The figures of domain §5: each measure is defined here once, in SQL and in words.

A measure belongs to one of three anchors, which say how a case comes into a period: by the day
it came in, by the day its answer went out, or by standing open and late when the period ends.
The pages count with ``FILTER (WHERE measure.holds)`` under the anchor; the list behind a figure
uses the same two conditions, so its length is the figure.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, func, not_, or_, true

from casework.language import N_
from casework.models import Case, User
from casework.queries.cases import seen_by
from casework.workflow.states import (
    COMPLETE,
    DEPARTMENT_ROLES,
    ENDED_OTHERWISE,
    RUNNING,
    State,
)

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


class Anchor(StrEnum):
    """How a case comes into a period."""

    RECEIVED = "received"
    ANSWERED = "answered"
    OPEN_LATE = "open_late"


def anchored(anchor: Anchor, period: Period) -> ColumnElement[bool]:
    """Return the condition under which a case belongs to ``period`` by ``anchor``."""
    if anchor is Anchor.RECEIVED:
        return Case.received_on.between(period.first, period.last)
    if anchor is Anchor.ANSWERED:
        return and_(
            Case.completed_on.is_not(None),
            Case.completed_on.between(period.first, period.last),
        )
    still_open = and_(Case.state.in_(sorted(RUNNING - {State.AWAITING_PETITIONER})))
    answered_later = and_(
        Case.completed_on.is_not(None),
        Case.completed_on > Case.promised_on,
        Case.completed_on > period.last,
    )
    return and_(
        Case.received_on <= period.last,
        Case.promised_on <= period.settled_on,
        or_(still_open, answered_later),
    )


@dataclass(frozen=True, slots=True)
class Measure:
    """One number of cases, with the words that define it."""

    key: str
    name: str
    words: str
    anchor: Anchor
    holds: ColumnElement[bool]


SUBMITTED = not_(Case.on_the_spot)
VALID = and_(SUBMITTED, Case.state.not_in(sorted(ENDED_OTHERWISE)))
DAYS = Case.completed_on - Case.received_on


def _ended(state: State) -> ColumnElement[bool]:
    return and_(SUBMITTED, Case.state == state)


MEASURES: Mapping[str, Measure] = {
    measure.key: measure
    for measure in (
        Measure(
            "received",
            N_("Cases received"),
            N_(
                "Cases submitted in the period, by the day they came in. "
                "Calls answered on the spot are counted apart."
            ),
            Anchor.RECEIVED,
            SUBMITTED,
        ),
        Measure(
            "declined",
            N_("Not accepted"),
            N_("Of those received in the period, those not accepted."),
            Anchor.RECEIVED,
            _ended(State.DECLINED),
        ),
        Measure(
            "merged",
            N_("Merged"),
            N_("Of those received in the period, those merged into another case."),
            Anchor.RECEIVED,
            _ended(State.MERGED),
        ),
        Measure(
            "withdrawn",
            N_("Withdrawn"),
            N_("Of those received in the period, those the petitioner withdrew."),
            Anchor.RECEIVED,
            _ended(State.WITHDRAWN),
        ),
        Measure(
            "valid",
            N_("Valid"),
            N_("Received in the period, less those not accepted, merged or withdrawn."),
            Anchor.RECEIVED,
            VALID,
        ),
        Measure(
            "valid_completed",
            N_("Completed of these"),
            N_(
                "Valid cases received in the period whose answer has reached the petitioner by "
                "now. A case that is done again is not completed until it is answered again."
            ),
            Anchor.RECEIVED,
            and_(VALID, Case.state.in_(sorted(COMPLETE))),
        ),
        Measure(
            "valid_open",
            N_("Still open of these"),
            N_("Valid cases received in the period that have no answer yet."),
            Anchor.RECEIVED,
            and_(VALID, Case.state.in_(sorted(RUNNING))),
        ),
        Measure(
            "on_the_spot",
            N_("Answered on the spot"),
            N_(
                "Calls that the operator answered at once, by the day of the call. "
                "They are left out of every other figure."
            ),
            Anchor.RECEIVED,
            and_(Case.on_the_spot),
        ),
        Measure(
            "completed",
            N_("Completed in the period"),
            N_(
                "Cases whose answer reached the petitioner in the period, whenever they came. "
                "A completion cancelled by doing the case again does not count."
            ),
            Anchor.ANSWERED,
            SUBMITTED,
        ),
        Measure(
            "on_time",
            N_("Completed on time"),
            N_("Completed in the period, not later than the date promised in the end."),
            Anchor.ANSWERED,
            and_(SUBMITTED, Case.completed_on <= Case.promised_on),
        ),
        Measure(
            "on_time_first",
            N_("Completed by the first date promised"),
            N_("Completed in the period, not later than the date promised at first."),
            Anchor.ANSWERED,
            and_(SUBMITTED, Case.completed_on <= Case.first_promised_on),
        ),
        Measure(
            "late",
            N_("Completed late"),
            N_("Completed in the period, later than the date promised in the end."),
            Anchor.ANSWERED,
            and_(SUBMITTED, Case.completed_on > Case.promised_on),
        ),
        Measure(
            "within_15",
            N_("Answered within 15 days"),
            N_("Completed in the period, 15 days or fewer after the case came in."),
            Anchor.ANSWERED,
            and_(SUBMITTED, DAYS <= 15),
        ),
        Measure(
            "within_60",
            N_("Answered within 60 days"),
            N_("Completed in the period, 60 days or fewer after the case came in."),
            Anchor.ANSWERED,
            and_(SUBMITTED, DAYS <= 60),
        ),
        Measure(
            "open_late",
            N_("Open and past due"),
            N_(
                "Cases that had no answer when the period ended, or have none today, although "
                "the promised date had passed. Those waiting for the petitioner are left out."
            ),
            Anchor.OPEN_LATE,
            SUBMITTED,
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Rate:
    """A share: one measure over the sum of others."""

    key: str
    name: str
    words: str
    numerator: str
    denominator: tuple[str, ...]


RATES: Mapping[str, Rate] = {
    rate.key: rate
    for rate in (
        Rate(
            "completion",
            N_("Completion rate"),
            N_(
                "Valid cases received in the period that are completed by now, "
                "of all valid cases received in the period."
            ),
            "valid_completed",
            ("valid",),
        ),
        Rate(
            "on_time",
            N_("On-time rate"),
            N_(
                "Cases completed in the period by the date promised, of all completed in the "
                "period and all still open and past due at its end. "
                "What is open and in time counts neither as success nor as failure."
            ),
            "on_time",
            ("completed", "open_late"),
        ),
        Rate(
            "on_time_first",
            N_("On-time rate by the first date"),
            N_("The same, measured against the date that was promised at first."),
            "on_time_first",
            ("completed", "open_late"),
        ),
        Rate(
            "within_15",
            N_("Share within 15 days"),
            N_("Cases answered within 15 days, of all completed in the period."),
            "within_15",
            ("completed",),
        ),
        Rate(
            "within_60",
            N_("Share within 60 days"),
            N_("Cases answered within 60 days, of all completed in the period."),
            "within_60",
            ("completed",),
        ),
    )
}

MEDIAN_WORDS = N_(
    "Half of the cases completed in the period were answered in this many days or fewer, counted "
    "from the day after they came in. Calls answered on the spot are left out."
)
P90_WORDS = N_(
    "Nine of ten cases completed in the period were answered in this many days or fewer, counted "
    "from the day after they came in. Calls answered on the spot are left out."
)


def share(numerator: int, denominator: int) -> Decimal | None:
    """Return the share, or None where there is nothing to divide by."""
    return Decimal(numerator) / Decimal(denominator) if denominator else None


@dataclass(frozen=True, slots=True)
class Figures:
    """All measures of one unit or month; ``median`` and ``p90`` are days to the answer."""

    counts: Mapping[str, int]
    median: Decimal | None = None
    p90: Decimal | None = None

    def __getitem__(self, measure: str) -> int:
        return self.counts.get(measure, 0)

    def denominator(self, rate: str) -> int:
        """Return what the rate is a share of."""
        return sum(self[measure] for measure in RATES[rate].denominator)

    def rate(self, rate: str) -> Decimal | None:
        """Return the share, or None for an empty denominator."""
        return share(self[RATES[rate].numerator], self.denominator(rate))


NOTHING = Figures({})


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose cases count: what the reader may see, and one unit of it if one is chosen.

    Without a user all cases count, as on the command line. ``with_office`` takes the cases that
    no department has.
    """

    user: User | None
    department_id: int | None = None
    with_office: bool = False

    def condition(self) -> ColumnElement[bool]:
        """Return the condition; people of a department count what their own department leads."""
        conditions = [seen_by(self.user)] if self.user else []
        if self.user and self.user.role in DEPARTMENT_ROLES:
            conditions.append(Case.department_id == self.user.department_id)
        if self.with_office:
            conditions.append(Case.department_id.is_(None))
        elif self.department_id is not None:
            conditions.append(Case.department_id == self.department_id)
        return and_(true(), *conditions)


def counting(anchor: Anchor) -> Sequence[tuple[str, ColumnElement[Any]]]:
    """Return a column for each measure of ``anchor``; times stand with the answers."""
    columns: list[tuple[str, ColumnElement[Any]]] = [
        (measure.key, func.count().filter(measure.holds))
        for measure in MEASURES.values()
        if measure.anchor is anchor
    ]
    if anchor is Anchor.ANSWERED:
        columns += [("median", _percentile(0.5)), ("p90", _percentile(0.9))]
    return columns


def _percentile(part: float) -> ColumnElement[Any]:
    within: Callable[..., Any] = func.percentile_cont(part).within_group
    return within(DAYS.asc()).filter(SUBMITTED)  # type: ignore[no-any-return]
