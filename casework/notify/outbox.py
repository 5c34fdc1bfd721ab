"""The one way to tell somebody something: a row, in the caller's transaction."""

from datetime import datetime

from sqlalchemy.orm import Session

from casework.models import Case, OutboxMessage
from casework.workflow.notices import AUDIENCE, Notice


def enqueue(session: Session, notice: Notice, case: Case, *, key: str, at: datetime) -> None:
    """Put ``notice`` about ``case`` in the outbox.

    It goes out if, and only if, the caller's transaction commits. ``key`` names the fact that
    is told; the database takes each key once.
    """
    session.add(
        OutboxMessage(
            notice=notice,
            case=case,
            payload={
                "audience": [audience.value for audience in AUDIENCE[notice]],
                "department": case.department_id,
            },
            dedupe_key=f"{notice.value}:{case.ref}:{key}",
            created_at=at,
            next_at=at,
        )
    )
