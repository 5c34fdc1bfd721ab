"""What a petitioner does with number and access code: follow, answer, take back, rate."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, timedelta
from functools import wraps
from typing import NamedTuple
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from casework.errors import CaseworkError, NotFound
from casework.language import N_
from casework.models import Origin
from casework.queries.petitioner_view import Lock, OwnCase, case_to_open
from casework.services import consent as publicity
from casework.services import petitioner as own_steps
from casework.services import tallies
from casework.services.actors import PETITIONER
from casework.services.attachments.reading import own_content
from casework.web import db, own_case, told
from casework.web.blueprints.petitioner import bp as bp
from casework.web.clock import now, today
from casework.web.directory import reason_text, reasons_for, unit_name
from casework.web.downloads import as_download
from casework.web.errors import page
from casework.web.forms.base import CaseworkForm
from casework.web.forms.follow import (
    SATISFACTION,
    AnswerForm,
    ConsentForm,
    FollowForm,
    RateForm,
    WithdrawForm,
)
from casework.web.own_case import NotOpened
from casework.web.rules import rules
from casework.web.saving import form_page, refusals_on, saving, text_of
from casework.web.sources import fingerprint, source
from casework.web.uploads import attach_files, take_files, takes_files
from casework.workflow.reviews import stage_after
from casework.workflow.states import Action, Channel

TRIES_WINDOW = timedelta(minutes=15)
TRIES_OF_NUMBER, TRIES_OF_SOURCE = 20, 300
"""Wrong codes for one number and from one address; right ones are given back."""

NOBODY = Lock(0, "00000000-0000-0000-0000-000000000000", bytes(32))
"""What an unknown number is compared with, so that it takes as long as a wrong code."""

View = Callable[..., ResponseReturnValue]


class Review(NamedTuple):
    """The next stage of the matter, the last day to ask for it, and whether it has not passed."""

    stage: Channel | None
    until: date | None
    open: bool


class WrongNumberOrCode(CaseworkError):
    """There is no such case, or the code is not its own: nobody learns which."""

    message = N_("The case number or the access code is not right. Compare both with your receipt.")


@bp.route("/follow", methods=["GET", "POST"])
def follow() -> ResponseReturnValue:
    """Ask for number and code."""
    named = request.args.get("number", "")[:40]  # a slip's picture brings it, and never a code
    form = FollowForm(number=written_number(named) if named else None)
    if form.validate_on_submit():
        with refusals_on(form):
            own_case.let_in(_proved(text_of(form.number), text_of(form.code)))
            return redirect(url_for(".own"), 303)
    return form_page("petitioner/follow.html", form)


def _proved(typed: str, code: str) -> Lock:
    """Return the case that number and code open. The try counts, also when the page fails."""
    number = written_number(typed)
    tries = (
        (f"follow:{fingerprint(number)}", TRIES_OF_NUMBER),
        (f"follow-from:{source()}", TRIES_OF_SOURCE),
    )
    with db.transaction() as current:
        for key, limit in tries:
            tallies.spend(current, key, limit, TRIES_WINDOW, now())
    found = case_to_open(db.session(), number)
    lock = found or NOBODY
    if not rules().sealer.opens(code, lock.ref, lock.access_hash) or found is None:
        raise WrongNumberOrCode()
    with db.transaction() as current:
        for key, _limit in tries:
            tallies.give_back(current, key, TRIES_WINDOW, now())
    return lock


def written_number(typed: str) -> str:
    """Return a case number as we write it, from whatever way somebody has typed it."""
    plain = unicodedata.normalize("NFKC", typed)
    digits = re.sub(r"[^0-9]", "", plain)[:24]
    return f"{digits[:4]}-{digits[4:].zfill(6)}"


def opened_here(view: View) -> View:
    """Send whoever has no open case to the page that opens one; what was typed is shown back."""

    @wraps(view)
    def guarded(**named: UUID) -> ResponseReturnValue:
        try:
            return view(**named)
        except NotOpened:
            if request.method == "POST":
                return page(
                    401,
                    _(
                        "Your case was closed because nothing happened for 30 minutes. Open it "
                        "again in another window, then try again from here."
                    ),
                )
            return redirect(url_for(".follow"))

    return guarded


@bp.get("/follow/case")
@opened_here
def own() -> ResponseReturnValue:
    """Show where the case stands."""
    return _page(own_case.opened())


@bp.post("/follow/case/answer")
@takes_files
@opened_here
def answer() -> ResponseReturnValue:
    """Answer the question of the department."""
    form = AnswerForm()
    take_files(form)
    if form.only_files:
        return _page(own_case.opened(), form)
    if form.validate_on_submit():
        with saving(form) as current:
            case = own_case.locked()
            own_steps.supply(
                current,
                case,
                answer=text_of(form.answer),
                by=PETITIONER,
                at=now(),
                rules=rules(),
            )
            attach_files(current, case, form, Origin.SUPPLY, by=PETITIONER)
    return _after(form, _("Thank you. Your answer is with the department."))


@bp.post("/follow/case/rating")
@opened_here
def rate() -> ResponseReturnValue:
    """Say what the answer was worth."""
    form = RateForm()
    if form.validate_on_submit():
        with saving(form) as current:
            own_steps.rate(
                current,
                own_case.locked(),
                satisfaction=form.satisfaction.data,
                solved=form.solved.data == "yes",
                truthful={"yes": True, "no": False}.get(form.truthful.data or ""),
                comment=text_of(form.comment),
                at=now(),
                rules=rules(),
            )
    return _after(form, _("Thank you for telling us."))


@bp.route("/follow/case/withdraw", methods=["GET", "POST"])
@opened_here
def withdraw() -> ResponseReturnValue:
    """Ask why, then take the letter back."""
    form = WithdrawForm()
    form.reason.choices = [
        SelectChoice(one.code, reason_text(one)) for one in reasons_for(Action.WITHDRAW)
    ]
    if form.validate_on_submit():
        with saving(form) as current:
            own_steps.withdraw(
                current,
                own_case.locked(),
                reason_code=form.reason.data,
                note=text_of(form.note),
                at=now(),
                rules=rules(),
            )
        if not form.errors:
            flash(_("You have taken your letter back."), "success")
            return redirect(url_for(".own"), 303)
    case = own_case.opened()
    if not case.may(Action.WITHDRAW):
        return _page(case, form)
    return form_page("petitioner/withdraw.html", form, case=case)


@bp.route("/follow/case/consent", methods=["GET", "POST"])
@opened_here
def consent() -> ResponseReturnValue:
    """Take the consent to publication back, or give it after all."""
    form = ConsentForm()
    case = own_case.opened()
    gives = not case.consent
    if form.validate_on_submit():
        step = publicity.give_consent if gives else publicity.take_back_consent
        with saving(form) as current:
            step(current, own_case.locked(), by=PETITIONER, at=now(), rules=rules())
        thanks = (
            _("You have agreed to publication. The petition office decides about it.")
            if gives
            else _("You have taken your consent back. Nothing of your case is public any more.")
        )
        return _after(form, thanks)
    may = publicity.may_give if gives else publicity.may_take_back
    if not may(case.state, case.consent):
        return redirect(url_for(".own"))
    return form_page("petitioner/consent.html", form, case=case, gives=gives)


@bp.get("/follow/case/files/<uuid:file_id>")
@opened_here
def own_file(file_id: UUID) -> ResponseReturnValue:
    """Send one file of the case to its petitioner."""
    case = own_case.opened()
    line = next((one for one in case.files if one.id == file_id), None)
    if line is None:
        raise NotFound
    return as_download(*own_content(db.session(), line, sealer=rules().sealer))


@bp.post("/follow/leave")
def leave() -> ResponseReturnValue:
    """Close the case in this browser."""
    own_case.leave()
    flash(_("Your case is closed on this device. Nobody can read it here any more."), "success")
    return redirect(url_for(".follow"), 303)


def _after(form: CaseworkForm, thanks: str) -> ResponseReturnValue:
    if form.errors:
        return _page(own_case.opened(), form)
    flash(thanks, "success")
    return redirect(url_for(".own"), 303)


def _page(case: OwnCase, form: CaseworkForm | None = None) -> ResponseReturnValue:
    """Draw the case; ``form`` is the one that was sent and could not be taken."""
    until = case.rate_until(rules().settings.rating_window_days)
    may_rate = until is not None and today() <= until and case.rated is None
    answers, rates = isinstance(form, AnswerForm), isinstance(form, RateForm)
    fits_no_more = not (answers and case.open_question) and not (rates and may_rate)
    values = {
        "case": case,
        "plain": told.standing(case, _unit(case), may_rate=may_rate),
        "unit": _unit(case),
        "stage": told.stage,
        "reason": told.reason,
        "satisfied": dict(SATISFACTION).get,
        "may_withdraw": case.may(Action.WITHDRAW),
        "may_take_back": publicity.may_take_back(case.state, case.consent),
        "may_give": publicity.may_give(case.state, case.consent),
        "answer_form": form if answers else AnswerForm(formdata=None),
        "rate_form": form if rates else RateForm(formdata=None),
        "rate_until": until,
        "review": _review(case),
        "unit_name": unit_name,
        "may_rate": may_rate,
        "typed": _text_of_a_closed(form) if form and fits_no_more else None,
    }
    if form is None:
        return render_template("petitioner/own.html", **values)
    return form_page("petitioner/own.html", form, **values)


def _review(case: OwnCase) -> Review:
    """Return what the petitioner can still do against the answer."""
    until = case.review_until(rules().calendar)
    return Review(stage_after(case.channel), until, until is not None and today() <= until)


def _text_of_a_closed(form: CaseworkForm) -> str:
    """Return what was typed into a form that the case no longer asks for; its faults go on top."""
    for field in form:
        form.form_errors.extend(field.errors)
        field.errors = []
    return next((field.data or "" for field in form if isinstance(field, TextAreaField)), "")


def _unit(case: OwnCase) -> str | None:
    return unit_name(case.now.department_id) if case.now.department_id else None
