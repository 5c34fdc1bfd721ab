"""The steps that a department takes with a case, each on its page."""

from collections.abc import Mapping

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from casework.errors import Conflict, NotPermitted
from casework.models import Case, Origin
from casework.queries.attachments import reply_files
from casework.queries.case_parts import LogLine
from casework.queries.case_view import case_view, deadlines
from casework.services import department
from casework.services.actors import staff
from casework.services.clocks import limit_of
from casework.web.case_page import helps
from casework.web.clock import today
from casework.web.forms.department import (
    ApproveForm,
    AskForm,
    DraftForm,
    PartForm,
    RedraftForm,
    SendBackForm,
)
from casework.web.guard import RoleBlueprint, me
from casework.web.rules import rules
from casework.web.steps import Beside, mine, one_click, step_page
from casework.web.uploads import attach_files, take_files, takes_files
from casework.workflow.clock import due
from casework.workflow.states import DEPARTMENT_ROLES, Action, Clock

bp = RoleBlueprint("department_steps", __name__, *sorted(DEPARTMENT_ROLES), url_prefix="/cases")


@bp.post("/<number>/sign")
def sign(number: str) -> ResponseReturnValue:
    return one_click(
        number,
        lambda db, case: department.sign(db, case, **mine()),
        done=lambda case: _("Case %(number)s is in your hands.", number=case.number),
    )


@bp.route("/<number>/send-back", methods=["GET", "POST"])
def send_back(number: str) -> ResponseReturnValue:
    form = SendBackForm()

    def take(db: Session, case: Case) -> None:
        department.send_back(
            db, case, reason_code=form.reason.data or "", note=form.note.data or "", **mine()
        )

    return step_page(
        number,
        Action.SEND_BACK,
        form,
        take,
        template="department/send_back.html",
        done=_l("The case has gone back to the petition office, which decides."),
        beside=_last_day,
    )


def _last_day(db: Session, case: Case) -> Mapping[str, object]:
    runs = [c for c in deadlines(db, case) if c.clock is Clock.OBJECTION and c.runs]
    return {"last_day": runs[0].due_on if runs else None}


@bp.route("/<number>/ask", methods=["GET", "POST"])
def ask(number: str) -> ResponseReturnValue:
    form = AskForm()
    return step_page(
        number,
        Action.ASK_PETITIONER,
        form,
        lambda db, case: department.ask_petitioner(
            db, case, question=form.question.data or "", **mine()
        ),
        template="department/ask.html",
        done=_l("The question has gone to the petitioner. Your clocks stand still meanwhile."),
        beside=_answer_by,
    )


def _answer_by(_db: Session, case: Case) -> Mapping[str, object]:
    limit = limit_of(case, Clock.ANSWER, rules=rules(), on=today())
    return {"answer_by": due(rules().calendar, today(), limit).due_on}


@bp.route("/<number>/draft", methods=["GET", "POST"])
@takes_files
def draft(number: str) -> ResponseReturnValue:
    """Write the reply and hand it in; nothing is handed in over a version not yet seen."""
    form = DraftForm()
    take_files(form)

    def hand_in(db: Session, case: Case) -> None:
        if _overtaken(db, case, form):
            raise Conflict
        department.draft(db, case, text=form.text.data or "", **mine())
        attach_files(db, case, form, Origin.REPLY, by=staff(me()))

    return step_page(
        number,
        Action.DRAFT,
        form,
        hand_in,
        template="department/draft.html",
        done=_l("The reply has been handed in for review."),
        beside=_writing(form),
    )


@bp.post("/<number>/draft/save")
@takes_files
def save_draft(number: str) -> ResponseReturnValue:
    """Keep a version; a colleague's version saved meanwhile stays beside it."""
    form = DraftForm()
    take_files(form)
    overtaken = False

    def save(db: Session, case: Case) -> None:
        nonlocal overtaken
        overtaken = _overtaken(db, case, form)
        department.save_draft(db, case, text=form.text.data or "", **mine())
        attach_files(db, case, form, Origin.REPLY, by=staff(me()))

    def said(_case: Case) -> str:
        if overtaken:
            return str(
                _(
                    "Your draft was saved. A colleague saved one in the meantime: "
                    "both are kept. Compare them below."
                )
            )
        return str(_("The draft was saved."))

    return step_page(
        number,
        Action.DRAFT,
        form,
        save,
        template="department/draft.html",
        done=said,
        beside=_writing(form),
        back=url_for(".draft", number=number),
    )


def _overtaken(db: Session, case: Case, form: DraftForm) -> bool:
    newest = department.newest_version(db, case)
    return newest is not None and newest.version > form.seen_version and newest.author_id != me().id


def _writing(form: DraftForm) -> Beside:
    """Return what stands beside a draft; the newest version fills a form that is opened."""

    def beside(db: Session, case: Case) -> Mapping[str, object]:
        view = case_view(db, case, me(), rules().sealer)
        newest = view.versions[0] if view.versions else None
        unseen = newest is not None and newest.number > form.seen_version
        theirs = newest if unseen and newest and newest.author_id != me().id else None
        if request.method == "GET" and newest is not None:
            form.text.data, theirs = newest.text, None
        form.seen.data = str(newest.number) if newest else "0"
        files = reply_files(db, case, sealer=rules().sealer)
        return {"view": view, "remark": _remark(view.log), "theirs": theirs, "files": files}

    return beside


def _remark(log: list[LogLine]) -> LogLine | None:
    """Return why the reply came back, if nothing was handed in since."""
    for line in log:
        if line.what in (Action.REDRAFT, Action.REWORK):
            return line
        if line.what in (Action.DRAFT, Action.DISPATCH, Action.REDO):
            return None
    return None


@bp.route("/<number>/approve", methods=["GET", "POST"])
def approve(number: str) -> ResponseReturnValue:
    form = ApproveForm()
    return step_page(
        number,
        Action.APPROVE,
        form,
        lambda db, case: department.approve(db, case, note=form.note.data or "", **mine()),
        template="department/approve.html",
        done=_l("The reply is approved and has gone to the petition office."),
        beside=_handed_in,
    )


@bp.route("/<number>/redraft", methods=["GET", "POST"])
def redraft(number: str) -> ResponseReturnValue:
    form = RedraftForm()
    return step_page(
        number,
        Action.REDRAFT,
        form,
        lambda db, case: department.redraft(db, case, note=form.note.data or "", **mine()),
        template="department/redraft.html",
        done=_l("The reply has gone back to its author."),
        beside=_handed_in,
    )


def _handed_in(db: Session, case: Case) -> Mapping[str, object]:
    view = case_view(db, case, me(), rules().sealer)
    reply = next((version for version in view.versions if version.submitted_at), None)
    return {
        "view": view,
        "reply": reply,
        "own": reply is not None and reply.author_id == me().id,
        "files": reply_files(db, case, sealer=rules().sealer),
    }


@bp.route("/<number>/part", methods=["GET", "POST"])
def add_part(number: str) -> ResponseReturnValue:
    form = PartForm()

    def beside(db: Session, case: Case) -> Mapping[str, object]:
        view = case_view(db, case, me(), rules().sealer)
        if not helps(view):
            raise NotPermitted
        return {"view": view}

    return step_page(
        number,
        None,
        form,
        lambda db, case: department.add_part(db, case, text=form.text.data or "", **mine()),
        template="department/part.html",
        done=_l("Your part stands beside the draft of the lead department."),
        beside=beside,
    )
