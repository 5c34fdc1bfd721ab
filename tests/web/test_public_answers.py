"""Everybody reads what was published, and nothing else, from its first moment to its last."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from casework.models import Case
from casework.services import publication
from casework.services.actors import staff
from casework.workflow.states import Action, State
from tests.factories import CANARY, MONDAY, STEP, CategoryFactory, District
from tests.web.client import LintingClient
from tests.web.counting import statements

PUBLIC = ("/", "/answers", "/answers?q=金丝雀", "/about")
PRIVATE_SUBJECT, PRIVATE_BODY = "金丝雀的原题", "金丝雀住在测试路 12 号"


def published(district: District, text: str, *, hours: int = 0, **letter: object) -> Case:
    """Return a case whose public text is ``text``, published some hours after Monday morning."""
    at = MONDAY + timedelta(hours=hours)
    case = district.case_in(State.FORWARDED, at=at, **letter)
    publication.redact(
        district.session,
        case,
        subject=text,
        body=f"来信：{text}",
        reply=f"答复：{text}",
        by=staff(district.clerk),
        at=at + 6 * STEP,
        rules=district.rules,
    )
    publish(district, case, hours=hours + 3)
    return case


def publish(district: District, case: Case, *, hours: int) -> None:
    publication.publish(
        district.session,
        case,
        by=staff(district.second_clerk),
        at=MONDAY + timedelta(hours=hours),
        rules=district.rules,
    )
    district.session.commit()


def subjects(client: LintingClient, address: str) -> list[str]:
    page = client.fetch(address)
    return [link.text for item in page.all("ul", class_="answer-list") for link in item.all("a")]


def test_the_newest_answers_come_first_on_both_pages(
    client: LintingClient, district: District
) -> None:
    for hours in range(7):
        published(district, f"第{hours}封", hours=hours)
    assert subjects(client, "/answers") == [f"第{hours}封" for hours in range(6, -1, -1)]
    assert subjects(client, "/") == [f"第{hours}封" for hours in range(6, 1, -1)]


def test_nothing_of_a_case_is_public_before_it_is_published(
    client: LintingClient, district: District
) -> None:
    case = district.case_in(State.FORWARDED, subject=PRIVATE_SUBJECT, body=PRIVATE_BODY)
    publication.redact(
        district.session,
        case,
        subject="金丝雀已脱敏",
        body="金丝雀已脱敏",
        reply="金丝雀已脱敏",
        by=staff(district.clerk),
        at=MONDAY + 6 * STEP,
        rules=district.rules,
    )
    district.session.commit()
    for address in PUBLIC:
        text = client.fetch(address).one("main").text
        assert PRIVATE_SUBJECT not in text
        assert "金丝雀已脱敏" not in text
    assert client.get(f"/answers/{case.number}").status_code == 404


def test_the_public_reads_the_redacted_text_only(client: LintingClient, district: District) -> None:
    case = published(district, "金丝雀已脱敏", subject=PRIVATE_SUBJECT, body=PRIVATE_BODY)
    for address in (*PUBLIC, f"/answers/{case.number}"):
        html = client.get(address).text
        for secret in (PRIVATE_SUBJECT, PRIVATE_BODY, *CANARY_TEXTS):
            assert secret not in html, (address, secret)
    page = client.fetch(f"/answers/{case.number}")
    assert "来信：金丝雀已脱敏" in page.text
    assert "答复：金丝雀已脱敏" in page.text


CANARY_TEXTS = (CANARY.name, CANARY.phone, CANARY.id_number, CANARY.email)


def test_what_is_taken_down_is_gone_at_once_and_says_so(
    client: LintingClient, district: District
) -> None:
    case = published(district, "金丝雀已脱敏")
    address = f"/answers/{case.number}"
    tag = client.get(address).headers["ETag"]
    district.take(case, Action.UNPUBLISH, at=MONDAY + timedelta(hours=5))
    district.session.commit()
    gone = client.get(address, headers={"If-None-Match": tag})
    assert gone.status_code == 410
    assert gone.headers["Cache-Control"] == "no-store"
    for page in (*PUBLIC, address):
        assert "金丝雀已脱敏" not in client.get(page).text


@pytest.mark.parametrize("number", ["2026-999999", "x", "%00", "..%2f..", "<script>"])
def test_unknown_numbers_are_not_found(client: LintingClient, number: str) -> None:
    assert client.get(f"/answers/{number}").status_code == 404


def test_an_unchanged_page_is_not_sent_twice(client: LintingClient, district: District) -> None:
    case = published(district, "路灯")
    for address in ("/answers", f"/answers/{case.number}", "/about"):
        first = client.get(address)
        assert first.headers["Cache-Control"] == "private, no-cache"
        again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
        assert again.status_code == 304
        assert not again.data
        client.speak("en")
        spoken = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
        assert spoken.status_code == 200
        assert {"Cookie", "Accept-Language"} <= set(spoken.headers["Vary"].split(", "))
        client.speak("zh_CN")


def test_the_list_pages_through_every_answer_once(
    client: LintingClient, district: District, session: Session
) -> None:
    for number in range(23):
        published(district, f"第{number}封", hours=number % 5)
    first = client.fetch("/answers")
    older = first.one("a", rel="next").attrs["href"]
    seen = subjects(client, "/answers") + subjects(client, older)
    assert sorted(seen) == sorted(f"第{number}封" for number in range(23))
    assert client.fetch(older).one("a", rel="prev").attrs["href"] == "/answers"


@pytest.mark.parametrize("after", ["x", "1-", "-1", "9" * 40 + "-1", "1-" + "9" * 40, "１-２"])
def test_a_key_of_nobody_does_no_harm(client: LintingClient, after: str) -> None:
    client.fetch(f"/answers?after={after}")


def test_the_list_is_narrowed_by_department_category_and_month(
    client: LintingClient, district: District
) -> None:
    root = CategoryFactory()
    below = CategoryFactory(parent_id=root.id, level=2)
    published(district, "甲", category_id=below.id)
    published(district, "乙", hours=24 * 40)
    assert subjects(client, f"/answers?category={root.id}") == ["甲"]
    assert subjects(client, f"/answers?category={below.id}") == ["甲"]
    assert subjects(client, "/answers?month=2026-03") == ["甲"]
    assert subjects(client, "/answers?month=2026-04") == ["乙"]
    assert subjects(client, f"/answers?department={district.lead.id}") == ["乙", "甲"]
    assert subjects(client, f"/answers?department={district.helper.id}") == []


@pytest.mark.parametrize(
    "query", ["department=x", "category=-1", "month=2026-13", "month=x", "department=" + "9" * 30]
)
def test_a_filter_of_nobody_is_left_out(client: LintingClient, query: str) -> None:
    client.fetch(f"/answers?{query}")


def test_words_are_found_and_marked(client: LintingClient, district: District) -> None:
    published(district, "东门路灯不亮")
    published(district, "公交改线")
    page = client.fetch("/answers?q=路灯")
    assert [mark.text for mark in page.all("mark")][:1] == ["路灯"]
    assert subjects(client, "/answers?q=路灯") == ["东门路灯不亮"]
    assert subjects(client, "/answers?q=没有这样的词") == []


@pytest.mark.parametrize(
    "words", ["<script>alert(1)</script>", "</mark>", "&lt;", "a'\"b", "%", "_"]
)
def test_words_are_never_markup(client: LintingClient, district: District, words: str) -> None:
    published(district, f"甲{words}乙")
    page = client.fetch("/answers", query_string={"q": words})
    assert words in page.one("ul", class_="answer-list").text


@pytest.mark.parametrize("words", ["\0", "路\x1f灯", "字" * 101, "一 二 三 四 五 六 七 八 九"])
def test_words_that_cannot_be_looked_for_are_refused_and_kept(
    client: LintingClient, words: str
) -> None:
    answer = client.get("/answers", query_string={"q": words})
    assert answer.status_code == 422
    assert "govuk-error-summary" in answer.text


def test_a_single_character_says_how_far_it_went(client: LintingClient, district: District) -> None:
    published(district, "灯")
    client.speak("en")
    text = client.fetch("/answers?q=灯").one("main").text
    assert "A single character is looked for" in text


@pytest.mark.parametrize("address", ["/answers", "/answers?q=路灯", "/", "/answers?month=2026-03"])
def test_lists_take_few_statements_however_many_rows(
    client: LintingClient, district: District, engine: Engine, address: str
) -> None:
    for number in range(3):
        published(district, f"路灯{number}")
    client.fetch(address)
    with statements(engine) as counted:
        client.fetch(address)
    assert len(counted) <= 3, counted


def test_the_first_page_names_the_hotline_without_a_database(bare_client: LintingClient) -> None:
    assert "95100" in bare_client.fetch("/").one("main").text
