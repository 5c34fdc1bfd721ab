"""A unit asks to leave a late case out of its rate; another person decides (考核申诉)."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.errors import GuardFailed, Invalid, NotFound, NotPermitted
from casework.language import N_
from casework.models import Appeal, Case
from casework.notify import outbox
from casework.queries.rules import Rules
from casework.services import erasure, log
from casework.services.actors import Actor
from casework.workflow.guards import with_your_department
from casework.workflow.notices import Notice
from casework.workflow.states import DECIDE_APPEALS, DEPARTMENT_ROLES, REVIEWS, Entry

NOT_LATE = N_("Only a case that was answered late counts against your unit; a review never does.")
WAITS = N_("Your unit has appealed already. The decision is still open.")
ONCE = N_("The appeal about this case has been decided. There is no second one.")
DECIDED = N_("This appeal has been decided already.")


def counts_against(case: Case, by: Actor) -> bool:
    """Say whether ``by`` belongs to the unit in whose rate this case is a late one."""
    if case.channel in REVIEWS:
        return False
    late = (
        case.completed_on is not None
        and case.promised_on is not None
        and case.completed_on > case.promised_on
    )
    leads = by.role in DEPARTMENT_ROLES and case.department_id == by.department_id
    return leads and late and not case.left_out


def why_not_appealed(
    session: Session, case: Case, *, by: Actor
) -> NotPermitted | GuardFailed | None:
    """Return what an appeal now would be refused with, or None."""
    if by.role not in DEPARTMENT_ROLES:
        return NotPermitted(action=Entry.APPEAL.value)
    if case.department_id != by.department_id:
        return GuardFailed(with_your_department.explanation)
    earlier = _of_round(session, case)
    if earlier is not None:
        return GuardFailed(ONCE if earlier.decided_at else WAITS)
    return erasure.why_erased(session, case) if counts_against(case, by) else GuardFailed(NOT_LATE)


def appeal(
    session: Session,
    case: Case,
    *,
    reason: str,
    evidence: str,
    by: Actor,
    at: datetime,
    rules: Rules,
) -> Appeal:
    """Ask to leave ``case`` out of the unit's on-time rate; nothing changes until it is granted.

    Raises NotPermitted, GuardFailed (another unit's case, not late, a second time) or Invalid.
    """
    if refusal := why_not_appealed(session, case, by=by):
        raise refusal
    if not reason.strip():
        raise Invalid("reason", N_("Write why the case should not count."))
    if not evidence.strip():
        raise Invalid("evidence", N_("Write what proves it."))
    made = Appeal(
        case_id=case.id,
        round=case.round,
        department_id=by.department_id,
        reason=reason,
        evidence=evidence,
        asked_by_id=by.user_id,
        asked_at=at,
    )
    session.add(made)
    log.record(session, case, Entry.APPEAL, by=by, at=at, sealer=rules.sealer, note=reason)
    outbox.enqueue(session, Notice.APPEAL, case, key=str(case.head_seq), at=at)
    session.flush()
    return made


def decide(
    session: Session,
    case: Case,
    *,
    grant: bool,
    words: str,
    by: Actor,
    at: datetime,
    rules: Rules,
) -> Appeal:
    """Grant or refuse the appeal that waits on ``case``, with a reason that the unit reads.

    A granted one takes the case out of every on-time rate; it stays counted among the completed,
    the late ones and those left out. Raises NotPermitted except for supervisors and leaders,
    NotFound, Invalid without a reason, GuardFailed once it is decided.
    """
    if by.role not in DECIDE_APPEALS:
        raise NotPermitted(action=Entry.GRANT_APPEAL.value)
    made = _of_round(session, case)
    if made is None:
        raise NotFound()
    if made.decided_at is not None:
        raise GuardFailed(DECIDED)
    if not words.strip():
        raise Invalid("decision_words", N_("Write the reason."))
    made.granted = case.left_out = grant
    made.decision, made.decided_at, made.decided_by_id = words, at, by.user_id
    session.flush()
    entry = Entry.GRANT_APPEAL if grant else Entry.REFUSE_APPEAL
    notice = Notice.APPEAL_GRANTED if grant else Notice.APPEAL_REFUSED
    log.record(session, case, entry, by=by, at=at, sealer=rules.sealer, note=words)
    data = {"reason": words}
    outbox.enqueue(session, notice, case, key=str(case.head_seq), at=at, data=data)
    session.flush()
    return made


def waiting_on(session: Session, case: Case) -> Appeal | None:
    """Return the appeal on ``case`` that waits for a decision."""
    found = _of_round(session, case)
    return found if found is not None and found.decided_at is None else None


def _of_round(session: Session, case: Case) -> Appeal | None:
    return session.scalars(
        select(Appeal).where(Appeal.case_id == case.id, Appeal.round == case.round)
    ).one_or_none()
