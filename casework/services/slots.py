"""The slots of scheduled work: each is claimed once, however many runners there are."""

from datetime import datetime

from sqlalchemy import Update, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from casework.models import JobSlot


def last_finished(session: Session, job: str) -> datetime | None:
    """Return the newest slot of ``job`` after which nothing was left undone."""
    return session.scalar(
        select(func.max(JobSlot.slot)).where(JobSlot.job == job, JobSlot.finished_at.is_not(None))
    )


def begin_history(session: Session, job: str, *, at: datetime, worker: str) -> None:
    """Note that ``job`` is known from now on, so that a new installation makes up for nothing."""
    session.execute(
        insert(JobSlot)
        .values(job=job, slot=at, started_at=at, finished_at=at, worker=worker, result="first")
        .on_conflict_do_nothing()
    )


def claim(session: Session, job: str, slot: datetime, *, at: datetime, worker: str) -> bool:
    """Take a slot. False when it is done, or when another living runner has it.

    A slot that its runner began and never finished is taken over: only a leader asks, and a
    leader is alone.
    """
    taken = session.execute(
        insert(JobSlot)
        .values(job=job, slot=slot, started_at=at, worker=worker)
        .on_conflict_do_update(
            index_elements=[JobSlot.job, JobSlot.slot],
            set_={"started_at": at, "heartbeat_at": None, "worker": worker, "error": None},
            where=JobSlot.finished_at.is_(None),
        )
        .returning(JobSlot.slot)
    )
    return taken.one_or_none() is not None


def beaten(job: str, slot: datetime, *, at: datetime) -> Update:
    """Return the statement that says that a slot is still being worked on."""
    return (
        update(JobSlot)
        .where(JobSlot.job == job, JobSlot.slot == slot, JobSlot.finished_at.is_(None))
        .values(heartbeat_at=at)
    )


def finish(
    session: Session,
    job: str,
    slot: datetime,
    *,
    at: datetime,
    result: str | None = None,
    error: str | None = None,
) -> None:
    """Note how a slot ended. One that failed is finished too: its next slot tries again."""
    session.execute(
        update(JobSlot)
        .where(JobSlot.job == job, JobSlot.slot == slot)
        .values(finished_at=at, result=result, error=error)
    )
