"""A department's list and its steps, as a handler and a reviewer use them."""

from datetime import timedelta

from sqlalchemy.orm import Session

from casework.models import Case, Reply
from casework.services import office
from casework.services.actors import staff
from casework.workflow.states import Action, State
from tests.factories import MONDAY, STEP, District, UserFactory
from tests.web.conftest import Clock, SignIn


def test_the_list_opens_at_the_first_tab_that_holds_something(
    district: District, sign_in: SignIn
) -> None:
    case = district.case_in(State.HANDLING)
    page = sign_in(district.handler).fetch("/department")
    assert case.number in page.text


def test_a_case_is_signed_for_with_one_click_from_the_list(
    district: District, sign_in: SignIn
) -> None:
    case = district.case_in(State.DISPATCHED)
    browser = sign_in(district.handler)
    page = browser.fetch("/department?tab=to_sign")
    answer = browser.submit(page, action="/department/sign", typed={"numbers": [case.number]})
    assert answer.status_code == 302
    district.session.refresh(case)
    assert case.state is State.HANDLING


def test_several_are_signed_for_at_once_and_the_refused_ones_are_named(
    district: District, sign_in: SignIn
) -> None:
    cases = district.cases_in(State.DISPATCHED, 3)
    browser = sign_in(district.handler)
    page = browser.fetch("/department?tab=to_sign")
    district.take(cases[1], Action.SIGN, at=MONDAY + 5 * STEP)
    district.session.commit()
    browser.submit(
        page, action="/department/sign", typed={"numbers": [case.number for case in cases]}
    )
    page = browser.fetch("/department?tab=in_hand")
    assert cases[1].number in page.text
    district.session.expire_all()
    assert [case.state for case in cases] == [State.HANDLING] * 3


def test_a_case_is_sent_back_with_a_reason(district: District, sign_in: SignIn) -> None:
    case = district.case_in(State.DISPATCHED)
    browser = sign_in(district.handler)
    page = browser.fetch(f"/cases/{case.number}/send-back")
    answer = browser.submit(page, {"reason": "", "note": ""})
    assert answer.status_code == 422
    answer = browser.submit(page, {"reason": "send_back.not_ours", "note": "由市政部门负责"})
    assert answer.status_code == 302
    district.session.refresh(case)
    assert case.state is State.RETURNED


def test_the_objection_page_says_when_its_time_is_over(
    district: District, sign_in: SignIn, clock: Clock
) -> None:
    case = district.case_in(State.HANDLING)
    clock.now = MONDAY + timedelta(days=30)
    page = sign_in(district.handler).fetch(f"/cases/{case.number}/send-back", status=422)
    assert not page.one("main").all("form", method="post")


def test_a_question_goes_out_and_the_case_waits(district: District, sign_in: SignIn) -> None:
    case = district.case_in(State.HANDLING)
    browser = sign_in(district.handler)
    page = browser.fetch(f"/cases/{case.number}/ask")
    assert browser.submit(page, {"question": "哪一盏灯？"}).status_code == 302
    district.session.refresh(case)
    assert case.state is State.AWAITING_PETITIONER


def test_a_draft_is_saved_and_handed_in(
    district: District, sign_in: SignIn, session: Session
) -> None:
    case = district.case_in(State.HANDLING)
    browser = sign_in(district.handler)
    page = browser.fetch(f"/cases/{case.number}/draft")
    typed = {"text": "正在处理。", "seen": "0"}
    answer = browser.post(f"/cases/{case.number}/draft/save", data=typed | token(page))
    assert answer.status_code == 302
    assert answer.location.endswith("/draft")
    page = browser.fetch(f"/cases/{case.number}/draft")
    assert "正在处理。" in page.text
    assert browser.submit(page, {"text": "已经修好。"}).status_code == 302
    session.refresh(case)
    assert case.state is State.REVIEWING
    assert session.query(Reply).filter_by(case_id=case.id).count() == 2


def test_nothing_is_handed_in_over_a_colleagues_draft_that_was_not_seen(
    district: District, sign_in: SignIn
) -> None:
    case = district.case_in(State.HANDLING)
    colleague = UserFactory(handler=True, department=district.lead)
    mine, theirs = sign_in(district.handler), sign_in(colleague)
    my_page = mine.fetch(f"/cases/{case.number}/draft")
    their_page = theirs.fetch(f"/cases/{case.number}/draft")
    theirs.post(
        f"/cases/{case.number}/draft/save",
        data={"text": "同事的文稿", "seen": "0"} | token(their_page),
    )
    answer = mine.submit(my_page, {"text": "我的文稿"})
    assert answer.status_code == 409
    assert "我的文稿" in answer.text
    assert "同事的文稿" in answer.text
    again = mine.post(
        f"/cases/{case.number}/draft", data={"text": "我的文稿", "seen": "1"} | token(my_page)
    )
    assert again.status_code == 302


def test_saving_keeps_both_drafts(district: District, sign_in: SignIn, session: Session) -> None:
    case = district.case_in(State.HANDLING)
    colleague = UserFactory(handler=True, department=district.lead)
    for user, text in ((colleague, "同事的文稿"), (district.handler, "我的文稿")):
        browser = sign_in(user)
        page = browser.fetch(f"/cases/{case.number}/draft")
        browser.post(
            f"/cases/{case.number}/draft/save", data={"text": text, "seen": "0"} | token(page)
        )
    page = browser.fetch(f"/cases/{case.number}/draft")
    assert "同事的文稿" in page.text
    assert "我的文稿" in page.text


def test_a_reply_is_not_lost_when_the_case_is_taken_away_meanwhile(
    district: District, sign_in: SignIn
) -> None:
    case = district.case_in(State.HANDLING)
    browser = sign_in(district.handler)
    page = browser.fetch(f"/cases/{case.number}/draft")
    district.take(case, Action.RECALL, at=MONDAY + 5 * STEP)
    district.session.commit()
    answer = browser.submit(page, {"text": "写了很久的批复，不能丢。"})
    assert answer.status_code == 404
    assert "写了很久的批复，不能丢。" in answer.text


def test_all_of_a_list_are_ticked_with_one_link(district: District, sign_in: SignIn) -> None:
    cases = district.cases_in(State.DISPATCHED, 3)
    browser = sign_in(district.handler)
    page = browser.fetch("/department?tab=to_sign&ticked=all")
    ticked = {box.attrs["value"] for box in page.all("input", name="numbers", checked="")}
    assert ticked == {case.number for case in cases}


def test_a_reviewer_approves_or_returns_the_reply(district: District, sign_in: SignIn) -> None:
    case = district.case_in(State.REVIEWING)
    browser = sign_in(district.reviewer)
    page = browser.fetch(f"/cases/{case.number}/redraft")
    assert browser.submit(page, {"note": "写明日期"}).status_code == 302
    page = sign_in(district.handler).fetch(f"/cases/{case.number}/draft")
    assert "写明日期" in page.text
    district.session.expire_all()
    district.take(case, Action.DRAFT, at=MONDAY + 8 * STEP)
    district.session.commit()
    page = browser.fetch(f"/cases/{case.number}/approve")
    assert browser.submit(page).status_code == 302
    district.session.refresh(case)
    assert case.state is State.REPLIED


def test_an_author_is_told_that_another_reviewer_must_approve(
    district: District, sign_in: SignIn
) -> None:
    UserFactory(reviewer=True, department=district.lead)
    case = district.case_in(State.HANDLING)
    browser = sign_in(district.reviewer)
    browser.speak("en")
    browser.submit(browser.fetch(f"/cases/{case.number}/draft"), {"text": "修好了。"})
    page = browser.fetch(f"/cases/{case.number}/approve", status=422)
    assert "Another reviewer of your department must approve it" in page.text
    assert "Review the reply" in browser.fetch(f"/cases/{case.number}").text


def test_a_helping_department_adds_its_part(district: District, sign_in: SignIn) -> None:
    case = helped_case(district)
    browser = sign_in(district.helping_handler)
    assert case.number in browser.fetch("/department?tab=helping").text
    page = browser.fetch(f"/cases/{case.number}/part")
    assert browser.submit(page, {"text": "我局已派员到场。"}).status_code == 302
    assert "我局已派员到场。" in sign_in(district.handler).fetch(f"/cases/{case.number}").text
    assert sign_in(district.handler).get(f"/cases/{case.number}/part").status_code == 403


def test_the_list_is_narrowed_and_says_when_nothing_fits(
    district: District, sign_in: SignIn
) -> None:
    lamp = district.case_in(State.HANDLING)
    tree = district.case_in(State.HANDLING, subject="大树倒了", body="挡住了路")
    browser = sign_in(district.handler)
    page = browser.fetch("/department?tab=in_hand&q=大树")
    assert tree.number in page.text
    assert lamp.number not in page.text
    browser.speak("en")
    assert "Nothing fits" in browser.fetch("/department?tab=in_hand&kind=praise").text
    assert tree.number in browser.fetch("/department?q=大树").text
    assert browser.get(f"/department?q={lamp.number}").location == f"/cases/{lamp.number}"


def test_a_long_list_goes_on_by_key(district: District, sign_in: SignIn) -> None:
    cases = district.cases_in(State.DISPATCHED, 52)
    browser = sign_in(district.handler)
    page = browser.fetch("/department?tab=to_sign")
    assert cases[49].number in page.text
    assert cases[50].number not in page.text
    older = next(a for a in page.all("a") if a.attrs.get("rel") == "next")
    page = browser.fetch(older.attrs["href"])
    assert [case.number in page.text for case in cases[49:]] == [False, True, True]


def helped_case(district: District) -> Case:
    case = district.submitted()
    office.dispatch(
        district.session,
        case,
        lead=district.lead,
        co_handlers=[district.helper],
        by=staff(district.clerk),
        at=MONDAY + STEP,
        rules=district.rules,
    )
    district.take(case, Action.SIGN, at=MONDAY + 2 * STEP)
    district.session.commit()
    return case


def token(page: object) -> dict[str, str]:
    """Return the form token of ``page``."""
    found = page.one("main").all("input", name="csrf_token")  # type: ignore[attr-defined]
    return {"csrf_token": found[0].attrs["value"]}
