"""The page of one unit: its figures, its oldest cases, what it sent back, its cards."""

from datetime import date

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from casework.queries import figures_pages, figures_units, levels
from casework.queries.figures import Grouping, Period, Scope
from casework.queries.measures import MEASURES, RATES, WORKED_WORDS, Anchor
from casework.web.blueprints.figures import (
    Links,
    age_days,
    group_name,
    said,
    whole_days,
)
from casework.web.blueprints.figures_matrix import bp, month_before, spark_of
from casework.web.clock import now, today
from casework.web.db import session
from casework.web.directory import unit_name, units
from casework.web.forms.figures import PeriodForm
from casework.web.guard import me
from casework.web.language import language, month_name, percent
from casework.workflow.states import DEPARTMENT_ROLES
from casework.workflow.supervision import CARDS as SUPERVISION_CARDS

__all__ = ["bp"]

SUBJECTS = 10
CARDS = ("completion", "on_time", "send_back", "satisfaction")


@bp.get("/unit/<int:department_id>")
def unit(department_id: int) -> ResponseReturnValue:
    """Show one unit's own page; people of a department see their own."""
    own = me().department_id if me().role in DEPARTMENT_ROLES else department_id
    if own != department_id or department_id not in units():
        abort(404)
    form = PeriodForm(formdata=request.args)
    frame = {"form": form, "name": unit_name(department_id), "department_id": department_id}
    if not form.validate():
        return render_template("figures/unit.html", found=None, **frame), 422
    first, last, scope = form.first, form.last, Scope(me(), department_id)
    period = Period.of(first, last, today=today())
    db = session()
    (found,) = figures_pages.of_periods(db, scope, [period])
    months = _trend(scope, last)
    counted = levels.counted_levels(db, scope, first, last)
    return render_template(
        "figures/unit.html",
        **frame,
        found=found,
        months=months,
        cards=[(RATES[key], _spark(months, key)) for key in CARDS],
        supervision_cards=[counted[level] for level in SUPERVISION_CARDS],
        worst=figures_units.worst(db, scope, today=today()),
        sent_back=figures_units.sent_back_for(db, me(), department_id, first, last),
        ages=figures_units.queue_ages(db, scope, today=today()),
        spans=figures_units.AGES,
        age_days=age_days(),
        at=now(),
        worked_words=said(WORKED_WORDS),
        subjects=_subjects(scope, period),
        link=Links(first, last, str(department_id)),
        measures=MEASURES,
        rates=RATES,
        said=said,
        percent=percent,
        whole_days=whole_days,
        month_name=month_name,
        english=language() == "en",
        group_link=lambda key: (
            Links(first, last, str(department_id))
            .in_group(Grouping.SUBJECT.value, key)
            .cases("received")
        ),
        here=url_for(".unit", department_id=department_id),
    )


def _trend(scope: Scope, last: date) -> list[figures_pages.Month]:
    """Return the twelve months up to the end of the period, without times."""
    end = min(last, today())
    return figures_pages.since_the_first(
        figures_pages.by_month(
            session(),
            scope,
            month_before(end, 11),
            end,
            today=today(),
            times=False,
        )
    )


def _spark(months: list[figures_pages.Month], key: str) -> list[float]:
    return spark_of(months, lambda figures: figures.rate(key))


def _subjects(scope: Scope, period: Period) -> list[tuple[str, str, int]]:
    """Return the subjects that people wrote to this unit about most: name, key and number."""
    _whole, found = figures_pages.by_group(
        session(), scope, period, Grouping.SUBJECT, anchors=(Anchor.RECEIVED,), times=False
    )
    count = {key: figures["received"] for key, figures in found.items() if figures["received"]}
    most = sorted(count, key=lambda key: (-count[key], key))[:SUBJECTS]
    return [(group_name(Grouping.SUBJECT, key), key, count[key]) for key in most]
