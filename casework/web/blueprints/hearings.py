"""The hearings of a review: their days are not counted."""

from collections.abc import Mapping

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from casework.errors import NotFound, NotPermitted
from casework.models import Case
from casework.queries.reviews import hearings as hearings_of
from casework.services import reviews
from casework.services.actors import staff
from casework.web.clock import today
from casework.web.forms.reviews import CallOffForm, HearingForm
from casework.web.guard import RoleBlueprint, me
from casework.web.language import day
from casework.web.saving import text_of
from casework.web.steps import mine, step_page
from casework.workflow.states import DEPARTMENT_ROLES, REVIEWS, Role

bp = RoleBlueprint(
    "hearings", __name__, Role.OFFICE, *sorted(DEPARTMENT_ROLES), url_prefix="/cases"
)


@bp.route("/<number>/hearings", methods=["GET", "POST"])
def hearings(number: str) -> ResponseReturnValue:
    """Show the hearings of a review and enter another one."""
    form = HearingForm()

    def take(db: Session, case: Case) -> None:
        reviews.hold_hearing(
            db,
            case,
            first=form.first.data or today(),
            last=form.last.data or today(),
            note=text_of(form.note),
            **mine(),
        )

    return step_page(
        number,
        None,
        form,
        take,
        template="reviews/hearings.html",
        done=lambda case: _(
            "The hearing is entered. The review is due by %(day)s.", day=day(case.promised_on)
        ),
        beside=_hearings,
    )


@bp.route("/<number>/hearings/<int:hearing_id>/off", methods=["GET", "POST"])
def call_off(number: str, hearing_id: int) -> ResponseReturnValue:
    """Take a hearing out again that is not held."""
    form = CallOffForm()

    def beside(db: Session, case: Case) -> Mapping[str, object]:
        around = _hearings(db, case)
        hearing = next((one for one in hearings_of(db, case) if one.id == hearing_id), None)
        if hearing is None or hearing.called_off_at is not None:
            raise NotFound
        return {**around, "hearing": hearing}

    return step_page(
        number,
        None,
        form,
        lambda db, case: reviews.call_off_hearing(
            db, case, hearing_id, reason=text_of(form.reason), **mine()
        ),
        template="reviews/call_off.html",
        done=_l("The hearing is taken out. Its days are counted again."),
        beside=beside,
        back=url_for(".hearings", number=number),
    )


def _hearings(db: Session, case: Case) -> Mapping[str, object]:
    if case.channel not in REVIEWS:
        raise NotFound
    may_enter = reviews.may_enter_hearing(case, staff(me()))
    if case.is_running and not may_enter:
        raise NotPermitted
    return {"held": hearings_of(db, case), "may_enter": may_enter}
