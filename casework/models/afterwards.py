"""What follows the answer: the wish to have the case done again, and calls to ask about it."""

from __future__ import annotations

from datetime import date

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.models.base import Base, bigid, instant, note, one_of
from casework.models.case import Case
from casework.models.people import User
from casework.workflow.follow_ups import Ground, Outcome, Result


class RedoRequest(Base):
    """A petitioner's wish that the case be done again, once for each answer.

    A dissatisfied rating asks for it, or an operator after a follow-up (``asked_by_id``). The
    office grants it by the step ``redo``, or refuses it with ``decision``, which the petitioner
    reads.
    """

    __tablename__ = "redo_requests"
    __table_args__ = (
        UniqueConstraint("case_id", "round"),
        CheckConstraint(
            "(decided_at IS NULL) = (granted IS NULL) "
            "AND (decided_at IS NULL) = (decided_by_id IS NULL)",
            name="decided_wholly",
        ),
        CheckConstraint("granted IS NOT FALSE OR btrim(decision) <> ''", name="refused_with_words"),
        Index("ix_redo_requests_open", "case_id", postgresql_where=text("decided_at IS NULL")),
    )

    id: Mapped[bigid]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    round: Mapped[int]
    wish: Mapped[note] = mapped_column(default="")
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    asked_at: Mapped[instant]
    granted: Mapped[bool | None]
    decision: Mapped[note] = mapped_column(default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[instant | None]

    case: Mapped[Case] = relationship()
    asked_by: Mapped[User | None] = relationship(foreign_keys=asked_by_id)


class FollowUp(Base):
    """A petitioner to be asked by telephone what the answer was worth, once for each answer.

    ``until_on`` is the last day for it. An operator takes it (``claimed_by_id``) before calling;
    ``next_at`` is when it may be tried again.
    """

    __tablename__ = "follow_ups"
    __table_args__ = (
        one_of("ground", Ground),
        one_of("outcome", Outcome),
        UniqueConstraint("case_id", "round"),
        CheckConstraint("(closed_at IS NULL) = (outcome IS NULL)", name="closed_with_outcome"),
        CheckConstraint(
            "(claimed_at IS NULL) = (claimed_by_id IS NULL)", name="claimed_by_somebody"
        ),
        CheckConstraint("tries >= 0", name="tries_counted"),
        Index("ix_follow_ups_open", "next_at", "id", postgresql_where=text("closed_at IS NULL")),
        Index("ix_follow_ups_phone", "phone_hash", "drawn_at"),
    )

    id: Mapped[bigid]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    round: Mapped[int]
    ground: Mapped[Ground]
    phone_hash: Mapped[bytes] = mapped_column(LargeBinary)
    drawn_at: Mapped[instant]
    until_on: Mapped[date]
    next_at: Mapped[instant]
    tries: Mapped[int] = mapped_column(default=0)
    claimed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    claimed_at: Mapped[instant | None]
    closed_at: Mapped[instant | None]
    outcome: Mapped[Outcome | None]

    case: Mapped[Case] = relationship()


class FollowUpCall(Base):
    """One call of a follow-up, by whom and how it ended."""

    __tablename__ = "follow_up_calls"
    __table_args__ = (
        one_of("result", Result),
        Index("ix_follow_up_calls_of", "follow_up_id", "id"),
    )

    id: Mapped[bigid]
    follow_up_id: Mapped[int] = mapped_column(ForeignKey("follow_ups.id", ondelete="CASCADE"))
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[instant]
    result: Mapped[Result]
    note: Mapped[note] = mapped_column(default="")
