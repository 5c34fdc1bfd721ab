"""The petitioner's rights over data: another contact, erasure, and what stands against it."""

from __future__ import annotations

import uuid

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.models.base import Base, instant, note
from casework.models.case import Case
from casework.models.people import User


class ContactChange(Base):
    """A new contact that a petitioner has named; it counts once its number has come back.

    ``sealed`` holds the new value; after the change it holds the one that counted before, until
    whoever reads it has been told. The number is made from ``nonce`` by a key that the database
    does not hold.
    """

    __tablename__ = "contact_changes"
    __table_args__ = (
        CheckConstraint("field IN ('phone', 'email')", name="field_known"),
        CheckConstraint("tries BETWEEN 0 AND 6", name="tries_few"),
        Index("ix_contact_changes_case", "case_id"),
    )

    petitioner_id: Mapped[uuid.UUID] = mapped_column(
        Uuid, ForeignKey("petitioners.id"), primary_key=True
    )
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    field: Mapped[str] = mapped_column(String(8))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    nonce: Mapped[str] = mapped_column(String(64))
    asked_at: Mapped[instant]
    tries: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[instant | None]


class Erasure(Base):
    """What was asked, decided and done about erasing a case; one row per case.

    ``asked_at`` is empty where nobody asked and the retention time has passed. The words of the
    petitioner and of the decision go with the case.
    """

    __tablename__ = "erasures"
    __table_args__ = (
        CheckConstraint(
            "(decided_at IS NULL) = (granted IS NULL) "
            "AND (decided_at IS NULL) = (decided_by_id IS NULL)",
            name="decided_wholly",
        ),
        CheckConstraint("carried_out_at IS NULL OR granted IS NOT FALSE", name="only_granted"),
        Index("ix_erasures_waiting", "asked_at", postgresql_where=text("decided_at IS NULL")),
        Index(
            "ix_erasures_granted",
            "decided_at",
            postgresql_where=text("granted AND carried_out_at IS NULL"),
        ),
    )

    case_id: Mapped[int] = mapped_column(
        ForeignKey("cases.id"), primary_key=True, autoincrement=False
    )
    asked_at: Mapped[instant | None]
    reason: Mapped[note] = mapped_column(default="")
    decided_at: Mapped[instant | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    granted: Mapped[bool | None]
    answer: Mapped[note] = mapped_column(default="")
    carried_out_at: Mapped[instant | None]

    case: Mapped[Case] = relationship()
    decided_by: Mapped[User | None] = relationship()


class LegalHold(Base):
    """A case that nobody erases, by wish or by age, as long as this row stands."""

    __tablename__ = "legal_holds"

    case_id: Mapped[int] = mapped_column(
        ForeignKey("cases.id"), primary_key=True, autoincrement=False
    )
    since: Mapped[instant]
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[note]

    by: Mapped[User] = relationship()
