"""The figures of the annual report on petitions (信访工作条例 41)."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from casework.queries import figures_pages
from casework.queries.figures import NOTHING, Figures, Grouping, Period, Scope
from casework.queries.levels import counted_levels
from casework.queries.measures import Anchor
from casework.workflow.states import Kind
from casework.workflow.supervision import Level

COMPLAINED_ABOUT = 10
OF_ARRIVALS = (Anchor.RECEIVED, Anchor.ANSWERED)


@dataclass(frozen=True, slots=True)
class Annual:
    """One year: its figures, told apart, and how it was supervised.

    ``complaints`` are units by the complaints that were given to them; ``suggestions`` the
    figures of the suggestions alone.
    """

    whole: Figures
    before: Figures
    months: list[figures_pages.Month]
    channels: dict[str, Figures]
    kinds: dict[str, Figures]
    categories: dict[str, Figures]
    complaints: list[tuple[str, int]]
    suggestions: Figures
    levels: dict[Level, int]


def annual(session: Session, scope: Scope, year: int, *, today: date) -> Annual:
    """Return the figures of ``year``, as far as it has come."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    period = Period.of(first, last, today=today)
    earlier = Period.of(date(year - 1, 1, 1), date(year - 1, 12, 31), today=today)
    whole, before = figures_pages.of_periods(session, scope, [period, earlier])

    def told_apart(grouping: Grouping) -> dict[str, Figures]:
        return figures_pages.by_group(
            session, scope, period, grouping, anchors=OF_ARRIVALS, times=False
        )[1]

    kinds = told_apart(Grouping.KIND)
    return Annual(
        whole,
        before,
        figures_pages.by_month(
            session, scope, first, last, today=today, anchors=OF_ARRIVALS, times=False
        ),
        told_apart(Grouping.CHANNEL),
        kinds,
        told_apart(Grouping.CATEGORY),
        _complaints(session, scope, period),
        kinds.get(Kind.SUGGESTION.value, NOTHING),
        counted_levels(session, scope, first, last),
    )


def _complaints(session: Session, scope: Scope, period: Period) -> list[tuple[str, int]]:
    of_kind = Scope(scope.user, groups=((Grouping.KIND, Kind.COMPLAINT.value),))
    _whole, units = figures_pages.by_group(
        session, of_kind, period, Grouping.DEPARTMENT, anchors=(Anchor.RECEIVED,), times=False
    )
    counted = [(key, found["received"]) for key, found in units.items() if key]
    return sorted(counted, key=lambda each: (-each[1], each[0]))[:COMPLAINED_ABOUT]
