"""The call desk: one screen, one case however often it is sent, and what a number brings up."""

import pytest
from sqlalchemy import event, func, select

from casework.models import Case, Petitioner, Reply
from casework.services import publication
from casework.services.actors import staff
from casework.workflow.states import Action, Channel, Kind, State
from tests.factories import (
    CANARY,
    MONDAY,
    SEALER,
    STEP,
    DepartmentFactory,
    District,
    UserFactory,
)
from tests.web.client import LintingClient
from tests.web.conftest import Clock, SignIn
from tests.web.page import Element, parse

CALL = {
    "phone": "138 0013 8000",
    "name": "王先生",
    "kind": "help",
    "subject": "水管爆裂",
    "text": "门口水管爆裂，无人处理。",
}
SCREEN = "/operator"


def taken(browser: LintingClient, page: Element, typed: dict[str, str], do: str = "open") -> object:
    return browser.submit(page, CALL | typed | {"do": do}, action=SCREEN)


def test_a_call_becomes_a_case_that_is_read_back(district: District, sign_in: SignIn) -> None:
    browser = sign_in(district.operator)
    page = browser.fetch(SCREEN)
    answer = taken(browser, page, {"consent": "y", "street": str(district.street.id)})
    assert answer.status_code == 303
    case = newest(district)
    assert (case.channel, case.state, case.consent) == (Channel.CALL, State.SUBMITTED, True)
    assert case.submitted_by_id == district.operator.id
    back = browser.fetch(answer.location)
    assert case.number in back.text
    code = back.all(class_="read-out")[1].text
    assert SEALER.opens(code, str(case.ref), case.access_hash)
    assert code not in answer.location


def newest(district: District) -> Case:
    return district.session.scalars(select(Case).order_by(Case.id.desc()).limit(1)).one()


def test_an_answer_on_the_spot_is_kept_with_its_basis(district: District, sign_in: SignIn) -> None:
    browser = sign_in(district.operator)
    page = browser.fetch(SCREEN)
    typed = {"answer": "请带身份证办理。", "basis": "居住证条例第九条"}
    assert taken(browser, page, typed, "answer").status_code == 303
    case = newest(district)
    assert (case.state, case.on_the_spot) == (State.ARCHIVED, True)
    reply = district.session.scalars(select(Reply).where(Reply.case_id == case.id)).one()
    assert (reply.text, reply.basis) == ("请带身份证办理。", "居住证条例第九条")


@pytest.mark.parametrize(
    ("typed", "field"),
    [({"answer": "", "basis": "x"}, "answer"), ({"answer": "x", "basis": " "}, "basis")],
)
def test_an_answer_on_the_spot_needs_text_and_basis(
    district: District, sign_in: SignIn, typed: dict[str, str], field: str
) -> None:
    browser = sign_in(district.operator)
    page = browser.fetch(SCREEN)
    answer = taken(browser, page, typed, "answer")
    assert answer.status_code == 422
    again = parse(answer.text)[0]
    assert again.one(id=f"{field}-error")
    assert again.one("input", name="subject").attrs["value"] == "水管爆裂"
    assert district.session.scalar(select(func.count()).select_from(Case)) == 0


@pytest.mark.parametrize(
    "typed",
    [
        {"kind": ""},
        {"kind": "bogus"},
        {"subject": ""},
        {"subject": "长" * 201},
        {"text": "  "},
        {"text": "a\x00b"},
        {"phone": "不是号码"},
        {"category": "没有这类"},
        {"street": "999"},
        {"urgency": ""},
        {"accused": "没有"},
    ],
)
def test_a_call_that_cannot_be_kept_comes_back_as_typed(
    district: District, sign_in: SignIn, typed: dict[str, str]
) -> None:
    browser = sign_in(district.operator)
    page = browser.fetch(SCREEN)
    answer = taken(browser, page, {"place": "东门", **typed})
    assert answer.status_code == 422
    assert parse(answer.text)[0].one("input", name="place").attrs["value"] == "东门"
    assert district.session.scalar(select(func.count()).select_from(Case)) == 0


def test_a_call_sent_twice_is_one_case_with_one_code(district: District, sign_in: SignIn) -> None:
    browser = sign_in(district.operator)
    page = browser.fetch(SCREEN)
    taken(browser, page, {})
    first = browser.fetch("/operator/read-back").all(class_="read-out")
    taken(browser, page, {})
    second = browser.fetch("/operator/read-back").all(class_="read-out")
    assert [one.text for one in first] == [one.text for one in second]
    assert district.session.scalar(select(func.count()).select_from(Case)) == 1


def test_a_forged_slip_opens_no_case(district: District, sign_in: SignIn) -> None:
    browser = sign_in(district.operator)
    page = browser.fetch(SCREEN)
    assert taken(browser, page, {"slip": "chosen-by-me"}).status_code == 422
    assert district.session.scalar(select(func.count()).select_from(Case)) == 0


def test_the_code_is_shown_to_nobody_else_and_not_for_ever(
    district: District, sign_in: SignIn, clock: Clock
) -> None:
    browser = sign_in(district.operator)
    taken(browser, browser.fetch(SCREEN), {})
    assert sign_in(UserFactory(operator=True)).get("/operator/read-back").status_code == 302
    clock.now = MONDAY + 2 * STEP
    assert browser.get("/operator/read-back").status_code == 302


def looked_up(browser: LintingClient, phone: str) -> Element:
    page = browser.fetch(SCREEN)
    answer = browser.submit(page, {"phone": phone, "text": "正在记录"}, action=SCREEN)
    del answer
    token = page.all("input", name="csrf_token")[-1].attrs["value"]
    found = browser.post("/operator/caller", data={"phone": phone, "csrf_token": token})
    return parse(found.text)[0]


def test_a_number_brings_up_earlier_cases_of_all_channels(
    district: District, sign_in: SignIn
) -> None:
    letter = district.case_in(State.HANDLING, subject="一封旧信")
    call = district.submitted(channel=Channel.CALL, subject="一个旧电话")
    other = district.submitted(subject="别人的信", contacts=())
    page = looked_up(sign_in(district.operator), "+86 139-1234-5678")
    earlier = page.one(id="caller")
    assert letter.number in earlier.text
    assert "一封旧信" in earlier.text
    assert other.number not in earlier.text
    links = [a.attrs["href"] for a in earlier.all("a")]
    assert links == [f"/cases/{call.number}"]


def test_without_a_script_the_look_up_keeps_everything_typed(
    district: District, sign_in: SignIn
) -> None:
    browser = sign_in(district.operator)
    page = browser.fetch(SCREEN)
    token = page.all("input", name="csrf_token")[-1].attrs["value"]
    answer = browser.post(
        "/operator/caller", data=CALL | {"csrf_token": token, "street": str(district.street.id)}
    )
    assert answer.status_code == 200
    again = parse(answer.text)[0]
    assert again.one("textarea", name="text").text == CALL["text"]
    assert not again.all(class_="govuk-error-summary")


def test_a_script_gets_only_the_list(district: District, sign_in: SignIn) -> None:
    district.submitted(subject="一封旧信")
    browser = sign_in(district.operator)
    page = browser.fetch(SCREEN)
    token = page.all("input", name="csrf_token")[-1].attrs["value"]
    data = {"phone": CANARY.phone, "csrf_token": token}
    answer = browser.post("/operator/caller", data=data, headers={"HX-Request": "true"})
    assert "一封旧信" in answer.text
    assert "<html" not in answer.text
    assert CANARY.name not in answer.text
    bad = browser.post(
        "/operator/caller", data=data | {"phone": "x"}, headers={"HX-Request": "true"}
    )
    assert "govuk-error-message" in bad.text


def test_a_number_is_never_in_an_address(district: District, sign_in: SignIn) -> None:
    assert sign_in(district.operator).get("/operator/caller?phone=1").status_code == 405


def test_who_stayed_unnamed_is_not_found_by_their_number(
    district: District, sign_in: SignIn
) -> None:
    secret = district.submitted(subject="匿名举报", kind=Kind.REPORT, unnamed=True)
    page = looked_up(sign_in(district.operator), CANARY.phone)
    assert secret.number not in page.text


def test_an_accused_operator_does_not_find_the_case(district: District, sign_in: SignIn) -> None:
    case = district.submitted(channel=Channel.CALL)
    case.accused_user_id = district.operator.id
    district.session.flush()
    browser = sign_in(district.operator)
    assert case.number not in looked_up(browser, CANARY.phone).text
    assert case.number not in browser.fetch("/operator/calls?whose=all").text


def test_a_merged_case_is_found_under_its_own_number(district: District, sign_in: SignIn) -> None:
    case = district.case_in(State.MERGED, subject="并掉的信")
    page = looked_up(sign_in(district.operator), CANARY.phone)
    assert case.number in page.text


def test_todays_calls_are_counted_own_and_all(
    district: District, sign_in: SignIn, clock: Clock
) -> None:
    own = district.submitted(channel=Channel.CALL)
    spot = district.answered_call()
    yesterday = district.submitted(channel=Channel.CALL, at=MONDAY - 100 * STEP)
    other = UserFactory(operator=True)
    clock.now = MONDAY + STEP
    page = sign_in(district.operator).fetch("/operator/calls")
    assert own.number in page.text
    assert spot.number in page.text
    assert yesterday.number not in page.text
    figures = [one.text for one in page.all(class_="stat__figure")]
    assert figures == ["2", "1", "1"]
    page = sign_in(other).fetch("/operator/calls")
    assert own.number not in page.text
    assert own.number in sign_in(other).fetch("/operator/calls?whose=all").text


def test_pages_of_calls_go_on_by_key(district: District, sign_in: SignIn) -> None:
    for _ in range(51):
        district.submitted(channel=Channel.CALL)
    browser = sign_in(district.operator)
    page = browser.fetch("/operator/calls")
    assert len(page.all("th", scope="row")) == 50
    following = browser.fetch(page.one("a", rel="next").attrs["href"])
    assert len(following.all("th", scope="row")) == 1


def test_the_operator_writes_down_what_a_petitioner_answers(
    district: District, sign_in: SignIn
) -> None:
    case = district.case_in(State.AWAITING_PETITIONER, channel=Channel.CALL)
    browser = sign_in(district.operator)
    page = browser.fetch(f"/cases/{case.number}/supply")
    assert "请问是哪一盏路灯？" in page.text
    assert browser.submit(page, {"answer": " "}).status_code == 422
    assert browser.submit(page, {"answer": "东门那盏"}).status_code == 302
    district.session.refresh(case)
    assert case.state is State.HANDLING


def test_an_answer_to_no_question_is_refused(district: District, sign_in: SignIn) -> None:
    case = district.case_in(State.HANDLING, channel=Channel.CALL)
    browser = sign_in(district.operator)
    assert browser.get(f"/cases/{case.number}/supply").status_code == 409
    letter = district.case_in(State.AWAITING_PETITIONER)
    assert browser.get(f"/cases/{letter.number}/supply").status_code == 404


def test_published_answers_are_found_beside_the_form(district: District, sign_in: SignIn) -> None:
    district.case_in(State.PUBLISHED)
    prepared = district.case_in(State.FORWARDED)
    publication.redact(
        district.session,
        prepared,
        subject="尚未公布",
        body="路灯",
        reply="路灯",
        by=staff(district.clerk),
        at=MONDAY + 9 * STEP,
        rules=district.rules,
    )
    browser = sign_in(district.operator)
    page = browser.fetch("/operator/answers?q=路灯")
    assert "路灯已修好。" in page.text
    assert "尚未公布" not in page.text
    part = browser.get("/operator/answers?q=路灯", headers={"HX-Request": "true"})
    assert "<html" not in part.text
    assert "没有同时包含" in browser.fetch("/operator/answers?q=绝无此词").text
    assert browser.fetch("/operator/answers?q=" + "长" * 101).all(class_="govuk-error-message")


def test_only_operators_sit_at_the_call_desk(district: District, sign_in: SignIn) -> None:
    for user in district.staff():
        if user is not district.operator:
            assert sign_in(user).get(SCREEN).status_code == 403


def test_the_accused_unit_of_a_call_is_kept_out(district: District, sign_in: SignIn) -> None:
    unit = DepartmentFactory(name="被举报的局")
    browser = sign_in(district.operator)
    taken(browser, browser.fetch(SCREEN), {"kind": "report", "accused": "被举报"})
    assert newest(district).accused_department_id == unit.id


def test_a_caller_may_give_no_number_and_no_name(district: District, sign_in: SignIn) -> None:
    browser = sign_in(district.operator)
    assert taken(browser, browser.fetch(SCREEN), {"phone": "", "name": ""}).status_code == 303
    rows = district.session.scalars(select(Petitioner)).all()
    assert all(row.phone_hash is None for row in rows)


def test_the_call_pages_take_few_statements(district: District, sign_in: SignIn) -> None:
    browser = sign_in(district.operator)
    browser.get(SCREEN)
    for _ in range(5):
        district.submitted(channel=Channel.CALL)
    assert statements(browser, SCREEN, district) <= 2
    assert statements(browser, "/operator/calls?whose=all", district) <= 4


def statements(browser: LintingClient, address: str, district: District) -> int:
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


def test_the_case_of_a_call_is_still_open_to_a_colleague(
    district: District, sign_in: SignIn
) -> None:
    case = district.submitted(channel=Channel.CALL)
    other = UserFactory(operator=True)
    assert sign_in(other).get(f"/cases/{case.number}").status_code == 200
    district.take(case, Action.DISPATCH, at=MONDAY + STEP)
    assert sign_in(other).get(f"/cases/{case.number}").status_code == 200
