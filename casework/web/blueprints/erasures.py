"""Requests to erase a case, and legal holds: the office decides, the system carries out."""

from collections.abc import Mapping

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from casework.language import N_
from casework.models import Case, Erasure, LegalHold
from casework.queries.erasures import waiting_erasures
from casework.services import erasure
from casework.services.erased_parts import held
from casework.web.db import session
from casework.web.directory import unit_name
from casework.web.forms.rights import GRANT, DecideErasureForm, HoldForm
from casework.web.guard import RoleBlueprint, me
from casework.web.saving import text_of
from casework.web.steps import mine, step_page
from casework.workflow.states import Role

bp = RoleBlueprint("erasures", __name__, Role.OFFICE)

PARTS: Mapping[str, str] = {
    "cases": N_("The letter"),
    "petitioners": N_("Contacts of petitioners"),
    "questions": N_("Questions and answers"),
    "replies": N_("Versions of the reply"),
    "reply_parts": N_("Parts of co-handlers"),
    "ratings": N_("Opinions of the petitioner"),
    "public_texts": N_("Versions of the public text"),
    "instructions": N_("Instructions of leaders"),
    "extensions": N_("Requests for more time"),
    "supervision_notices": N_("Notes of supervision"),
    "case_events": N_("Notes in the log"),
    "deliveries": N_("Faults of messages"),
    "erasures": N_("This request"),
    "code_requests": N_("Requests for a new access code"),
    "contact_changes": N_("Changes of contact under way"),
    "appeals": N_("Appeals of units"),
    "redo_requests": N_("Wishes to have the case done again"),
    "hearings": N_("Notes on hearings"),
    "follow_ups": N_("Follow-up calls"),
    "public_matters": N_("Public title for others with the same problem"),
}
"""What the dry run calls the tables."""


@bp.get("/erasures")
def waiting() -> ResponseReturnValue:
    """List the requests to erase that wait for the office, oldest first."""
    rows, after = waiting_erasures(session(), me(), after=request.args.get("after"))
    return render_template(
        "erasures/waiting.html",
        rows=rows,
        older=url_for(".waiting", after=after) if after else None,
        first=url_for(".waiting") if request.args.get("after") else None,
        unit_name=unit_name,
    )


@bp.route("/cases/<number>/erasure", methods=["GET", "POST"])
def decide(number: str) -> ResponseReturnValue:
    """Show what would be erased, and grant or refuse the request with reasons."""
    form = DecideErasureForm()

    def take(db: Session, case: Case) -> None:
        granted = form.decision.data == GRANT
        erasure.decide(db, case, granted=granted, answer=text_of(form.answer), **mine())

    return step_page(
        number,
        None,
        form,
        take,
        template="erasures/decide.html",
        done=_l("Your decision is noted. The petitioner has been told."),
        beside=_around,
        back=url_for(".waiting"),
    )


@bp.route("/cases/<number>/hold", methods=["GET", "POST"])
def hold(number: str) -> ResponseReturnValue:
    """Keep a case from being erased, or lift that again."""
    form = HoldForm()

    def take(db: Session, case: Case) -> None:
        there = db.get(LegalHold, case.id) is not None
        verb = erasure.release if there else erasure.hold
        verb(db, case, reason=text_of(form.reason), **mine())

    return step_page(
        number,
        None,
        form,
        take,
        template="erasures/hold.html",
        done=_l("It is noted in the log of the case."),
        beside=_around,
    )


def _around(db: Session, case: Case) -> Mapping[str, object]:
    asked = db.get(Erasure, case.id)
    open_now = asked is not None and asked.decided_at is None and asked.carried_out_at is None
    return {
        "asked": asked,
        "open_now": open_now,
        "hold": db.get(LegalHold, case.id),
        "held": held(db, case),
        "parts": PARTS,
    }
