"""What a petitioner says on the telephone or in a letter about the publication of the case."""

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from casework.models import Case
from casework.services import consent
from casework.web.forms.publication import ConsentNoteForm
from casework.web.guard import RoleBlueprint
from casework.web.saving import text_of
from casework.web.steps import mine, step_page
from casework.workflow.states import Role

bp = RoleBlueprint("consent", __name__, Role.OPERATOR, Role.OFFICE, url_prefix="/cases")


@bp.route("/<number>/consent/back", methods=["GET", "POST"])
def take_back(number: str) -> ResponseReturnValue:
    form = ConsentNoteForm()

    def take(db: Session, case: Case) -> None:
        consent.take_back_consent(db, case, note=text_of(form.note), **mine())

    return step_page(
        number,
        None,
        form,
        take,
        template="cases/consent_back.html",
        done=lambda case: _("Nothing of %(number)s is public any more.", number=case.number),
    )


@bp.route("/<number>/consent", methods=["GET", "POST"])
def give(number: str) -> ResponseReturnValue:
    form = ConsentNoteForm()
    return step_page(
        number,
        None,
        form,
        lambda db, case: consent.give_consent(db, case, note=text_of(form.note), **mine()),
        template="cases/consent.html",
        done=lambda case: _("%(number)s may be published now.", number=case.number),
    )
