"""Guides and articles for everybody, from the table of what is public of them alone.

No query of this module reads ``articles`` or ``article_versions``, where those for staff stand.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from casework.models import ArticleOpinion, PublicArticle
from casework.queries.likeness import pairs
from casework.queries.matter import closeness
from casework.queries.published import Opinions, key_of, key_text
from casework.queries.search import Searched, search_page, words_of
from casework.workflow.guides import ArticleKind, Readers

PAGE = 20
COMPARED, OFFERED = 1_000, 3
LARGEST_ID = 2**63 - 1
LISTED = 40_000
"""So many addresses a list for search engines takes; they read no more than 50 000."""

ARTICLES = Searched(
    PublicArticle.published_at,
    PublicArticle.article_id,
    (PublicArticle.title, PublicArticle.keywords, PublicArticle.text),
)
READ: tuple[Any, ...] = (
    PublicArticle.article_id,
    PublicArticle.kind,
    PublicArticle.readers,
    PublicArticle.title,
    PublicArticle.text,
    PublicArticle.department_id,
    PublicArticle.category_id,
    PublicArticle.valid_until,
    PublicArticle.published_at,
)


@dataclass(frozen=True, slots=True)
class Guide:
    """One guide or article, as the public reads it."""

    id: int
    kind: ArticleKind
    readers: Readers
    title: str
    text: str
    department_id: int | None
    category_id: int | None
    valid_until: date | None
    published_at: datetime


@dataclass(frozen=True, slots=True)
class NoLongerValid:
    """A guide that was public once: out of force, or its last day is over."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the list is narrowed to."""

    words: str = ""
    readers: Readers | None = None
    kind: ArticleKind | None = None
    department_id: int | None = None
    category_ids: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class GuidesPage:
    """A page of the list. ``count`` is known for a search only."""

    rows: Sequence[Guide]
    next_key: str | None
    count: int | None = None


def guides(
    session: Session,
    chosen: Chosen,
    *,
    at: datetime,
    today: date,
    after: str | None = None,
    size: int = PAGE,
) -> GuidesPage:
    """Return the guides in force that fit, newest first, after the key of the page before.

    Raises Invalid for words that cannot be searched for.
    """
    base = _narrowed(chosen, today)
    key = key_of(after) if after else None
    if words_of(chosen.words):
        hits = search_page(session, base, ARTICLES, chosen.words, size=size, at=at, after=key)
        more = key_text(hits.next_key) if hits.next_key else None
        return GuidesPage(_guides(hits.rows), more, hits.count)
    if key is not None:
        base = base.where(ARTICLES.follows(key))
    rows = session.execute(base.order_by(*ARTICLES.newest()).limit(size + 1)).all()
    found = _guides(rows[:size])
    last = (found[-1].published_at, found[-1].id) if len(rows) > size else None
    return GuidesPage(found, key_text(last) if last else None)


def guide(session: Session, guide_id: int, *, today: date) -> Guide | NoLongerValid | None:
    """Return what stands at a public address; None is what never was public."""
    if guide_id > LARGEST_ID:
        return None
    row = session.execute(
        select(*READ, _valid(today)).where(
            PublicArticle.article_id == guide_id, PublicArticle.valid_from <= today
        )
    ).one_or_none()
    if row is None:
        return None
    return _guides([row[:-1]])[0] if row[-1] else NoLongerValid()


def similar_guides(session: Session, subject: str, *, today: date) -> list[Guide]:
    """Return the guides in force whose titles or keywords are closest to a subject."""
    mine = pairs(subject)
    if not mine:
        return []
    rows = session.execute(
        select(PublicArticle.article_id, PublicArticle.title, PublicArticle.keywords)
        .where(_valid(today))
        .order_by(*ARTICLES.newest())
        .limit(COMPARED)
    )
    best = closeness(mine, subject, ((row[0], row[1], row[2]) for row in rows))[:OFFERED]
    if not best:
        return []
    found = session.execute(
        select(*READ).where(PublicArticle.article_id.in_(best), _valid(today))
    ).all()
    return sorted(_guides(found), key=lambda one: best.index(one.id))


def addresses(session: Session, *, today: date) -> Sequence[tuple[int, datetime]]:
    """Return the ids of the guides in force with their instants, for search engines."""
    rows = session.execute(
        select(PublicArticle.article_id, PublicArticle.published_at)
        .where(_valid(today))
        .order_by(*ARTICLES.newest())
        .limit(LISTED)
    )
    return [(row.article_id, row.published_at) for row in rows]


def opinions(session: Session, guide_id: int) -> Opinions:
    """Return how many readers found a guide useful, of all who said so."""
    useful, not_useful = session.execute(
        select(
            func.coalesce(func.sum(ArticleOpinion.useful), 0),
            func.coalesce(func.sum(ArticleOpinion.not_useful), 0),
        ).where(ArticleOpinion.article_id == guide_id)
    ).one()
    return Opinions(useful, useful + not_useful)


def _valid(today: date) -> ColumnElement[bool]:
    return and_(
        PublicArticle.withdrawn_at.is_(None),
        PublicArticle.valid_from <= today,
        or_(PublicArticle.valid_until.is_(None), PublicArticle.valid_until >= today),
    )


def _narrowed(chosen: Chosen, today: date) -> Select[Any]:
    base = select(*READ).where(_valid(today))
    if chosen.readers is not None:
        base = base.where(PublicArticle.readers == chosen.readers)
    if chosen.kind is not None:
        base = base.where(PublicArticle.kind == chosen.kind)
    if chosen.department_id is not None:
        base = base.where(PublicArticle.department_id == chosen.department_id)
    if chosen.category_ids is not None:
        base = base.where(PublicArticle.category_id.in_(sorted(chosen.category_ids)))
    return base


def _guides(rows: Sequence[Any]) -> list[Guide]:
    return [Guide(*row) for row in rows]
