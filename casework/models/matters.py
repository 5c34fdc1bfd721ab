"""Matters that others may follow: a neutral public title, and who wants to hear of the answer."""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from casework.models.base import Base, bigid, instant, line


class PublicMatter(Base):
    """What the public reads of a case that runs: a title that staff wrote, and where it stands.

    ``followers`` is kept beside them, so that public pages need not read who they are.
    """

    __tablename__ = "public_matters"
    __table_args__ = (
        CheckConstraint("btrim(title) <> ''", name="named"),
        CheckConstraint("followers >= 0", name="counted"),
        Index(
            "ix_public_matters_open", "opened_at", "id", postgresql_where=text("closed_at IS NULL")
        ),
    )

    id: Mapped[bigid]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), unique=True)
    title: Mapped[line]
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    opened_at: Mapped[instant]
    answered_at: Mapped[instant | None]
    closed_at: Mapped[instant | None]
    followers: Mapped[int] = mapped_column(default=0)


class Follower(Base):
    """Somebody with the same problem, who is told of the answer.

    The contact is sealed, with a hash that finds it again; both are erased after a time, and the
    row stays to be counted.
    """

    __tablename__ = "followers"
    __table_args__ = (
        CheckConstraint("medium IN ('mail', 'sms')", name="medium_known"),
        CheckConstraint(
            "(erased_at IS NULL) = (sealed IS NOT NULL) "
            "AND (erased_at IS NULL) = (contact_hash IS NOT NULL)",
            name="erased_wholly",
        ),
        CheckConstraint("tries BETWEEN 0 AND 6", name="tries_few"),
        Index(
            "uq_followers_contact",
            "case_id",
            "contact_hash",
            unique=True,
            postgresql_where=text("erased_at IS NULL"),
        ),
        Index(
            "ix_followers_case",
            "case_id",
            postgresql_where=text("confirmed_at IS NOT NULL"),
        ),
        Index("ix_followers_erased", "erase_on", postgresql_where=text("erased_at IS NULL")),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    medium: Mapped[str] = mapped_column(String(8))
    language: Mapped[str] = mapped_column(String(8))
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    contact_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    nonce: Mapped[str] = mapped_column(String(64))
    tries: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[instant]
    confirmed_at: Mapped[instant | None]
    erase_on: Mapped[date]
    erased_at: Mapped[instant | None]
