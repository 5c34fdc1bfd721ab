"""The steps of the petition office up to the answer, each on its own page of the case."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from casework.errors import Invalid, NotFound
from casework.language import N_, translate
from casework.models import Case, Origin
from casework.queries import cases, inbox, reviews, suggestions
from casework.queries.attachments import reply_files
from casework.queries.directory import Unit
from casework.queries.inbox import Tab
from casework.queries.sent_back import last_objection
from casework.queries.suggestions import Suggestion
from casework.services import office, sorting
from casework.services.actors import staff
from casework.services.publication import approved_reply
from casework.web.clock import today
from casework.web.db import session
from casework.web.directory import (
    called,
    open_subjects,
    open_units,
    reasons_for,
    subjects,
    unit_name,
)
from casework.web.forms.office import (
    ClassifyForm,
    DeclineForm,
    DispatchForm,
    ForwardForm,
    MergeForm,
    RecallForm,
    ReworkForm,
    UpholdForm,
    member,
)
from casework.web.guard import RoleBlueprint, me
from casework.web.guessing import guessed
from casework.web.language import day
from casework.web.rules import rules
from casework.web.steps import mine, step_page
from casework.web.uploads import attach_files, take_files, takes_files
from casework.workflow.states import REVIEWS, Action, Kind, Role, State, Urgency

bp = RoleBlueprint("office_steps", __name__, Role.OFFICE, url_prefix="/cases")

LIKELY = 4
DECLINED = N_("Your request cannot be accepted. The reason: %(reason)s.")


@bp.route("/<number>/dispatch", methods=["GET", "POST"])
def dispatch(number: str) -> ResponseReturnValue:
    """Classify a letter and send it to the department that must answer it."""
    form = DispatchForm()
    form.offer(but=None)
    due: list[date | None] = []

    def take(db: Session, case: Case) -> None:
        sorting.classify_and_dispatch(
            db,
            case,
            form.classification(),
            unit_ids=form.unit_ids,
            handle_days=form.days.data,
            note=form.note.data or "",
            **mine(),
        )
        due.append(sorting.running_reply_date(db, case))

    def beside(db: Session, case: Case) -> Mapping[str, object]:
        if request.method == "GET":
            form.show(case)
        form.offer(but=case.accused_department_id)
        return {**_around(db, case), **_date(db, case, form), **_lists(form, case)}

    return step_page(
        number,
        Action.DISPATCH,
        form,
        take,
        template="office/dispatch.html",
        done=lambda case: _(
            "%(number)s has gone to %(unit)s, which must reply by %(day)s.",
            number=case.number,
            unit=unit_name(case.department_id),
            day=day(due[-1]),
        ),
        beside=beside,
        back=_after_dispatch(),
    )


@bp.get("/<number>/dispatch/date")
def reply_date(number: str) -> ResponseReturnValue:
    """Return the line that says by when the department would have to reply."""
    case = cases.case_page(session(), me(), number)
    form = DispatchForm(formdata=request.args, meta={"csrf": False})
    form.validate()
    return render_template("office/reply_date.html", **_date(session(), case, form))


@bp.route("/<number>/classify", methods=["GET", "POST"])
def classify(number: str) -> ResponseReturnValue:
    """Correct what a case is about without moving it."""
    form = ClassifyForm()

    def beside(db: Session, case: Case) -> Mapping[str, object]:
        if request.method == "GET":
            form.show(case)
        return _lists(form, case)

    return step_page(
        number,
        None,
        form,
        lambda db, case: office.classify(db, case, **form.classification(), **mine()),
        template="office/classify.html",
        done=_l("The classification has been changed."),
        beside=beside,
    )


@bp.route("/<number>/decline", methods=["GET", "POST"])
def decline(number: str) -> ResponseReturnValue:
    """Refuse to accept a letter; the petitioner reads why."""
    form = DeclineForm()
    form.offer(Action.DECLINE)

    def take(db: Session, case: Case) -> None:
        text = form.text.data or _standard_text(form.reason.data, case)
        office.decline(db, case, reason_code=form.reason.data, text=text, **mine())

    return step_page(
        number,
        Action.DECLINE,
        form,
        take,
        template="office/decline.html",
        done=_l("The petitioner is told that the case is not accepted."),
        beside=_objection,
        back=url_for("office.inbox"),
    )


@bp.get("/<number>/decline/text")
def decline_text(number: str) -> ResponseReturnValue:
    """Return what the petitioner would read for a reason, in the language of the letter."""
    case = cases.case_page(session(), me(), number)
    return render_template(
        "office/decline_text.html", text=_standard_text(request.args.get("reason"), case)
    )


@bp.route("/<number>/recall", methods=["GET", "POST"])
def recall(number: str) -> ResponseReturnValue:
    """Take a dispatched case back to the inbox."""
    form = RecallForm()
    form.offer(Action.RECALL)
    return step_page(
        number,
        Action.RECALL,
        form,
        lambda db, case: office.recall(
            db, case, reason_code=form.reason.data, note=form.note.data or "", **mine()
        ),
        template="office/recall.html",
        done=_l("The case is back in the inbox, and the department has been told."),
    )


@bp.route("/<number>/merge", methods=["GET", "POST"])
def merge(number: str) -> ResponseReturnValue:
    """Join a case to another one that is still running, whose answer it will get."""
    form = MergeForm()
    form.offer(Action.MERGE)
    into = form.target_number

    def take(db: Session, case: Case) -> None:
        try:
            target = cases.for_update(db, me(), into)
        except NotFound:
            raise Invalid("target", N_("There is no case with this number.")) from None
        office.merge(
            db,
            case,
            into=target,
            reason_code=form.reason.data,
            note=form.note.data or "",
            **mine(),
        )

    def beside(db: Session, case: Case) -> Mapping[str, object]:
        if request.method == "GET":
            form.target.data = request.args.get("into", "")
        return {**_around(db, case), "unit_name": unit_name}

    return step_page(
        number,
        Action.MERGE,
        form,
        take,
        template="office/merge.html",
        done=lambda case: _("%(number)s was merged into %(into)s.", number=case.number, into=into),
        beside=beside,
        back=url_for("office.inbox"),
        also=into,
    )


@bp.route("/<number>/uphold", methods=["GET", "POST"])
def uphold(number: str) -> ResponseReturnValue:
    """Leave a sent-back case with its department."""
    form = UpholdForm()
    return step_page(
        number,
        Action.UPHOLD,
        form,
        lambda db, case: office.uphold(db, case, note=form.note.data or "", **mine()),
        template="office/uphold.html",
        done=lambda case: _(
            "%(number)s stays with %(unit)s.",
            number=case.number,
            unit=unit_name(case.department_id),
        ),
        beside=_objection,
        back=url_for("office.inbox", tab=Tab.SENT_BACK.value),
    )


@bp.route("/<number>/forward", methods=["GET", "POST"])
@takes_files
def forward(number: str) -> ResponseReturnValue:
    """Read the approved reply beside the letter and give it to the petitioner."""
    form = ForwardForm()
    take_files(form)

    def take(db: Session, case: Case) -> None:
        attach_files(db, case, form, Origin.FORWARD, by=staff(me()))
        office.forward(db, case, note=form.note.data or "", **mine())

    return step_page(
        number,
        Action.FORWARD,
        form,
        take,
        template="office/forward.html",
        done=lambda case: _(
            "The petitioner has the reply. %(number)s is complete.", number=case.number
        ),
        beside=_reply,
        back=url_for("office.inbox", tab=Tab.TO_FORWARD.value),
    )


@bp.route("/<number>/rework", methods=["GET", "POST"])
def rework(number: str) -> ResponseReturnValue:
    """Return an approved reply to the department."""
    form = ReworkForm()
    return step_page(
        number,
        Action.REWORK,
        form,
        lambda db, case: office.rework(db, case, note=form.note.data or "", **mine()),
        template="office/rework.html",
        done=lambda case: _(
            "%(number)s has gone back to %(unit)s.",
            number=case.number,
            unit=unit_name(case.department_id),
        ),
        beside=_reply,
        back=url_for("office.inbox", tab=Tab.TO_FORWARD.value),
    )


def _after_dispatch() -> str:
    """Return where the clerk goes on: to the next letter if that was asked for."""
    if request.form.get("then") == "next":
        return url_for("office.next_letter", after=request.form.get("place"))
    return url_for("office.inbox")


def _around(db: Session, case: Case) -> dict[str, object]:
    """Return the letters that may be about the same matter, and who may have to answer."""
    theirs = suggestions.of_same_petitioner(db, me(), case)
    known = {found.number for found in theirs}
    barred = reviews.barred_units(db, case) if case.channel in REVIEWS else []
    alike = [found for found in suggestions.alike(db, me(), case) if found.number not in known]
    return {
        "theirs": theirs,
        "alike": alike,
        "likely": _likely(case, [*alike, *theirs], barred),
        "barred": _(", ").join(unit_name(one) for one in barred),
        "objection": last_objection(db, case) if case.state is State.RETURNED else None,
        "place": inbox.key_of(Tab.TO_DISPATCH, case) if case.due_on else "",
    }


def _likely(case: Case, found: Sequence[Suggestion], barred: Sequence[int]) -> list[Unit]:
    """Return the street of the case and the departments that have letters like it."""
    often = Counter(one.department_id for one in found if one.department_id)
    wanted = [unit_id for unit_id, _count in often.most_common()]
    if case.street_id is not None:
        wanted.append(case.street_id)
    refused = {case.accused_department_id, *barred}
    if case.state is State.RETURNED:
        refused.add(case.department_id)
    offered = {unit.id: unit for unit in open_units()}
    return [
        offered[unit_id]
        for unit_id in dict.fromkeys(wanted)
        if unit_id in offered and unit_id not in refused
    ][:LIKELY]


def _date(db: Session, case: Case, form: DispatchForm) -> dict[str, object]:
    """Return the date of the reply; one that runs already is not moved by another dispatch."""
    runs = case.dispatched_at is not None or case.channel in REVIEWS
    kept = sorting.running_reply_date(db, case) if runs else None
    return {"kept_date": kept, "reply_date": kept or _new_date(case, form)}


def _new_date(case: Case, form: DispatchForm) -> date:
    chosen: int | None = form.category.chosen_id or case.category_id
    categories = []
    while (subject := subjects().get(chosen or 0)) is not None:
        categories.append(subject.id)
        chosen = subject.parent_id
    return sorting.reply_date(
        kind=member(Kind, form.kind.data) or case.kind,
        urgency=member(Urgency, form.urgency.data) or case.urgency,
        category_ids=categories,
        days=None if form.days.errors else form.days.data,
        on=today(),
        rules=rules(),
    )


def _lists(form: ClassifyForm, case: Case) -> dict[str, object]:
    """Return what the page's lists offer while somebody types, and the likely categories."""
    unknown = case.category_id is None
    return {
        "guessed": guessed(case.subject, case.body) if unknown else [],
        "units": getattr(getattr(form, "lead", None), "among", ()),
        "all_units": open_units(),
        "subjects": open_subjects(),
        "called": called,
        "unit_name": unit_name,
    }


def _objection(db: Session, case: Case) -> Mapping[str, object]:
    found = last_objection(db, case) if case.state is State.RETURNED else None
    return {"objection": found, "unit_name": unit_name}


def _reply(db: Session, case: Case) -> Mapping[str, object]:
    return {
        "reply": approved_reply(db, case),
        "unit_name": unit_name,
        "rework": ReworkForm(formdata=None),
        "files": reply_files(db, case, sealer=rules().sealer),
    }


def _standard_text(code: str | None, case: Case) -> str:
    """Return what the petitioner reads for a reason, unless the office writes something else."""
    reason = next((one for one in reasons_for(Action.DECLINE) if one.code == code), None)
    if reason is None:
        return ""
    words = reason.text_en if case.language == "en" and reason.text_en else reason.text
    return translate(case.language, DECLINED, reason=words)
