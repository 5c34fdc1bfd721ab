"""Tells whoever is responsible that a guide or article in force is soon good no more."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Article, ArticleVersion
from casework.notify import outbox
from casework.workflow.calendar import local_day
from casework.workflow.guides import SOON, ArticleState, Readers
from casework.workflow.notices import Notice


def tell_expiring(session: Session, *, at: datetime) -> int:
    """Put one notice in the outbox for each version in force and last day; count the new ones.

    A run that comes late tells what has expired meanwhile, up to as long after the last day as it
    is told before.
    """
    today = local_day(at)
    rows = session.execute(
        select(ArticleVersion, Article.department_id)
        .join(Article, Article.id == ArticleVersion.article_id)
        .where(
            Article.state == ArticleState.PUBLISHED,
            Article.published_version == ArticleVersion.version,
            ArticleVersion.valid_until.between(today - SOON, today + SOON),
        )
        .order_by(ArticleVersion.valid_until, ArticleVersion.id)
    )
    return sum(
        _tell(session, version, until, department_id, at=at)
        for version, department_id in rows
        if (until := version.valid_until) is not None
    )


def _tell(
    session: Session,
    version: ArticleVersion,
    until: date,
    department_id: int | None,
    *,
    at: datetime,
) -> bool:
    return outbox.enqueue_for_person(
        session,
        Notice.GUIDE_EXPIRES,
        user_id=version.responsible_id,
        department_id=department_id,
        key=f"{version.article_id}:{version.version}:{until.isoformat()}",
        at=at,
        data={
            "due": until.isoformat(),
            "details": _called(version),
            "article": version.article_id,
        },
    )


def _called(version: ArticleVersion) -> dict[str, str]:
    """Return what the article is called; the title of one for staff stays in the house."""
    if version.readers is Readers.STAFF:
        number = version.article_id
        return {"zh_CN": f"第{number}号内部资料", "en": f"Article {number} for staff"}
    return {"zh_CN": f"《{version.title}》", "en": f"“{version.title}”"}
