"""The one page of a case, for everybody on the staff who may see it, and what is added to it."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework.errors import Invalid, NotFound, NotPermitted
from casework.models import Case
from casework.queries import cases
from casework.queries.case_view import reply_versions
from casework.services import oversight
from casework.services.actors import staff
from casework.web.case_page import case_page
from casework.web.db import session, transaction
from casework.web.differences import differences
from casework.web.forms.cases import ContactForm, FollowUpForm, NoteForm
from casework.web.guard import RoleBlueprint, me
from casework.web.steps import mine
from casework.workflow.states import STAFF_ROLES, Role

bp = RoleBlueprint(
    "cases", __name__, *sorted(STAFF_ROLES - {Role.ADMINISTRATOR}), url_prefix="/cases"
)


@bp.get("/<number>")
def show(number: str) -> ResponseReturnValue:
    return case_page(_case(number))


@bp.post("/<number>/note")
def add_note(number: str) -> ResponseReturnValue:
    form = NoteForm()
    if not form.validate_on_submit():
        return case_page(_case(number), note=form), 422
    with transaction() as db:
        case = cases.for_update(db, me(), number)
        oversight.add_note(db, case, text=form.text.data or "", **mine())
    flash(_("The note is in the log."), "success")
    return redirect(url_for(".show", number=number))


@bp.post("/<number>/follow-up")
def add_follow_up(number: str) -> ResponseReturnValue:
    form = FollowUpForm()
    if not form.validate_on_submit():
        return case_page(_case(number), follow_up=form), 422
    try:
        with transaction() as db:
            case = cases.for_update(db, me(), number)
            oversight.follow_up(db, case, text=form.said.data or "", **mine())
    except Invalid as error:
        form.refuse(error)
        return case_page(_case(number), follow_up=form), 422
    flash(_("The follow-up is in the log."), "success")
    return redirect(url_for(".show", number=number))


@bp.route("/<number>/contact", methods=["GET", "POST"])
def contact(number: str) -> ResponseReturnValue:
    form = ContactForm()
    case = _case(number)
    if not oversight.may_unmask(case, staff(me())):
        raise NotPermitted
    contacts = None
    if form.validate_on_submit():
        with transaction() as db:
            locked = cases.for_update(db, me(), number)
            contacts = oversight.unmask(db, locked, reason=form.reason.data or "", **mine())
    page = render_template("cases/contact.html", case=case, form=form, contacts=contacts)
    return page, 422 if form.errors else 200


@bp.get("/<number>/replies/<int:version>")
def version(number: str, version: int) -> ResponseReturnValue:
    case = _case(number)
    versions = {row.number: row for row in reply_versions(session(), case, me())}
    if version not in versions:
        raise NotFound
    wanted = versions[version]
    earlier = next((versions[n] for n in sorted(versions, reverse=True) if n < version), None)
    return render_template(
        "cases/version.html",
        case=case,
        version=wanted,
        earlier=earlier,
        stretches=differences(earlier.text if earlier else wanted.text, wanted.text),
    )


def _case(number: str) -> Case:
    return cases.case_page(session(), me(), number)
