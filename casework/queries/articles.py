"""Guides and articles as staff read and write them: lists, versions, history, and a search."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, literal, or_, select, tuple_
from sqlalchemy.orm import Session, joinedload

from casework.errors import NotFound
from casework.models import Article, ArticleEvent, ArticleVersion, User
from casework.queries.likeness import pairs
from casework.queries.matter import closeness
from casework.queries.search import Searched, matching
from casework.workflow.guides import SOON, ArticleKind, ArticleState, Readers
from casework.workflow.states import DEPARTMENT_ROLES, Role

PAGE = 30
FOUND = 8
LARGEST_ID = 2**63 - 1
WRITERS = DEPARTMENT_ROLES | {Role.OFFICE}
"""Who writes articles: a department its own, the petition office every one."""

VERSIONS = Searched(
    ArticleVersion.at,
    ArticleVersion.id,
    (ArticleVersion.title, ArticleVersion.keywords, ArticleVersion.text),
)


class Tab(StrEnum):
    """One list of articles; those who only read have the first."""

    IN_FORCE = "in_force"
    MINE = "mine"
    DRAFTS = "drafts"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What a list is narrowed to; None takes everything."""

    words: str = ""
    readers: Readers | None = None
    kind: ArticleKind | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One article of a list, in the version that counts there."""

    article: Article
    version: ArticleVersion


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows and, if there are more, the key after which they go on."""

    rows: list[Row]
    after: str | None


@dataclass(frozen=True, slots=True)
class Found:
    """An article in force, as it stands beside a call."""

    article_id: int
    version: int
    readers: Readers
    title: str
    text: str
    department_id: int | None


def may_write(user: User, department_id: int | None) -> bool:
    """Say whether ``user`` writes articles of this unit; none is the petition office."""
    if user.role is Role.OFFICE:
        return True
    return user.role in DEPARTMENT_ROLES and user.department_id == department_id


def written_by(user: User) -> ColumnElement[bool]:
    """Return the condition under which ``user`` may read an article before it is in force."""
    if user.role is Role.OFFICE:
        return literal(value=True)
    if user.role in DEPARTMENT_ROLES:
        return Article.department_id == user.department_id
    return false()


def readable_by(user: User) -> ColumnElement[bool]:
    """Return the condition under which ``user`` may read an article at all."""
    return or_(Article.state == ArticleState.PUBLISHED, written_by(user))


def in_force(today: date) -> ColumnElement[bool]:
    """Return the condition under which a published version may be read on a day."""
    return and_(
        Article.state == ArticleState.PUBLISHED,
        ArticleVersion.valid_from <= today,
        or_(ArticleVersion.valid_until.is_(None), ArticleVersion.valid_until >= today),
    )


def page_of(
    session: Session,
    user: User,
    tab: Tab,
    *,
    today: date,
    narrowed: Narrowed | None = None,
    after: str | None = None,
    size: int = PAGE,
) -> Page:
    """Return a page of ``tab``, what was changed last first.

    Raises Invalid for words that cannot be searched for.
    """
    wanted = (
        _rows(Article, ArticleVersion, tab=tab)
        .where(_belongs(user, tab, today), *_conditions(narrowed or Narrowed()))
        .options(joinedload(ArticleVersion.responsible))
    )
    if (key := _read_key(after)) is not None:
        wanted = wanted.where(
            tuple_(Article.changed_at, Article.id) < tuple_(literal(key[0]), literal(key[1]))
        )
    newest = wanted.order_by(Article.changed_at.desc(), Article.id.desc()).limit(size + 1)
    rows = [Row(*row) for row in session.execute(newest)]
    last = rows[size - 1].article if len(rows) > size else None
    return Page(rows[:size], f"{last.changed_at.isoformat()}~{last.id}" if last else None)


def counts(session: Session, user: User, *, today: date) -> Mapping[Tab, int]:
    """Return how many articles each list holds for one who writes them."""
    row = session.execute(
        select(
            *(
                _rows(func.count(), tab=tab)
                .where(_belongs(user, tab, today))
                .scalar_subquery()
                .label(tab.value)
                for tab in Tab
            )
        )
    ).one()
    return {tab: int(row._mapping[tab.value]) for tab in Tab}


def article(session: Session, user: User, article_id: int) -> Article:
    """Return one article that ``user`` may read. Raises NotFound."""
    found = None
    if article_id <= LARGEST_ID:
        found = session.scalars(
            select(Article).where(Article.id == article_id, readable_by(user))
        ).one_or_none()
    if found is None:
        raise NotFound()
    return found


def version_of(session: Session, article: Article, number: int) -> ArticleVersion:
    """Return one version of ``article``. Raises NotFound."""
    found = session.scalars(
        select(ArticleVersion)
        .where(
            ArticleVersion.article_id == article.id,
            ArticleVersion.version == min(number, 2**31 - 1),
        )
        .options(joinedload(ArticleVersion.responsible), joinedload(ArticleVersion.by))
    ).one_or_none()
    if found is None:
        raise NotFound()
    return found


def history(session: Session, article: Article) -> Sequence[ArticleEvent]:
    """Return what was done with ``article``, the newest first."""
    return session.scalars(
        select(ArticleEvent)
        .where(ArticleEvent.article_id == article.id)
        .options(joinedload(ArticleEvent.by))
        .order_by(ArticleEvent.id.desc())
    ).all()


def colleagues(session: Session, department_id: int | None) -> Sequence[User]:
    """Return who writes articles in a unit; none is the petition office."""
    working = select(User).where(User.disabled_at.is_(None)).order_by(User.display_name, User.id)
    if department_id is None:
        return session.scalars(working.where(User.role == Role.OFFICE)).all()
    return session.scalars(
        working.where(User.role.in_(sorted(DEPARTMENT_ROLES)), User.department_id == department_id)
    ).all()


def found_by_words(session: Session, words: str, *, today: date) -> list[Found]:
    """Return the articles in force that contain every word, those named so first.

    Raises Invalid for words that cannot be searched for.
    """
    named = func.strpos(
        func.lower(ArticleVersion.title.concat(" ").concat(ArticleVersion.keywords)),
        words.lower().split()[0] if words.split() else "",
    )
    rows = session.execute(
        _published()
        .where(in_force(today), matching(VERSIONS, words))
        .order_by((named == 0), ArticleVersion.at.desc(), ArticleVersion.id.desc())
        .limit(FOUND)
    )
    return [Found(*row) for row in rows]


def alike(session: Session, subject: str, *, today: date, size: int = 3) -> list[Found]:
    """Return the articles in force that are closest to a subject, for staff."""
    mine = pairs(subject)
    if not mine:
        return []
    rows = session.execute(
        _rows(Article.id, ArticleVersion.title, ArticleVersion.keywords, tab=Tab.IN_FORCE)
        .where(in_force(today))
        .order_by(Article.changed_at.desc(), Article.id.desc())
        .limit(1_000)
    )
    best = closeness(mine, subject, ((row[0], row[1], row[2]) for row in rows))[:size]
    found = {
        one.article_id: one
        for one in (
            Found(*row) for row in session.execute(_published().where(Article.id.in_(best)))
        )
    }
    return [found[key] for key in best if key in found]


def usable(session: Session, article_id: int, *, today: date) -> Found | None:
    """Return the article on which an answer may rest today, or None."""
    if article_id > LARGEST_ID:
        return None
    row = session.execute(
        _published().where(Article.id == article_id, in_force(today))
    ).one_or_none()
    return Found(*row) if row else None


def _published() -> Select[Any]:
    return _rows(
        Article.id,
        ArticleVersion.version,
        ArticleVersion.readers,
        ArticleVersion.title,
        ArticleVersion.text,
        Article.department_id,
        tab=Tab.IN_FORCE,
    )


def _rows(*columns: Any, tab: Tab) -> Select[Any]:
    """Return ``columns`` of articles, each joined with the version that a list is about."""
    newest = tab in (Tab.DRAFTS, Tab.WITHDRAWN)
    counts_here = (
        Article.version if newest else func.coalesce(Article.published_version, Article.version)
    )
    return (
        select(*columns)
        .select_from(Article)
        .join(
            ArticleVersion,
            and_(ArticleVersion.article_id == Article.id, ArticleVersion.version == counts_here),
        )
    )


def _belongs(user: User, tab: Tab, today: date) -> ColumnElement[bool]:
    published = Article.state == ArticleState.PUBLISHED
    over = and_(published, ArticleVersion.valid_until < today)
    soon = and_(published, ArticleVersion.valid_until.between(today, today + SOON))
    of_tab: Mapping[Tab, ColumnElement[bool]] = {
        Tab.IN_FORCE: and_(
            published,
            or_(ArticleVersion.valid_until.is_(None), ArticleVersion.valid_until >= today),
        ),
        Tab.MINE: or_(
            and_(ArticleVersion.responsible_id == user.id, or_(over, soon)), _to_check(user)
        ),
        Tab.DRAFTS: and_(
            Article.state != ArticleState.WITHDRAWN,
            Article.version > func.coalesce(Article.published_version, 0),
        ),
        Tab.EXPIRING: soon,
        Tab.EXPIRED: over,
        Tab.WITHDRAWN: Article.state == ArticleState.WITHDRAWN,
    }
    if tab is Tab.IN_FORCE:
        return of_tab[tab]
    return and_(of_tab[tab], written_by(user))


def _to_check(user: User) -> ColumnElement[bool]:
    """Return the condition under which an article waits for ``user`` to put it in force."""
    own_unit = (
        Article.department_id.is_(None)
        if user.role is Role.OFFICE
        else Article.department_id == user.department_id
    )
    by_another = (
        select(ArticleVersion.id)
        .where(
            ArticleVersion.article_id == Article.id,
            ArticleVersion.version == Article.version,
            ArticleVersion.by_id != user.id,
        )
        .correlate(Article)
        .exists()
    )
    return and_(own_unit, Article.offered_version == Article.version, by_another)


def _conditions(narrowed: Narrowed) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if narrowed.words:
        found.append(matching(VERSIONS, narrowed.words))
    if narrowed.readers is not None:
        found.append(ArticleVersion.readers == narrowed.readers)
    if narrowed.kind is not None:
        found.append(ArticleVersion.kind == narrowed.kind)
    return found


def _read_key(after: str | None) -> tuple[datetime, int] | None:
    value, _, row_id = (after or "").partition("~")
    try:
        read, number = datetime.fromisoformat(value), int(row_id)
    except ValueError:
        return None
    return (read, number) if read.utcoffset() is not None and 0 < number <= LARGEST_ID else None
