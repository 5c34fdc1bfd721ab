"""Supervision by hand: a supervisor reminds, orders, lifts, interviews; a unit explains itself."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.errors import GuardFailed, Invalid, NotFound, NotPermitted
from casework.language import N_
from casework.models import Case, CaseClock, SupervisionNotice
from casework.notify import outbox
from casework.notify.outbox import Told
from casework.queries.digests import open_order
from casework.queries.rules import Rules
from casework.services import log
from casework.services.actors import Actor
from casework.services.clocks import running_clocks
from casework.workflow.calendar import local_day
from casework.workflow.states import DEPARTMENT_ROLES, Entry, Role
from casework.workflow.supervision import (
    ENTRIES,
    NOTICES,
    SUPERVISED,
    WITH_PETITIONER,
    Level,
    owing_unit,
)

NOTHING_OWED = N_("No unit owes anything on this case now, so there is nobody to address.")
NO_ORDER = N_("No supervision order on this case waits for an explanation of your unit.")
ALREADY_LIFTED = N_("This level has been lifted already.")


def remind(
    session: Session, case: Case, *, note: str = "", by: Actor, at: datetime, rules: Rules
) -> SupervisionNotice:
    """Remind the unit that owes the next step of ``case``.

    Raises NotPermitted except for supervisors, GuardFailed when nobody owes anything.
    """
    return _set(session, case, Level.REMINDER, note=note, by=by, at=at, rules=rules)


def order(
    session: Session,
    case: Case,
    *,
    explain_by: date,
    note: str = "",
    by: Actor,
    at: datetime,
    rules: Rules,
) -> SupervisionNotice:
    """Order the unit that owes ``case`` to act, and to explain itself by a day.

    Raises NotPermitted, GuardFailed, and Invalid for a day that has passed.
    """
    if explain_by < local_day(at):
        raise Invalid("explain_by", N_("Choose today or a later day."))
    return _set(
        session, case, Level.ORDER, note=note, explain_by=explain_by, by=by, at=at, rules=rules
    )


def explain(
    session: Session, case: Case, *, text: str, by: Actor, at: datetime, rules: Rules
) -> int:
    """Keep the written explanation of a unit for all its open orders on ``case``; count them.

    Raises Invalid without a text, GuardFailed when no order of this unit waits for one.
    """
    if not text.strip():
        raise Invalid("text", N_("Write the explanation."))
    orders = [one for one in open_orders(session, case) if speaks_for(one.department_id, by)]
    if not orders:
        raise GuardFailed(NO_ORDER)
    for found in orders:
        found.explanation, found.explained_at, found.explained_by_id = text, at, by.user_id
    data = {"notices": [found.id for found in orders]}
    log.record(
        session, case, Entry.EXPLAIN, by=by, at=at, sealer=rules.sealer, note=text, data=data
    )
    session.flush()
    return len(orders)


def lift(
    session: Session,
    case: Case,
    notice_id: int,
    *,
    reason: str,
    by: Actor,
    at: datetime,
    rules: Rules,
) -> SupervisionNotice:
    """Lift a level of ``case``: it stays visible with the reason and counts no more.

    Raises NotPermitted except for supervisors, NotFound, GuardFailed for one lifted already.
    """
    _only_supervisors(by)
    notice = session.get(SupervisionNotice, notice_id)
    if notice is None or notice.case_id != case.id:
        raise NotFound()
    if notice.cancelled_at is not None:
        raise GuardFailed(ALREADY_LIFTED)
    if not reason.strip():
        raise Invalid("reason", N_("Write the reason."))
    notice.cancelled_at, notice.cancelled_by_id, notice.cancel_reason = at, by.user_id, reason
    data = {"level": notice.level.value, "due_on": notice.due_on.isoformat()}
    log.record(session, case, Entry.LIFT, by=by, at=at, sealer=rules.sealer, note=reason, data=data)
    session.flush()
    return notice


def note_interview(
    session: Session, case: Case, *, text: str, by: Actor, at: datetime, rules: Rules
) -> None:
    """Keep what was said when the unit was called in for an interview (约谈).

    Raises NotPermitted except for supervisors, Invalid without a text.
    """
    _only_supervisors(by)
    if not text.strip():
        raise Invalid("text", N_("Write what was agreed."))
    log.record(session, case, Entry.INTERVIEW, by=by, at=at, sealer=rules.sealer, note=text)
    session.flush()


def open_orders(session: Session, case: Case) -> list[SupervisionNotice]:
    """Return the orders on ``case`` that still want an explanation, oldest first."""
    found = session.scalars(
        select(SupervisionNotice)
        .where(SupervisionNotice.case_id == case.id, *open_order())
        .order_by(SupervisionNotice.id)
    )
    return list(found)


def speaks_for(department_id: int | None, by: Actor) -> bool:
    """Say whether ``by`` speaks for a unit that got an order; none is the petition office."""
    if department_id is None:
        return by.role is Role.OFFICE
    return by.role in DEPARTMENT_ROLES and by.department_id == department_id


def may_supervise(by: Actor) -> bool:
    """Say whether ``by`` supervises by hand."""
    return by.role is Role.SUPERVISOR


def entries_of_supervision(case: Case, *, by: Actor) -> list[Entry]:
    """Return what a supervisor could do with ``case`` by hand."""
    if not may_supervise(by):
        return []
    owed = case.is_running and case.state not in WITH_PETITIONER
    return [Entry.REMIND, Entry.ORDER, Entry.INTERVIEW] if owed else [Entry.INTERVIEW]


def _set(
    session: Session,
    case: Case,
    level: Level,
    *,
    note: str,
    explain_by: date | None = None,
    by: Actor,
    at: datetime,
    rules: Rules,
) -> SupervisionNotice:
    _only_supervisors(by)
    clock = _nearest(session, case)
    notice = SupervisionNotice(
        case_id=case.id,
        clock=clock.clock,
        due_on=clock.due_on,
        level=level,
        department_id=owing_unit(case.state, case.department_id),
        at=at,
        by_id=by.user_id,
        note=note,
        explain_by=explain_by,
    )
    session.add(notice)
    session.flush()
    facts: dict[str, object] = {"clock": clock.clock.value, "due_on": clock.due_on.isoformat()}
    if explain_by:
        facts["explain_by"] = explain_by.isoformat()
    log.record(
        session, case, ENTRIES[level], by=by, at=at, sealer=rules.sealer, note=note, data=facts
    )
    outbox.enqueue_all(session, [_told(case, notice)], at=at)
    session.flush()
    return notice


def _told(case: Case, notice: SupervisionNotice) -> Told:
    return Told(
        NOTICES[notice.level],
        case_id=case.id,
        case_ref=case.ref,
        department_id=notice.department_id,
        key=f"by-hand:{notice.id}",
        data={"clock": notice.clock.value, "due": notice.due_on.isoformat(), "reason": notice.note},
    )


def _nearest(session: Session, case: Case) -> CaseClock:
    ticking = [
        clock
        for kind, clock in running_clocks(session, case).items()
        if kind in SUPERVISED and clock.paused_on is None
    ]
    if not ticking:
        raise GuardFailed(NOTHING_OWED)
    return min(ticking, key=lambda clock: clock.due_on)


def _only_supervisors(by: Actor) -> None:
    if not may_supervise(by):
        raise NotPermitted()
