"""Staff read, write, check and look up guides and articles on their own pages."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Article, ArticleVersion
from casework.services import articles
from casework.workflow.guides import ArticleState, Readers
from tests.articles import content, drafted, in_force
from tests.factories import MONDAY, CategoryFactory, District
from tests.web.client import LintingClient
from tests.web.conftest import SignIn
from tests.web.page import parse

TYPED = {
    "kind": "guide",
    "readers": "citizens",
    "title": "居住证办理指南",
    "text": "请带身份证。",
    "keywords": "居住证，暂住证、落户",
    "valid_from": "2026-03-01",
    "valid_until": "2026-12-31",
}


def listed(browser: LintingClient, address: str = "/articles") -> list[str]:
    page = browser.fetch(address)
    return [row.all("a")[0].text for row in page.all("th", scope="row")]


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_an_article_is_written_checked_and_put_in_force(
    district: District, sign_in: SignIn, session: Session, language: str
) -> None:
    category = CategoryFactory()
    district.session.commit()
    writer, checker = sign_in(district.handler), sign_in(district.reviewer)
    writer.speak(language)
    checker.speak(language)
    page = writer.fetch("/articles/new")
    answer = writer.submit(page, TYPED | {"category": category.name, "do": "offer"})
    assert answer.status_code == 303
    address = answer.headers["Location"]
    version = session.scalars(select(ArticleVersion)).one()
    assert (version.keywords, version.category_id) == ("居住证 暂住证 落户", category.id)
    assert not writer.fetch(address).all("form", action=f"{address}/publish")
    assert listed(checker, "/articles?tab=mine") == [TYPED["title"]]
    page = checker.fetch(address)
    assert checker.submit(page, action=f"{address}/publish").status_code == 303
    assert listed(sign_in(district.operator)) == [TYPED["title"]]
    assert checker.get(f"/guides/{address.rpartition('/')[2]}").status_code == 200


def test_the_author_is_refused_by_the_page_too(district: District, sign_in: SignIn) -> None:
    article = drafted(district)
    browser = sign_in(district.clerk)
    page = browser.fetch(f"/articles/{article.id}")
    token = page.one("main").all("input", name="csrf_token")[0].attrs["value"]
    typed = {"seen": "1", "csrf_token": token}
    answer = browser.post(f"/articles/{article.id}/publish", data=typed)
    assert answer.status_code == 422
    assert "govuk-error-summary" in answer.text


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"title": ""}, "title"),
        ({"text": " "}, "text"),
        ({"readers": "everybody"}, "readers"),
        ({"valid_from": "x"}, "valid_from"),
        ({"valid_until": "2026-01-01"}, "valid_until"),
        ({"responsible": "999999"}, "responsible"),
        ({"category": "绝无此类"}, "category"),
        ({"title": "字" * 201}, "title"),
    ],
)
def test_what_does_not_fit_stands_beside_its_field_and_nothing_typed_is_lost(
    district: District, sign_in: SignIn, typed: dict[str, str], field: str
) -> None:
    browser = sign_in(district.clerk)
    answer = browser.submit(browser.fetch("/articles/new"), TYPED | typed)
    assert answer.status_code == 422
    page = parse(answer.text)[0]
    assert page.all("p", id=f"{field}-error")
    if field != "text":
        assert page.one("textarea", name="text").text.strip() == TYPED["text"]


def test_the_second_of_two_writers_keeps_the_own_text(district: District, sign_in: SignIn) -> None:
    article = drafted(district)
    browser = sign_in(district.second_clerk)
    page = browser.fetch(f"/articles/{article.id}/change")
    articles.change(
        district.session,
        article.id,
        content(district.clerk, title="先改"),
        seen=1,
        by=district.clerk,
        at=MONDAY,
    )
    district.session.commit()
    answer = browser.submit(page, {"text": "后改的正文"})
    assert answer.status_code == 409
    assert "后改的正文" in answer.text


def test_versions_are_compared_and_restored(
    district: District, sign_in: SignIn, session: Session
) -> None:
    article = in_force(district, text="旧的一句。")
    new = content(district.clerk, title="新标题", text="新的一句。")
    articles.change(district.session, article.id, new, seen=1, by=district.clerk, at=MONDAY)
    district.session.commit()
    browser = sign_in(district.clerk)
    links = [
        link.attrs["href"] for link in browser.fetch(f"/articles/{article.id}/history").all("a")
    ]
    assert f"/articles/{article.id}/versions/2" in links
    page = browser.fetch(f"/articles/{article.id}/versions/2")
    assert page.one("ins").text == "新"
    assert page.one("del").text == "旧"
    assert "居住证办理指南" in page.one("table").text
    page = browser.fetch(f"/articles/{article.id}/versions/1")
    assert browser.submit(page).status_code == 303
    assert session.scalars(select(Article.version)).one() == 3


def test_taking_out_of_force_asks_for_a_reason(
    district: District, sign_in: SignIn, session: Session
) -> None:
    article = in_force(district)
    browser = sign_in(district.clerk)
    page = browser.fetch(f"/articles/{article.id}/withdraw")
    assert browser.submit(page).status_code == 422
    assert browser.submit(page, {"note": "规定已废止"}).status_code == 303
    session.expire_all()
    assert session.scalars(select(Article.state)).one() is ArticleState.WITHDRAWN
    assert listed(browser, "/articles?tab=withdrawn") == ["居住证办理指南"]
    assert listed(browser) == []


def test_a_foreign_draft_and_an_unknown_article_answer_alike(
    district: District, sign_in: SignIn
) -> None:
    article = drafted(district, by=district.handler)
    district.session.commit()
    browser = sign_in(district.helping_handler)
    for number in (str(article.id), "999999", "99999999999999999999"):
        for page in ("", "/history", "/change", "/withdraw", "/versions/1"):
            assert browser.get(f"/articles/{number}{page}").status_code == 404
    assert listed(browser, "/articles?tab=drafts") == []


def test_who_only_reads_sees_what_is_in_force_and_no_button(
    district: District, sign_in: SignIn
) -> None:
    article = in_force(district, readers=Readers.STAFF)
    new = content(district.clerk, title="未发布的修改")
    articles.change(district.session, article.id, new, seen=1, by=district.clerk, at=MONDAY)
    drafted(district)
    district.session.commit()
    for person in (district.operator, district.supervisor, district.leader, district.handler):
        browser = sign_in(person)
        assert listed(browser, "/articles?readers=staff") == ["居住证办理指南"]
        page = browser.fetch(f"/articles/{article.id}")
        assert "未发布的修改" not in page.text
        assert not page.one("main").all("form", method="post")
        assert browser.get(f"/articles/{article.id}/history").status_code == 403
        assert browser.get(f"/articles/{article.id}/change").status_code == 403
    assert sign_in(district.operator).get("/articles/new").status_code == 403


def test_the_list_is_searched_and_narrowed(district: District, sign_in: SignIn) -> None:
    in_force(district)
    in_force(district, title="企业开办", text="一日办结。", readers=Readers.ENTERPRISES)
    browser = sign_in(district.clerk)
    assert listed(browser, "/articles?q=身份证") == ["居住证办理指南"]
    assert listed(browser, "/articles?readers=enterprises") == ["企业开办"]
    assert listed(browser, "/articles?kind=knowledge") == []
    assert browser.get("/articles", query_string={"q": "字" * 101}).status_code == 200
    browser.fetch("/articles?after=x~1&tab=nothing&readers=nobody")
