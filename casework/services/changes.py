"""Lines about changes of what everybody may read go when no kept page can be that old."""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from casework.models import PUBLIC_CHANGES

KEPT = timedelta(hours=1)


def forget(session: Session, *, at: datetime) -> int:
    """Delete the lines of more than an hour ago but the newest; return how many there were."""
    lines = PUBLIC_CHANGES.c
    newest = select(func.max(lines.id)).scalar_subquery()
    gone = session.execute(
        delete(PUBLIC_CHANGES).where(lines.at < at - KEPT, lines.id < newest).returning(lines.id)
    )
    return len(gone.all())
