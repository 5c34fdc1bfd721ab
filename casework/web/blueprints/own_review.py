"""A petitioner who does not agree with the answer asks for a review of it, on the own page."""

from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from casework.models import Origin
from casework.queries.petitioner_view import OwnCase, case_to_open
from casework.services import reviews, submission
from casework.services.actors import PETITIONER
from casework.web import db, own_case
from casework.web.blueprints.following import opened_here
from casework.web.blueprints.lost_code import bp as bp
from casework.web.blueprints.petitioner import RECEIPT, RECEIPT_SHOWN
from casework.web.clock import now, today
from casework.web.directory import unit_name
from casework.web.forms.reviews import AskReviewForm
from casework.web.rules import rules
from casework.web.saving import form_page, saving, text_of
from casework.web.slips import new_slip, token_of
from casework.web.uploads import attach_files, take_files, takes_files
from casework.workflow.reviews import stage_after
from casework.workflow.states import REVIEWS


@bp.route("/follow/case/review", methods=["GET", "POST"])
@takes_files
@opened_here
def ask_review() -> ResponseReturnValue:
    """Ask why the answer is not right, then open the case that looks at it again."""
    form = AskReviewForm()
    take_files(form)
    token = token_of(form.slip.data)
    if token and _receipt(token):
        return _received(token)
    if token is None:
        form.slip.data = new_slip()
    if form.validate_on_submit():
        token = token_of(form.slip.data)
        with saving(form) as current:
            made = reviews.ask_review(
                current,
                own_case.locked(),
                reason=text_of(form.reason),
                form_token=token,
                by=PETITIONER,
                at=now(),
                rules=rules(),
            )
            attach_files(current, made.case, form, Origin.LETTER, by=PETITIONER)
        if token and (not form.errors or _receipt(token)):
            return _received(token)  # also where another sending of the form was first
    case = own_case.opened()
    if request.method == "GET" and not _open_today(case):
        return redirect(url_for(".own"))
    return form_page(
        "petitioner/review.html",
        form,
        case=case,
        until=case.review_until(rules().calendar),
        again=stage_after(case.channel),
        unit=unit_name(case.now.department_id) if case.now.department_id else None,
    )


@bp.get("/follow/case/review/received")
def review_received() -> ResponseReturnValue:
    """Show number and code of the review just asked for, to be printed."""
    token = session.get(RECEIPT)
    receipt = _receipt(token) if token else None
    if receipt is None or now() - receipt.case.received_at > RECEIPT_SHOWN:
        return render_template("petitioner/no_receipt.html")
    return render_template(
        "petitioner/review_received.html", case=receipt.case, code=receipt.access_code
    )


@bp.post("/follow/case/open")
@opened_here
def open_stage() -> ResponseReturnValue:
    """Open another stage of the same matter: whoever has proved one of them may read them all."""
    wanted = request.form.get("number", "")
    if any(stage.number == wanted for stage in own_case.opened().matter):
        lock = case_to_open(db.session(), wanted)
        if lock is not None:
            own_case.let_in(lock)
    return redirect(url_for(".own"), 303)


def _open_today(case: OwnCase) -> bool:
    until = case.review_until(rules().calendar)
    return until is not None and today() <= until


def _receipt(token: str) -> submission.Receipt | None:
    receipt = submission.already_submitted(db.session(), token, sealer=rules().sealer)
    return receipt if receipt is not None and receipt.case.channel in REVIEWS else None


def _received(token: str) -> ResponseReturnValue:
    session[RECEIPT] = token
    return redirect(url_for(".review_received"), 303)
