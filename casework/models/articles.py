"""Guides and knowledge articles: their versions, their history, and what of them is public."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.models.base import Base, bigid, instant, line, long_text, one_of, states_in
from casework.models.people import User
from casework.workflow.guides import (
    PUBLIC_READERS,
    ArticleChange,
    ArticleKind,
    ArticleState,
    Readers,
)


class Article(Base):
    """A guide or article of a unit; without a department it is the petition office's.

    ``version`` is the newest, ``published_version`` the one in force. ``offered_version`` waits
    for a colleague.
    """

    __tablename__ = "articles"
    __table_args__ = (
        one_of("state", ArticleState),
        CheckConstraint(
            "(state = 'published') = (published_version IS NOT NULL)", name="published_iff_out"
        ),
        CheckConstraint("published_version <= version", name="published_is_there"),
        Index("ix_articles_changed", "changed_at", "id"),
        Index("ix_articles_department", "department_id", "changed_at", "id"),
    )

    id: Mapped[bigid]
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    state: Mapped[ArticleState]
    version: Mapped[int]
    offered_version: Mapped[int | None]
    published_version: Mapped[int | None]
    changed_at: Mapped[instant]


class ArticleVersion(Base):
    """One version of an article, as somebody wrote it; never changed and never deleted."""

    __tablename__ = "article_versions"
    __table_args__ = (
        UniqueConstraint("article_id", "version"),
        one_of("kind", ArticleKind),
        one_of("readers", Readers),
        CheckConstraint("btrim(title) <> '' AND btrim(text) <> ''", name="says_something"),
        CheckConstraint("valid_until >= valid_from", name="valid_forwards"),
    )

    id: Mapped[bigid]
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"))
    version: Mapped[int]
    kind: Mapped[ArticleKind]
    readers: Mapped[Readers]
    title: Mapped[line]
    text: Mapped[long_text]
    keywords: Mapped[line] = mapped_column(default="")
    category_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id"))
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    responsible_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[instant]
    restored_from: Mapped[int | None]

    article: Mapped[Article] = relationship()
    responsible: Mapped[User] = relationship(foreign_keys=responsible_id)
    by: Mapped[User] = relationship(foreign_keys=by_id)


class ArticleEvent(Base):
    """One line of an article's history; rows are only added."""

    __tablename__ = "article_events"
    __table_args__ = (
        one_of("change", ArticleChange),
        Index("ix_article_events_article", "article_id", "id"),
    )

    id: Mapped[bigid]
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"))
    version: Mapped[int]
    change: Mapped[ArticleChange]
    note: Mapped[line] = mapped_column(default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[instant]

    by: Mapped[User] = relationship()


class PublicArticle(Base):
    """What everybody may read of an article: the only table of articles that public pages read.

    One for staff only cannot stand in it. What was taken out of force loses its texts and keeps
    its row, so that its address can say so.
    """

    __tablename__ = "public_articles"
    __table_args__ = (
        one_of("kind", ArticleKind),
        CheckConstraint(f"readers IN ({states_in(PUBLIC_READERS)})", name="never_for_staff"),
        CheckConstraint(
            "withdrawn_at IS NULL OR (title = '' AND text = '' AND keywords = '')",
            name="withdrawn_is_empty",
        ),
        Index(
            "ix_public_articles_newest",
            "published_at",
            "article_id",
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
        Index(
            "ix_public_articles_department",
            "department_id",
            "published_at",
            "article_id",
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
        Index(
            "ix_public_articles_category",
            "category_id",
            "published_at",
            "article_id",
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )

    article_id: Mapped[int] = mapped_column(
        ForeignKey("articles.id"), primary_key=True, autoincrement=False
    )
    kind: Mapped[ArticleKind]
    readers: Mapped[Readers]
    title: Mapped[line]
    text: Mapped[long_text]
    keywords: Mapped[line]
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    category_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id"))
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    published_at: Mapped[instant]
    withdrawn_at: Mapped[instant | None]


class ArticleOpinion(Base):
    """What a day made of an article: how many readers found it useful, how many did not.

    ``spared`` are those who found it while writing, and then had no letter to send.
    """

    __tablename__ = "article_opinions"
    __table_args__ = (
        CheckConstraint("useful >= 0 AND not_useful >= 0 AND spared >= 0", name="counted"),
    )

    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    useful: Mapped[int] = mapped_column(default=0)
    not_useful: Mapped[int] = mapped_column(default=0)
    spared: Mapped[int] = mapped_column(default=0)
