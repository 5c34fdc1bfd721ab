"""One page that answers "how are we doing", on paper, on a phone, and as a board on a wall."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from casework.errors import NotPermitted
from casework.queries import figures_pages, overview
from casework.queries.figures import Figures, Grouping, Period, Scope
from casework.queries.measures import MEASURES, RATES, WORKED_WORDS
from casework.queries.overview import RECENT, Hot, Ranked
from casework.web.blueprints.figures import (
    Links,
    ever,
    group_name,
    said,
    whole_days,
)
from casework.web.blueprints.figures_tables import bp
from casework.web.clock import now, today
from casework.web.db import session
from casework.web.directory import unit_name
from casework.web.guard import me
from casework.web.language import month_name, percent, points
from casework.workflow.states import DEPARTMENT_ROLES

__all__ = ["bp"]

MONTHS = 12
ON_WALL = 8
HOT_ON_WALL = 4
"""How many units of the ranking and subjects that grow a board on a wall shows."""

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
    standing = overview.standing(session(), scope, today=day)
    compared = _columns(periods, figures_pages.of_periods(session(), scope, spans))
    wall = request.args.get("wall") == "1"
    ranking = overview.ranking(units, "on_time")
    return render_template(
        "figures/overview.html",
        wall=wall,
        refresh=REFRESH,
        hot_on_wall=HOT_ON_WALL,
        at=now(),
        now_link=Links(day, day, ""),
        standing=standing,
        finding=finding(compared[0][1], compared[1][1], standing.open_late),
        compared=compared,
        months=_trend(scope, day),
        ranking=on_wall(ranking) if wall else ranking,
        of_all=len(ranking),
        hot=[_hot(one) for one in overview.hot_subjects(session(), scope, today=day)],
        link=Links(day.replace(day=1), day, ""),
        ever=ever(),
        worked_words=said(WORKED_WORDS),
        measures=MEASURES,
        rates=RATES,
        said=said,
        percent=percent,
        month_name=month_name,
        whole_days=whole_days,
        unit=lambda key: unit_name(key) if key else _("Petition office"),
        plain=url_for(".overview_page"),
    )


def _trend(scope: Scope, day: date) -> list[figures_pages.Month]:
    first = (day.replace(day=1) - timedelta(days=31 * (MONTHS - 1))).replace(day=1)
    return figures_pages.since_the_first(
        figures_pages.by_month(
            session(),
            scope,
            first,
            day,
            today=day,
            anchors=figures_pages.CAME_AND_WENT,
            times=False,
        )
    )


def on_wall(ranking: list[Ranked]) -> list[Ranked]:
    """Return the first and the last units where not all fit."""
    half = ON_WALL // 2
    return ranking if len(ranking) <= ON_WALL else ranking[:half] + ranking[-half:]


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


def finding(this: Figures, before: Figures, late: int) -> str:
    """Return in one sentence or two what the page says."""
    rate, then = this.rate("on_time"), before.rate("on_time")
    stand = (
        ngettext(
            "%(num)s case is past its promised date now.",
            "%(num)s cases are past their promised date now.",
            late,
        )
        if late
        else _("No case is past its promised date now.")
    )
    if rate is None:
        return f"{_('Nothing was due this month yet.')} {stand}"
    change = _("nothing to compare with") if then is None else _compared(rate - then)
    now_rate = _("On time this month: %(rate)s, %(change)s.", rate=percent(rate), change=change)
    return f"{now_rate} {stand}"


def _compared(difference: Decimal) -> str:
    change = points(abs(difference))
    if points(difference) == points(Decimal(0)):
        return str(_("the same as in as many days of last month"))
    if difference > 0:
        return str(_("%(points)s points more than in as many days of last month", points=change))
    return str(_("%(points)s points less than in as many days of last month", points=change))


def _hot(one: Hot) -> tuple[str, str, Hot, str]:
    """Return subject, street, figures and the address of the recent cases."""
    link = Links(today() - timedelta(days=RECENT - 1), today(), "")
    link = link.in_group(Grouping.SUBJECT.value, str(one.category_id))
    link = link.in_group(Grouping.STREET.value, str(one.street_id or ""))
    street = group_name(Grouping.STREET, str(one.street_id or ""))
    return group_name(Grouping.SUBJECT, str(one.category_id)), street, one, link.cases("received")
