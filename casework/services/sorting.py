"""Sorting a new letter: what it is about and who must answer it are decided in one go."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TypedDict

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.errors import Invalid
from casework.language import N_
from casework.models import Case, CaseClock, Department
from casework.queries.rules import Rules
from casework.services import office
from casework.services.actors import Actor
from casework.workflow.clock import Limit, due
from casework.workflow.guards import not_the_accused
from casework.workflow.limits import limit_for
from casework.workflow.states import Clock, Kind, Unit, Urgency


class Classification(TypedDict):
    """What the petitioner could not know about their own letter."""

    kind: Kind
    urgency: Urgency
    category_id: int | None
    street_id: int | None
    accused_department_id: int | None


def classify_and_dispatch(
    session: Session,
    case: Case,
    classification: Classification,
    *,
    unit_ids: Sequence[int],
    handle_days: int | None = None,
    note: str = "",
    by: Actor,
    at: datetime,
    rules: Rules,
) -> None:
    """Classify ``case`` and dispatch it to the first of ``unit_ids``, the others helping.

    The unit that the case is about may be the one that has just sent it back; it is written
    down only once the case has left it. Raises what ``office.dispatch`` raises.
    """
    accused = classification["accused_department_id"]
    if accused in unit_ids:
        raise Invalid("lead", not_the_accused.explanation)
    lead, *helpers = units_in_order(session, unit_ids)
    leaves_the_accused = accused is not None and accused == case.department_id
    before: Classification = {**classification}
    if leaves_the_accused:
        before["accused_department_id"] = None
    office.classify(session, case, **before, by=by, at=at, rules=rules)
    office.dispatch(
        session,
        case,
        lead=lead,
        co_handlers=helpers,
        handle_days=handle_days,
        note=note,
        by=by,
        at=at,
        rules=rules,
    )
    if leaves_the_accused:
        office.classify(session, case, **classification, by=by, at=at, rules=rules)


def units_in_order(session: Session, unit_ids: Sequence[int]) -> list[Department]:
    """Return the units in the order of their ids as given. Raises Invalid for an unknown one."""
    found = {
        unit.id: unit
        for unit in session.scalars(select(Department).where(Department.id.in_(unit_ids)))
    }
    if len(found) < len(set(unit_ids)):
        raise Invalid("lead", N_("Choose the lead department."))
    return [found[unit_id] for unit_id in unit_ids]


def running_reply_date(session: Session, case: Case) -> date | None:
    """Return by when the reply is due already, if ``case`` was dispatched or is a review."""
    return session.scalar(
        select(CaseClock.due_on).where(
            CaseClock.case_id == case.id,
            CaseClock.clock.in_((Clock.HANDLE, Clock.REVIEW)),
            CaseClock.stopped_at.is_(None),
        )
    )


def reply_date(
    *,
    kind: Kind,
    urgency: Urgency,
    category_ids: Sequence[int],
    days: int | None,
    on: date,
    rules: Rules,
) -> date:
    """Return the date by which a department must reply if a letter like this goes out on ``on``.

    ``category_ids`` are the category and those above it; ``days`` replaces the limit.
    """
    limit = (
        Limit(days, Unit.WORKING_DAYS)
        if days
        else limit_for(
            rules.limits,
            Clock.HANDLE,
            kind=kind,
            urgency=urgency,
            category_ids=category_ids,
            on=on,
        )
    )
    return due(rules.calendar, on, limit).due_on
