"""What a department does with a case that was dispatched to it."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.errors import GuardFailed, Invalid, NotPermitted
from casework.language import N_
from casework.models import Case, CoHandler, Objection, Question, Reply, ReplyPart
from casework.queries.rules import Rules
from casework.services import log, steps
from casework.services.actors import Actor
from casework.workflow.guards import with_your_department
from casework.workflow.states import DEPARTMENT_ROLES, RUNNING, Action, Entry, State


def sign(session: Session, case: Case, *, by: Actor, at: datetime, rules: Rules) -> None:
    """Take a dispatched case into the department's hands."""
    steps.take(session, case, Action.SIGN, by=by, at=at, rules=rules)


def send_back(
    session: Session,
    case: Case,
    *,
    reason_code: str,
    note: str,
    by: Actor,
    at: datetime,
    rules: Rules,
) -> None:
    """Object that the case is not the department's matter, once and within its time (条例 23)."""
    steps.take(
        session,
        case,
        Action.SEND_BACK,
        by=by,
        at=at,
        rules=rules,
        reason_code=reason_code,
        note=note,
        data={"department": by.department_id},
    )
    case.sent_back = True
    session.add(Objection(case_id=case.id, department_id=by.department_id, at=at))


def ask_petitioner(
    session: Session, case: Case, *, question: str, by: Actor, at: datetime, rules: Rules
) -> None:
    """Ask the petitioner for what is missing; the department's clocks stand still meanwhile."""
    steps.take(session, case, Action.ASK_PETITIONER, by=by, at=at, rules=rules, note=question)
    session.add(Question(case_id=case.id, asked_by_id=by.user_id, asked_at=at, text=question))


def save_draft(
    session: Session, case: Case, *, text: str, by: Actor, at: datetime, rules: Rules
) -> Reply:
    """Keep a version of the reply without handing it in.

    Raises GuardFailed for another department and Invalid when the case is not being handled.
    """
    if by.role not in DEPARTMENT_ROLES:
        raise NotPermitted(action=Entry.SAVE_DRAFT.value)
    if case.department_id != by.department_id:
        raise GuardFailed(reason=with_your_department.explanation)
    if case.state is not State.HANDLING:
        raise Invalid("text", N_("A draft can be saved only while the case is being handled."))
    version = _new_version(session, case, text, by=by, at=at)
    log.record(
        session,
        case,
        Entry.SAVE_DRAFT,
        by=by,
        at=at,
        sealer=rules.sealer,
        data={"version": version.version},
    )
    session.flush()
    return version


def draft(
    session: Session, case: Case, *, text: str, by: Actor, at: datetime, rules: Rules
) -> Reply:
    """Hand a reply in for review; the version is kept whatever becomes of it."""
    version = _new_version(session, case, text, by=by, at=at)
    steps.take(
        session,
        case,
        Action.DRAFT,
        by=by,
        at=at,
        rules=rules,
        text=text,
        data={"version": version.version},
    )
    version.submitted_at = at
    session.add(version)
    return version


def _new_version(session: Session, case: Case, text: str, *, by: Actor, at: datetime) -> Reply:
    last = session.scalar(select(func.max(Reply.version)).where(Reply.case_id == case.id)) or 0
    version = Reply(
        case_id=case.id,
        version=last + 1,
        text=text,
        author_id=by.user_id,
        department_id=by.department_id,
        written_at=at,
    )
    if text.strip():
        session.add(version)
    return version


def newest_version(session: Session, case: Case) -> Reply | None:
    """Return the version that was written last, handed in or not."""
    return session.scalars(
        select(Reply).where(Reply.case_id == case.id).order_by(Reply.version.desc()).limit(1)
    ).one_or_none()


def redraft(
    session: Session, case: Case, *, note: str, by: Actor, at: datetime, rules: Rules
) -> None:
    """Return the reply to its author with what must change."""
    steps.take(session, case, Action.REDRAFT, by=by, at=at, rules=rules, note=note)


def approve(
    session: Session, case: Case, *, note: str = "", by: Actor, at: datetime, rules: Rules
) -> None:
    """Approve the reply that was handed in last; it goes to the petition office."""
    steps.take(session, case, Action.APPROVE, by=by, at=at, rules=rules, note=note)
    # The step itself changed no reply: there is nothing to write before this one is read.
    with session.no_autoflush:
        reply = submitted_reply(session, case)
    if reply is None:
        raise Invalid("reply", N_("There is no reply to approve."))
    reply.approved_by_id, reply.approved_at = by.user_id, at


def submitted_reply(session: Session, case: Case) -> Reply | None:
    """Return the version that was handed in last."""
    return session.scalars(
        select(Reply)
        .where(Reply.case_id == case.id, Reply.submitted_at.is_not(None))
        .order_by(Reply.version.desc())
        .limit(1)
    ).one_or_none()


def add_part(
    session: Session, case: Case, *, text: str, by: Actor, at: datetime, rules: Rules
) -> None:
    """Add a co-handler's part to the reply; the lead sees it beside its draft.

    Raises NotPermitted unless the department helps with this case, and Invalid once it ended.
    """
    helps = session.scalar(
        select(CoHandler.id).where(
            CoHandler.case_id == case.id,
            CoHandler.department_id == by.department_id,
            CoHandler.removed_at.is_(None),
        )
    )
    if by.role not in DEPARTMENT_ROLES or helps is None:
        raise NotPermitted(action=Entry.ADD_PART.value)
    if case.state not in RUNNING:
        raise Invalid("text", N_("This case has ended. Nothing can be added to its reply."))
    session.add(
        ReplyPart(
            case_id=case.id,
            department_id=by.department_id,
            author_id=by.user_id,
            written_at=at,
            text=text,
        )
    )
    log.record(session, case, Entry.ADD_PART, by=by, at=at, sealer=rules.sealer)
    session.flush()
