"""What the guards of the workflow may know about a case, gathered in one statement."""

from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Date,
    Exists,
    bindparam,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session

from casework.models import (
    Case,
    CaseClock,
    CaseEvent,
    Erasure,
    Objection,
    PublicText,
    Rating,
    RedoRequest,
    Reply,
    Review,
    ReviewBar,
    User,
)
from casework.queries.rules import Rules
from casework.services.actors import Actor
from casework.workflow.guards import CaseFacts
from casework.workflow.states import DISSATISFIED, REVIEWS, Action, Clock, Entry, Role


def standing_facts(
    session: Session, case: Case, *, by: Actor, today: date, rules: Rules
) -> CaseFacts:
    """Return what holds for ``case`` and ``by`` before anything is typed."""
    if case.id is None:
        return CaseFacts(actor_department_id=by.department_id, actor_id=by.user_id)
    row = session.execute(
        _KNOWN,
        {
            "case_id": case.id,
            "user_id": by.user_id or 0,
            "own_department": by.department_id,
            "lead": case.department_id,
            "round": case.round,
            "today": today,
        },
    ).one()
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
        wants_leader=row.wants_leader,
        to_clear=row.to_clear,
        rating_window_open=window_end is None or today <= window_end or row.redo_asked,
        redo_wanted=row.redo_wanted or row.redo_asked,
        is_review=case.channel in REVIEWS,
        under_review=row.under_review,
        accused_department_id=case.accused_department_id,
        barred_department_ids=frozenset(row.barred or ()),
        erased=row.erased,
    )


# Built once: putting this statement together takes longer than the database needs for it.
_CASE: BindParameter[int] = bindparam("case_id", type_=BigInteger)
_USER: BindParameter[int] = bindparam("user_id", type_=BigInteger)


def _colleague(role: Role, *conditions: ColumnElement[bool]) -> Exists:
    return exists().where(
        User.role == role, User.disabled_at.is_(None), User.id != _USER, *conditions
    )


def _redo_ground() -> ColumnElement[bool]:
    answered = (
        select(func.max(CaseEvent.seq))
        .where(
            CaseEvent.case_id == _CASE,
            CaseEvent.action.in_((Action.FORWARD.value, Action.ANSWER_NOW.value)),
        )
        .scalar_subquery()
    )
    return or_(
        exists().where(
            Rating.case_id == _CASE,
            Rating.round == bindparam("round"),
            Rating.satisfaction <= DISSATISFIED,
        ),
        exists().where(
            CaseEvent.case_id == _CASE,
            CaseEvent.action == Entry.FOLLOW_UP.value,
            CaseEvent.seq > func.coalesce(answered, 0),
        ),
    )


_DRAFT = (
    PublicText.case_id == _CASE,
    PublicText.published_at.is_(None),
    PublicText.ended_at.is_(None),
)

_KNOWN = select(
    exists()
    .where(
        CaseClock.case_id == _CASE,
        CaseClock.clock == Clock.OBJECTION,
        CaseClock.stopped_at.is_(None),
        CaseClock.due_on >= bindparam("today", type_=Date),
    )
    .label("objection_runs"),
    exists()
    .where(Objection.case_id == _CASE, Objection.department_id == bindparam("own_department"))
    .label("objected"),
    select(Reply.author_id)
    .where(Reply.case_id == _CASE, Reply.submitted_at.is_not(None))
    .order_by(Reply.version.desc())
    .limit(1)
    .scalar_subquery()
    .label("author_id"),
    _colleague(Role.REVIEWER, User.department_id == bindparam("lead")).label("another_reviewer"),
    _colleague(Role.OFFICE).label("another_publisher"),
    exists().where(*_DRAFT).label("redaction_ready"),
    select(PublicText.redacted_by_id).where(*_DRAFT).scalar_subquery().label("redactor_id"),
    exists()
    .where(*_DRAFT, func.cardinality(PublicText.sensitive) > 0, PublicText.cleared_at.is_(None))
    .label("wants_leader"),
    exists()
    .where(
        *_DRAFT,
        func.cardinality(PublicText.sensitive) > 0,
        PublicText.cleared_at.is_(None),
        PublicText.refused_at.is_(None),
    )
    .label("to_clear"),
    _redo_ground().label("redo_wanted"),
    exists()
    .where(
        RedoRequest.case_id == _CASE,
        RedoRequest.round == bindparam("round"),
        RedoRequest.decided_at.is_(None),
    )
    .label("redo_asked"),
    exists().where(Review.of_case_id == _CASE).label("under_review"),
    select(func.array_agg(ReviewBar.department_id))
    .where(ReviewBar.case_id == _CASE)
    .scalar_subquery()
    .label("barred"),
    exists().where(Erasure.case_id == _CASE, Erasure.carried_out_at.is_not(None)).label("erased"),
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
