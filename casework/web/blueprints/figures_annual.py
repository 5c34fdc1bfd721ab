"""The annual report on petitions (信访工作条例 41), to be read and printed."""

from collections.abc import Mapping

from flask import abort, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework.errors import NotPermitted
from casework.queries.annual import annual
from casework.queries.figures import Figures, Grouping, Scope
from casework.queries.measures import MEASURES, RATES
from casework.web.blueprints.figures import Links, group_name, said, whole_days
from casework.web.blueprints.figures_unit import bp
from casework.web.clock import now, today
from casework.web.components import in_words
from casework.web.db import session
from casework.web.forms.figures import FIRST_YEAR
from casework.web.guard import me
from casework.web.language import month_name, percent
from casework.workflow.states import DEPARTMENT_ROLES, Kind

__all__ = ["bp"]


@bp.get("/annual/<int:report_year>")
def annual_report(report_year: int) -> ResponseReturnValue:
    """Show the report of a year that has begun."""
    if me().role in DEPARTMENT_ROLES:
        raise NotPermitted
    if not FIRST_YEAR < report_year <= today().year:
        abort(404)
    found = annual(session(), Scope(me()), report_year, today=today())
    first, last = today().replace(year=report_year, month=1, day=1), today()
    last = min(last, first.replace(month=12, day=31))
    link = Links(first, last, "")
    complaints = link.in_group(Grouping.KIND.value, Kind.COMPLAINT.value)
    areas = _named(Grouping.CATEGORY, found.categories, link)
    return render_template(
        "figures/annual.html",
        year=report_year,
        over=report_year < today().year,
        at=now(),
        found=found,
        link=link,
        tables=[
            (_("By channel"), _("Channel"), _named(Grouping.CHANNEL, found.channels, link)),
            (_("By kind"), _("Kind"), _named(Grouping.KIND, found.kinds, link)),
            (_("By subject area"), _("Category"), areas),
        ],
        complaints=[
            (
                group_name(Grouping.DEPARTMENT, key),
                count,
                complaints.in_group(Grouping.DEPARTMENT.value, key).cases("received"),
            )
            for key, count in found.complaints
        ],
        levels=[
            (in_words(level), count, link.levels(level.value))
            for level, count in found.levels.items()
        ],
        measures=MEASURES,
        rates=RATES,
        said=said,
        percent=percent,
        whole_days=whole_days,
        month_name=month_name,
    )


def _named(
    grouping: Grouping, groups: Mapping[str, Figures], link: Links
) -> list[tuple[str, Figures, Links]]:
    """Return name, figures and addresses of each group, the largest first."""
    keys = sorted(groups, key=lambda key: (-groups[key]["received"], key))
    return [
        (group_name(grouping, key), groups[key], link.in_group(grouping.value, key)) for key in keys
    ]
