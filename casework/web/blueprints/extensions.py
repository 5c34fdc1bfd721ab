"""More time for a case: the department asks, the office or a leader decides."""

from collections.abc import Mapping
from datetime import date

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy.orm import Session

from casework.errors import NotPermitted
from casework.models import Case
from casework.queries.extensions import CAP, waiting_count, waiting_requests
from casework.services import clocks, extensions
from casework.services.actors import staff
from casework.web.clock import now, today
from casework.web.db import session
from casework.web.directory import unit_name
from casework.web.errors import wording
from casework.web.forms.extensions import GRANT, AskForm, DecideForm
from casework.web.guard import RoleBlueprint, me
from casework.web.language import day
from casework.web.menu import show_counts
from casework.web.rules import rules
from casework.web.saving import text_of
from casework.web.steps import mine, step_page
from casework.workflow import clock as arithmetic
from casework.workflow.states import DEPARTMENT_ROLES, Role, Unit

EXAMPLES = (5, 10, 15, 30)
"""Numbers of days for which the page of a request says what date they would give."""

bp = RoleBlueprint("extensions", __name__, Role.OFFICE, Role.LEADER, *sorted(DEPARTMENT_ROLES))


@bp.get("/extensions")
def waiting() -> ResponseReturnValue:
    """List the requests that wait for the reader, oldest first."""
    if me().role in DEPARTMENT_ROLES:
        raise NotPermitted
    rows, after = waiting_requests(session(), me(), after=request.args.get("after", type=int))
    count = waiting_count(session(), me())
    show_counts(extensions=count)
    return render_template(
        "extensions/waiting.html",
        rows=rows,
        count=count,
        cap=CAP,
        older=url_for(".waiting", after=after) if after else None,
        first=url_for(".waiting") if request.args.get("after") else None,
        unit_name=unit_name,
    )


@bp.route("/cases/<number>/extension", methods=["GET", "POST"])
def ask(number: str) -> ResponseReturnValue:
    form = AskForm()

    def beside(db: Session, case: Case) -> Mapping[str, object]:
        refusal = extensions.why_not_asked(db, case, by=staff(me()), today=today())
        if isinstance(refusal, NotPermitted):
            raise refusal
        return {
            "refused": wording(refusal) if refusal else None,
            "examples": [(_in_words(days), day(_would_be(db, case, days))) for days in EXAMPLES],
            "leader_days": rules().settings.extension_leader_days,
        }

    return step_page(
        number,
        None,
        form,
        lambda db, case: extensions.ask_extension(
            db, case, days=form.days.data or 0, reason=text_of(form.reason), **mine()
        ),
        template="extensions/ask.html",
        done=_l("The request has gone to those who decide. The date stays until then."),
        beside=beside,
    )


@bp.route("/cases/<number>/extension/decide", methods=["GET", "POST"])
def decide(number: str) -> ResponseReturnValue:
    form = DecideForm()
    granted = form.decision.data == GRANT

    def take(db: Session, case: Case) -> None:
        words = text_of(form.told)
        if granted:
            extensions.grant_extension(db, case, told=words, **mine())
        else:
            extensions.refuse_extension(db, case, reason=words, **mine())

    def beside(db: Session, case: Case) -> Mapping[str, object]:
        asked = extensions.open_request(db, case)
        if me().role in DEPARTMENT_ROLES:
            raise NotPermitted
        return {
            "asked": asked,
            "mine_to_decide": asked is not None
            and extensions.decides(me().role, for_leader=asked.for_leader),
            "would_be": _would_be(db, case, asked.days) if asked else None,
        }

    return step_page(
        number,
        None,
        form,
        take,
        template="extensions/decide.html",
        done=lambda case: _said(case, granted=granted),
        beside=beside,
    )


def _in_words(days: int) -> str:
    return str(ngettext("%(num)d day", "%(num)d days", days))


def _said(case: Case, *, granted: bool) -> str:
    if not granted:
        return str(_("The days are refused. The department has been told."))
    return str(_("The days are granted. The new date is %(day)s.", day=day(case.promised_on)))


def _would_be(db: Session, case: Case, days: int) -> date | None:
    """Return the date that would be promised if so many days were granted today."""
    more = arithmetic.Extension(days, Unit.CALENDAR_DAYS, today())
    dates = clocks.with_extension(db, case, more, at=now(), rules=rules())
    return dates[1] if dates else None
