"""Makes guides and articles for tests, in force, drafted, or for staff only."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from casework.models import Article, User
from casework.services import articles
from casework.services.articles import Content
from casework.workflow.guides import ArticleKind, Readers
from tests.factories import MONDAY, District

HOUR = timedelta(hours=1)


def content(by: User, **changes: Any) -> Content:
    """Return a plain guide for citizens that ``by`` is responsible for."""
    plain = Content(
        kind=ArticleKind.GUIDE,
        readers=Readers.CITIZENS,
        title="居住证办理指南",
        text="请带身份证和住址证明。\n\n到街道政务服务中心办理。",
        keywords="居住证 暂住证",
        category_id=None,
        valid_from=date(2026, 3, 1),
        valid_until=None,
        responsible_id=by.id,
    )
    return replace(plain, **changes)


def drafted(
    district: District, *, by: User | None = None, at: datetime = MONDAY, **changes: Any
) -> Article:
    """Return an article that its writer, a clerk unless named, has not given away yet."""
    writer = by or district.clerk
    article = articles.write(district.session, content(writer, **changes), by=writer, at=at)
    district.session.flush()
    return article


def in_force(
    district: District, *, by: User | None = None, at: datetime = MONDAY, **changes: Any
) -> Article:
    """Return an article that a second person has put in force."""
    article = drafted(district, by=by, at=at, **changes)
    checker = district.second_clerk if article.department_id is None else district.reviewer
    articles.publish(district.session, article.id, seen=article.version, by=checker, at=at + HOUR)
    district.session.commit()
    return article
