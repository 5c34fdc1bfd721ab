"""The figures that everybody may see: counts kept by day, without small groups, and no case.

They read the counts alone, never the cases, so nothing of a case can reach a public page. A
group of fewer than ``FEWEST`` cases is added to the others: nobody is found in a small number.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import Date, RowMapping, cast, func, select
from sqlalchemy.orm import Session

from casework.models import FIGURE_DAYS
from casework.models.figure_days import COUNTED, WHOLE
from casework.queries.figures import Figures, Grouping

FEWEST = 5
OTHERS = "others"


class Shown(StrEnum):
    """What a district shows of its figures to everybody."""

    NOTHING = "nothing"
    TOTALS = "totals"
    UNITS = "units"


@dataclass(frozen=True, slots=True)
class PublicFigures:
    """A year by month, and the groups of each grouping; ``OTHERS`` are small ones together.

    A month or year of fewer than ``FEWEST`` cases has no figures.
    """

    year: Figures | None
    months: list[tuple[date, Figures | None]]
    groups: Mapping[Grouping, dict[str, Figures]]


def public_figures(session: Session, first: date, last: date, *, units: bool) -> PublicFigures:
    """Return what may be shown of the days from ``first`` to ``last``, in two statements."""
    days = FIGURE_DAYS.c
    within = days.day.between(first, last)
    sums = [func.sum(days[name]).label(name) for name in COUNTED]
    month: Any = cast(func.date_trunc("month", days.day), Date)
    monthly = session.execute(
        select(month.label("month"), *sums)
        .where(days.grouping == WHOLE, within)
        .group_by(month)
        .order_by(month)
    ).mappings()
    months = [(row["month"], _figures(row)) for row in monthly]
    wanted = [Grouping.KIND, Grouping.CATEGORY, *([Grouping.DEPARTMENT] if units else [])]
    rows = session.execute(
        select(days.grouping, days.key, *sums)
        .where(days.grouping.in_([one.value for one in wanted]), within)
        .group_by(days.grouping, days.key)
    ).mappings()
    found: dict[Grouping, dict[str, Figures]] = {one: {} for one in wanted}
    for row in rows:
        found[Grouping(row["grouping"])][row["key"]] = _figures(row)
    return PublicFigures(
        _sum_of([figures for _month, figures in months]),
        _large_months(months),
        {one: _without_small(groups) for one, groups in found.items()},
    )


def _figures(row: RowMapping) -> Figures:
    return Figures({name: int(row[name]) for name in COUNTED})


def _added(figures: list[Figures]) -> Figures:
    return Figures({name: sum(one[name] for one in figures) for name in COUNTED})


def _is_small(figures: Figures) -> bool:
    return figures["received"] < FEWEST


def _sum_of(months: list[Figures]) -> Figures | None:
    """Return the year, unless taking the months away from it would tell a small month."""
    small = [one for one in months if _is_small(one)]
    whole = _added(months)
    if _is_small(whole) or (small and sum(one["received"] for one in small) < FEWEST):
        return None
    return whole


def _large_months(months: list[tuple[date, Figures]]) -> list[tuple[date, Figures | None]]:
    return [(month, None if _is_small(figures) else figures) for month, figures in months]


def _without_small(groups: dict[str, Figures]) -> dict[str, Figures]:
    """Return the groups, largest first, those without a name and small ones together at the end.

    If these are still few, the next smallest joins them; if nothing is left to join, they go.
    """
    named = sorted(
        ((key, figures) for key, figures in groups.items() if key),
        key=lambda each: (-each[1]["received"], each[0]),
    )
    others = [figures for key, figures in groups.items() if not key]
    while named and (_is_small(named[-1][1]) or (others and _is_small(_added(others)))):
        others.append(named.pop()[1])
    shown = dict(named)
    if others and not _is_small(_added(others)):
        shown[OTHERS] = _added(others)
    return shown
