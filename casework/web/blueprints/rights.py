"""A petitioner's own data: another contact, everything as a file, a request to erase."""

from datetime import timedelta
from typing import Any

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework.models import Erasure, Medium
from casework.queries.delegates import how_many
from casework.queries.petitioner_view import OwnCase
from casework.services import contacts, erasure, log
from casework.services.actors import PETITIONER
from casework.web import db, own_case
from casework.web.blueprints.following import opened_here
from casework.web.blueprints.own_review import bp as bp
from casework.web.clock import now
from casework.web.forms.rights import (
    DownloadForm,
    EraseForm,
    NewContactForm,
    NumberForm,
    digits,
)
from casework.web.outward import BY_MAIL, BY_SMS, offered
from casework.web.own_files import archive_of
from casework.web.rules import rules
from casework.web.saving import form_page, refusals_on, saving, text_of
from casework.web.sources import spend
from casework.workflow.states import Entry

ASKED_WINDOW = timedelta(hours=1)
ASKED_FOR_CASE, DOWNLOADED = 3, 6
"""How many numbers each delegate is sent, and files are made of a case, in an hour."""

WAYS = {"phone": BY_SMS, "email": BY_MAIL}


@bp.get("/follow/case/data")
@opened_here
def data() -> ResponseReturnValue:
    """Say what a petitioner can do about the own data, and where a request stands."""
    form = DownloadForm(formdata=None)
    return render_template("petitioner/data.html", form=form, **_standing(own_case.opened()))


@bp.route("/follow/case/contact", methods=["GET", "POST"])
@opened_here
def contact() -> ResponseReturnValue:
    """Ask for the new contact and send it a number."""
    form = NewContactForm()
    ways = [name for name, way in WAYS.items() if way in offered()]
    form.offer(ways)
    case = own_case.opened()
    people = how_many(db.session(), case.id)
    if people <= 1:
        del form.known
    if form.validate_on_submit():
        with refusals_on(form):
            spend(f"contact:{case.id}", ASKED_FOR_CASE * max(people, 1), ASKED_WINDOW)
            with db.transaction() as current:
                contacts.ask_change(
                    current,
                    own_case.locked(),
                    field=form.field.data,
                    value=text_of(form.value),
                    known=text_of(form.known) if form.known else "",
                    media=[Medium(way) for way in offered()],
                    at=now(),
                    rules=rules(),
                )
            return redirect(url_for(".confirm_contact"), 303)
    return form_page("petitioner/contact.html", form, case=case, ways=ways, people=people)


@bp.route("/follow/case/contact/confirm", methods=["GET", "POST"])
@opened_here
def confirm_contact() -> ResponseReturnValue:
    """Take the number that came to the new contact; only then does it count."""
    form = NumberForm()
    case = own_case.opened()
    if form.validate_on_submit():
        with refusals_on(form):
            with db.transaction() as current:
                contacts.count_try(current, case.id)
            with db.transaction() as current:
                contacts.confirm_change(
                    current, own_case.locked(), digits(form), at=now(), rules=rules()
                )
            flash(_("Your new contact counts from now on."), "success")
            return redirect(url_for(".data"), 303)
    people = how_many(db.session(), case.id)
    return form_page("petitioner/confirm_contact.html", form, case=case, people=people)


@bp.post("/follow/case/data/file")
@opened_here
def download() -> ResponseReturnValue:
    """Give everything that is held about the case as one file, and note that it was given."""
    form = DownloadForm()
    case = own_case.opened()
    if form.validate_on_submit():
        with refusals_on(form):
            spend(f"download:{case.id}", DOWNLOADED, ASKED_WINDOW)
            with db.transaction() as current:
                locked = own_case.locked()
                log.record(
                    current,
                    locked,
                    Entry.DOWNLOAD,
                    by=PETITIONER,
                    at=now(),
                    sealer=rules().sealer,
                )
            return _file(case.number, archive_of(locked))
    return form_page("petitioner/data.html", form, **_standing(case))


@bp.route("/follow/case/erase", methods=["GET", "POST"])
@opened_here
def erase() -> ResponseReturnValue:
    """Ask for everything that was said in the case to be erased; the office decides."""
    form = EraseForm()
    case = own_case.opened()
    if form.validate_on_submit():
        with saving(form) as current:
            erasure.ask_erasure(
                current, own_case.locked(), reason=text_of(form.reason), at=now(), rules=rules()
            )
        if not form.errors:
            flash(
                _("Your request is with the petition office. You read the answer here."), "success"
            )
            return redirect(url_for(".data"), 303)
    return form_page("petitioner/erase.html", form, case=case)


def _standing(case: OwnCase) -> dict[str, Any]:
    """Return what the page about the own data shows."""
    return {
        "case": case,
        "people": how_many(db.session(), case.id),
        "asked": db.session().get(Erasure, case.id),
        "may_ask": case.state in erasure.OVER,
    }


def _file(number: str, pieces: object) -> Response:
    response = Response(pieces, mimetype="application/zip")  # type: ignore[arg-type]
    response.headers["Content-Disposition"] = f'attachment; filename="case-{number}.zip"'
    response.headers["Cache-Control"] = "no-store"
    return response
