"""What answers "how are we doing": where things stand now, who stands where, and what grows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Numeric, and_, cast, func, or_, select
from sqlalchemy.orm import Session

from casework.models import Case
from casework.queries.figures import Figures, Period, Scope, anchored
from casework.queries.measures import SUBMITTED, Anchor
from casework.workflow.states import RUNNING

RECENT, BEFORE = 7, 8
"""Days that are compared with the average of so many such spans before them."""

FEWEST, TIMES_MORE, MOST = 3, 2, 10
"""A subject is hot from so many cases on, when they are so many times the usual; so many show."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How many cases run now, and how many of them have passed the promised date."""

    running: int
    open_late: int
    received_today: int
    completed_today: int


def standing(session: Session, scope: Scope, *, today: date) -> Standing:
    """Return where things stand at this moment, in one statement."""
    late = anchored(Anchor.OPEN_LATE, Period.of(today, today, today=today))
    runs = Case.state.in_(sorted(RUNNING))
    row = session.execute(
        select(
            func.count().filter(runs),
            func.count().filter(late),
            func.count().filter(Case.received_on == today),
            func.count().filter(Case.completed_on == today),
        ).where(
            scope.condition(),
            SUBMITTED,
            or_(runs, Case.received_on == today, Case.completed_on == today),
        )
    ).one()
    return Standing(*row)


def compared(today: date) -> dict[str, tuple[date, date]]:
    """Return this month so far, as many days of the month before, and of this month last year."""
    first = today.replace(day=1)
    before = (first - timedelta(days=1)).replace(day=1)
    last_year = first.replace(year=first.year - 1)
    return {
        name: (start, min(start + (today - first), _last_day(start)))
        for name, start in (("this", first), ("before", before), ("last_year", last_year))
    }


def _last_day(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Ranked:
    """A unit with its place; units with the same rate share one, and the next is left out."""

    place: int
    key: int
    figures: Figures


def ranking(units: Mapping[int, Figures], rate: str) -> list[Ranked]:
    """Return the units that have such a rate, the best first."""
    rated = [(key, found) for key, found in units.items() if found.rate(rate) is not None]
    rated.sort(key=lambda each: (-(each[1].rate(rate) or 0), -each[1].denominator(rate), each[0]))
    ranked: list[Ranked] = []
    for number, (key, found) in enumerate(rated, start=1):
        same = ranked and ranked[-1].figures.rate(rate) == found.rate(rate)
        ranked.append(Ranked(ranked[-1].place if same else number, key, found))
    return ranked


@dataclass(frozen=True, slots=True)
class Hot:
    """A subject in a street of which more is written than usual; ``usual`` is a weekly average."""

    category_id: int
    street_id: int | None
    recent: int
    usual: float


def hot_subjects(session: Session, scope: Scope, *, today: date) -> list[Hot]:
    """Return the subjects and streets that have grown most in the last seven days."""
    since = today - timedelta(days=RECENT - 1)
    recent: Any = func.count().filter(Case.received_on >= since)
    before: Any = func.count().filter(Case.received_on < since)
    usual = cast(before, Numeric) / BEFORE
    rows = session.execute(
        select(Case.category_id, Case.street_id, recent, usual)
        .where(
            scope.condition(),
            SUBMITTED,
            Case.category_id.is_not(None),
            Case.received_on.between(since - timedelta(days=RECENT * BEFORE), today),
        )
        .group_by(Case.category_id, Case.street_id)
        .having(and_(recent >= FEWEST, recent >= TIMES_MORE * usual))
        .order_by((recent - usual).desc(), Case.category_id, Case.street_id)
        .limit(MOST)
    )
    return [Hot(category, street, count, float(mean)) for category, street, count, mean in rows]
