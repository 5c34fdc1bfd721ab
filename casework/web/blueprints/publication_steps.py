"""What the petition office does after the answer: publish, withhold, take down, have it redone."""

from collections.abc import Mapping

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from casework.models import Case
from casework.queries.inbox import Tab
from casework.queries.publications import rating_of
from casework.services import office, publication, redo_requests
from casework.services.publication import approved_reply
from casework.services.sorting import units_in_order
from casework.web.blueprints.office_steps import bp
from casework.web.directory import called, open_units, unit_name, units
from casework.web.forms.office import RedoForm
from casework.web.forms.publication import PublishForm, RedactForm, UnpublishForm, WithholdForm
from casework.web.forms.reviews import RefuseRedoForm
from casework.web.public_text import originals, public_text
from casework.web.steps import mine, step_page
from casework.workflow.states import Action

__all__ = ["bp"]


@bp.route("/<number>/redact", methods=["GET", "POST"])
def redact(number: str) -> ResponseReturnValue:
    """Prepare the public text beside the original, in which personal details are marked."""
    form = RedactForm()

    def take(db: Session, case: Case) -> None:
        publication.redact(
            db,
            case,
            subject=form.subject.data or "",
            body=form.body.data or "",
            reply=form.reply.data or "",
            may_stand=form.may_stand.data or (),
            sensitive=form.sensitive.data or (),
            pictures=form.chosen_pictures,
            **mine(),
        )

    return step_page(
        number,
        None,
        form,
        take,
        template="office/redact.html",
        done=_l("The public text is ready. A colleague checks and publishes it."),
        beside=lambda db, case: originals(db, case, form),
        back=url_for("office.inbox", tab=Tab.TO_PUBLISH.value),
    )


@bp.route("/<number>/publish", methods=["GET", "POST"])
def publish(number: str) -> ResponseReturnValue:
    """Check the public text against the original and let everybody read it."""
    form = PublishForm()

    def beside(db: Session, case: Case) -> Mapping[str, object]:
        around = public_text(db, case)
        form.read.data = around["version"]
        return around

    return step_page(
        number,
        Action.PUBLISH,
        form,
        lambda db, case: publication.publish(db, case, read=form.read.data, **mine()),
        template="office/publish.html",
        done=lambda case: _("%(number)s is public now.", number=case.number),
        beside=beside,
        back=url_for("office.inbox", tab=Tab.TO_PUBLISH.value),
    )


@bp.route("/<number>/withhold", methods=["GET", "POST"])
def withhold(number: str) -> ResponseReturnValue:
    """Close an answered case without publishing it."""
    form = WithholdForm()
    form.offer(Action.WITHHOLD)
    return step_page(
        number,
        Action.WITHHOLD,
        form,
        lambda db, case: publication.withhold(
            db, case, reason_code=form.reason.data, note=form.note.data or "", **mine()
        ),
        template="office/withhold.html",
        done=lambda case: _("%(number)s stays out of the public.", number=case.number),
        beside=public_text,
        back=url_for("office.inbox", tab=Tab.TO_PUBLISH.value),
    )


@bp.route("/<number>/unpublish", methods=["GET", "POST"])
def unpublish(number: str) -> ResponseReturnValue:
    """Take a published case down at once."""
    form = UnpublishForm()
    form.offer(Action.UNPUBLISH)
    return step_page(
        number,
        Action.UNPUBLISH,
        form,
        lambda db, case: publication.unpublish(
            db, case, reason_code=form.reason.data, note=form.note.data or "", **mine()
        ),
        template="office/unpublish.html",
        done=lambda case: _("%(number)s is no longer public.", number=case.number),
        beside=public_text,
    )


@bp.route("/<number>/redo", methods=["GET", "POST"])
def redo(number: str) -> ResponseReturnValue:
    """Have an answered case done again, by the same department or another one."""
    form = RedoForm()
    form.offer(but=None)

    def take(db: Session, case: Case) -> None:
        lead, *helpers = units_in_order(db, form.unit_ids)
        office.redo(db, case, lead=lead, co_handlers=helpers, note=form.note.data or "", **mine())

    def beside(db: Session, case: Case) -> Mapping[str, object]:
        form.offer(but=case.accused_department_id)
        if request.method == "GET":
            form.lead.show(units().get(case.department_id or 0))
        return {
            "reply": approved_reply(db, case),
            "rating": rating_of(db, case),
            "asked": redo_requests.open_request(db, case),
            "units": open_units(but=case.accused_department_id),
            "called": called,
            "unit_name": unit_name,
        }

    return step_page(
        number,
        Action.REDO,
        form,
        take,
        template="office/redo.html",
        done=lambda case: _(
            "%(number)s is done again by %(unit)s.",
            number=case.number,
            unit=unit_name(case.department_id),
        ),
        beside=beside,
        back=url_for("office.inbox", tab=Tab.DISSATISFIED.value),
    )


@bp.route("/<number>/redo/refuse", methods=["GET", "POST"])
def refuse_redo(number: str) -> ResponseReturnValue:
    """Leave an answer as it is and tell the petitioner why."""
    form = RefuseRedoForm()
    return step_page(
        number,
        None,
        form,
        lambda db, case: redo_requests.refuse_redo(
            db, case, reason=form.reason.data or "", **mine()
        ),
        template="office/refuse_redo.html",
        done=lambda case: _(
            "%(number)s is not done again. The petitioner is told why.", number=case.number
        ),
        beside=lambda db, case: {
            "asked": redo_requests.open_request(db, case),
            "rating": rating_of(db, case),
            "reply": approved_reply(db, case),
            "unit_name": unit_name,
        },
        back=url_for("office.inbox", tab=Tab.DISSATISFIED.value),
    )
