"""Every version of the public text of a case, with who let it out and who did not."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.models.base import Base, bigid, instant, line, long_text, note
from casework.models.case import Case
from casework.models.people import User

IS_DRAFT = "published_at IS NULL AND ended_at IS NULL"
IS_OUT = "published_at IS NOT NULL AND ended_at IS NULL"
WANTS_LEADER = (
    f"{IS_DRAFT} AND cleared_at IS NULL AND refused_at IS NULL AND cardinality(sensitive) > 0"
)


class PublicText(Base):
    """One version of the public text of a case; staff read these rows, the public never does.

    At most one is being prepared and at most one is out. ``ended_at`` is when a version gave way
    to the next or was taken down. ``clean`` says that nothing was found in it that looks
    personal. ``why`` is the reason of a correction, for those who approve it.
    """

    __tablename__ = "public_texts"
    __table_args__ = (
        UniqueConstraint("case_id", "version"),
        CheckConstraint("(cleared_at IS NULL) = (cleared_by_id IS NULL)", name="cleared_by"),
        CheckConstraint("(refused_at IS NULL) = (refused_by_id IS NULL)", name="refused_by"),
        CheckConstraint("cleared_at IS NULL OR refused_at IS NULL", name="one_answer"),
        CheckConstraint(
            "published_at IS NULL OR cardinality(sensitive) = 0 OR cleared_at IS NOT NULL",
            name="sensitive_out_when_cleared",
        ),
        Index("uq_public_texts_draft", "case_id", unique=True, postgresql_where=text(IS_DRAFT)),
        Index("uq_public_texts_out", "case_id", unique=True, postgresql_where=text(IS_OUT)),
        Index("ix_public_texts_for_leader", "id", postgresql_where=text(WANTS_LEADER)),
        Index("ix_public_texts_clean", "id", postgresql_where=text(f"{IS_DRAFT} AND clean")),
    )

    id: Mapped[bigid]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    version: Mapped[int]
    correction: Mapped[bool] = mapped_column(default=False)
    subject: Mapped[line]
    body: Mapped[long_text]
    reply: Mapped[long_text]
    why: Mapped[note] = mapped_column(default="")
    sensitive: Mapped[list[str]] = mapped_column(ARRAY(String(16)), default=list)
    clean: Mapped[bool] = mapped_column(default=False)
    redacted_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    redacted_at: Mapped[instant]
    cleared_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    cleared_at: Mapped[instant | None]
    refused_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    refused_at: Mapped[instant | None]
    refusal: Mapped[note] = mapped_column(default="")
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    published_at: Mapped[instant | None]
    ended_at: Mapped[instant | None]

    case: Mapped[Case] = relationship()
    redacted_by: Mapped[User | None] = relationship(foreign_keys=redacted_by_id)
    cleared_by: Mapped[User | None] = relationship(foreign_keys=cleared_by_id)
    refused_by: Mapped[User | None] = relationship(foreign_keys=refused_by_id)
    published_by: Mapped[User | None] = relationship(foreign_keys=published_by_id)

    @property
    def wants_leader(self) -> bool:
        """Say whether a leader has still to approve it."""
        return bool(self.sensitive) and self.cleared_at is None
