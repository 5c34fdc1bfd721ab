"""What is said about a case: questions, replies, the public text, ratings."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.models.base import Base, bigid, instant, line, long_text, note, one_of
from casework.models.case import Case
from casework.models.people import Department, User
from casework.models.reference import Category
from casework.workflow.states import DISSATISFIED, Channel, Kind


class Question(Base):
    """What the department asked the petitioner, and the answer; one open at a time."""

    __tablename__ = "questions"
    __table_args__ = (
        Index(
            "uq_questions_open",
            "case_id",
            unique=True,
            postgresql_where=text("answered_at IS NULL"),
        ),
        Index("ix_questions_case", "case_id", "id"),
    )

    id: Mapped[bigid]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    asked_at: Mapped[instant]
    text: Mapped[note]
    answered_at: Mapped[instant | None]
    answer: Mapped[note] = mapped_column(default="")


class Reply(Base):
    """One version of the answer to a case; every version is kept.

    A version is submitted for review at most once; ``approved_at`` marks the one that counts.
    """

    __tablename__ = "replies"
    __table_args__ = (
        UniqueConstraint("case_id", "version"),
        CheckConstraint("(approved_at IS NULL) = (approved_by_id IS NULL)", name="approved_by"),
        CheckConstraint("btrim(text) <> ''", name="says_something"),
        Index("ix_replies_article", "article_id", postgresql_where=text("article_id IS NOT NULL")),
    )

    id: Mapped[bigid]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    version: Mapped[int]
    text: Mapped[long_text]
    basis: Mapped[line] = mapped_column(default="")
    article_id: Mapped[int | None] = mapped_column(ForeignKey("articles.id"))
    article_version: Mapped[int | None]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    written_at: Mapped[instant]
    submitted_at: Mapped[instant | None]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    approved_at: Mapped[instant | None]

    case: Mapped[Case] = relationship()
    author: Mapped[User | None] = relationship(foreign_keys=author_id)
    department: Mapped[Department | None] = relationship()


class ReplyPart(Base):
    """A co-handler's contribution to the reply; the latest per department counts."""

    __tablename__ = "reply_parts"
    __table_args__ = (Index("ix_reply_parts_case", "case_id", "id"),)

    id: Mapped[bigid]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    written_at: Mapped[instant]
    text: Mapped[long_text]

    department: Mapped[Department] = relationship()
    author: Mapped[User] = relationship()


class PublicationState(StrEnum):
    PREPARED = "prepared"
    PUBLISHED = "published"
    TAKEN_DOWN = "taken_down"


class Publication(Base):
    """The redacted text of a case: the only table that public pages read.

    ``number`` is the case's; taken-down rows keep it, so that the address can say so, and lose
    their texts. ``cleared_at`` is when a leader approved the text that stands here; without it no
    sensitive one goes out. Earlier versions are kept in ``public_texts``.
    """

    __tablename__ = "publications"
    __table_args__ = (
        one_of("state", PublicationState),
        one_of("kind", Kind),
        one_of("channel", Channel),
        CheckConstraint(
            "(state = 'published') = (published_at IS NOT NULL)", name="published_iff_out"
        ),
        CheckConstraint(
            "state <> 'published' OR cardinality(sensitive) = 0 OR cleared_at IS NOT NULL",
            name="sensitive_out_when_cleared",
        ),
        CheckConstraint(
            "state <> 'published' OR kind <> 'report' OR 'accusation' = ANY (sensitive)",
            name="reports_are_sensitive",
        ),
        Index(
            "ix_publications_newest",
            "published_at",
            "case_id",
            postgresql_where=text("state = 'published'"),
        ),
        Index(
            "ix_publications_department",
            "department_id",
            "published_at",
            "case_id",
            postgresql_where=text("state = 'published'"),
        ),
        Index(
            "ix_publications_category",
            "category_id",
            "published_at",
            "case_id",
            postgresql_where=text("state = 'published'"),
        ),
        Index(
            "ix_publications_kind",
            "kind",
            "published_at",
            "case_id",
            postgresql_where=text("state = 'published'"),
        ),
        Index(
            "ix_publications_street",
            "street_id",
            "published_at",
            "case_id",
            postgresql_where=text("state = 'published'"),
        ),
    )

    case_id: Mapped[int] = mapped_column(
        ForeignKey("cases.id"), primary_key=True, autoincrement=False
    )
    number: Mapped[str] = mapped_column(String(24), unique=True)
    state: Mapped[PublicationState]
    kind: Mapped[Kind]
    channel: Mapped[Channel]
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    category_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id"))
    street_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    received_on: Mapped[date]
    subject: Mapped[line]
    body: Mapped[long_text]
    reply: Mapped[long_text]
    sensitive: Mapped[list[str]] = mapped_column(ARRAY(String(16)), default=list)
    redacted_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    redacted_at: Mapped[instant]
    cleared_at: Mapped[instant | None]
    published_at: Mapped[instant | None]
    corrected_at: Mapped[instant | None]
    taken_down_at: Mapped[instant | None]

    case: Mapped[Case] = relationship()
    department: Mapped[Department | None] = relationship(foreign_keys=department_id)
    category: Mapped[Category | None] = relationship()


class ReaderOpinion(Base):
    """How many readers of a public answer found it useful on a day, and how many did not.

    ``spared`` are those who found it while writing, and then had no letter to send.
    """

    __tablename__ = "reader_opinions"
    __table_args__ = (
        CheckConstraint("useful >= 0 AND not_useful >= 0 AND spared >= 0", name="counted"),
    )

    case_id: Mapped[int] = mapped_column(
        ForeignKey("publications.case_id", ondelete="CASCADE"), primary_key=True
    )
    day: Mapped[date] = mapped_column(primary_key=True)
    useful: Mapped[int] = mapped_column(default=0)
    not_useful: Mapped[int] = mapped_column(default=0)
    spared: Mapped[int] = mapped_column(default=0)


class Rating(Base):
    """What the petitioner thinks of the answer, once per round of handling.

    ``truthful`` says whether the answer tells what was really done; older ratings do not know.
    ``by_id`` is the operator who asked, where the petitioner did not write it.
    """

    __tablename__ = "ratings"
    __table_args__ = (
        UniqueConstraint("case_id", "round"),
        CheckConstraint("satisfaction BETWEEN 1 AND 5", name="satisfaction_known"),
        Index(
            "ix_ratings_dissatisfied",
            "at",
            "case_id",
            "round",
            postgresql_where=text(f"satisfaction <= {DISSATISFIED}"),
        ),
    )

    id: Mapped[bigid]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    round: Mapped[int]
    satisfaction: Mapped[int]
    solved: Mapped[bool]
    truthful: Mapped[bool | None]
    comment: Mapped[note] = mapped_column(default="")
    at: Mapped[instant]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
