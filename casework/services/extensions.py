"""More time for a case: a department asks, the office or a leader decides (信访工作条例 34)."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.errors import GuardFailed, Invalid, NotFound, NotPermitted
from casework.language import N_
from casework.models import Case, CaseClock, Extension
from casework.notify import outbox
from casework.queries.rules import Rules
from casework.services import clocks, log
from casework.services.actors import Actor
from casework.workflow import clock as arithmetic
from casework.workflow.calendar import local_day
from casework.workflow.guards import with_your_department
from casework.workflow.notices import Notice
from casework.workflow.states import DEPARTMENT_ROLES, Clock, Entry, Role, State, Unit

LONGEST = 30
"""Days, at most, by which one extension moves the end of a case (信访工作条例 34)."""

ASKED_WHILE = frozenset({State.HANDLING, State.REVIEWING})

NOT_HANDLED = N_("More time can be asked for only while your department works on the case.")
PASSED = N_("The date has passed. More time is asked for and granted before it, never after.")
ONCE = N_("This case has been extended once already. The law allows no second time.")
WAITS = N_("Your department has asked for more time already. The decision is still open.")
DECIDED = N_("This request has been decided already.")
FOR_A_LEADER = N_("A leader decides about so many days.")


def ask_extension(
    session: Session,
    case: Case,
    *,
    days: int,
    reason: str,
    by: Actor,
    at: datetime,
    rules: Rules,
) -> Extension:
    """Ask for ``days`` more calendar days for the reply; nothing moves until it is granted.

    Above the district's limit a leader decides, else the petition office. Raises NotPermitted,
    GuardFailed (another department, not being handled, past its date, a second time) or Invalid.
    """
    if by.role not in DEPARTMENT_ROLES:
        raise NotPermitted(action=Entry.ASK_EXTENSION.value)
    if refusal := why_not_asked(session, case, by=by, today=local_day(at)):
        raise refusal
    if not 1 <= days <= LONGEST:
        raise Invalid("days", N_("Write a number of days from 1 to 30."))
    if not reason.strip():
        raise Invalid("reason", N_("Write why more time is needed."))
    _close_lapsed(session, case, by=by, at=at)
    asked = Extension(
        case_id=case.id,
        round=case.round,
        days=days,
        unit=Unit.CALENDAR_DAYS,
        reason=reason,
        asked_by_id=by.user_id,
        asked_at=at,
        for_leader=days > rules.settings.extension_leader_days,
    )
    session.add(asked)
    data = {"days": days, "for_leader": asked.for_leader}
    _recorded(session, case, Entry.ASK_EXTENSION, reason, data, by=by, at=at, rules=rules)
    notice = Notice.EXTENSION_FOR_LEADER if asked.for_leader else Notice.EXTENSION_ASKED
    outbox.enqueue(session, notice, case, key=str(case.head_seq), at=at, data={"days": days})
    session.flush()
    return asked


def grant_extension(
    session: Session, case: Case, *, told: str, by: Actor, at: datetime, rules: Rules
) -> Extension:
    """Grant what the department asked for: the dates move, and the petitioner is told why.

    ``told`` is the reason in words for the petitioner. Raises NotPermitted, NotFound, Invalid
    without a reason, GuardFailed once the date has passed.
    """
    asked = _to_decide(session, case, by=by)
    if not told.strip():
        raise Invalid("told", N_("Write the reason that the petitioner reads."))
    handle = _handling(session, case)
    if handle is None or handle.due_on < local_day(at):
        raise GuardFailed(PASSED)
    _decide(asked, told, by=by, at=at)
    asked.granted = case.extended = True
    session.flush()
    more = arithmetic.Extension(asked.days, asked.unit, local_day(at))
    longer = clocks.extend(session, case, more, at=at, rules=rules)
    promised = case.promised_on.isoformat() if case.promised_on else None
    data = {
        "days": asked.days,
        "unit": asked.unit.value,
        "clocks": [clock.value for clock in longer],
        "promised_on": promised,
    }
    _recorded(session, case, Entry.GRANT_EXTENSION, told, data, by=by, at=at, rules=rules)
    _tell(session, Notice.EXTENSION_GRANTED, case, asked, at=at)
    return asked


def refuse_extension(
    session: Session, case: Case, *, reason: str, by: Actor, at: datetime, rules: Rules
) -> Extension:
    """Refuse more time; no date moves. Raises NotPermitted, NotFound, Invalid without a reason."""
    asked = _to_decide(session, case, by=by)
    if not reason.strip():
        raise Invalid("told", N_("Write the reason."))
    _decide(asked, reason, by=by, at=at)
    asked.granted = False
    data = {"days": asked.days}
    _recorded(session, case, Entry.REFUSE_EXTENSION, reason, data, by=by, at=at, rules=rules)
    _tell(session, Notice.EXTENSION_REFUSED, case, asked, at=at)
    return asked


def why_not_asked(
    session: Session, case: Case, *, by: Actor, today: date
) -> NotPermitted | GuardFailed | None:
    """Return what asking now would be refused with, or None."""
    if by.role not in DEPARTMENT_ROLES:
        return NotPermitted(action=Entry.ASK_EXTENSION.value)
    if case.department_id != by.department_id:
        return GuardFailed(with_your_department.explanation)
    handle = _handling(session, case)
    if case.state not in ASKED_WHILE or handle is None:
        return GuardFailed(NOT_HANDLED)
    if handle.due_on < today:
        return GuardFailed(PASSED)
    of_round = session.scalars(
        select(Extension).where(Extension.case_id == case.id, Extension.round == case.round)
    ).all()
    if any(one.granted for one in of_round):
        return GuardFailed(ONCE)
    return GuardFailed(WAITS) if any(one.decided_at is None for one in of_round) else None


def open_request(session: Session, case: Case) -> Extension | None:
    """Return the request on ``case`` that waits for a decision; there is one at most."""
    return session.scalars(
        select(Extension).where(
            Extension.case_id == case.id,
            Extension.round == case.round,
            Extension.decided_at.is_(None),
        )
    ).one_or_none()


def decides(role: Role, *, for_leader: bool) -> bool:
    """Say whether ``role`` decides: a leader above the district's limit, else the office."""
    return role is (Role.LEADER if for_leader else Role.OFFICE)


def _to_decide(session: Session, case: Case, *, by: Actor) -> Extension:
    if by.role not in (Role.OFFICE, Role.LEADER):
        raise NotPermitted(action=Entry.GRANT_EXTENSION.value)
    asked = open_request(session, case)
    if asked is None:
        decided = session.scalar(select(Extension.id).where(Extension.case_id == case.id).limit(1))
        raise GuardFailed(DECIDED) if decided else NotFound()
    if not decides(by.role, for_leader=asked.for_leader):
        raise GuardFailed(FOR_A_LEADER) if asked.for_leader else NotPermitted()
    return asked


def _handling(session: Session, case: Case) -> CaseClock | None:
    """Return the clock of the reply if it ticks."""
    handle = clocks.running_clocks(session, case).get(Clock.HANDLE)
    return handle if handle is not None and handle.paused_on is None else None


def _decide(asked: Extension, words: str, *, by: Actor, at: datetime) -> None:
    asked.decision, asked.decided_at, asked.decided_by_id = words, at, by.user_id


def _close_lapsed(session: Session, case: Case, *, by: Actor, at: datetime) -> None:
    """Close what an earlier round left undecided, as the database keeps one open request only."""
    lapsed = session.scalars(
        select(Extension).where(
            Extension.case_id == case.id,
            Extension.round < case.round,
            Extension.decided_at.is_(None),
        )
    ).one_or_none()
    if lapsed is not None:
        _decide(lapsed, "", by=by, at=at)
        lapsed.granted = False
        session.flush()


def _recorded(
    session: Session,
    case: Case,
    entry: Entry,
    note: str,
    data: Mapping[str, object],
    *,
    by: Actor,
    at: datetime,
    rules: Rules,
) -> None:
    log.record(session, case, entry, by=by, at=at, sealer=rules.sealer, note=note, data=data)


def _tell(session: Session, notice: Notice, case: Case, asked: Extension, *, at: datetime) -> None:
    data = {"days": asked.days, "reason": asked.decision}
    outbox.enqueue(session, notice, case, key=str(case.head_seq), at=at, data=data)
    session.flush()
