"""The leader's step with a case: an instruction, 批示."""

from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from casework.services import oversight
from casework.web.forms.supervision import InstructForm
from casework.web.guard import RoleBlueprint
from casework.web.steps import mine, step_page
from casework.workflow.states import Action, Role

bp = RoleBlueprint("supervision_steps", __name__, Role.LEADER, url_prefix="/cases")


@bp.route("/<number>/instruct", methods=["GET", "POST"])
def instruct(number: str) -> ResponseReturnValue:
    form = InstructForm()
    return step_page(
        number,
        Action.INSTRUCT,
        form,
        lambda db, case: oversight.instruct(
            db, case, text=form.text.data or "", due_on=form.due_on.data, **mine()
        ),
        template="supervision/instruct.html",
        done=_l("The instruction stands on the case. Its department has been told."),
    )
