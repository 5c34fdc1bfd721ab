"""What a unit answers to supervision: why a case is late, and what a leader asked for."""

from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from casework.services import oversight, supervision
from casework.web.forms.supervision_levels import AnswerForm, ExplainForm
from casework.web.guard import RoleBlueprint
from casework.web.saving import text_of
from casework.web.steps import mine, step_page
from casework.workflow.states import DEPARTMENT_ROLES, Role

bp = RoleBlueprint(
    "supervision_answers",
    __name__,
    *sorted(DEPARTMENT_ROLES | {Role.OFFICE}),
    url_prefix="/cases",
)


@bp.route("/<number>/explain", methods=["GET", "POST"])
def explain(number: str) -> ResponseReturnValue:
    form = ExplainForm()
    return step_page(
        number,
        None,
        form,
        lambda db, case: supervision.explain(db, case, text=text_of(form.text), **mine()),
        template="supervision/explain.html",
        done=_l("Your explanation stands on the case. The supervisors can read it."),
        beside=lambda db, case: {"orders": supervision.open_orders(db, case)},
    )


@bp.route("/<number>/instructions/<int:instruction_id>/answer", methods=["GET", "POST"])
def answer_instruction(number: str, instruction_id: int) -> ResponseReturnValue:
    form = AnswerForm()
    return step_page(
        number,
        None,
        form,
        lambda db, case: oversight.answer_instruction(
            db, case, instruction_id, text=text_of(form.text), **mine()
        ),
        template="supervision/answer.html",
        done=_l("Your answer stands below the instruction."),
        beside=lambda db, case: {"wanted": oversight.instruction_on(db, case, instruction_id)},
    )
