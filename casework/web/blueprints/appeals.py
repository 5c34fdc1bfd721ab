"""Appeals: a unit asks to leave a late case out of its on-time rate, another person decides."""

from collections.abc import Mapping

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from casework.errors import NotPermitted
from casework.models import Case, Origin
from casework.queries import appeals as lists
from casework.queries.appeals import CAP, Listed, waiting_count
from casework.queries.attachments import evidence_of
from casework.services import appeals
from casework.services.actors import staff
from casework.web.clock import today
from casework.web.db import session
from casework.web.directory import unit_name
from casework.web.errors import wording
from casework.web.forms.appeals import GRANT, AppealForm, DecideForm
from casework.web.guard import RoleBlueprint, me
from casework.web.menu import show_counts
from casework.web.rules import rules
from casework.web.saving import text_of
from casework.web.steps import mine, step_page
from casework.web.uploads import attach_files, take_files, takes_files
from casework.workflow.states import DECIDE_APPEALS, DEPARTMENT_ROLES, Role

bp = RoleBlueprint(
    "appeals", __name__, Role.SUPERVISOR, Role.LEADER, Role.OFFICE, *sorted(DEPARTMENT_ROLES)
)


@bp.get("/appeals")
def index() -> ResponseReturnValue:
    """List the appeals that wait, or those that were decided."""
    listed = Listed.DECIDED if request.args.get("list") == Listed.DECIDED else Listed.WAITING
    after = request.args.get("after", type=int)
    rows, following = lists.appeals(session(), me(), listed, after=after)
    count = waiting_count(session(), me())
    show_counts(appeals=count)
    return render_template(
        "appeals/index.html",
        rows=rows,
        listed=listed,
        tabs=[
            {
                "text": words,
                "href": url_for(".index", list=one.value),
                "current": one is listed,
                "count": count if one is Listed.WAITING else None,
            }
            for one, words in ((Listed.WAITING, _("To be decided")), (Listed.DECIDED, _("Decided")))
        ],
        count=count if listed is Listed.WAITING else None,
        cap=CAP,
        older=url_for(".index", list=listed.value, after=following) if following else None,
        first=url_for(".index", list=listed.value) if after else None,
        unit_name=unit_name,
        decides=me().role in DECIDE_APPEALS,
        today=today(),
    )


@bp.route("/cases/<number>/appeal", methods=["GET", "POST"])
@takes_files
def ask(number: str) -> ResponseReturnValue:
    """Ask to leave a case out of the unit's rate."""
    form = AppealForm()
    take_files(form)

    def send(db: Session, case: Case) -> None:
        appeals.appeal(
            db, case, reason=text_of(form.reason), evidence=text_of(form.evidence), **mine()
        )
        attach_files(db, case, form, Origin.APPEAL, by=staff(me()))

    def beside(db: Session, case: Case) -> Mapping[str, object]:
        refusal = appeals.why_not_appealed(db, case, by=staff(me()))
        if isinstance(refusal, NotPermitted):
            raise refusal
        if refusal:  # nothing can be typed, so nothing typed can be wrong
            for field in form:
                field.errors = ()
        return {"refused": wording(refusal) if refusal else None}

    return step_page(
        number,
        None,
        form,
        send,
        template="appeals/ask.html",
        done=_l("The appeal has gone to the supervisors. Until they decide, the case counts."),
        beside=beside,
    )


@bp.route("/cases/<number>/appeal/decide", methods=["GET", "POST"])
def decide(number: str) -> ResponseReturnValue:
    """Grant or refuse an appeal."""
    form = DecideForm()

    def beside(db: Session, case: Case) -> Mapping[str, object]:
        if me().role not in DECIDE_APPEALS:
            raise NotPermitted
        made = appeals.waiting_on(db, case)
        sealer = rules().sealer
        return {
            "appeal": made,
            "files": evidence_of(db, case, made.round, sealer=sealer) if made else [],
        }

    return step_page(
        number,
        None,
        form,
        lambda db, case: appeals.decide(
            db,
            case,
            grant=form.decision.data == GRANT,
            words=text_of(form.decision_words),
            **mine(),
        ),
        template="appeals/decide.html",
        done=_l("The decision is kept. The unit has been told."),
        beside=beside,
    )
