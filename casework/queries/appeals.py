"""Appeals about the on-time rate: those that wait, and those that were decided."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from casework.models import Appeal, Case, User
from casework.queries.cases import seen_by
from casework.workflow.states import DEPARTMENT_ROLES

PAGE = 50
CAP = 2_000


class Listed(StrEnum):
    """The lists of appeals."""

    WAITING = "waiting"
    DECIDED = "decided"


@dataclass(frozen=True, slots=True)
class AppealRow:
    """One appeal with its case as far as a list shows it."""

    id: int
    number: str
    subject: str
    department_id: int
    reason: str
    asked_at: datetime
    asked_by: str | None
    promised_on: date | None
    completed_on: date | None
    granted: bool | None
    decision: str
    decided_by: str | None
    decided_at: datetime | None


def appeals(
    session: Session, user: User, listed: Listed, *, after: int | None = None, size: int = PAGE
) -> tuple[list[AppealRow], int | None]:
    """Return a page of a list, those waiting oldest first, and the key of the next page.

    People of a department see their own unit's.
    """
    asker, decider = aliased(User), aliased(User)
    wanted = (
        _seen(user, listed)
        .with_only_columns(
            Appeal.id,
            Case.number,
            Case.subject,
            Appeal.department_id,
            Appeal.reason,
            Appeal.asked_at,
            asker.display_name,
            Case.promised_on,
            Case.completed_on,
            Appeal.granted,
            Appeal.decision,
            decider.display_name,
            Appeal.decided_at,
        )
        .outerjoin(asker, asker.id == Appeal.asked_by_id)
        .outerjoin(decider, decider.id == Appeal.decided_by_id)
        .limit(size + 1)
    )
    if listed is Listed.WAITING:
        wanted = wanted.order_by(Appeal.id)
        wanted = wanted if after is None else wanted.where(Appeal.id > after)
    else:
        wanted = wanted.order_by(Appeal.id.desc())
        wanted = wanted if after is None else wanted.where(Appeal.id < after)
    rows = [AppealRow(*tuple(row)) for row in session.execute(wanted)]
    return rows[:size], rows[size - 1].id if len(rows) > size else None


def waiting_count(session: Session, user: User) -> int:
    """Return how many appeals wait, counted up to ``CAP``."""
    some = _seen(user, Listed.WAITING).with_only_columns(Appeal.id).limit(CAP).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def _seen(user: User, listed: Listed) -> Select[*tuple[Any, ...]]:
    waits = Appeal.decided_at.is_(None)
    found = (
        select(Appeal)
        .join(Case, Case.id == Appeal.case_id)
        .where(waits if listed is Listed.WAITING else ~waits, seen_by(user))
    )
    if user.role in DEPARTMENT_ROLES:
        return found.where(Appeal.department_id == user.department_id)
    return found
