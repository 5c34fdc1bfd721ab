"""Requests to erase that wait for the office, and what stands about one case."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from casework.models import Case, Erasure, LegalHold, User
from casework.queries.cases import seen_by
from casework.workflow.states import State

PAGE = 50


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request that waits; ``held`` says that a legal hold stands against it."""

    number: str
    subject: str
    state: State
    department_id: int | None
    asked_at: datetime
    held: bool


def waiting_erasures(
    session: Session, user: User, *, after: str | None = None, size: int = PAGE
) -> tuple[list[Waiting], str | None]:
    """Return the requests that wait, oldest first, and the key of the next page."""
    wanted: Select[*tuple[Any, ...]] = (
        select(
            Case.number,
            Case.subject,
            Case.state,
            Case.department_id,
            Erasure.asked_at,
            LegalHold.case_id.is_not(None),
        )
        .select_from(Erasure)
        .join(Case, Case.id == Erasure.case_id)
        .outerjoin(LegalHold, LegalHold.case_id == Erasure.case_id)
        .where(
            Erasure.decided_at.is_(None),
            Erasure.carried_out_at.is_(None),
            Erasure.asked_at.is_not(None),
            seen_by(user),
        )
        .order_by(Erasure.asked_at)
        .limit(size + 1)
    )
    if (start := _instant(after)) is not None:
        wanted = wanted.where(Erasure.asked_at > start)
    rows = [Waiting(*row) for row in session.execute(wanted)]
    return rows[:size], rows[size - 1].asked_at.isoformat() if len(rows) > size else None


def _instant(text: str | None) -> datetime | None:
    try:
        found = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return found if found.utcoffset() is not None else None
