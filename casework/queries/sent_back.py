"""What a department said when it sent a case back."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Case, CaseEvent, Reason, User
from casework.workflow.states import Action


@dataclass(frozen=True, slots=True)
class ObjectionMade:
    """The last objection to a dispatch: who made it, when, the coded reason and the words."""

    at: datetime
    by: str | None
    reason: str | None
    reason_en: str | None
    note: str | None


def last_objection(session: Session, case: Case) -> ObjectionMade | None:
    """Return why ``case`` was sent back last, or None if it never was."""
    row = session.execute(
        select(CaseEvent.at, User.display_name, Reason.text, Reason.text_en, CaseEvent.note)
        .outerjoin(User, User.id == CaseEvent.actor_id)
        .outerjoin(Reason, Reason.code == CaseEvent.reason_code)
        .where(CaseEvent.case_id == case.id, CaseEvent.action == Action.SEND_BACK.value)
        .order_by(CaseEvent.seq.desc())
        .limit(1)
    ).one_or_none()
    return ObjectionMade(*row) if row is not None else None
