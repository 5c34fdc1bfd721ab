"""What leaves the house: one row per notice, receiver and medium, and the texts it is made of."""

from __future__ import annotations

import uuid
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.models.base import Base, bigid, instant, line, long_text, one_of
from casework.models.case import Case
from casework.models.people import User
from casework.workflow.notices import Notice


class Medium(StrEnum):
    """How a notice reaches somebody."""

    MAIL = "mail"
    SMS = "sms"
    INBOX = "inbox"
    WEBHOOK = "webhook"


class Delivery(Base):
    """One notice on its way to one receiver by one medium.

    Exactly one of user, petitioner, follower and webhook is the receiver. An inbox entry is
    delivered by being there; ``read_at`` says when it was read. ``dedupe_key`` is unique and gives
    a mail its Message-ID. The words are made when it leaves, so that no personal data rests here.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        one_of("notice", Notice),
        one_of("medium", Medium),
        CheckConstraint(
            "num_nonnulls(user_id, petitioner_id, webhook_id, follower_id) = 1",
            name="one_receiver",
        ),
        Index(
            "ix_deliveries_waiting",
            "next_at",
            postgresql_where=text("sent_at IS NULL AND dead_at IS NULL"),
        ),
        Index(
            "ix_deliveries_unread",
            "user_id",
            "id",
            postgresql_where=text("medium = 'inbox' AND read_at IS NULL"),
        ),
        Index("ix_deliveries_inbox", "user_id", "id", postgresql_where=text("medium = 'inbox'")),
        Index("ix_deliveries_dead", "id", postgresql_where=text("dead_at IS NOT NULL")),
        Index("ix_deliveries_case", "case_id"),
        Index(
            "ix_deliveries_petitioner",
            "petitioner_id",
            "id",
            postgresql_where=text("petitioner_id IS NOT NULL"),
        ),
    )

    id: Mapped[bigid]
    notice: Mapped[Notice]
    medium: Mapped[Medium]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    petitioner_id: Mapped[uuid.UUID | None] = mapped_column(Uuid, ForeignKey("petitioners.id"))
    follower_id: Mapped[uuid.UUID | None] = mapped_column(Uuid, ForeignKey("followers.id"))
    webhook_id: Mapped[int | None] = mapped_column(ForeignKey("webhooks.id"))
    language: Mapped[str] = mapped_column(String(8))
    payload: Mapped[dict[str, object]] = mapped_column(JSONB)
    dedupe_key: Mapped[str] = mapped_column(String(200), unique=True)
    created_at: Mapped[instant]
    next_at: Mapped[instant]
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[instant | None]
    sent_at: Mapped[instant | None]
    dead_at: Mapped[instant | None]
    last_error: Mapped[str] = mapped_column(String(500), default="")
    read_at: Mapped[instant | None]

    case: Mapped[Case | None] = relationship()
    user: Mapped[User | None] = relationship()


class MessageText(Base):
    """One version of the words of a notice in one language for one medium; the latest counts."""

    __tablename__ = "message_texts"
    __table_args__ = (
        one_of("notice", Notice),
        one_of("medium", Medium),
        Index("uq_message_texts_version", "notice", "medium", "language", "version", unique=True),
    )

    id: Mapped[bigid]
    notice: Mapped[Notice]
    medium: Mapped[Medium]
    language: Mapped[str] = mapped_column(String(8))
    version: Mapped[int]
    subject: Mapped[line] = mapped_column(default="")
    body: Mapped[long_text]
    at: Mapped[instant]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    by: Mapped[User | None] = relationship()

    @property
    def name(self) -> str:
        """Return what the administrators' log calls it."""
        return f"{self.notice.value} · {self.medium.value} · {self.language}"


class Webhook(Base):
    """A system that is told by HTTP; its secret signs what it is sent."""

    __tablename__ = "webhooks"

    id: Mapped[bigid]
    name: Mapped[line]
    url: Mapped[str] = mapped_column(String(500))
    secret_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    notices: Mapped[list[str]] = mapped_column(ARRAY(String(32)))
    created_at: Mapped[instant]
    disabled_at: Mapped[instant | None]
