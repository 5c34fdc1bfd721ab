"""What scheduled work has done: the slots of each job, newest first."""

from collections.abc import Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.models import JobSlot

SHOWN = 10
"""How many runs of a job the administrator sees."""


def last_runs(session: Session) -> Mapping[str, JobSlot]:
    """Return the newest slot of each job by its name, in one statement."""
    newest = select(JobSlot).distinct(JobSlot.job).order_by(JobSlot.job, JobSlot.slot.desc())
    return {row.job: row for row in session.scalars(newest)}


def recent_runs(session: Session) -> Mapping[str, Sequence[JobSlot]]:
    """Return the last slots of every job by its name, newest first, in one statement."""
    numbered = select(
        JobSlot,
        func.row_number().over(partition_by=JobSlot.job, order_by=JobSlot.slot.desc()).label("n"),
    ).subquery()
    rows = session.scalars(
        select(JobSlot)
        .join(numbered, (numbered.c.job == JobSlot.job) & (numbered.c.slot == JobSlot.slot))
        .where(numbered.c.n <= SHOWN)
        .order_by(JobSlot.job, JobSlot.slot.desc())
    )
    found: dict[str, list[JobSlot]] = {}
    for row in rows:
        found.setdefault(row.job, []).append(row)
    return found
