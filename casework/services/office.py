"""What the petition office does with a case."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from casework.errors import Invalid, NotPermitted
from casework.language import N_
from casework.models import Case, CoHandler, Department, Petitioner
from casework.queries.rules import Rules
from casework.services import follow_up_ends, log, matters, publication, redo_requests, steps
from casework.services.actors import Actor
from casework.services.clocks import limit_of
from casework.workflow.clock import Limit, due
from casework.workflow.states import REVIEWS, Action, Clock, Entry, Kind, Role, Unit, Urgency


def dispatch(
    session: Session,
    case: Case,
    *,
    lead: Department,
    co_handlers: Sequence[Department] = (),
    handle_days: int | None = None,
    note: str = "",
    by: Actor,
    at: datetime,
    rules: Rules,
) -> None:
    """Send ``case`` to ``lead``, which must answer it, with ``co_handlers`` beside it.

    ``handle_days`` (working days) replaces the limit of the rules; a case that was dispatched
    before keeps its running due date. Raises GuardFailed if a unit is the one accused, Invalid
    if one is closed or stands twice, and what ``steps.take`` raises.
    """
    limits = {Clock.HANDLE: Limit(handle_days, Unit.WORKING_DAYS)} if handle_days else {}
    _send(
        session,
        case,
        Action.DISPATCH,
        lead=lead,
        co_handlers=co_handlers,
        limits=limits,
        note=note,
        by=by,
        at=at,
        rules=rules,
    )


def redo(
    session: Session,
    case: Case,
    *,
    lead: Department,
    co_handlers: Sequence[Department] = (),
    note: str,
    by: Actor,
    at: datetime,
    rules: Rules,
) -> None:
    """Have a completed case done again: its completion is cancelled and new clocks start.

    What was published is taken down. Raises what ``dispatch`` raises, and GuardFailed without
    a dissatisfied rating or a follow-up, or after the rating window.
    """
    request = redo_requests.open_request(session, case)
    follow_up_ends.made_pointless(session, case, at=at)
    _send(
        session,
        case,
        Action.REDO,
        lead=lead,
        co_handlers=co_handlers,
        limits={},
        note=note,
        by=by,
        at=at,
        rules=rules,
    )
    if request is not None:
        redo_requests.grant(request, note, by=by, at=at)
    publication.take_down(session, case, at=at)


def _send(
    session: Session,
    case: Case,
    action: Action,
    *,
    lead: Department,
    co_handlers: Sequence[Department],
    limits: dict[Clock, Limit],
    note: str,
    by: Actor,
    at: datetime,
    rules: Rules,
) -> None:
    helpers = [unit for unit in co_handlers if unit.id != lead.id]
    if any(unit.closed_at is not None for unit in (lead, *helpers)):
        raise Invalid("lead", N_("This department is closed. Choose another one."))
    steps.take(
        session,
        case,
        action,
        by=by,
        at=at,
        rules=rules,
        note=note,
        limits=limits,
        lead_department_id=lead.id,
        co_department_ids=frozenset(unit.id for unit in helpers),
        data={"lead": lead.code, "co_handlers": [unit.code for unit in helpers]},
    )
    _replace_co_handlers(session, case, helpers, at=at)


def _replace_co_handlers(
    session: Session, case: Case, units: Sequence[Department], *, at: datetime
) -> None:
    wanted = {unit.id for unit in units}
    with session.no_autoflush:
        active = session.scalars(
            select(CoHandler).where(CoHandler.case_id == case.id, CoHandler.removed_at.is_(None))
        ).all()
    for row in active:
        if row.department_id not in wanted:
            row.removed_at = at
    present = {row.department_id for row in active}
    session.add_all(
        CoHandler(case_id=case.id, department_id=unit_id, added_at=at)
        for unit_id in sorted(wanted - present)
    )


def decline(
    session: Session,
    case: Case,
    *,
    reason_code: str,
    text: str,
    by: Actor,
    at: datetime,
    rules: Rules,
) -> None:
    """Refuse to accept ``case``; ``text`` is what the petitioner reads."""
    steps.take(
        session, case, Action.DECLINE, by=by, at=at, rules=rules, reason_code=reason_code, note=text
    )


def recall(
    session: Session,
    case: Case,
    *,
    reason_code: str,
    note: str,
    by: Actor,
    at: datetime,
    rules: Rules,
) -> None:
    """Take a dispatched case back to the inbox; the department is told why."""
    steps.take(
        session,
        case,
        Action.RECALL,
        by=by,
        at=at,
        rules=rules,
        reason_code=reason_code,
        note=note,
        data={"from_department": case.department_id},
        lead_department_id=0,
    )
    _replace_co_handlers(session, case, (), at=at)


def merge(
    session: Session,
    case: Case,
    *,
    into: Case,
    reason_code: str,
    note: str = "",
    by: Actor,
    at: datetime,
    rules: Rules,
) -> None:
    """Join ``case`` to the running case ``into``, whose answer its petitioners will get.

    The caller has locked both rows, the one with the smaller id first. Raises Invalid where an
    accusation would come to the unit or person that it is about, now or by a later dispatch.
    """
    if into.channel in REVIEWS:
        raise Invalid("target", N_("A review is answered for itself. Merge into another case."))
    if _accused(case) not in ((None, None), _accused(into)):
        raise Invalid(
            "target", N_("An accusation can be merged only into a case about the same unit.")
        )
    steps.take(
        session,
        case,
        Action.MERGE,
        by=by,
        at=at,
        rules=rules,
        reason_code=reason_code,
        note=note,
        target=into,
        data={"into": str(into.ref)},
    )
    joined = update(Petitioner).where(Petitioner.case_id == case.id)
    own = Petitioner.own_case_id
    session.execute(joined.values(case_id=into.id, from_case_id=own))
    data = {"case": str(case.ref)}
    log.record(session, into, Entry.JOIN, by=by, at=at, sealer=rules.sealer, data=data)
    session.flush()


def _accused(case: Case) -> tuple[int | None, int | None]:
    return case.accused_department_id, case.accused_user_id


def uphold(
    session: Session, case: Case, *, note: str, by: Actor, at: datetime, rules: Rules
) -> None:
    """Leave a sent-back case with its department, which may not object again."""
    steps.take(session, case, Action.UPHOLD, by=by, at=at, rules=rules, note=note)


def rework(
    session: Session, case: Case, *, note: str, by: Actor, at: datetime, rules: Rules
) -> None:
    """Return an approved reply to the department; its old due date runs on."""
    steps.take(session, case, Action.REWORK, by=by, at=at, rules=rules, note=note)


def forward(
    session: Session, case: Case, *, note: str = "", by: Actor, at: datetime, rules: Rules
) -> None:
    """Give the approved reply to the petitioners: the case is complete."""
    steps.take(session, case, Action.FORWARD, by=by, at=at, rules=rules, note=note)


def classify(
    session: Session,
    case: Case,
    *,
    kind: Kind,
    urgency: Urgency,
    category_id: int | None,
    street_id: int | None,
    accused_department_id: int | None,
    by: Actor,
    at: datetime,
    rules: Rules,
) -> None:
    """Correct what the petitioner could not know: kind, urgency, category, street, the accused.

    Running due dates stay as they are. Raises NotPermitted except for the office, and Invalid
    if the accused unit has the case now.
    """
    if by.role is not Role.OFFICE:
        raise NotPermitted(action=Entry.CLASSIFY.value)
    if accused_department_id is not None and accused_department_id == case.department_id:
        raise Invalid(
            "accused_department_id",
            N_("This department has the case now. Recall the case first."),
        )
    before = _classification(case)
    case.kind, case.urgency = kind, urgency
    case.category_id, case.street_id = category_id, street_id
    case.accused_department_id = accused_department_id
    after = _classification(case)
    if after != before:
        log.record(
            session,
            case,
            Entry.CLASSIFY,
            by=by,
            at=at,
            sealer=rules.sealer,
            data={"before": before, "after": after},
        )
        matters.wall_off(session, case, at=at)
    session.flush()


def _classification(case: Case) -> dict[str, object]:
    return {
        "kind": case.kind.value,
        "urgency": case.urgency.value,
        "category": case.category_id,
        "street": case.street_id,
        "accused": case.accused_department_id,
    }


def reply_due_on(case: Case, *, handle_days: int | None, on: date, rules: Rules) -> date:
    """Return the date by which the department would have to reply if dispatched on ``on``."""
    limit = (
        Limit(handle_days, Unit.WORKING_DAYS)
        if handle_days
        else limit_of(case, Clock.HANDLE, rules=rules, on=on)
    )
    return due(rules.calendar, on, limit).due_on
