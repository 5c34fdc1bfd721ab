"""The circular of each month: previewed, issued once, and read by leaders and units."""

import re
from datetime import date, timedelta
from itertools import dropwhile
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework.errors import NotPermitted
from casework.queries import circulars
from casework.queries.circulars import figures_of
from casework.queries.measures import MEASURES, RATES
from casework.services import circulars as issuing
from casework.services.actors import staff
from casework.web.blueprints.figures import Links, said
from casework.web.clock import now, today
from casework.web.db import session
from casework.web.errors import wording
from casework.web.forms.circulars import ForewordForm
from casework.web.guard import RoleBlueprint, me
from casework.web.language import language, month_name, percent
from casework.web.rules import rules
from casework.web.saving import form_page, saving, text_of
from casework.workflow.states import DEPARTMENT_ROLES, Role

bp = RoleBlueprint(
    "circulars",
    __name__,
    Role.SUPERVISOR,
    Role.LEADER,
    Role.OFFICE,
    *sorted(DEPARTMENT_ROLES),
    url_prefix="/circulars",
)

OFFERED = 3
"""For how many months back a missing circular is offered to be issued."""


@bp.get("")
def index() -> ResponseReturnValue:
    """List the circulars, newest first, and what a supervisor can issue."""
    issued = circulars.circulars(session())
    return render_template(
        "circulars/index.html",
        issued=issued,
        due=_due({one.month for one in issued}) if me().role is Role.SUPERVISOR else [],
        month_name=month_name,
    )


@bp.get("/<month>")
def show(month: str) -> ResponseReturnValue:
    """Show a circular as it was issued."""
    found = circulars.circular_of(session(), _first_day(month))
    if found is None:
        abort(404)
    return render_template(
        "circulars/show.html",
        circular=found,
        untouched=issuing.is_as_issued(found, rules().sealer),
        **_shown(found.month, found.content),
    )


@bp.route("/<month>/issue", methods=["GET", "POST"])
def issue(month: str) -> ResponseReturnValue:
    """Preview the circular of a month as it would be now, and issue it."""
    if me().role is not Role.SUPERVISOR:
        raise NotPermitted
    first, form = _first_day(month), ForewordForm()
    if form.validate_on_submit():
        with saving(form) as db:
            issuing.issue(
                db,
                first,
                foreword=text_of(form.foreword),
                by=staff(me()),
                at=now(),
                rules=rules(),
            )
            flash(_("The circular is issued. Leaders and units are told."), "success")
            return redirect(url_for(".show", month=month), 303)
    refusal = issuing.why_not_issued(session(), first, at=now())
    content = circulars.content_of(session(), first, at=now(), today=today())
    return form_page(
        "circulars/issue.html",
        form,
        closed=wording(refusal) if refusal else None,
        link=Links(first, circulars.last_day(first), ""),
        **_shown(first, content),
    )


def _first_day(month: str) -> date:
    if not re.fullmatch(r"20\d\d-(?:0[1-9]|1[0-2])", month, re.ASCII):
        abort(404)
    return date.fromisoformat(f"{month}-01")


def _due(issued: set[date]) -> list[date]:
    months, month = [], today().replace(day=1)
    for _number in range(OFFERED):
        month = (month - timedelta(days=1)).replace(day=1)
        months.append(month)
    first = circulars.first_month(session()) or today()
    return [month for month in months if month >= first and month not in issued]


def _shown(month: date, content: circulars.Content) -> dict[str, Any]:
    """Return what the body of a circular is drawn from."""
    return {
        "month": month,
        "title": _("Circular of %(month)s", month=month_name(month)),
        "content": content,
        "trend": list(dropwhile(lambda each: not any(each[1:]), content["trend"])),
        "whole": figures_of(content["whole"]),
        "figures_of": figures_of,
        "named": lambda unit: unit["name_en"] if language() == "en" else unit["name"],
        "month_called": lambda name: month_name(date.fromisoformat(f"{name}-01")),
        "measures": MEASURES,
        "rates": RATES,
        "said": said,
        "percent": percent,
    }
