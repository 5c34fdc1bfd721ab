"""A petitioner who has lost the access code gets a new one through the contact on file."""

from datetime import timedelta

from flask import render_template
from flask.typing import ResponseReturnValue

from casework.models import Medium
from casework.services import lost_codes
from casework.web import db
from casework.web.blueprints.following import bp as bp
from casework.web.blueprints.following import written_number
from casework.web.clock import now
from casework.web.forms.follow import ConfirmForm, LostForm
from casework.web.outward import offered
from casework.web.rules import rules
from casework.web.saving import form_page, refusals_on, text_of
from casework.web.sources import fingerprint, source, spend

ASKED_WINDOW = timedelta(hours=1)
ASKED_FOR_NUMBER, ASKED_FROM_SOURCE = 3, 60
"""How many numbers are sent in an hour for one case, and asked for from one address."""


@bp.route("/follow/lost", methods=["GET", "POST"])
def lost() -> ResponseReturnValue:
    """Ask for the case number and a contact; the answer is the same whether they fit or not."""
    form = LostForm()
    if form.validate_on_submit():
        number = written_number(text_of(form.number))
        with refusals_on(form):
            spend(f"lost:{fingerprint(number)}", ASKED_FOR_NUMBER, ASKED_WINDOW)
            spend(f"lost-from:{source()}", ASKED_FROM_SOURCE, ASKED_WINDOW)
            with db.transaction() as current:
                lost_codes.ask_for_code(
                    current,
                    number,
                    text_of(form.contact),
                    media=[Medium(way) for way in offered()],
                    at=now(),
                    rules=rules(),
                )
            confirm = ConfirmForm(formdata=None, number=number)
            return render_template("petitioner/confirm.html", form=confirm)
    return form_page("petitioner/lost.html", form, offered=offered())


@bp.route("/follow/lost/confirm", methods=["GET", "POST"])
def confirm() -> ResponseReturnValue:
    """Take the number that was sent, and show the new access code once."""
    form = ConfirmForm()
    if form.validate_on_submit():
        number = written_number(text_of(form.number))
        with refusals_on(form):
            with db.transaction() as current:
                lost_codes.count_try(current, number)
            with db.transaction() as current:
                code = lost_codes.new_code(
                    current, number, text_of(form.confirmation), at=now(), rules=rules()
                )
            return render_template("petitioner/new_code.html", number=number, code=code)
    return form_page("petitioner/confirm.html", form)
