"""Requests for more time: those that wait for a decision, and those of one case."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from casework.models import Case, CaseClock, Extension, User
from casework.queries.cases import seen_by
from casework.workflow.states import RUNNING, Clock, Role, State

PAGE = 50
CAP = 2_000


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request that waits; ``handle_due_on`` is the day until which it can be granted."""

    id: int
    number: str
    subject: str
    state: State
    department_id: int | None
    days: int
    reason: str
    asked_at: datetime
    asked_by: str | None
    handle_due_on: date | None
    promised_on: date | None


def waiting_requests(
    session: Session, user: User, *, after: int | None = None, size: int = PAGE
) -> tuple[list[Waiting], int | None]:
    """Return the requests that ``user`` decides, oldest first, and the key of the next page."""
    handle = aliased(CaseClock)
    wanted = (
        _waiting(user)
        .with_only_columns(
            Extension.id,
            Case.number,
            Case.subject,
            Case.state,
            Case.department_id,
            Extension.days,
            Extension.reason,
            Extension.asked_at,
            User.display_name.label("asked_by"),
            handle.due_on.label("handle_due_on"),
            Case.promised_on,
        )
        .outerjoin(User, User.id == Extension.asked_by_id)
        .outerjoin(
            handle,
            (handle.case_id == Case.id)
            & (handle.clock == Clock.HANDLE)
            & handle.stopped_at.is_(None),
        )
        .order_by(Extension.id)
        .limit(size + 1)
    )
    if after is not None:
        wanted = wanted.where(Extension.id > after)
    rows = [Waiting(**row._mapping) for row in session.execute(wanted)]
    return rows[:size], rows[size - 1].id if len(rows) > size else None


def waiting_count(session: Session, user: User) -> int:
    """Return how many requests wait for ``user``, counted up to ``CAP``."""
    some = _waiting(user).with_only_columns(Extension.id).limit(CAP).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def _waiting(user: User) -> Select[*tuple[Any, ...]]:
    return (
        select(Extension)
        .join(Case, Case.id == Extension.case_id)
        .where(
            Extension.decided_at.is_(None),
            Extension.for_leader.is_(user.role is Role.LEADER),
            Extension.round == Case.round,
            Case.state.in_(sorted(RUNNING)),
            seen_by(user),
        )
    )


def extensions_on(case: Case) -> Select[*tuple[Any, ...]]:
    """Return the requests of ``case`` with their decisions, newest first."""
    asker, decider = aliased(User), aliased(User)
    return (
        select(
            Extension.days,
            Extension.round,
            Extension.reason,
            asker.display_name.label("asked_by"),
            Extension.asked_at,
            Extension.for_leader,
            Extension.granted,
            Extension.decision,
            decider.display_name.label("decided_by"),
            Extension.decided_at,
        )
        .outerjoin(asker, asker.id == Extension.asked_by_id)
        .outerjoin(decider, decider.id == Extension.decided_by_id)
        .where(Extension.case_id == case.id)
        .order_by(Extension.id.desc())
    )
