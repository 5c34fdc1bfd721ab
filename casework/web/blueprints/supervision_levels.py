"""What a supervisor does with a case by hand: remind, order, lift a level, note an interview."""

from datetime import date
from typing import cast

from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from casework.services import supervision
from casework.web.clock import today
from casework.web.forms.supervision_levels import InterviewForm, LiftForm, OrderForm, RemindForm
from casework.web.guard import RoleBlueprint
from casework.web.rules import rules
from casework.web.saving import text_of
from casework.web.steps import mine, step_page
from casework.workflow.states import Role
from casework.workflow.supervision import explain_by

bp = RoleBlueprint("supervision_levels", __name__, Role.SUPERVISOR, url_prefix="/cases")


@bp.route("/<number>/remind", methods=["GET", "POST"])
def remind(number: str) -> ResponseReturnValue:
    form = RemindForm()
    return step_page(
        number,
        None,
        form,
        lambda db, case: supervision.remind(db, case, note=text_of(form.note), **mine()),
        template="supervision/remind.html",
        done=_l("The unit has been reminded."),
    )


@bp.route("/<number>/order", methods=["GET", "POST"])
def order(number: str) -> ResponseReturnValue:
    form = OrderForm()
    if form.explain_by.data is None and not form.is_submitted():
        form.explain_by.data = explain_by(today(), rules().calendar, rules().settings.ladder)
    return step_page(
        number,
        None,
        form,
        lambda db, case: supervision.order(
            db, case, explain_by=cast(date, form.explain_by.data), note=text_of(form.note), **mine()
        ),
        template="supervision/order.html",
        done=_l("The order is on the case, and the unit has been told."),
    )


@bp.route("/<number>/interview", methods=["GET", "POST"])
def interview(number: str) -> ResponseReturnValue:
    form = InterviewForm()
    return step_page(
        number,
        None,
        form,
        lambda db, case: supervision.note_interview(db, case, text=text_of(form.text), **mine()),
        template="supervision/interview.html",
        done=_l("The interview is in the log."),
    )


@bp.route("/<number>/levels/<int:notice_id>/lift", methods=["GET", "POST"])
def lift(number: str, notice_id: int) -> ResponseReturnValue:
    form = LiftForm()
    return step_page(
        number,
        None,
        form,
        lambda db, case: supervision.lift(
            db, case, notice_id, reason=text_of(form.reason), **mine()
        ),
        template="supervision/lift.html",
        done=_l("The level is lifted. It stays visible with your reason."),
    )
