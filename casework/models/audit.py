"""The log of what administrators change: people, units, limits, the calendar, texts."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.models.base import Base, bigid, instant, one_of
from casework.models.people import User


class Change(StrEnum):
    """What was done to a row."""

    ADDED = "added"
    CHANGED = "changed"
    CLOSED = "closed"
    OPENED = "opened"
    LINK_MADE = "link_made"
    CODES_REMOVED = "codes_removed"


class AdminEvent(Base):
    """One change of an administrator; rows are only ever added.

    ``actor_id`` is empty for a change from the command line. ``before`` and ``after`` hold the
    fields that changed, and never a password, a seed or a link.
    """

    __tablename__ = "admin_events"
    __table_args__ = (
        one_of("change", Change),
        Index("ix_admin_events_row", "table_name", "row_key", "id"),
    )

    id: Mapped[bigid]
    at: Mapped[instant]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    change: Mapped[Change]
    table_name: Mapped[str] = mapped_column(String(64))
    row_key: Mapped[str] = mapped_column(String(64))
    label: Mapped[str] = mapped_column(String(200))
    before: Mapped[dict[str, object]] = mapped_column(JSONB)
    after: Mapped[dict[str, object]] = mapped_column(JSONB)

    actor: Mapped[User | None] = relationship()
