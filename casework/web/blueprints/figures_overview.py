"""One page that answers "how are we doing", on paper, on a phone, and as a board on a wall."""

from collections.abc import Sequence
from datetime import date, timedelta

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework.errors import NotPermitted
from casework.queries import figures_pages, overview
from casework.queries.figures import Figures, Grouping, Period, Scope
from casework.queries.measures import MEASURES, RATES
from casework.queries.overview import RECENT, Hot
from casework.web.blueprints.figures import Links, group_name, said, whole_days
from casework.web.blueprints.figures_tables import bp
from casework.web.clock import now, today
from casework.web.db import session
from casework.web.directory import unit_name
from casework.web.guard import me
from casework.web.language import month_name, percent
from casework.workflow.states import DEPARTMENT_ROLES

__all__ = ["bp"]

MONTHS = 12
ON_WALL = 8
"""How many units of the ranking a board on a wall shows."""

REFRESH = 300
"""Seconds after which a board on a wall asks for itself again."""


@bp.get("/overview")
def overview_page() -> ResponseReturnValue:
    """Show where things stand, how this month compares, who leads, and what grows."""
    if me().role in DEPARTMENT_ROLES:
        raise NotPermitted
    day, scope = today(), Scope(me())
    periods = overview.compared(day)
    spans = [Period.of(first, last, today=day) for first, last in periods.values()]
    units = figures_pages.by_department(session(), scope, spans[0], times=False).units
    trend_from = (day.replace(day=1) - timedelta(days=31 * (MONTHS - 1))).replace(day=1)
    return render_template(
        "figures/overview.html",
        wall=request.args.get("wall") == "1",
        refresh=REFRESH,
        on_wall=ON_WALL,
        at=now(),
        now_link=Links(day, day, ""),
        standing=overview.standing(session(), scope, today=day),
        compared=_columns(periods, figures_pages.of_periods(session(), scope, spans)),
        months=figures_pages.by_month(
            session(),
            scope,
            trend_from,
            day,
            today=day,
            anchors=figures_pages.CAME_AND_WENT,
            times=False,
        ),
        ranking=overview.ranking(units, "on_time"),
        hot=[_hot(one) for one in overview.hot_subjects(session(), scope, today=day)],
        link=Links(day.replace(day=1), day, ""),
        year=Links(day.replace(month=1, day=1), day, ""),
        measures=MEASURES,
        rates=RATES,
        said=said,
        percent=percent,
        month_name=month_name,
        whole_days=whole_days,
        unit=lambda key: unit_name(key) if key else _("Petition office"),
        plain=url_for(".overview_page"),
    )


def _columns(
    periods: dict[str, tuple[date, date]], found: Sequence[Figures]
) -> list[tuple[str, Figures, Links]]:
    heads = {
        "this": _("This month so far"),
        "before": _("As many days of last month"),
        "last_year": _("The same days last year"),
    }
    return [
        (heads[name], figures, Links(first, last, ""))
        for (name, (first, last)), figures in zip(periods.items(), found, strict=True)
    ]


def _hot(one: Hot) -> tuple[str, str, Hot, str]:
    """Return subject, street, figures and the address of the recent cases."""
    link = Links(today() - timedelta(days=RECENT - 1), today(), "")
    link = link.in_group(Grouping.SUBJECT.value, str(one.category_id))
    link = link.in_group(Grouping.STREET.value, str(one.street_id or ""))
    street = group_name(Grouping.STREET, str(one.street_id or ""))
    return group_name(Grouping.SUBJECT, str(one.category_id)), street, one, link.cases("received")
