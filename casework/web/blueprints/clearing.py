"""Sensitive public texts: a leader reads them and says whether they may go out."""

from collections.abc import Mapping

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from casework.models import Case
from casework.queries.publications import CAP, to_clear
from casework.services import publication
from casework.web.db import session
from casework.web.directory import unit_name
from casework.web.forms.publication import CLEAR, ClearForm
from casework.web.guard import RoleBlueprint, me
from casework.web.public_text import public_text
from casework.web.saving import text_of
from casework.web.steps import mine, step_page
from casework.workflow.states import Action, Role, Sensitive

bp = RoleBlueprint("clearing", __name__, Role.LEADER)


@bp.get("/public-texts")
def waiting() -> ResponseReturnValue:
    """List the sensitive texts that wait for a leader, oldest first."""
    rows, after = to_clear(session(), me(), after=request.args.get("after", type=int))
    return render_template(
        "clearing/waiting.html",
        rows=rows,
        cap=CAP,
        reason=Sensitive,
        older=url_for(".waiting", after=after) if after else None,
        first=url_for(".waiting") if request.args.get("after") else None,
        unit_name=unit_name,
    )


@bp.route("/cases/<number>/clear", methods=["GET", "POST"])
def decide(number: str) -> ResponseReturnValue:
    """Read a sensitive text beside its original, and approve or refuse it."""
    form = ClearForm()
    cleared = form.decision.data == CLEAR

    def take(db: Session, case: Case) -> None:
        if cleared:
            publication.clear(db, case, read=form.read.data, **mine())
        else:
            publication.turn_down(
                db, case, reason=text_of(form.reason), read=form.read.data, **mine()
            )

    def beside(db: Session, case: Case) -> Mapping[str, object]:
        around = public_text(db, case)
        form.read.data = around["version"]
        return around

    return step_page(
        number,
        Action.CLEAR,
        form,
        take,
        template="clearing/decide.html",
        done=_l("Your decision is with the petition office."),
        beside=beside,
        back=url_for(".waiting"),
    )
