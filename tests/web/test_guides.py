"""Everybody reads the guides in force for the public, and never one for staff."""

from datetime import date, timedelta
from xml.etree import ElementTree

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import ArticleOpinion, Case, Reply
from casework.services import articles
from casework.workflow.guides import Readers
from tests.articles import drafted, in_force
from tests.factories import MONDAY, CategoryFactory, District
from tests.web.citizen import LETTER, checked, page_of, send
from tests.web.client import LintingClient
from tests.web.conftest import Clock, SignIn

CANARY = "金丝雀内部口径"
DAY = timedelta(days=1)
LISTS = ("/guides", "/guides?q=居住证", "/guides.atom", "/sitemap-guides.xml")


def titles(client: LintingClient, address: str = "/guides") -> list[str]:
    page = client.fetch(address)
    return [link.text for item in page.all("ul", class_="answer-list") for link in item.all("a")]


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_a_guide_in_force_is_listed_found_and_read(
    client: LintingClient, district: District, language: str
) -> None:
    client.speak(language)
    guide = in_force(district)
    in_force(
        district,
        title="企业开办指南",
        text="一日办结。",
        readers=Readers.ENTERPRISES,
        keywords="营业执照",
    )
    assert titles(client) == ["企业开办指南", "居住证办理指南"]
    assert titles(client, "/guides?q=住址证明") == ["居住证办理指南"]
    assert titles(client, "/guides?q=营业执照") == ["企业开办指南"]
    assert titles(client, "/guides?readers=enterprises") == ["企业开办指南"]
    page = client.fetch(f"/guides/{guide.id}")
    assert "请带身份证和住址证明。" in page.one("main").text
    assert page.one("link", rel="canonical").attrs["href"].endswith(f"/guides/{guide.id}")


def test_guides_are_narrowed_by_unit_and_subject_area(
    client: LintingClient, district: District
) -> None:
    root = CategoryFactory()
    below = CategoryFactory(parent_id=root.id, level=2)
    in_force(district, title="甲", by=district.handler, category_id=below.id)
    in_force(district, title="乙")
    assert titles(client, f"/guides?category={root.id}") == ["甲"]
    assert titles(client, f"/guides?department={district.lead.id}") == ["甲"]
    assert titles(client, f"/guides?department={district.helper.id}") == []


def test_nothing_for_staff_only_reaches_the_public(
    client: LintingClient, district: District
) -> None:
    secret = in_force(
        district,
        title=f"{CANARY}居住证",
        text=f"{CANARY}正文",
        keywords=CANARY,
        readers=Readers.STAFF,
    )
    in_force(district)
    pages = [client.get(address).text for address in (*LISTS, "/", "/sitemap.xml", "/answers")]
    pages.append(similar(client, f"{CANARY}居住证"))
    assert not [page for page in pages if CANARY in page]
    offered = checked(client, subject=f"{CANARY}居住证").all("a", target="_blank")
    assert not [link for link in offered if CANARY in link.text]
    assert titles(client, f"/guides?q={CANARY}") == []
    assert client.get(f"/guides/{secret.id}").status_code == 404
    assert client.get(f"/guides/{secret.id}/opinion").status_code == 404


def test_a_draft_is_not_public(client: LintingClient, district: District) -> None:
    guide = drafted(district)
    district.session.commit()
    assert titles(client) == []
    assert client.get(f"/guides/{guide.id}").status_code == 404


def test_what_is_out_of_force_is_gone_everywhere_at_once(
    client: LintingClient, district: District
) -> None:
    guide = in_force(district)
    address = f"/guides/{guide.id}"
    tag = client.get(address).headers["ETag"]
    articles.withdraw(district.session, guide.id, note="废止", seen=1, by=district.clerk, at=MONDAY)
    district.session.commit()
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 410
    for page in (*LISTS, address):
        assert "居住证办理指南" not in client.get(page).text
    assert "居住证办理指南" not in similar(client, "如何办理居住证")


def test_a_guide_is_shown_from_its_first_day_to_its_last(
    client: LintingClient, district: District, clock: Clock
) -> None:
    first, last = date(2026, 3, 3), date(2026, 3, 5)
    guide = in_force(district, valid_from=first, valid_until=last)
    address = f"/guides/{guide.id}"
    shown = {}
    for day in range(5):
        clock.now = MONDAY + day * DAY
        shown[day] = (client.get(address).status_code, len(titles(client)))
        assert bool(similar(client, "如何办理居住证")) == bool(shown[day][1])
    assert shown == {0: (404, 0), 1: (200, 1), 2: (200, 1), 3: (200, 1), 4: (410, 0)}


@pytest.mark.parametrize("address", ["/guides/999", "/guides/x", "/guides/99999999999999999999"])
def test_unknown_numbers_are_not_found(client: LintingClient, address: str) -> None:
    assert client.get(address).status_code == 404


def test_the_list_pages_through_every_guide_once(client: LintingClient, district: District) -> None:
    for number in range(23):
        in_force(district, title=f"第{number}篇")
    older = client.fetch("/guides").one("a", rel="next").attrs["href"]
    seen = titles(client) + titles(client, older)
    assert sorted(seen) == sorted(f"第{number}篇" for number in range(23))


@pytest.mark.parametrize("words", ["\0", "字" * 101])
def test_words_that_cannot_be_looked_for_are_refused(client: LintingClient, words: str) -> None:
    assert client.get("/guides", query_string={"q": words}).status_code == 422


def test_what_was_written_is_never_markup(client: LintingClient, district: District) -> None:
    guide = in_force(district, title="<b>甲</b>", text="<script>alert(1)</script>")
    page = client.fetch(f"/guides/{guide.id}")
    assert "<script>alert(1)</script>" in page.one("main").text
    assert titles(client) == ["<b>甲</b>"]


def test_the_feed_and_the_sitemap_name_the_guides_in_force(
    client: LintingClient, district: District
) -> None:
    guide = in_force(district)
    feed = ElementTree.fromstring(client.get("/guides.atom").data)
    atom = "{http://www.w3.org/2005/Atom}"
    assert [one.findtext(f"{atom}title") for one in feed.iter(f"{atom}entry")] == ["居住证办理指南"]
    assert f"/guides/{guide.id}</loc>" in client.get("/sitemap-guides.xml").text
    assert "/sitemap-guides.xml</loc>" in client.get("/sitemap.xml").text


def test_a_source_says_once_a_day_whether_a_guide_was_useful(
    client: LintingClient, district: District, session: Session
) -> None:
    guide = in_force(district)
    page = client.fetch(f"/guides/{guide.id}/opinion")
    assert client.submit(page, {}).status_code == 422
    for useful in ("yes", "no"):
        assert client.submit(page, {"useful": useful}).status_code == 303
    counted = session.execute(select(ArticleOpinion.useful, ArticleOpinion.not_useful)).all()
    assert counted == [(1, 0)]


def similar(client: LintingClient, subject: str) -> str:
    """Return what the page of a letter is answered while its subject is being typed."""
    page = client.fetch("/letters/new")
    token = page.one("main").all("input", name="csrf_token")[0].attrs["value"]
    answer = client.post("/letters/similar", data={"subject": subject, "csrf_token": token})
    assert answer.status_code == 200
    return answer.text.strip()


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_guides_appear_while_the_subject_is_typed_and_before_sending(
    client: LintingClient, district: District, language: str
) -> None:
    client.speak(language)
    guide = in_force(district)
    assert f'href="/guides/{guide.id}"' in similar(client, "请问如何办理居住证")
    assert f'href="/guides/{guide.id}"' in similar(client, "我的暂住证丢了")
    assert similar(client, "小区东门路灯不亮") == ""
    offered = checked(client, subject="请问如何办理居住证").all("a", target="_blank")
    assert [link.attrs["href"] for link in offered] == [f"/guides/{guide.id}"]


@pytest.mark.parametrize("subject", ["", " ", "居", "\0", "，。", "x" * 5_000])
def test_nothing_is_offered_for_what_says_nothing(
    client: LintingClient, district: District, subject: str
) -> None:
    in_force(district)
    assert similar(client, subject) == ""


def test_suggestions_are_refused_without_the_token_of_the_form(client: LintingClient) -> None:
    assert client.post("/letters/similar", data={"subject": "居住证"}).status_code == 400


def test_the_enter_key_reads_a_letter_back_and_never_ends_it(client: LintingClient) -> None:
    form = client.fetch("/letters/new").one("main").all("form", method="post")[0]
    first = form.all("button", type="submit")[0]
    assert "formaction" not in first.attrs


def test_the_enter_key_on_a_letter_read_back_neither_ends_nor_changes_it(
    client: LintingClient, district: District
) -> None:
    in_force(district)
    page = checked(client, subject="请问如何办理居住证")
    buttons = page.one("main").all("form", method="post")[0].all("button", type="submit")
    assert "/letters/answered" in [button.attrs.get("formaction") for button in buttons]
    assert "formaction" not in buttons[0].attrs


def test_who_is_answered_by_a_guide_sends_nothing_and_is_counted_once(
    client: LintingClient, district: District, session: Session
) -> None:
    guide = in_force(district)
    for page, to in (
        (checked(client, subject="如何办理居住证"), "/letters/answered"),
        (client.fetch("/letters/new"), "/letters/answered"),
    ):
        sent = send(client, page, {"guide": str(guide.id)}, to=to)
        assert sent.status_code == 303
        assert sent.headers["Location"] == f"/guides/{guide.id}"
    assert session.scalars(select(Case.id)).all() == []
    assert session.scalars(select(ArticleOpinion.spared)).all() == [1]


@pytest.mark.parametrize("number", ["999", "x", "", "9" * 30])
def test_a_guide_that_is_not_there_keeps_what_was_typed(client: LintingClient, number: str) -> None:
    page = client.fetch("/letters/new")
    half = {"subject": "如何办理居住证", "guide": number}
    answer = send(client, page, half, to="/letters/answered")
    assert answer.status_code == 422
    typed = page_of(answer).one("main").all("input", name="subject")[0]
    assert typed.attrs["value"] == "如何办理居住证"
    answer = send(client, page, LETTER | {"guide": number}, to="/letters/answered")
    assert answer.status_code == 200


def test_one_source_cannot_ask_for_suggestions_without_end(
    client: LintingClient, district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("casework.web.blueprints.petitioner.ASKED_OF_SOURCE", 2)
    in_force(district)
    answers = [similar(client, "如何办理居住证") for _ in range(3)]
    assert [bool(answer) for answer in answers] == [True, True, False]


CALL = {"kind": "consultation", "subject": "如何办理居住证", "text": "来电咨询居住证。"}


def test_an_operator_finds_guides_and_articles_for_staff_during_a_call(
    district: District, sign_in: SignIn
) -> None:
    browser = sign_in(district.operator)
    guide = in_force(district)
    secret = in_force(district, title="居住证内部口径", readers=Readers.STAFF)
    found = browser.get("/operator/answers?q=居住证", headers={"HX-Request": "true"}).text
    assert f'data-fill-value="{guide.id}"' in found
    assert f'data-fill-value="{secret.id}"' in found
    page = browser.fetch("/operator")
    token = page.one("main").all("input", name="csrf_token")[0].attrs["value"]
    asked = {"subject": "居住证怎么办", "csrf_token": token}
    beside = browser.post("/operator/suggestions", data=asked).text
    assert f'data-fill-value="{guide.id}"' in beside


def answered(browser: LintingClient, **typed: str) -> int:
    page = browser.fetch("/operator")
    data = CALL | {"answer": "请带身份证。", "do": "answer"} | typed
    return browser.submit(page, data, action="/operator").status_code


def test_an_answer_on_the_spot_keeps_the_guide_that_it_rests_on(
    district: District, sign_in: SignIn, session: Session
) -> None:
    guide = in_force(district)
    browser = sign_in(district.operator)
    assert answered(browser, article=str(guide.id)) == 303
    reply = session.scalars(select(Reply)).one()
    assert (reply.article_id, reply.article_version) == (guide.id, 1)
    assert reply.basis == "居住证办理指南"
    number = session.scalars(select(Case.number)).one()
    links = sign_in(district.clerk).fetch(f"/cases/{number}").all("a")
    assert f"/articles/{guide.id}" in [link.attrs.get("href") for link in links]


def test_the_title_of_an_article_for_staff_is_not_told_to_the_caller(
    district: District, sign_in: SignIn, session: Session
) -> None:
    secret = in_force(district, title=CANARY, readers=Readers.STAFF)
    browser = sign_in(district.operator)
    assert answered(browser, article=str(secret.id)) == 422
    assert answered(browser, article=str(secret.id), basis="现行规定") == 303
    reply = session.scalars(select(Reply)).one()
    assert (reply.basis, reply.article_id) == ("现行规定", secret.id)


@pytest.mark.parametrize("number", ["999", "x", "99999999999999999999", "-1"])
def test_an_article_that_is_not_in_force_is_no_ground_for_an_answer(
    district: District, sign_in: SignIn, session: Session, number: str
) -> None:
    assert answered(sign_in(district.operator), article=number, basis="规定") == 422
    assert session.scalars(select(Case.id)).all() == []
