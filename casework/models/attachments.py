"""Photos and documents that came with a case, and the pictures of a public answer."""

from __future__ import annotations

import uuid
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from casework.models.base import Base, instant, one_of


class FileKind(StrEnum):
    """What a file is, judged by its content; the value is the ending of its name."""

    JPEG = "jpg"
    PNG = "png"
    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"
    TEXT = "txt"


PICTURES = frozenset({FileKind.JPEG, FileKind.PNG})
"""The kinds that are drawn anew when they come in, so that nothing is hidden in them."""


class Origin(StrEnum):
    """With what a file came: the petitioner's letter or answer, the reply, its forwarding.

    What proves an appeal (考核申诉) is between the unit and those who decide: never the
    petitioner's, never public.
    """

    LETTER = "letter"
    SUPPLY = "supply"
    REPLY = "reply"
    FORWARD = "forward"
    APPEAL = "appeal"


FROM_THE_PETITIONER = frozenset({Origin.LETTER, Origin.SUPPLY})
TO_THE_PETITIONER = frozenset({Origin.REPLY, Origin.FORWARD})
TO_OR_FROM_THE_PETITIONER = FROM_THE_PETITIONER | TO_THE_PETITIONER


class Scan(StrEnum):
    """What the virus scanner said; without a scanner a file stays ``unscanned`` and is open."""

    UNSCANNED = "unscanned"
    WAITING = "waiting"
    CLEAN = "clean"
    INFECTED = "infected"


READABLE = frozenset({Scan.UNSCANNED, Scan.CLEAN})


class Attachment(Base):
    """One file of a case, or of a form that has not been sent, which ``basket`` names.

    The name under which it came is personal and stands in ``name_sealed``; ``content_hash`` is
    keyed. A row whose content is gone, removed or infected, stays so that people can be told.
    """

    __tablename__ = "attachments"
    __table_args__ = (
        one_of("kind", FileKind),
        one_of("origin", Origin),
        one_of("scan", Scan),
        CheckConstraint("(case_id IS NULL) <> (basket IS NULL)", name="in_case_or_basket"),
        CheckConstraint("(case_id IS NULL) = (origin IS NULL)", name="came_with"),
        CheckConstraint("size > 0", name="size_positive"),
        CheckConstraint("NOT public OR kind IN ('jpg', 'png')", name="only_pictures_public"),
        CheckConstraint("NOT public OR origin <> 'appeal'", name="no_evidence_public"),
        Index(
            "ix_attachments_case",
            "case_id",
            "added_at",
            "position",
            postgresql_where=text("case_id IS NOT NULL"),
        ),
        Index(
            "uq_attachments_basket",
            "basket",
            "content_hash",
            unique=True,
            postgresql_where=text("basket IS NOT NULL"),
        ),
        Index(
            "ix_attachments_waiting",
            "added_at",
            postgresql_where=text("scan = 'waiting' AND case_id IS NOT NULL"),
        ),
        Index("ix_attachments_unsent", "added_at", postgresql_where=text("case_id IS NULL")),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=uuid.uuid4)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    basket: Mapped[bytes | None] = mapped_column(LargeBinary)
    position: Mapped[int] = mapped_column(default=1)
    origin: Mapped[Origin | None]
    round: Mapped[int] = mapped_column(default=1)
    kind: Mapped[FileKind]
    size: Mapped[int]
    name_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    content_hash: Mapped[bytes] = mapped_column(LargeBinary)
    scan: Mapped[Scan]
    public: Mapped[bool] = mapped_column(default=False)
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    added_at: Mapped[instant]
    removed_at: Mapped[instant | None]


class AttachmentContent(Base):
    """What is in a file, sealed for this row; apart, so that no list reads it by accident."""

    __tablename__ = "attachment_contents"

    attachment_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("attachments.id", ondelete="CASCADE"), primary_key=True
    )
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class PublishedFile(Base):
    """A picture beside a public answer: a copy that lives only as long as it is public."""

    __tablename__ = "published_files"
    __table_args__ = (one_of("kind", FileKind),)

    case_id: Mapped[int] = mapped_column(
        ForeignKey("publications.case_id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[FileKind]
    content: Mapped[bytes] = mapped_column(LargeBinary)
