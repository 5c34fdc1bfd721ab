"""What people do beside the steps: instruct, note, follow up, read contact details."""

from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from casework.errors import GuardFailed, Invalid, NotFound, NotPermitted
from casework.language import N_
from casework.models import Case, Instruction, Petitioner
from casework.queries.rules import Rules
from casework.services import erasure, log, steps
from casework.services.actors import Actor
from casework.services.petitioners import Contact, opened_contact
from casework.workflow.calendar import local_day
from casework.workflow.states import DEPARTMENT_ROLES, Action, Entry, Role, State


def instruct(
    session: Session,
    case: Case,
    *,
    text: str,
    due_on: date | None = None,
    by: Actor,
    at: datetime,
    rules: Rules,
) -> Instruction:
    """Write a leader's instruction on a running case, with the day by which it is to be answered.

    No date of the case moves by it. Raises Invalid for a day that has passed.
    """
    if due_on is not None and due_on < local_day(at):
        raise Invalid("due_on", N_("Choose today or a later day."))
    data = {"due_on": due_on.isoformat()} if due_on else {}
    steps.take(session, case, Action.INSTRUCT, by=by, at=at, rules=rules, note=text, data=data)
    instruction = Instruction(case_id=case.id, by_id=by.user_id, at=at, text=text, due_on=due_on)
    session.add(instruction)
    session.flush()
    return instruction


def may_answer_instruction(case: Case, by: Actor) -> bool:
    """Say whether ``by`` answers a leader for ``case``: the lead department, or the office."""
    if by.role is Role.OFFICE:
        return True
    return by.role in DEPARTMENT_ROLES and by.department_id == case.department_id


def instruction_on(session: Session, case: Case, instruction_id: int) -> Instruction:
    """Return an instruction on ``case``. Raises NotFound."""
    found = session.get(Instruction, instruction_id)
    if found is None or found.case_id != case.id:
        raise NotFound()
    return found


def answer_instruction(
    session: Session,
    case: Case,
    instruction_id: int,
    *,
    text: str,
    by: Actor,
    at: datetime,
    rules: Rules,
) -> None:
    """Keep the answer to a leader's instruction.

    Raises NotPermitted, NotFound, Invalid without a text, GuardFailed when it is answered.
    """
    if not may_answer_instruction(case, by):
        raise NotPermitted()
    instruction = instruction_on(session, case, instruction_id)
    if not text.strip():
        raise Invalid("text", N_("Write the answer."))
    if instruction.answered_at is not None:
        raise GuardFailed(N_("This instruction has been answered already."))
    instruction.answer, instruction.answered_at = text, at
    instruction.answered_by_id = by.user_id
    data = {"instruction": instruction.id}
    log.record(
        session,
        case,
        Entry.ANSWER_INSTRUCTION,
        by=by,
        at=at,
        sealer=rules.sealer,
        note=text,
        data=data,
    )
    session.flush()


def add_note(
    session: Session, case: Case, *, text: str, by: Actor, at: datetime, rules: Rules
) -> None:
    """Keep a remark for colleagues; no date moves by it. Raises GuardFailed after an erasure."""
    erasure.refuse_erased(session, case)
    log.record(session, case, Entry.NOTE, by=by, at=at, sealer=rules.sealer, note=text)
    session.flush()


def follow_up(
    session: Session, case: Case, *, text: str, by: Actor, at: datetime, rules: Rules
) -> None:
    """Keep what the petitioner said when asked afterwards; it can be the ground for a redo.

    Raises NotPermitted except for the office and operators, Invalid before the answer, and
    GuardFailed after an erasure.
    """
    erasure.refuse_erased(session, case)
    if by.role not in (Role.OFFICE, Role.OPERATOR):
        raise NotPermitted(action=Entry.FOLLOW_UP.value)
    if case.completed_at is None:
        raise Invalid("text", N_("A follow-up comes after the answer."))
    log.record(session, case, Entry.FOLLOW_UP, by=by, at=at, sealer=rules.sealer, note=text)
    session.flush()


def may_unmask(case: Case, by: Actor) -> bool:
    """Say whether ``by`` needs the petitioner's contact details for their work (domain §6).

    The office does; so do the department that leads, until the case has ended, and the operator
    who took the call.
    """
    if by.role is Role.OFFICE:
        return True
    if by.role in DEPARTMENT_ROLES:
        return case.department_id == by.department_id and case.state not in (
            State.WITHDRAWN,
            State.DECLINED,
            State.MERGED,
        )
    return by.role is Role.OPERATOR and case.submitted_by_id == by.user_id


def unmask(
    session: Session, case: Case, *, reason: str, by: Actor, at: datetime, rules: Rules
) -> list[Contact]:
    """Return the contact details of all petitioners in clear, after logging who read them and why.

    A department is not told the name of whoever wished to stay unnamed.

    Raises NotPermitted for whoever does not need them, Invalid without a reason.
    """
    if not may_unmask(case, by):
        raise NotPermitted(action=Entry.UNMASK.value)
    if not reason.strip():
        raise Invalid("reason", N_("Say why you need the contact details."))
    log.record(session, case, Entry.UNMASK, by=by, at=at, sealer=rules.sealer, note=reason)
    session.flush()
    brought = aliased(Case)
    rows = session.execute(
        select(Petitioner, brought.unnamed)
        .join(brought, brought.id == Petitioner.own_case_id)
        .where(Petitioner.case_id == case.id)
        .order_by(Petitioner.added_at, Petitioner.position)
    )
    return [
        _as_wished(opened_contact(row, rules.sealer), by=by, unnamed=unnamed)
        for row, unnamed in rows
    ]


def _as_wished(contact: Contact, *, by: Actor, unnamed: bool) -> Contact:
    """Leave out the name of somebody who does not want departments to learn it."""
    return replace(contact, name="") if unnamed and by.role in DEPARTMENT_ROLES else contact
