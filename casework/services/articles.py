"""Guides and knowledge articles: written, checked by a second person, in force, out of force."""

from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.errors import Conflict, GuardFailed, Invalid, NotFound, NotPermitted
from casework.language import N_
from casework.models import Article, ArticleEvent, ArticleVersion, PublicArticle, User
from casework.queries import articles
from casework.workflow.calendar import local_day
from casework.workflow.guides import (
    PUBLIC_READERS,
    ArticleChange,
    ArticleKind,
    ArticleState,
    Readers,
    has_expired,
)


@dataclass(frozen=True, slots=True)
class Content:
    """Everything that a person writes of an article."""

    kind: ArticleKind
    readers: Readers
    title: str
    text: str
    keywords: str
    category_id: int | None
    valid_from: date
    valid_until: date | None
    responsible_id: int


def unit_of(user: User) -> int | None:
    """Return the department whose articles ``user`` begins; None is the petition office.

    Raises NotPermitted for those who write none.
    """
    if user.role not in articles.WRITERS:
        raise NotPermitted()
    return None if articles.may_write(user, None) else user.department_id


def write(session: Session, content: Content, *, by: User, at: datetime) -> Article:
    """Begin an article of the writer's unit; nobody else reads it before it is in force."""
    article = Article(department_id=unit_of(by), state=ArticleState.DRAFT, version=0, changed_at=at)
    session.add(article)
    _add_version(session, article, content, by=by, at=at)
    return article


def change(
    session: Session, article_id: int, content: Content, *, seen: int, by: User, at: datetime
) -> Article:
    """Write a new version of an article; what is in force stays until it is put in force.

    Raises Conflict if there is a newer version than the one that was ``seen``.
    """
    article = _locked(session, article_id, by=by, seen=seen)
    _add_version(session, article, content, by=by, at=at)
    return article


def restore(
    session: Session, article_id: int, number: int, *, seen: int, by: User, at: datetime
) -> Article:
    """Make an earlier version the newest again, as a version of its own."""
    article = _locked(session, article_id, by=by, seen=seen)
    old = articles.version_of(session, article, number)
    content = Content(**{name: getattr(old, name) for name in Content.__dataclass_fields__})
    _add_version(session, article, content, by=by, at=at, restored_from=number)
    return article


def offer(session: Session, article_id: int, *, seen: int, by: User, at: datetime) -> Article:
    """Give the newest version to the colleagues, one of whom checks it and puts it in force."""
    article = _locked(session, article_id, by=by, seen=seen)
    if article.offered_version != article.version:
        article.offered_version = article.version
        _note(session, article, ArticleChange.OFFERED, by=by, at=at)
    return article


def why_not_published(session: Session, article: Article, *, by: User) -> GuardFailed | None:
    """Return what keeps ``by`` from putting the newest version in force, or None."""
    if article.published_version == article.version:
        return GuardFailed(N_("This version is in force already."))
    author_id = articles.version_of(session, article, article.version).by_id
    others = [one for one in articles.colleagues(session, article.department_id) if one != by]
    if author_id == by.id and others:
        return GuardFailed(
            N_("You wrote this version. A colleague must read it and put it in force.")
        )
    return None


def publish(session: Session, article_id: int, *, seen: int, by: User, at: datetime) -> Article:
    """Put the newest version in force; one for staff only leaves the public pages.

    Raises GuardFailed for its author, as long as there is a colleague who can, and for a version
    whose last day is over.
    """
    article = _locked(session, article_id, by=by, seen=seen)
    if refusal := why_not_published(session, article, by=by):
        raise refusal
    version = articles.version_of(session, article, article.version)
    if has_expired(version.valid_until, local_day(at)):
        raise GuardFailed(N_("Its last day is over. Write a version that is valid longer."))
    article.state, article.published_version = ArticleState.PUBLISHED, article.version
    article.changed_at = at
    _note(session, article, ArticleChange.PUBLISHED, by=by, at=at)
    if version.readers in PUBLIC_READERS:
        _show(session, article, version, at=at)
    else:
        _hide(session, article, at=at)
    session.flush()
    return article


def withdraw(
    session: Session, article_id: int, *, note: str, seen: int, by: User, at: datetime
) -> Article:
    """Take an article out of force, and off every public page at once."""
    article = _locked(session, article_id, by=by, seen=seen)
    if article.state is ArticleState.WITHDRAWN:
        raise GuardFailed(N_("This article is out of force already."))
    article.state, article.published_version = ArticleState.WITHDRAWN, None
    article.changed_at = at
    _note(session, article, ArticleChange.WITHDRAWN, by=by, at=at, note=note)
    _hide(session, article, at=at)
    session.flush()
    return article


def _locked(session: Session, article_id: int, *, by: User, seen: int) -> Article:
    """Lock and return an article. Raises NotFound, NotPermitted and Conflict."""
    article = session.scalars(
        select(Article)
        .where(Article.id == min(article_id, articles.LARGEST_ID), articles.readable_by(by))
        .with_for_update(of=Article)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if article is None:
        raise NotFound()
    if not articles.may_write(by, article.department_id):
        raise NotPermitted()
    if article.version != seen:
        raise Conflict()
    return article


def _add_version(
    session: Session,
    article: Article,
    content: Content,
    *,
    by: User,
    at: datetime,
    restored_from: int | None = None,
) -> None:
    _check(session, article, content)
    article.version += 1
    article.changed_at, article.offered_version = at, None
    if article.state is ArticleState.WITHDRAWN:
        article.state = ArticleState.DRAFT
    session.flush()
    session.add(
        ArticleVersion(
            article_id=article.id,
            version=article.version,
            by_id=by.id,
            at=at,
            restored_from=restored_from,
            **asdict(content),
        )
    )
    _note(session, article, ArticleChange.WRITTEN, by=by, at=at)
    session.flush()


def _check(session: Session, article: Article, content: Content) -> None:
    if content.valid_until is not None and content.valid_until < content.valid_from:
        raise Invalid("valid_until", N_("The last day cannot come before the first."))
    responsible = session.get(User, content.responsible_id)
    if responsible is None or not articles.may_write(responsible, article.department_id):
        raise Invalid("responsible", N_("Choose somebody of the unit whose article it is."))


def _note(
    session: Session,
    article: Article,
    change: ArticleChange,
    *,
    by: User,
    at: datetime,
    note: str = "",
) -> None:
    session.add(
        ArticleEvent(
            article_id=article.id,
            version=article.version,
            change=change,
            note=note,
            by_id=by.id,
            at=at,
        )
    )
    session.flush()


def _show(session: Session, article: Article, version: ArticleVersion, *, at: datetime) -> None:
    row = session.get(PublicArticle, article.id)
    if row is None:
        row = PublicArticle(article_id=article.id)
        session.add(row)
    row.kind, row.readers = version.kind, version.readers
    row.title, row.text, row.keywords = version.title, version.text, version.keywords
    row.department_id, row.category_id = article.department_id, version.category_id
    row.valid_from, row.valid_until = version.valid_from, version.valid_until
    row.published_at, row.withdrawn_at = at, None


def _hide(session: Session, article: Article, *, at: datetime) -> None:
    row = session.get(PublicArticle, article.id)
    if row is not None and row.withdrawn_at is None:
        row.title, row.text, row.keywords = "", "", ""
        row.withdrawn_at = at
