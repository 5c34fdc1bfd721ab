"""Writing a letter without an account: the form, reading it back, sending it, the receipt."""

from datetime import timedelta
from typing import NamedTuple

from flask import flash, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from casework.errors import TooMany
from casework.models import Origin
from casework.queries import followed, guides, published
from casework.queries.guides import Guide
from casework.queries.notices import told_by
from casework.queries.published import Published
from casework.services import reading, submission, tallies
from casework.services.actors import PETITIONER
from casework.services.petitioners import Contact
from casework.services.submission import Receipt, Submission
from casework.web import db
from casework.web.clock import now, today
from casework.web.crowding import admit, bits_of_work, pressed
from casework.web.directory import called, open_subjects, unit_name
from casework.web.excerpts import excerpt
from casework.web.follow_slip import follow_slip
from casework.web.forms.answers import number_of
from casework.web.forms.base import LINE
from casework.web.forms.letters import LetterForm
from casework.web.guard import OpenBlueprint
from casework.web.guessing import guessed
from casework.web.language import language
from casework.web.outward import NONE, TOLD_BY, offered
from casework.web.rules import rules
from casework.web.saving import form_page, refusals_on, text_of
from casework.web.slips import holds, new_slip, token_of
from casework.web.sources import source, spend
from casework.web.uploads import (
    attach_files,
    held_files,
    take_files,
    takes_files,
    throw_files_away,
)
from casework.workflow.states import Channel

bp = OpenBlueprint("petitioner", __name__)

LEADER = "leader"
LETTERS_OF_SOURCE, LETTERS_WINDOW = 200, timedelta(hours=1)
"""Letters from one address in an hour: enough for a whole housing estate behind one."""

ASKED_OF_SOURCE = 3_000
"""How often one address asks in an hour what is public on the subjects that it types."""

SHORTEST = 2
MATTER = "matter"
NOT_CARRIED = frozenset({"csrf_token", "slip", "website", "work", "basket", "category"})
"""What the page that reads a letter back has of its own."""

RECEIPT = "receipt"
RECEIPT_SHOWN = timedelta(minutes=30)


class Offer(NamedTuple):
    """Something public that may spare a writer the letter; ``name`` and ``key`` say which."""

    sort: str
    title: str
    text: str
    address: str
    name: str
    key: str


@bp.get("/letters/new")
def write() -> ResponseReturnValue:
    """Show the empty form."""
    if request.args.get("to") == LEADER:
        return redirect(url_for(".mailbox"))
    return _empty_form("")


@bp.get("/letters/leader")
def mailbox() -> ResponseReturnValue:
    """Show the empty form of a letter to the leaders."""
    return _empty_form(LEADER)


@bp.get("/letters/check")
@bp.get("/letters/send")
@bp.get("/letters/change")
def begin() -> ResponseReturnValue:
    """Answer an address that was typed or kept: nothing is stored of an unsent letter."""
    return redirect(url_for(".write"))


@bp.post("/letters/check")
@takes_files
def check() -> ResponseReturnValue:
    """Read the letter back to its writer; nothing is stored yet but the files that came."""
    form = _typed_form()
    take_files(form)
    if not form.validate_on_submit():
        return _form_page(form)
    return _check_page(form)


@bp.post("/letters/similar")
def similar() -> ResponseReturnValue:
    """Return what is public on the matter of a subject that is being typed; keep nothing of it."""
    subject = request.form.get("subject", "")[:LINE].replace("\0", "")
    try:
        spend(f"similar:{source()}", ASKED_OF_SOURCE, LETTERS_WINDOW)
    except TooMany:
        subject = ""  # the letter goes on without suggestions, and meets them before it is sent
    return render_template("petitioner/similar.html", offers=_offers(subject), while_typing=True)


@bp.post("/letters/answered")
def answered() -> ResponseReturnValue:
    """End without a letter: a guide or an answer says what its writer wanted to know."""
    guide_id = number_of(request.form.get("guide"))
    if guide_id is not None:
        return _answered_by_guide(guide_id)
    found = published.answer(db.session(), request.form.get("answer", "").replace("\0", ""))
    if not isinstance(found, Published):
        return _still_unanswered()
    with db.transaction() as current:
        throw_files_away(current)
        reading.tell_spared(current, found.case_id, source=source(), day=today(), at=now())
    return _ended_at(url_for("public.answer", number=found.number))


def _answered_by_guide(guide_id: int) -> ResponseReturnValue:
    if not isinstance(guides.guide(db.session(), guide_id, today=today()), Guide):
        return _still_unanswered()
    with db.transaction() as current:
        throw_files_away(current)
        reading.tell_spared_by_guide(current, guide_id, source=source(), day=today(), at=now())
    return _ended_at(url_for("guides.show", article_id=guide_id))


def _ended_at(address: str) -> ResponseReturnValue:
    flash(_("We are glad that it is answered. Nothing was sent and nothing is kept."), "success")
    return redirect(address, 303)


def _still_unanswered() -> ResponseReturnValue:
    """Go on with the letter, on the page to which it has come."""
    form = _typed_form()
    return _check_page(form) if form.validate() else _form_page(form)


@bp.post("/letters/change")
def change() -> ResponseReturnValue:
    """Show the form again with everything in it."""
    return _form_page(_typed_form())


@bp.post("/letters/send")
def send() -> ResponseReturnValue:
    """Open a case from the letter, once however often it is sent."""
    form = _typed_form()
    token = token_of(form.slip.data)
    if token is None or not holds(form.slip.data):
        return _begin_again(form, token)
    if not form.validate_on_submit():
        return _form_page(form)
    with refusals_on(form):
        if sent := _receipt_of(token) if pressed() else None:
            return _show_receipt(token, sent)
        admit(text_of(form.slip), token, text_of(form.work))
        return _show_receipt(token, _submitted(form, token))
    return _check_page(form)


@bp.get("/letters/received")
def received() -> ResponseReturnValue:
    """Show the receipt, to be printed, for a while after the letter was sent."""
    token = session.get(RECEIPT)
    receipt = _receipt_of(token) if token else None
    if receipt is None or now() - receipt.case.received_at > RECEIPT_SHOWN:
        session.pop(RECEIPT, None)
        return render_template("petitioner/no_receipt.html")
    way = told_by(db.session(), receipt.case.id)
    return render_template(
        "petitioner/received.html",
        case=receipt.case,
        code=receipt.access_code,
        sent=token,
        follow=follow_slip(receipt.case),
        told_by=TOLD_BY[way] if way != NONE else None,
    )


def _empty_form(to: str) -> ResponseReturnValue:
    form = LetterForm(formdata=None)
    form.offer()
    form.slip.data, form.to.data = new_slip(), to
    response = make_response(_form_page(form))
    # Nothing personal stands in it yet, and without this the way back empties it.
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _typed_form() -> LetterForm:
    form = LetterForm()
    form.offer()
    return form


def _form_page(form: LetterForm) -> ResponseReturnValue:
    form.slip.data = form.slip.data or new_slip()
    return form_page("petitioner/write.html", form, to_leader=form.to.data == LEADER)


def _check_page(form: LetterForm) -> ResponseReturnValue:
    form.slip.data = form.slip.data or new_slip()
    return form_page(
        "petitioner/check.html",
        form,
        to_leader=form.to.data == LEADER,
        street=unit_name(_id(form.street.data)) if form.street.data else None,
        accused=unit_name(_id(form.accused.data)) if form.accused.data else None,
        sent_fields=_sent_fields,
        files=held_files(form),
        told_by=TOLD_BY[form.told_by_now] if offered() else None,
        offers=_offers(text_of(form.subject)),
        guessed=guessed(text_of(form.subject), text_of(form.text)),
        called=called,
        work=bits_of_work(),
    )


def _offers(subject: str) -> list[Offer]:
    """Return the guides and the published answers that are about the matter of a subject."""
    if len(subject.strip()) < SHORTEST:
        return []
    by_guide = guides.similar_guides(db.session(), subject, today=today())
    by_answer = published.similar_answers(db.session(), subject)
    by_matter = followed.similar_matters(db.session(), subject)
    return (
        [
            Offer(
                _("Guide"),
                one.title,
                excerpt(one.text, []),
                url_for("guides.show", article_id=one.id),
                "guide",
                str(one.id),
            )
            for one in by_guide
        ]
        + [
            Offer(
                _("Published answer"),
                one.subject,
                excerpt(one.reply, []),
                url_for("public.answer", number=one.number),
                "answer",
                one.number,
            )
            for one in by_answer
        ]
        + [
            Offer(
                _("Matter under way"),
                one.title,
                _("Others wrote about this already, and it is being handled."),
                url_for("matters.show", matter_id=one.id),
                MATTER,
                str(one.id),
            )
            for one in by_matter
        ]
    )


def _sent_fields(form: LetterForm) -> list[tuple[str, str]]:
    """Return what the page carries on, as it was typed, so that nothing is typed twice."""
    carried = [
        (name, value)
        for name, value in request.form.items()
        if name in form and name not in NOT_CARRIED
    ]
    basket = [("basket", text_of(form.basket))] if held_files(form) else []
    return [("slip", text_of(form.slip)), *basket, *carried]


def _begin_again(form: LetterForm, token: str | None) -> ResponseReturnValue:
    """Give a form that lay open too long a new slip, unless it has been sent already."""
    if token and (sent := _receipt_of(token)):
        return _show_receipt(token, sent)
    form.slip.data = new_slip()
    if not form.validate_on_submit():
        return _form_page(form)
    form.form_errors.append(
        _("This form was open for a long time. Please read your letter once more and send it.")
    )
    return _check_page(form)


def _submitted(form: LetterForm, token: str) -> Receipt:
    """Return the receipt of the letter, also where another sending of it was first."""
    try:
        with db.transaction() as current:
            receipt = submission.submit(
                current, _submission(form, token), by=PETITIONER, at=now(), rules=rules()
            )
            attach_files(current, receipt.case, form, Origin.LETTER, by=PETITIONER)
            tallies.spend(current, f"letters:{source()}", LETTERS_OF_SOURCE, LETTERS_WINDOW, now())
    except IntegrityError:
        sent = _receipt_of(token)
        if sent is None:
            raise
        return sent
    return receipt


def _submission(form: LetterForm, token: str) -> Submission:
    return Submission(
        Channel.LEADER_MAILBOX if form.to.data == LEADER else Channel.LETTER,
        form.kind.data,
        text_of(form.subject),
        text_of(form.text),
        (
            Contact(
                text_of(form.name),
                text_of(form.phone),
                text_of(form.id_number),
                text_of(form.address),
                text_of(form.email),
                told_by=form.told_by_now,
            ),
            *form.other_delegates(),
        ),
        speaks_for=form.speaks_for.data,
        place=text_of(form.place),
        street_id=_id(form.street.data),
        category_id=_category(form),
        accused_department_id=_id(form.accused.data),
        unnamed=form.unnamed.data,
        consent=form.consent.data,
        language=language(),
        form_token=token,
    )


def _category(form: LetterForm) -> int | None:
    """Return the category that the writer took of those suggested, if it is open still."""
    chosen = number_of(form.category.data)
    return chosen if chosen in {one.id for one in open_subjects()} else None


def _receipt_of(token: str) -> Receipt | None:
    return submission.already_submitted(db.session(), token, sealer=rules().sealer)


def _show_receipt(token: str, receipt: Receipt) -> ResponseReturnValue:
    """Keep the token, not the code, in the signed cookie: the code is made from it again."""
    session[RECEIPT] = token
    return redirect(url_for(".received"), 303)


def _id(chosen: str | None) -> int | None:
    return int(chosen) if chosen else None
