"""Leaders decide on sensitive texts; corrections go by two people and say that they are one."""

import pytest

from casework.models import Case
from casework.services import public_texts, publication
from casework.services.actors import staff
from casework.web.differences import Fate, differences
from casework.workflow.states import Kind, Sensitive, State
from tests.factories import MONDAY, STEP, District
from tests.web.client import LintingClient
from tests.web.conftest import SignIn
from tests.web.page import parse

PUBLIC = {"subject": "补贴标准", "body": "某住户咨询补贴标准。", "reply": "已答复。"}
BETTER = {"subject": "补贴标准", "body": "某住户咨询住院补贴标准。", "reply": "已书面答复。"}


def waiting(district: District, *, sensitive: tuple[Sensitive, ...] = (Sensitive.HEALTH,)) -> Case:
    case = district.case_in(State.FORWARDED)
    publication.redact(
        district.session,
        case,
        **PUBLIC,
        sensitive=sensitive,
        by=staff(district.clerk),
        at=MONDAY + 9 * STEP,
        rules=district.rules,
    )
    district.session.commit()
    return case


def test_a_leader_sees_the_count_in_the_menu_reads_both_texts_and_approves(
    district: District, sign_in: SignIn
) -> None:
    case = waiting(district)
    browser = sign_in(district.leader)
    page = browser.fetch("/public-texts")
    assert case.number in page.text
    assert "1" in [mark.text for mark in page.all("span", class_="count")]
    page = browser.fetch(f"/cases/{case.number}/clear")
    for text in (case.body, *PUBLIC.values()):
        assert text in page.text
    assert browser.submit(page, {"decision": ""}).status_code == 422
    assert browser.submit(page, {"decision": "clear"}).status_code == 302
    assert case.number not in browser.fetch("/public-texts").text
    second = sign_in(district.second_clerk)
    page = second.fetch(f"/cases/{case.number}/publish")
    assert second.submit(page).status_code == 302
    district.session.refresh(case)
    assert case.state is State.PUBLISHED


def test_a_leader_refuses_with_a_reason_that_the_office_reads(
    district: District, sign_in: SignIn
) -> None:
    case = waiting(district)
    browser = sign_in(district.leader)
    page = browser.fetch(f"/cases/{case.number}/clear")
    assert browser.submit(page, {"decision": "turn_down", "reason": " "}).status_code == 422
    typed = {"decision": "turn_down", "reason": "仍可辨认当事人。"}
    assert browser.submit(page, typed).status_code == 302
    page = sign_in(district.second_clerk).fetch(f"/cases/{case.number}/publish", status=422)
    assert "仍可辨认当事人。" in page.text
    assert not page.one("main").all("form", method="post")


def test_the_office_cannot_publish_past_the_leader(district: District, sign_in: SignIn) -> None:
    case = waiting(district)
    browser = sign_in(district.second_clerk)
    page = browser.fetch(f"/cases/{case.number}/publish", status=422)
    assert not page.one("main").all("form", method="post")
    assert browser.get(f"/cases/{case.number}/clear").status_code == 403


@pytest.mark.parametrize(("body", "ticked"), [("孩子上学问题", ["minors"]), ("路灯不亮", [])])
def test_words_tick_what_a_text_may_concern_and_a_person_unticks_it(
    district: District, sign_in: SignIn, body: str, ticked: list[str]
) -> None:
    case = district.case_in(State.FORWARDED, body=body)
    browser = sign_in(district.clerk)
    page = browser.fetch(f"/cases/{case.number}/redact")
    boxes = page.all("input", name="sensitive")
    assert [box.attrs["value"] for box in boxes if "checked" in box.attrs] == ticked
    assert browser.submit(page, PUBLIC | {"sensitive": []}).status_code == 302
    made = public_texts.draft_of(district.session, case)
    assert made is not None
    assert made.sensitive == []


def test_the_page_of_a_report_says_that_a_leader_is_asked(
    district: District, sign_in: SignIn
) -> None:
    case = district.case_in(State.FORWARDED, kind=Kind.REPORT)
    page = sign_in(district.clerk).fetch(f"/cases/{case.number}/redact")
    assert "公开文本须经领导同意" in page.text


def test_a_correction_goes_by_two_people_and_the_public_reads_that_it_was_made(
    district: District, sign_in: SignIn, client: LintingClient
) -> None:
    case = district.case_in(State.PUBLISHED)
    district.session.commit()
    browser = sign_in(district.clerk)
    page = browser.fetch(f"/cases/{case.number}/correction")
    assert browser.submit(page, BETTER | {"why": ""}).status_code == 422
    assert browser.submit(page, BETTER | {"why": "标准有误"}).status_code == 302
    assert BETTER["reply"] not in client.fetch(f"/answers/{case.number}").text
    page = browser.fetch(f"/cases/{case.number}/correct", status=422)
    assert not page.one("main").all("form", method="post")
    second = sign_in(district.second_clerk)
    page = second.fetch(f"/cases/{case.number}/correct")
    assert "标准有误" in page.text
    assert page.all("ins")
    assert second.submit(page).status_code == 302
    public = client.fetch(f"/answers/{case.number}").text
    assert BETTER["reply"] in public
    assert "路灯已修好。" not in public
    assert "本文已于" in public


def test_only_the_office_reads_the_versions(
    district: District, sign_in: SignIn, client: LintingClient
) -> None:
    case = district.case_in(State.PUBLISHED)
    district.session.commit()
    page = sign_in(district.clerk).fetch(f"/cases/{case.number}/public-texts")
    assert "路灯已修好。" in page.text
    for user in (district.handler, district.leader, district.supervisor):
        assert sign_in(user).get(f"/cases/{case.number}/public-texts").status_code == 403
    assert client.get(f"/cases/{case.number}/public-texts").status_code == 302


def test_a_colleague_does_not_approve_a_correction_that_was_changed_meanwhile(
    district: District, sign_in: SignIn
) -> None:
    case = district.case_in(State.PUBLISHED)
    district.session.commit()
    first = sign_in(district.clerk)
    first.submit(first.fetch(f"/cases/{case.number}/correction"), BETTER | {"why": "一"})
    second = sign_in(district.second_clerk)
    page = second.fetch(f"/cases/{case.number}/correct")
    district.session.expire_all()
    publication.draft_correction(
        district.session,
        case,
        **BETTER | {"body": "后来改的"},
        why="二",
        by=staff(district.clerk),
        at=MONDAY + 30 * STEP,
        rules=district.rules,
    )
    district.session.commit()
    answer = second.submit(page)
    assert answer.status_code == 409
    assert "后来改的" in parse(answer.text)[0].text


@pytest.mark.parametrize(
    ("old", "new", "woven"),
    [
        ("路灯不亮。", "路灯不亮。", [("路灯不亮。", Fate.SAME)]),
        (
            "一盏灯坏了。已修。",
            "两盏灯坏了。已修。",
            [
                ("一", Fate.GONE),
                ("两", Fate.NEW),
                ("盏灯坏了。已修。", Fate.SAME),
            ],
        ),
        ("甲。乙。", "乙。", [("甲。", Fate.GONE), ("乙。", Fate.SAME)]),
        ("", "新。", [("新。", Fate.NEW)]),
        (
            "。" * 5_000,
            "！" + "。" * 4_999,
            [("。", Fate.GONE), ("！", Fate.NEW), ("。" * 4_999, Fate.SAME)],
        ),
    ],
)
def test_two_versions_are_woven_into_one_without_losing_a_sign(
    old: str, new: str, woven: list[tuple[str, Fate]]
) -> None:
    found = differences(old, new)
    assert [(one.text, one.fate) for one in found] == woven
    assert "".join(one.text for one in found if one.fate is not Fate.NEW) == old
    assert "".join(one.text for one in found if one.fate is not Fate.GONE) == new
