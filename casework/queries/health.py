"""What tells whether an installation is well."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.models import OutboxMessage
from casework.postgres import migrations


def schema_version(session: Session) -> str | None:
    """Return the version of the tables, None before the first migration."""
    return migrations.current(session.connection())


def oldest_unsent(session: Session) -> datetime | None:
    """Return since when the longest waiting message could have gone out."""
    return session.scalar(
        select(func.min(OutboxMessage.next_at)).where(
            OutboxMessage.done_at.is_(None), OutboxMessage.dead_at.is_(None)
        )
    )
