"""What the guards of the workflow may know about a case, gathered in one statement."""

from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Exists, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from casework.models import (
    Case,
    CaseClock,
    CaseEvent,
    Objection,
    Publication,
    PublicationState,
    Rating,
    Reply,
    User,
)
from casework.queries.rules import Rules
from casework.services.actors import Actor
from casework.workflow.guards import CaseFacts
from casework.workflow.states import DISSATISFIED, Action, Clock, Entry, Role


def standing_facts(
    session: Session, case: Case, *, by: Actor, today: date, rules: Rules
) -> CaseFacts:
    """Return what holds for ``case`` and ``by`` before anything is typed."""
    if case.id is None:
        return CaseFacts(actor_department_id=by.department_id, actor_id=by.user_id)
    row = session.execute(_known(case, by, today)).one()
    window_end = (
        case.completed_on + timedelta(days=rules.settings.rating_window_days)
        if case.completed_on
        else None
    )
    return CaseFacts(
        lead_department_id=case.department_id,
        actor_department_id=by.department_id,
        actor_id=by.user_id,
        objection_open=row.objection_runs and not row.objected,
        author_id=row.author_id,
        another_reviewer=row.another_reviewer,
        consent=case.consent,
        redaction_ready=row.redaction_ready,
        redactor_id=row.redactor_id,
        another_publisher=row.another_publisher,
        rating_window_open=window_end is None or today <= window_end,
        redo_wanted=row.redo_wanted,
        accused_department_id=case.accused_department_id,
    )


def _known(case: Case, by: Actor, today: date) -> Select[tuple[object, ...]]:
    author = (
        select(Reply.author_id)
        .where(Reply.case_id == case.id, Reply.submitted_at.is_not(None))
        .order_by(Reply.version.desc())
        .limit(1)
        .scalar_subquery()
    )
    return select(
        exists()
        .where(
            CaseClock.case_id == case.id,
            CaseClock.clock == Clock.OBJECTION,
            CaseClock.stopped_at.is_(None),
            CaseClock.due_on >= today,
        )
        .label("objection_runs"),
        exists()
        .where(Objection.case_id == case.id, Objection.department_id == by.department_id)
        .label("objected"),
        author.label("author_id"),
        _colleague(Role.REVIEWER, by, department_id=case.department_id).label("another_reviewer"),
        _colleague(Role.OFFICE, by, department_id=None).label("another_publisher"),
        exists()
        .where(Publication.case_id == case.id, Publication.state == PublicationState.PREPARED)
        .label("redaction_ready"),
        select(Publication.redacted_by_id)
        .where(Publication.case_id == case.id)
        .scalar_subquery()
        .label("redactor_id"),
        _redo_ground(case).label("redo_wanted"),
    )


def _colleague(role: Role, by: Actor, *, department_id: int | None) -> Exists:
    other = aliased(User)
    conditions = [other.role == role, other.disabled_at.is_(None), other.id != (by.user_id or 0)]
    if department_id is not None:
        conditions.append(other.department_id == department_id)
    return exists().where(and_(*conditions))


def _redo_ground(case: Case) -> ColumnElement[bool]:
    answered = (
        select(func.max(CaseEvent.seq))
        .where(
            CaseEvent.case_id == case.id,
            CaseEvent.action.in_((Action.FORWARD.value, Action.ANSWER_NOW.value)),
        )
        .scalar_subquery()
    )
    return or_(
        exists().where(
            Rating.case_id == case.id,
            Rating.round == case.round,
            Rating.satisfaction <= DISSATISFIED,
        ),
        exists().where(
            CaseEvent.case_id == case.id,
            CaseEvent.action == Entry.FOLLOW_UP.value,
            CaseEvent.seq > func.coalesce(answered, 0),
        ),
    )


def with_input(
    facts: CaseFacts,
    *,
    text: str | None = None,
    target_department_ids: frozenset[int] = frozenset(),
    target_case_running: bool | None = None,
) -> CaseFacts:
    """Return ``facts`` with what the step itself brings."""
    return replace(
        facts,
        text=text,
        target_department_ids=target_department_ids,
        target_case_running=target_case_running,
    )
