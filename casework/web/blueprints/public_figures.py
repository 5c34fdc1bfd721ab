"""The figures that the district shows to everybody."""

from datetime import timedelta

from flask import abort, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework.queries.figures import Figures, Grouping
from casework.queries.measures import MEASURES, RATES
from casework.queries.public_figures import FEWEST, OTHERS, Shown, public_figures
from casework.web.blueprints.figures import group_name, said
from casework.web.blueprints.figures_matrix import month_before
from casework.web.blueprints.public import bp
from casework.web.clock import today
from casework.web.db import session
from casework.web.language import month_name, percent
from casework.web.rules import rules

__all__ = ["bp"]

MONTHS_BACK = 11


@bp.get("/answers/figures")
def figures() -> ResponseReturnValue:
    """Show the last twelve months up to yesterday, as far as the district has decided to."""
    shown = rules().settings.public_figures
    if shown == Shown.NOTHING:
        abort(404)
    last = today() - timedelta(days=1)
    first = month_before(last, MONTHS_BACK)
    found = public_figures(session(), first, last, units=shown == Shown.UNITS)
    heads = {
        Grouping.KIND: (_("By kind"), _("Kind")),
        Grouping.CATEGORY: (_("By subject area"), _("Subject area")),
        Grouping.DEPARTMENT: (_("By department"), _("Department")),
    }
    return render_template(
        "public/figures.html",
        found=found,
        first=first,
        last=last,
        fewest=FEWEST,
        tables=[(*heads[one], _named(one, groups)) for one, groups in found.groups.items()],
        measures=MEASURES,
        rates=RATES,
        said=said,
        percent=percent,
        month_name=month_name,
    )


def _named(grouping: Grouping, groups: dict[str, Figures]) -> list[tuple[str, Figures]]:
    return [
        (str(_("Others")) if key == OTHERS else group_name(grouping, key), found)
        for key, found in groups.items()
    ]
