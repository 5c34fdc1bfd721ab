"""The petition office's lists: what waits, how it is narrowed, and several cases at once."""

import pytest
from sqlalchemy import event
from werkzeug.test import TestResponse

from casework.models import Case
from casework.services import petitioner, publication
from casework.services.actors import staff
from casework.workflow.states import Action, Channel, Kind, State
from tests.factories import MONDAY, STEP, CategoryFactory, DepartmentFactory, District
from tests.web.client import LintingClient
from tests.web.conftest import SignIn

TABS = {
    "to_dispatch": State.SUBMITTED,
    "sent_back": State.RETURNED,
    "to_forward": State.REPLIED,
    "to_publish": State.FORWARDED,
    "running": State.HANDLING,
}


@pytest.mark.parametrize(("tab", "state"), TABS.items())
def test_each_list_shows_what_waits_in_it_and_nothing_else(
    district: District, sign_in: SignIn, tab: str, state: State
) -> None:
    waiting = district.case_in(state, subject="等在这里的件")
    district.case_in(State.WITHDRAWN, subject="别处的件")
    page = sign_in(district.clerk).fetch(f"/office?tab={tab}")
    assert waiting.number in page.text
    assert "别处的件" not in page.text


def test_a_dissatisfied_rating_brings_the_case_back_within_its_window(
    district: District, sign_in: SignIn
) -> None:
    case = district.case_in(State.FORWARDED)
    petitioner.rate(
        district.session,
        case,
        satisfaction=1,
        solved=False,
        comment="还是不亮",
        at=MONDAY + 9 * STEP,
        rules=district.rules,
    )
    page = sign_in(district.clerk).fetch("/office?tab=dissatisfied")
    assert case.number in page.text
    assert "还是不亮" in page.text


def test_the_nearest_date_stands_first(district: District, sign_in: SignIn) -> None:
    late = district.submitted(at=MONDAY)
    early = district.submitted(at=MONDAY - STEP * 200)
    page = sign_in(district.clerk).fetch("/office")
    numbers = [cell.text for cell in page.all("th", scope="row")]
    assert early.number in numbers[0]
    assert late.number in numbers[1]


def test_pages_go_on_by_key_without_losing_a_case(district: District, sign_in: SignIn) -> None:
    cases = district.cases_in(State.SUBMITTED, 53)
    browser = sign_in(district.clerk)
    page = browser.fetch("/office")
    following = browser.fetch(page.one("a", rel="next").attrs["href"])
    shown = [
        one.attrs["value"] for p in (page, following) for one in p.all("input", name="numbers")
    ]
    assert shown == [case.number for case in cases]


def test_a_key_that_cannot_be_read_begins_anew(district: District, sign_in: SignIn) -> None:
    case = district.submitted()
    for after in ("nonsense", "2026-03-02~x", "~", "2026-03-02~99999999999999999999", "☃~1"):
        page = sign_in(district.clerk).fetch(f"/office?after={after}")
        assert case.number in page.text


def test_filters_narrow_the_list_and_can_be_taken_away(district: District, sign_in: SignIn) -> None:
    root = CategoryFactory(name="城建")
    leaf = CategoryFactory(name="路灯", parent_id=root.id, level=2, path="城建 / 路灯")
    street = DepartmentFactory(street=True)
    wanted = district.submitted(kind=Kind.HELP, street_id=street.id, category_id=leaf.id)
    other = district.submitted(kind=Kind.PRAISE)
    browser = sign_in(district.clerk)
    for query in ("kind=help", f"street={street.id}", f"category={root.id}", "q=路灯&kind=help"):
        page = browser.fetch(f"/office?{query}")
        assert wanted.number in page.text
        assert other.number not in page.text
    without = page.all("a", class_="moj-filter__tag")[0].attrs["href"]
    assert other.number in browser.fetch(without).text or "kind=help" in without


@pytest.mark.parametrize("query", ["kind=bogus", "street=x", "department=999999", "category=-1"])
def test_a_filter_that_nobody_offered_is_left_out(
    district: District, sign_in: SignIn, query: str
) -> None:
    case = district.submitted()
    assert case.number in sign_in(district.clerk).fetch(f"/office?{query}").text


def test_a_text_that_cannot_be_searched_for_says_so(district: District, sign_in: SignIn) -> None:
    page = sign_in(district.clerk).fetch("/office?q=" + "长" * 101)
    assert page.all(class_="govuk-error-message")


def test_all_cases_are_found_by_word_state_and_number(district: District, sign_in: SignIn) -> None:
    gone = district.case_in(State.DECLINED, subject="申请低保")
    browser = sign_in(district.clerk)
    assert gone.number in browser.fetch("/office/cases").text
    assert gone.number in browser.fetch("/office/cases?q=低保").text
    assert gone.number in browser.fetch("/office/cases?state=declined").text
    assert gone.number not in browser.fetch("/office/cases?state=submitted").text
    answer = browser.get(f"/office/cases?q={gone.number}")
    assert answer.location.endswith(f"/cases/{gone.number}")


def test_nobody_else_enters_the_office(district: District, sign_in: SignIn) -> None:
    for user in district.staff():
        if user is district.clerk:
            continue
        assert sign_in(user).get("/office").status_code == 403


def test_an_accused_clerk_does_not_find_the_case(district: District, sign_in: SignIn) -> None:
    case = district.submitted(kind=Kind.REPORT)
    case.accused_user_id = district.clerk.id
    district.session.flush()
    browser = sign_in(district.clerk)
    assert case.number not in browser.fetch("/office").text
    assert browser.get(f"/cases/{case.number}/dispatch").status_code == 404


def ticked(browser: LintingClient, tab: str, cases: list[Case], **typed: str) -> TestResponse:
    page = browser.fetch(f"/office?tab={tab}")
    return browser.submit(
        page, {"numbers": [case.number for case in cases], **typed}, action="/office/several"
    )


def test_several_letters_go_to_one_department_at_once(district: District, sign_in: SignIn) -> None:
    cases = district.cases_in(State.SUBMITTED, 3)
    answer = ticked(
        sign_in(district.clerk), "to_dispatch", cases, step="dispatch", lead=district.lead.name
    )
    assert answer.status_code == 200
    district.session.expire_all()
    assert {case.state for case in cases} == {State.DISPATCHED}


def test_one_refusal_does_not_stop_the_others_and_says_why(
    district: District, sign_in: SignIn
) -> None:
    cases = district.cases_in(State.SUBMITTED, 3)
    accusing = district.submitted(kind=Kind.REPORT, accused_department_id=district.lead.id)
    browser = sign_in(district.clerk)
    page = browser.fetch("/office")
    district.take(cases[1], Action.WITHDRAW, at=MONDAY + STEP)
    district.session.commit()
    answer = browser.submit(
        page,
        {
            "numbers": [*(case.number for case in cases), accusing.number, "2026-999999"],
            "step": "dispatch",
            "lead": district.lead.code,
        },
        action="/office/several",
    )
    district.session.expire_all()
    assert [case.state for case in cases] == [
        State.DISPATCHED,
        State.WITHDRAWN,
        State.DISPATCHED,
    ]
    assert accusing.state is State.SUBMITTED
    assert "已办理 2 件，未办理 3 件" in answer.text
    assert "不能承办" in answer.text or "不得" in answer.text or "该单位" in answer.text


def test_replies_are_forwarded_and_answers_withheld_in_one_go(
    district: District, sign_in: SignIn
) -> None:
    replied = district.cases_in(State.REPLIED, 2)
    answered = district.cases_in(State.FORWARDED, 2)
    browser = sign_in(district.clerk)
    ticked(browser, "to_forward", replied, step="forward")
    ticked(browser, "to_publish", answered, step="withhold", reason="withhold.privacy")
    district.session.expire_all()
    assert {case.state for case in replied} == {State.FORWARDED}
    assert {case.state for case in answered} == {State.ARCHIVED}


@pytest.mark.parametrize(
    "typed",
    [
        {"step": "dispatch", "lead": ""},
        {"step": "dispatch", "lead": "没有这个单位"},
        {"step": "withhold", "reason": ""},
        {"step": "forward", "numbers": []},
    ],
)
def test_what_is_missing_for_several_changes_nothing(
    district: District, sign_in: SignIn, typed: dict[str, str]
) -> None:
    case = district.submitted()
    browser = sign_in(district.clerk)
    page = browser.fetch("/office")
    answer = browser.submit(page, {"numbers": [case.number], **typed}, action="/office/several")
    assert answer.status_code == 422
    district.session.refresh(case)
    assert case.state is State.SUBMITTED


def test_an_unknown_step_for_several_is_not_there(district: District, sign_in: SignIn) -> None:
    browser = sign_in(district.clerk)
    page = browser.fetch("/office/new")
    token = page.all("input", name="csrf_token")[0].attrs["value"]
    answer = browser.post("/office/several", data={"csrf_token": token, "step": "publish"})
    assert answer.status_code == 404


def test_a_prepared_text_is_marked_in_the_list(district: District, sign_in: SignIn) -> None:
    case = district.case_in(State.FORWARDED)
    publication.redact(
        district.session,
        case,
        subject="公开",
        body="公开",
        reply="公开",
        by=staff(district.second_clerk),
        at=MONDAY + 9 * STEP,
        rules=district.rules,
    )
    page = sign_in(district.clerk).fetch("/office?tab=to_publish")
    assert district.second_clerk.display_name in page.text
    link = next(a for a in page.all("a", class_="row-title"))
    assert link.attrs["href"].endswith("/publish")


def test_lists_take_few_statements_whatever_they_hold(district: District, sign_in: SignIn) -> None:
    browser = sign_in(district.clerk)
    browser.get("/office")
    for tab in (*TABS, "dissatisfied"):
        district.cases_in(TABS.get(tab, State.FORWARDED), 5)
        assert statements(browser, f"/office?tab={tab}", district) <= 5
    assert statements(browser, "/office/cases?state=submitted", district) <= 5


def statements(browser: LintingClient, address: str, district: District) -> int:
    """Return how many statements a page takes once its process is warm."""
    seen: list[str] = []
    engine = district.session.connection().engine

    def note(_c: object, _cur: object, text: str, *_rest: object) -> None:
        if not text.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            seen.append(text)

    event.listen(engine, "before_cursor_execute", note)
    try:
        assert browser.get(address).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(seen)


def test_paper_letters_are_told_apart_from_letters(district: District, sign_in: SignIn) -> None:
    call = district.submitted(channel=Channel.CALL)
    letter = district.submitted()
    page = sign_in(district.clerk).fetch("/office?channel=call")
    assert call.number in page.text
    assert letter.number not in page.text
