"""The figures by department and by month, and the cases behind each of them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ARRAY, Date, column, func
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import Session

from casework.queries.figures import NOTHING, TIMES, Figures, Grouping, Period, Scope
from casework.queries.figures_counting import EVERY_ANCHOR, Asked, counts
from casework.queries.measures import MEASURES, Anchor

PAGE = 50
MONTHS = 24
CAME_AND_WENT = (Anchor.RECEIVED, Anchor.ANSWERED)
WITH_OFFICE = 0
"""The key of the cases that no department has."""


@dataclass(frozen=True, slots=True)
class ByDepartment:
    """All figures of a period, as a whole and for each unit that has any."""

    whole: Figures
    units: dict[int, Figures]


def by_department(
    session: Session,
    scope: Scope,
    period: Period,
    *,
    anchors: Sequence[Anchor] = EVERY_ANCHOR,
    times: bool = True,
) -> ByDepartment:
    """Return the figures of ``period``, in one statement."""
    whole, found = by_group(
        session, scope, period, Grouping.DEPARTMENT, anchors=anchors, times=times
    )
    return ByDepartment(whole, {int(key) if key else WITH_OFFICE: found[key] for key in found})


def by_group(
    session: Session,
    scope: Scope,
    period: Period,
    grouping: Grouping,
    *,
    anchors: Sequence[Anchor] = EVERY_ANCHOR,
    times: bool = True,
) -> tuple[Figures, dict[str, Figures]]:
    """Return the figures of ``period`` as a whole and by group, in one statement.

    Keys are ids of rows or values of the closed lists, as text; empty is a case without any. A
    group of which nothing is counted is left out.
    Only the measures of ``anchors`` are counted, and the times only if asked for: these and what
    stood open and late are the dear ones.
    """
    asked = Asked(scope, period, grouping, anchors, times)
    rows = session.execute(counts(session, asked)).mappings().all()
    whole = _figures(row for row in rows if row["whole"])
    groups: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        if not row["whole"]:
            groups[row["key"]].append(row)
    counted = {name: _figures(found) for name, found in groups.items()}
    return whole, {name: found for name, found in counted.items() if any(found.counts.values())}


@dataclass(frozen=True, slots=True)
class Month:
    """The days of one month that lie within the period asked for."""

    first: date
    last: date
    figures: Figures


def by_month(
    session: Session,
    scope: Scope,
    first: date,
    last: date,
    *,
    today: date,
    anchors: Sequence[Anchor] = EVERY_ANCHOR,
    times: bool = True,
) -> list[Month]:
    """Return the figures of each month between the days, of the last ``MONTHS`` at most."""
    spans = months_between(first, min(last, today))[-MONTHS:]
    if not spans:
        return []
    periods = [Period.of(start, end, today=today) for start, end in spans]
    found = of_periods(session, scope, periods, anchors=anchors, times=times)
    return [Month(start, end, figures) for (start, end), figures in zip(spans, found, strict=True)]


def since_the_first(months: list[Month]) -> list[Month]:
    """Return the months without those before anything came in, and two of them at least."""
    filled = (place for place, month in enumerate(months) if any(month.figures.counts.values()))
    return months[min(next(filled, 0), max(len(months) - 2, 0)) :]


def of_periods(
    session: Session,
    scope: Scope,
    periods: Sequence[Period],
    *,
    anchors: Sequence[Anchor] = EVERY_ANCHOR,
    times: bool = True,
) -> list[Figures]:
    """Return the figures of each period, whether they overlap or not, in one statement."""
    listed = _listed(periods)
    period = Period(listed.first, listed.last, listed.settled_on)
    asked = Asked(scope, period, None, anchors, times, listed.place)
    rows = session.execute(counts(session, asked)).mappings().all()
    return [
        _figures(row for row in rows if row["place"] == place)
        for place in range(1, len(periods) + 1)
    ]


@dataclass(frozen=True, slots=True)
class Matrix:
    """The figures of each unit in each period, each period as a whole, and each unit."""

    cells: dict[tuple[int, int], Figures]
    columns: list[Figures]


def by_department_and_period(
    session: Session, scope: Scope, periods: Sequence[Period], *, anchors: Sequence[Anchor]
) -> Matrix:
    """Return the counts of each unit in each period, in one statement; times are not among them.

    ``cells`` are by the id of the unit (``WITH_OFFICE`` without one) and the place of the period,
    the first of which is 0.
    """
    listed = _listed(periods)
    period = Period(listed.first, listed.last, listed.settled_on)
    asked = Asked(scope, period, Grouping.DEPARTMENT, anchors, False, listed.place)
    cells: dict[tuple[int, int], list[Any]] = defaultdict(list)
    wholes: list[list[Any]] = [[] for _period in periods]
    for row in session.execute(counts(session, asked)).mappings():
        place = row["place"] - 1
        if row["whole"]:
            wholes[place].append(row)
        else:
            cells[int(row["key"] or WITH_OFFICE), place].append(row)
    return Matrix(
        {where: _figures(rows) for where, rows in cells.items()},
        [_figures(rows) for rows in wholes],
    )


def _listed(periods: Sequence[Period]) -> Any:
    """Return the periods as rows; as arrays they leave the text of the statement as it is."""
    days = (
        sql_cast([getattr(period, name) for period in periods], ARRAY(Date))
        for name in ("first", "last", "settled_on")
    )
    table = func.unnest(*days).table_valued(
        column("first", Date),
        column("last", Date),
        column("settled_on", Date),
        with_ordinality="place",
    )
    return table.render_derived(name="months").c


def months_between(first: date, last: date) -> list[tuple[date, date]]:
    """Return the months from ``first`` to ``last``, the outer ones cut to these days."""
    spans = []
    start = first
    while start <= last:
        following = (start.replace(day=1) + timedelta(days=32)).replace(day=1)
        spans.append((start, min(following - timedelta(days=1), last)))
        start = following
    return spans


def _figures(rows: Iterable[Any]) -> Figures:
    """Return the figures of one key from the rows of its parts."""
    found: dict[str, int] = {}
    times: list[Decimal | None] = [None] * len(TIMES)
    for row in rows:
        for name in MEASURES:
            if row[name] is not None:
                found[name] = found.get(name, 0) + row[name]
        for place, name in enumerate(TIMES):
            if row[name] is not None:
                times[place] = Decimal(str(row[name])).quantize(Decimal("0.1"))
    return Figures(found, *times) if found else NOTHING
