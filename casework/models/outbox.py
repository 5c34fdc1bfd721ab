"""Messages that must go out because a transaction committed, and the slots of scheduled work."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.models.base import Base, bigid, instant, one_of
from casework.models.case import Case
from casework.workflow.notices import Notice


class OutboxMessage(Base):
    """One notice about one case, told at least once."""

    __tablename__ = "outbox"
    __table_args__ = (
        one_of("notice", Notice),
        Index(
            "ix_outbox_waiting",
            "next_at",
            postgresql_where=text("done_at IS NULL AND dead_at IS NULL"),
        ),
        Index("ix_outbox_case", "case_id"),
    )

    id: Mapped[bigid]
    notice: Mapped[Notice]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    payload: Mapped[dict[str, object]] = mapped_column(JSONB)
    dedupe_key: Mapped[str] = mapped_column(String(128), unique=True)
    created_at: Mapped[instant]
    next_at: Mapped[instant]
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[instant | None]
    done_at: Mapped[instant | None]
    dead_at: Mapped[instant | None]

    case: Mapped[Case | None] = relationship()


class JobSlot(Base):
    """One planned run of one job; the key makes it run once however many runners there are."""

    __tablename__ = "job_slots"

    job: Mapped[str] = mapped_column(String(64), primary_key=True)
    slot: Mapped[instant] = mapped_column(primary_key=True)
    started_at: Mapped[instant]
    heartbeat_at: Mapped[instant | None]
    finished_at: Mapped[instant | None]
    worker: Mapped[str] = mapped_column(String(200))
    result: Mapped[str | None] = mapped_column(String(2_000))
    error: Mapped[str | None] = mapped_column(String(2_000))
