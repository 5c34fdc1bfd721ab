"""Guides and articles: who writes them, who puts them in force, and what everybody reads then."""

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.orm import Session

from casework.errors import Conflict, GuardFailed, Invalid, NotFound, NotPermitted
from casework.models import ArticleEvent, ArticleVersion, PublicArticle
from casework.queries import articles as reading
from casework.queries.articles import Tab
from casework.services import articles
from casework.workflow.guides import ArticleChange, ArticleState, Readers
from tests.articles import HOUR, content, drafted, in_force
from tests.factories import MONDAY, District, UserFactory

TODAY = MONDAY.date()
DAY = timedelta(days=1)


def public(session: Session, article_id: int) -> PublicArticle | None:
    session.expire_all()
    return session.get(PublicArticle, article_id)


def test_its_author_does_not_put_an_article_in_force_while_there_is_a_colleague(
    district: District,
) -> None:
    article = drafted(district)
    with pytest.raises(GuardFailed, match="colleague"):
        articles.publish(district.session, article.id, seen=1, by=district.clerk, at=MONDAY)
    articles.publish(district.session, article.id, seen=1, by=district.second_clerk, at=MONDAY)
    assert article.state is ArticleState.PUBLISHED


def test_who_is_alone_in_a_unit_puts_the_own_article_in_force(district: District) -> None:
    article = drafted(district, by=district.helping_handler)
    articles.publish(district.session, article.id, seen=1, by=district.helping_handler, at=MONDAY)
    assert article.state is ArticleState.PUBLISHED


def test_a_department_writes_its_own_articles_and_the_office_all(district: District) -> None:
    article = drafted(district, by=district.handler)
    assert article.department_id == district.lead.id
    own = content(district.handler, title="改")
    with pytest.raises(NotFound):
        articles.change(
            district.session, article.id, own, seen=1, by=district.helping_handler, at=MONDAY
        )
    articles.change(district.session, article.id, own, seen=1, by=district.clerk, at=MONDAY)
    articles.publish(district.session, article.id, seen=2, by=district.reviewer, at=MONDAY)
    with pytest.raises(NotPermitted):
        articles.withdraw(
            district.session,
            article.id,
            note="错",
            seen=2,
            by=district.helping_handler,
            at=MONDAY,
        )


@pytest.mark.parametrize("part", ["operator", "supervisor", "leader", "administrator"])
def test_nobody_else_writes_articles(district: District, part: str) -> None:
    person = vars(district)[part]
    with pytest.raises(NotPermitted):
        articles.write(district.session, content(person), by=person, at=MONDAY)


def test_what_is_in_force_stays_until_the_new_version_is(district: District) -> None:
    article = in_force(district, title="旧标题")
    articles.change(
        district.session,
        article.id,
        content(district.clerk, title="新标题"),
        seen=1,
        by=district.clerk,
        at=MONDAY + 2 * HOUR,
    )
    assert (article.version, article.published_version) == (2, 1)
    shown = public(district.session, article.id)
    assert shown is not None
    assert shown.title == "旧标题"
    articles.publish(district.session, article.id, seen=2, by=district.second_clerk, at=MONDAY)
    shown = public(district.session, article.id)
    assert shown is not None
    assert shown.title == "新标题"


def test_an_article_for_staff_never_stands_among_the_public_ones(district: District) -> None:
    article = in_force(district, readers=Readers.STAFF)
    assert public(district.session, article.id) is None
    with pytest.raises(IntegrityError, match="never_for_staff"), district.session.begin_nested():
        district.session.execute(
            text(
                "INSERT INTO public_articles (article_id, kind, readers, title, text, keywords,"
                " valid_from, published_at) VALUES (:id, 'guide', 'staff', 't', 't', '',"
                " '2026-03-01', now())"
            ),
            {"id": article.id},
        )


def test_an_article_that_becomes_one_for_staff_leaves_the_public_ones(
    district: District,
) -> None:
    article = in_force(district)
    articles.change(
        district.session,
        article.id,
        content(district.clerk, readers=Readers.STAFF),
        seen=1,
        by=district.clerk,
        at=MONDAY,
    )
    articles.publish(district.session, article.id, seen=2, by=district.second_clerk, at=MONDAY)
    shown = public(district.session, article.id)
    assert shown is not None
    assert (shown.title, shown.text, shown.keywords) == ("", "", "")
    assert shown.withdrawn_at == MONDAY


def test_an_earlier_version_comes_back_as_a_new_one(district: District) -> None:
    article = in_force(district, title="第一版")
    second = content(district.clerk, title="第二版")
    articles.change(district.session, article.id, second, seen=1, by=district.clerk, at=MONDAY)
    articles.restore(district.session, article.id, 1, seen=2, by=district.second_clerk, at=MONDAY)
    newest = reading.version_of(district.session, article, 3)
    assert (newest.title, newest.restored_from) == ("第一版", 1)
    assert newest.by_id == district.second_clerk.id
    kept = select(ArticleVersion.title).order_by(ArticleVersion.version)
    assert district.session.scalars(kept).all() == ["第一版", "第二版", "第一版"]


def test_who_was_second_to_change_an_article_is_told(district: District) -> None:
    article = drafted(district)
    new = content(district.clerk, title="改")
    articles.change(district.session, article.id, new, seen=1, by=district.clerk, at=MONDAY)
    for step in (articles.publish, articles.offer):
        with pytest.raises(Conflict):
            step(district.session, article.id, seen=1, by=district.second_clerk, at=MONDAY)
    with pytest.raises(Conflict):
        articles.change(
            district.session, article.id, new, seen=1, by=district.second_clerk, at=MONDAY
        )


def test_an_article_whose_last_day_is_over_is_not_put_in_force(district: District) -> None:
    article = drafted(district, valid_until=TODAY)
    later = MONDAY + DAY
    with pytest.raises(GuardFailed, match="last day"):
        articles.publish(district.session, article.id, seen=1, by=district.second_clerk, at=later)


def test_days_go_forwards_and_somebody_of_the_unit_is_responsible(district: District) -> None:
    with pytest.raises(Invalid) as refused:
        drafted(district, valid_until=date(2026, 2, 1))
    assert refused.value.field == "valid_until"
    with pytest.raises(Invalid) as refused:
        drafted(district, responsible_id=district.handler.id)
    assert refused.value.field == "responsible"


def test_everything_that_is_done_stands_in_the_history(district: District) -> None:
    article = drafted(district)
    articles.offer(district.session, article.id, seen=1, by=district.clerk, at=MONDAY)
    articles.offer(district.session, article.id, seen=1, by=district.clerk, at=MONDAY)
    articles.publish(district.session, article.id, seen=1, by=district.second_clerk, at=MONDAY)
    articles.withdraw(
        district.session, article.id, note="规定已废止", seen=1, by=district.clerk, at=MONDAY
    )
    done = reading.history(district.session, article)
    assert [(event.change, event.by_id) for event in done] == [
        (ArticleChange.WITHDRAWN, district.clerk.id),
        (ArticleChange.PUBLISHED, district.second_clerk.id),
        (ArticleChange.OFFERED, district.clerk.id),
        (ArticleChange.WRITTEN, district.clerk.id),
    ]
    assert done[0].note == "规定已废止"


@pytest.mark.parametrize("table", ["article_versions", "article_events"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET version = 9", "DELETE FROM {}"])
def test_versions_and_history_are_only_added_to(engine: Engine, table: str, statement: str) -> None:
    with engine.connect() as connection, pytest.raises(ProgrammingError, match="permission denied"):
        connection.execute(text(statement.format(table)))


def tab(district: District, name: Tab, *, by: str = "clerk", on: date = TODAY) -> list[int]:
    page = reading.page_of(district.session, vars(district)[by], name, today=on)
    return [row.article.id for row in page.rows]


def test_what_has_expired_is_on_the_list_of_the_person_responsible(district: District) -> None:
    article = in_force(district, valid_until=TODAY + 40 * DAY)
    assert tab(district, Tab.EXPIRING) == tab(district, Tab.MINE) == []
    soon = TODAY + 20 * DAY
    assert tab(district, Tab.EXPIRING, on=soon) == tab(district, Tab.MINE, on=soon) == [article.id]
    over = TODAY + 41 * DAY
    assert tab(district, Tab.EXPIRED, on=over) == tab(district, Tab.MINE, on=over) == [article.id]
    assert tab(district, Tab.IN_FORCE, on=over) == []
    assert tab(district, Tab.MINE, by="second_clerk", on=over) == []
    assert tab(district, Tab.EXPIRED, by="handler", on=over) == []


def test_what_is_to_be_checked_is_on_the_list_of_the_colleagues(district: District) -> None:
    article = drafted(district, by=district.handler)
    assert tab(district, Tab.MINE, by="reviewer") == []
    articles.offer(district.session, article.id, seen=1, by=district.handler, at=MONDAY)
    assert tab(district, Tab.MINE, by="reviewer") == [article.id]
    assert tab(district, Tab.MINE, by="handler") == []
    assert tab(district, Tab.MINE, by="helping_handler") == []
    assert tab(district, Tab.DRAFTS, by="helping_handler") == []
    counted = reading.counts(district.session, district.reviewer, today=TODAY)
    assert (counted[Tab.MINE], counted[Tab.DRAFTS], counted[Tab.IN_FORCE]) == (1, 1, 0)


def test_the_list_pages_through_every_article_once(district: District) -> None:
    made = [drafted(district, title=f"第{number}篇").id for number in range(5)]
    seen: list[int] = []
    after = None
    while True:
        page = reading.page_of(
            district.session, district.clerk, Tab.DRAFTS, today=TODAY, after=after, size=2
        )
        seen += [row.article.id for row in page.rows]
        after = page.after
        if after is None:
            break
    assert seen == sorted(made, reverse=True)


def test_a_colleague_who_has_left_does_not_count(district: District) -> None:
    other = UserFactory(handler=True, department=district.helper)
    article = drafted(district, by=district.helping_handler)
    with pytest.raises(GuardFailed):
        articles.publish(
            district.session, article.id, seen=1, by=district.helping_handler, at=MONDAY
        )
    other.disabled_at = MONDAY
    district.session.flush()
    articles.publish(district.session, article.id, seen=1, by=district.helping_handler, at=MONDAY)
    assert (
        district.session.scalars(
            select(ArticleEvent.change).order_by(ArticleEvent.id.desc()).limit(1)
        ).one()
        is ArticleChange.PUBLISHED
    )
