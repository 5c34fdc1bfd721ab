"""The call desk: one screen for a call, the day's calls, and answers given on the telephone."""

from collections.abc import Mapping

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from casework.errors import Invalid
from casework.models import Case, Origin
from casework.queries import articles, callers
from casework.queries.callers import EarlierCase
from casework.services import petitioner, submission
from casework.services.actors import staff
from casework.services.submission import Receipt
from casework.web.clock import now, today
from casework.web.db import session
from casework.web.directory import called, open_subjects, open_units, unit_name
from casework.web.entering import enter_once, entered_last
from casework.web.errors import wording
from casework.web.follow_slip import follow_slip
from casework.web.forms.base import LINE
from casework.web.forms.operator import CallerForm, CallForm, SupplyForm
from casework.web.guard import RoleBlueprint, me
from casework.web.guessing import guessed
from casework.web.outward import BY_SMS, offered
from casework.web.rules import rules
from casework.web.saving import form_page, refusals_on, text_of
from casework.web.slips import holds, new_slip, token_of
from casework.web.steps import mine, step_page
from casework.web.uploads import attach_files, take_files, takes_files
from casework.workflow.states import Action, Role

bp = RoleBlueprint("operator", __name__, Role.OPERATOR)

ANSWER = "answer"


@bp.get("/operator")
def call() -> ResponseReturnValue:
    """Show the empty screen for the next call."""
    form = CallForm(formdata=None)
    form.slip.data = new_slip()
    return _screen(form, None)


@bp.post("/operator")
@takes_files
def take_call() -> ResponseReturnValue:
    """Keep the call: answered on the spot, or as a case for the petition office."""
    form = CallForm()
    take_files(form)
    on_the_spot = request.form.get("do") == ANSWER
    token = token_of(form.slip.data)
    if token is None or not holds(form.slip.data):
        form.slip.data = new_slip()
        form.form_errors.append(_("This form was open for a long time. Read it and send it again."))
        return _screen(form, None)
    complete = form.validate()
    if on_the_spot:
        complete = form.asks_for_answer() and complete
    if not complete:
        return _screen(form, _earlier(form.phone.data))

    def open_case(db: Session) -> Receipt:
        made = form.submission(token)
        if not on_the_spot:
            return submission.submit(db, made, **mine())
        answer, basis = text_of(form.answer), text_of(form.basis)
        return submission.answer_now(
            db, made, answer, basis=basis, article_id=form.article_id, **mine()
        )

    with refusals_on(form):
        enter_once(token, form, open_case)
        return redirect(url_for(".read_back"), 303)
    return _screen(form, _earlier(form.phone.data))


@bp.post("/operator/caller")
@takes_files
def caller() -> ResponseReturnValue:
    """Bring up the earlier cases of the number that calls; what is typed already stays."""
    if "HX-Request" in request.headers:
        number = CallerForm()
        found = _earlier(number.phone.data) if number.validate() else None
        return render_template("operator/caller.html", earlier=found, phone=number.phone)
    form = CallForm()
    take_files(form)
    number_fits = form.phone.validate(form)
    return _screen(form, _earlier(form.phone.data) if number_fits else None)


@bp.get("/operator/answers")
def answers() -> ResponseReturnValue:
    """Find guides, articles and published answers from which to answer at once."""
    words = request.args.get("q", "").strip()
    problem = None
    found: list[callers.PublishedAnswer] = []
    guides: list[articles.Found] = []
    try:
        if words:
            guides = articles.found_by_words(session(), words, today=today())
            found = callers.published_answers(session(), words, at=now())
    except Invalid as error:
        problem = wording(error)
    part = "HX-Request" in request.headers
    return render_template(
        "operator/answers_found.html" if part else "operator/answers.html",
        words=words,
        found=found,
        guides=guides,
        problem=problem,
        unit_name=unit_name,
    )


@bp.post("/operator/suggestions")
def suggestions() -> ResponseReturnValue:
    """Return guides, articles and likely categories of the call that is being typed."""
    subject = request.form.get("subject", "")[:LINE].replace("\0", "")
    return render_template(
        "operator/suggestions.html",
        guides=articles.alike(session(), subject, today=today()),
        guessed=guessed(subject, request.form.get("text", "")[: LINE * 2]),
        unit_name=unit_name,
    )


@bp.get("/operator/read-back")
def read_back() -> ResponseReturnValue:
    """Show number and code of the call just taken, with the sentence to read to the caller."""
    receipt = entered_last()
    if receipt is None:
        return redirect(url_for(".call"))
    return render_template(
        "operator/read_back.html",
        case=receipt.case,
        code=receipt.access_code,
        follow=follow_slip(receipt.case),
    )


@bp.get("/operator/calls")
def calls() -> ResponseReturnValue:
    """Show today's calls: one's own, or everybody's."""
    everybody = request.args.get("whose") == "all"
    day = callers.calls_of_day(
        session(),
        me(),
        today(),
        by_user_id=None if everybody else me().id,
        after=request.args.get("after"),
    )
    return render_template("operator/calls.html", day=day, everybody=everybody)


@bp.route("/cases/<number>/supply", methods=["GET", "POST"])
@takes_files
def supply(number: str) -> ResponseReturnValue:
    """Write down what a petitioner answers on the telephone to the department's question."""
    form = SupplyForm()
    take_files(form)

    def take(db: Session, case: Case) -> None:
        petitioner.supply(db, case, answer=text_of(form.answer), **mine())
        attach_files(db, case, form, Origin.SUPPLY, by=staff(me()))

    def beside(db: Session, case: Case) -> Mapping[str, object]:
        return {"question": callers.open_question(db, case)}

    return step_page(
        number,
        Action.SUPPLY,
        form,
        take,
        template="operator/supply.html",
        done=_l("The department has the answer and goes on with the case."),
        beside=beside,
    )


def _screen(form: CallForm, earlier: list[EarlierCase] | None) -> ResponseReturnValue:
    return form_page(
        "operator/call.html",
        form,
        texts_offered=BY_SMS in offered(),
        all_units=open_units(),
        subjects=open_subjects(),
        called=called,
        earlier=earlier,
    )


def _earlier(phone: str | None) -> list[EarlierCase] | None:
    """Return the caller's earlier cases, None where no number was given."""
    if not phone:
        return None
    return callers.earlier_cases(session(), me(), phone, sealer=rules().sealer)
