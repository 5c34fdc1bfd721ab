"""The only place that changes the state of a case."""

from collections.abc import Mapping
from datetime import datetime
from typing import TypedDict, Unpack

from sqlalchemy.orm import Session

from casework.errors import Invalid
from casework.language import N_
from casework.models import Case, CaseEvent, Reason
from casework.notify import outbox
from casework.queries.rules import Rules
from casework.services import clocks, facts, log, matters
from casework.services.actors import Actor
from casework.workflow import machine
from casework.workflow.calendar import local_day
from casework.workflow.clock import Limit
from casework.workflow.states import COMPLETE, Action, Clock, Role, State
from casework.workflow.table import Row


class Brought(TypedDict, total=False):
    """What a step brings beside its actor and its instant.

    ``text`` is what the guards read and defaults to ``note``, which the log keeps.
    ``lead_department_id`` is the new lead; 0 gives the case back to the office. ``limits``
    replaces the limit of a clock that this step starts.
    """

    note: str
    text: str
    reason_code: str
    data: Mapping[str, object]
    lead_department_id: int
    co_department_ids: frozenset[int]
    target: Case
    limits: dict[Clock, Limit]


def take(
    session: Session,
    case: Case,
    action: Action,
    *,
    by: Actor,
    at: datetime,
    rules: Rules,
    **brought: Unpack[Brought],
) -> CaseEvent:
    """Take one step of the workflow with ``case``, and record it.

    State, clocks, log and notices change together, in the caller's transaction, or not at all.
    The caller holds the row lock (``queries.cases.for_update``) and commits. A caller that turned
    autoflush off flushes between two steps of one case.

    Raises IllegalStep, NotPermitted, GuardFailed or Invalid, and then nothing changed.
    """
    from_state = None if case.head_seq == 0 else case.state
    former = case.department_id
    # A step reads what the one before it left; a new case has nothing before it.
    if from_state is not None and session.autoflush:
        session.flush()
    # Half of a step must not reach the database, whose constraints would refuse it.
    with session.no_autoflush:
        row = _checked_row(session, case, action, from_state, by, at, rules, brought)
        _move(case, row, at, rules, brought)
        limits = brought.get("limits", {})
        clocks.apply(session, case, row.clocks, at=at, rules=rules, limits=limits)
        event = log.append(
            session,
            case,
            action,
            by=by,
            capacity=_capacity(row, by),
            at=at,
            sealer=rules.sealer,
            from_state=from_state,
            reason_code=brought.get("reason_code"),
            note=brought.get("note", ""),
            data=brought.get("data"),
        )
    _tell(session, case, row, event, former)
    matters.case_moved(session, case, action, key=str(event.seq), at=at)
    return event


def _tell(session: Session, case: Case, row: Row, event: CaseEvent, former: int | None) -> None:
    """Put what the step tells into the outbox; ``former`` is who had the case before it."""
    said = {"reason_code": event.reason_code} if event.reason_code else {}
    key, at = str(event.seq), event.at
    for notice in row.tells:
        outbox.enqueue(
            session, notice, case, key=key, at=at, former_department_id=former, data=said
        )


def _checked_row(
    session: Session,
    case: Case,
    action: Action,
    from_state: State | None,
    by: Actor,
    at: datetime,
    rules: Rules,
    brought: Brought,
) -> Row:
    known = facts.standing_facts(session, case, by=by, today=local_day(at), rules=rules)
    target, lead = brought.get("target"), brought.get("lead_department_id", 0)
    given = facts.with_input(
        known,
        text=brought.get("text", brought.get("note", "")),
        target_department_ids=brought.get("co_department_ids", frozenset()) | {lead},
        target_case_running=target is not None and target.is_running and target is not case,
    )
    row = machine.check(machine.CAPACITIES[by.role], from_state, action, given)
    _check_reason(session, row, brought.get("reason_code"))
    return row


def _move(case: Case, row: Row, at: datetime, rules: Rules, brought: Brought) -> None:
    machine.fire(case, row)
    if "lead_department_id" in brought:
        case.department_id = brought["lead_department_id"] or None
    if "target" in brought:
        case.merged_into = brought["target"]
    _mark_instants(case, row, at, rules)


def _capacity(row: Row, by: Actor) -> Role:
    return by.role if by.role in row.by else next(iter(row.by & machine.CAPACITIES[by.role]))


def _check_reason(session: Session, row: Row, reason_code: str | None) -> None:
    if not row.needs_reason:
        return
    reason = session.get(Reason, reason_code) if reason_code else None
    if reason is None or reason.action is not row.action:
        raise Invalid("reason", N_("Choose a reason from the list."))


def _mark_instants(case: Case, row: Row, at: datetime, rules: Rules) -> None:
    """Set what lists and figures read; a redo cancels the completion (domain §5)."""
    if row.target is None:
        return
    if case.state is State.DISPATCHED and case.dispatched_at is None:
        case.dispatched_at, case.dispatched_on = at, local_day(at)
    if case.state in COMPLETE and case.completed_at is None:
        case.completed_at, case.completed_on = at, local_day(at)
        if case.dispatched_on is not None:
            case.worked_days = rules.calendar.working_days_between(
                case.dispatched_on, case.completed_on
            )
    if row.action is Action.REDO:
        case.completed_at = case.completed_on = case.worked_days = None
        case.satisfaction = case.solved = None
        case.left_out = False
        case.on_the_spot = False
        case.round += 1
