"""Every step of the petition office, taken through its page with good and with bad input."""

import re
from datetime import timedelta

import pytest

from casework.models import CaseClock, CaseEvent, CoHandler, Department
from casework.services import office, oversight
from casework.services.actors import staff
from casework.workflow.states import Action, Clock, Kind, State, Urgency
from tests.factories import (
    MONDAY,
    STEP,
    CategoryFactory,
    DepartmentFactory,
    District,
    UserFactory,
)
from tests.web.conftest import SignIn
from tests.web.page import Element, parse


def errors(page: Element) -> str:
    """Return what the summary above a form says."""
    return " ".join(one.text for one in page.all(class_="govuk-error-summary"))


def test_a_letter_is_classified_and_dispatched_on_one_page(
    district: District, sign_in: SignIn
) -> None:
    case = district.submitted(kind=Kind.COMPLAINT)
    leaf = CategoryFactory(name="路灯", path="城建 / 路灯")
    browser = sign_in(district.clerk)
    page = browser.fetch(f"/cases/{case.number}/dispatch")
    answer = browser.submit(
        page,
        {
            "lead": district.lead.name,
            "co_handlers": [str(district.helper.id)],
            "kind": "help",
            "urgency": "urgent",
            "category": "路灯",
            "street": str(district.street.id),
            "note": "请尽快",
        },
    )
    assert answer.status_code == 302
    assert answer.location.endswith("/office")
    district.session.expire_all()
    assert case.state is State.DISPATCHED
    assert case.department_id == district.lead.id
    assert (case.kind, case.urgency, case.category_id) == (Kind.HELP, Urgency.URGENT, leaf.id)
    assert case.street_id == district.street.id
    helpers = district.session.query(CoHandler).filter_by(case_id=case.id).all()
    assert [helper.department_id for helper in helpers] == [district.helper.id]


def test_the_date_shown_is_the_date_that_is_set(district: District, sign_in: SignIn) -> None:
    case = district.submitted(kind=Kind.COMPLAINT)
    browser = sign_in(district.clerk)
    page = browser.fetch(f"/cases/{case.number}/dispatch")
    shown = page.one(id="reply-date").text
    browser.submit(page, {"lead": district.lead.name})
    due = (
        district.session.query(CaseClock)
        .filter_by(case_id=case.id, clock=Clock.HANDLE)
        .one()
        .due_on
    )
    assert f"{due.year}年{due.month}月{due.day}日" in shown
    district.session.refresh(case)
    assert due == office.reply_due_on(
        case, handle_days=None, on=MONDAY.date(), rules=district.rules
    )


@pytest.mark.parametrize(
    ("query", "day"),
    [
        ("kind=consultation&urgency=normal", "2026年3月9日"),
        ("kind=complaint&urgency=normal", "2026年3月23日"),
        ("kind=complaint&urgency=critical", "2026年3月3日"),
        ("kind=complaint&urgency=normal&days=2", "2026年3月4日"),
        ("kind=complaint&urgency=normal&days=nonsense", "2026年3月23日"),
        ("kind=bogus&urgency=&days=", "2026年3月23日"),
    ],
)
def test_the_date_follows_what_is_chosen(
    district: District, sign_in: SignIn, query: str, day: str
) -> None:
    case = district.submitted(kind=Kind.COMPLAINT)
    answer = sign_in(district.clerk).get(f"/cases/{case.number}/dispatch/date?{query}")
    assert answer.status_code == 200
    assert day in answer.text


def test_own_days_replace_the_limit(district: District, sign_in: SignIn) -> None:
    case = district.submitted()
    browser = sign_in(district.clerk)
    page = browser.fetch(f"/cases/{case.number}/dispatch")
    browser.submit(page, {"lead": district.lead.code, "days": "2"})
    clock = district.session.query(CaseClock).filter_by(case_id=case.id, clock=Clock.HANDLE).one()
    assert clock.due_on == MONDAY.date() + timedelta(days=2)


def test_dispatch_leads_on_to_the_next_letter(district: District, sign_in: SignIn) -> None:
    first, second, third = district.cases_in(State.SUBMITTED, 3)
    browser = sign_in(district.clerk)
    page = browser.fetch(f"/cases/{second.number}/dispatch")
    answer = browser.submit(page, {"lead": district.lead.code}, button=("then", "next"))
    assert browser.get(answer.location).location.endswith(f"/cases/{third.number}/dispatch")
    page = browser.fetch(f"/cases/{third.number}/dispatch")
    answer = browser.submit(page, {"lead": district.lead.code}, button=("then", "next"))
    assert browser.get(answer.location).location.endswith(f"/cases/{first.number}/dispatch")
    page = browser.fetch(f"/cases/{first.number}/dispatch")
    answer = browser.submit(page, {"lead": district.lead.code}, button=("then", "next"))
    assert browser.get(answer.location).location.endswith("/office")


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"lead": ""}, "lead"),
        ({"lead": "没有这个单位"}, "lead"),
        ({"lead": "测试局"}, "lead"),
        ({"lead": "信访办"}, "lead"),
        ({"days": "0"}, "days"),
        ({"days": "367"}, "days"),
        ({"days": "五"}, "days"),
        ({"category": "没有"}, "category"),
        ({"kind": "bogus"}, "kind"),
        ({"urgency": ""}, "urgency"),
        ({"note": "长" * 5001}, "note"),
        ({"note": "a\x00b"}, "note"),
        ({"street": "999999"}, "street"),
        ({"co_handlers": ["999999"]}, "co_handlers"),
    ],
)
def test_a_dispatch_that_cannot_be_taken_keeps_what_was_typed(
    district: District, sign_in: SignIn, typed: dict[str, str], field: str
) -> None:
    case = district.submitted()
    browser = sign_in(district.clerk)
    page = browser.fetch(f"/cases/{case.number}/dispatch")
    answer = browser.submit(page, {"lead": district.lead.name, "note": "说明", **typed})
    assert answer.status_code == 422
    again = parse(answer.text)[0]
    assert errors(again)
    assert again.all("p", id=f"{field}-error")
    if field != "note":
        assert again.one("textarea", name="note").text == "说明"
    district.session.refresh(case)
    assert case.state is State.SUBMITTED


def test_a_closed_department_is_not_offered_and_not_taken(
    district: District, sign_in: SignIn
) -> None:
    case = district.submitted()
    closed = DepartmentFactory(closed_at=MONDAY, name="已撤销的局")
    browser = sign_in(district.clerk)
    page = browser.fetch(f"/cases/{case.number}/dispatch")
    assert "已撤销的局" not in page.text
    assert browser.submit(page, {"lead": closed.name}).status_code == 422


def test_a_department_closed_a_moment_ago_is_refused_by_the_service(
    district: District, sign_in: SignIn
) -> None:
    case = district.submitted()
    browser = sign_in(district.clerk)
    page = browser.fetch(f"/cases/{case.number}/dispatch")
    district.session.get_one(Department, district.lead.id).closed_at = MONDAY
    district.session.commit()
    answer = browser.submit(page, {"lead": district.lead.name})
    assert answer.status_code == 422
    district.session.refresh(case)
    assert case.state is State.SUBMITTED


def test_the_accused_unit_is_not_offered_as_lead(district: District, sign_in: SignIn) -> None:
    case = district.submitted(kind=Kind.REPORT, accused_department_id=district.lead.id)
    page = sign_in(district.clerk).fetch(f"/cases/{case.number}/dispatch")
    offered = [o.attrs["value"] for o in page.one("datalist", id="units").all("option")]
    assert district.lead.name not in offered
    assert district.helper.name in offered


@pytest.mark.parametrize("role", ["lead", "co_handlers"])
def test_the_accused_unit_never_receives_the_case(
    district: District, sign_in: SignIn, role: str
) -> None:
    case = district.submitted(kind=Kind.REPORT)
    browser = sign_in(district.clerk)
    page = browser.fetch(f"/cases/{case.number}/dispatch")
    typed = {
        "lead": {"lead": district.lead.name, "accused": district.lead.name},
        "co_handlers": {
            "lead": district.helper.name,
            "co_handlers": [str(district.lead.id)],
            "accused": district.lead.name,
        },
    }[role]
    assert browser.submit(page, typed).status_code == 422
    district.session.refresh(case)
    assert case.state is State.SUBMITTED


def test_a_case_sent_back_by_the_accused_goes_elsewhere(
    district: District, sign_in: SignIn
) -> None:
    case = district.case_in(State.RETURNED, kind=Kind.REPORT)
    browser = sign_in(district.clerk)
    page = browser.fetch(f"/cases/{case.number}/dispatch")
    answer = browser.submit(page, {"lead": district.helper.name, "accused": district.lead.name})
    assert answer.status_code == 302
    district.session.refresh(case)
    assert case.department_id == district.helper.id
    assert case.accused_department_id == district.lead.id


def test_dispatching_again_shows_the_objection_and_keeps_the_date(
    district: District, sign_in: SignIn
) -> None:
    case = district.case_in(State.RETURNED)
    clock = district.session.query(CaseClock).filter_by(case_id=case.id, clock=Clock.HANDLE).one()
    before = clock.due_on
    browser = sign_in(district.clerk)
    page = browser.fetch(f"/cases/{case.number}/dispatch")
    assert "此事项由市政部门负责。" in page.text
    assert not page.all("input", name="days")
    assert browser.submit(page, {"lead": district.helper.name}).status_code == 302
    district.session.refresh(clock)
    assert clock.due_on == before


def test_likely_departments_are_one_click(district: District, sign_in: SignIn) -> None:
    district.case_in(State.HANDLING, subject="小区路灯不亮了")
    case = district.submitted(subject="小区路灯不亮", street_id=district.street.id)
    browser = sign_in(district.clerk)
    page = browser.fetch(f"/cases/{case.number}/dispatch")
    likely = [radio.attrs["value"] for radio in page.all("input", name="likely")]
    assert likely == [str(district.lead.id), str(district.street.id)]
    assert browser.submit(page, {"likely": str(district.lead.id)}).status_code == 302
    district.session.refresh(case)
    assert case.department_id == district.lead.id


def test_a_likely_unit_that_was_never_offered_is_refused(
    district: District, sign_in: SignIn
) -> None:
    case = district.submitted()
    browser = sign_in(district.clerk)
    page = browser.fetch(f"/cases/{case.number}/dispatch")
    for value in ("999999", "x", str(district.office.id)):
        assert browser.submit(page, {"likely": value}).status_code == 422


def test_earlier_letters_of_the_same_person_stand_beside_the_letter(
    district: District, sign_in: SignIn
) -> None:
    earlier = district.case_in(State.HANDLING, subject="完全不同的事情")
    case = district.submitted()
    page = sign_in(district.clerk).fetch(f"/cases/{case.number}/dispatch")
    link = next(a for a in page.all("a") if "into=" in a.attrs.get("href", ""))
    assert earlier.number in link.attrs["href"]


def test_a_letter_is_declined_with_the_standard_text_of_its_reason(
    district: District, sign_in: SignIn
) -> None:
    case = district.submitted()
    browser = sign_in(district.clerk)
    page = browser.fetch(f"/cases/{case.number}/decline")
    assert browser.submit(page, {"reason": "decline.court", "text": ""}).status_code == 302
    district.session.refresh(case)
    assert case.state is State.DECLINED
    event = last_event(district, case.id)
    assert event.note.startswith("您反映的事项不予受理，理由：已经或者依法应当")


def test_the_standard_text_speaks_the_language_of_the_letter(
    district: District, sign_in: SignIn
) -> None:
    case = district.submitted(language="en")
    browser = sign_in(district.clerk)
    answer = browser.get(f"/cases/{case.number}/decline/text?reason=decline.court")
    assert answer.text.startswith("Your request cannot be accepted.")
    assert browser.get(f"/cases/{case.number}/decline/text?reason=recall.wrong_unit").text == ""


def test_own_words_replace_the_standard_text(district: District, sign_in: SignIn) -> None:
    case = district.submitted()
    browser = sign_in(district.clerk)
    page = browser.fetch(f"/cases/{case.number}/decline")
    browser.submit(page, {"reason": "decline.done", "text": "请见 2025 年的答复。"})
    assert last_event(district, case.id).note == "请见 2025 年的答复。"


@pytest.mark.parametrize("reason", ["", "bogus", "recall.wrong_unit"])
@pytest.mark.parametrize("step", ["decline", "recall", "merge"])
def test_a_step_with_a_reason_needs_one_of_its_own(
    district: District, sign_in: SignIn, step: str, reason: str
) -> None:
    if step == "recall" and reason.startswith("recall"):
        reason = "decline.court"
    case = district.case_in(State.DISPATCHED if step == "recall" else State.SUBMITTED)
    other = district.submitted()
    browser = sign_in(district.clerk)
    page = browser.fetch(f"/cases/{case.number}/{step}")
    typed = {"reason": reason} | ({"target": other.number} if step == "merge" else {})
    before = case.state
    assert browser.submit(page, typed).status_code == 422
    district.session.refresh(case)
    assert case.state is before


def test_a_dispatched_case_is_recalled(district: District, sign_in: SignIn) -> None:
    case = district.case_in(State.HANDLING)
    browser = sign_in(district.clerk)
    page = browser.fetch(f"/cases/{case.number}/recall")
    assert browser.submit(page, {"reason": "recall.new_facts", "note": "x"}).status_code == 302
    district.session.refresh(case)
    assert (case.state, case.department_id) == (State.SUBMITTED, None)


def test_a_case_is_merged_into_a_running_one(district: District, sign_in: SignIn) -> None:
    target, case = district.submitted(), district.submitted()
    browser = sign_in(district.clerk)
    page = browser.fetch(f"/cases/{case.number}/merge?into={target.number}")
    assert page.one("input", name="target").attrs["value"] == target.number
    typed = {"target": target.number.replace("-", "－"), "reason": "merge.same_matter"}
    assert browser.submit(page, typed).status_code == 302
    district.session.refresh(case)
    assert (case.state, case.merged_into_id) == (State.MERGED, target.id)


@pytest.mark.parametrize("target", ["", "itself", "ended", "2026-999999", "nonsense", "1" * 30])
def test_a_case_is_not_merged_into_nothing_itself_or_what_has_ended(
    district: District, sign_in: SignIn, target: str
) -> None:
    case, ended = district.submitted(), district.case_in(State.WITHDRAWN)
    number = {"itself": case.number, "ended": ended.number}.get(target, target)
    browser = sign_in(district.clerk)
    page = browser.fetch(f"/cases/{case.number}/merge")
    answer = browser.submit(page, {"target": number, "reason": "merge.same_matter"})
    assert answer.status_code == 422
    district.session.refresh(case)
    assert case.state is State.SUBMITTED


def test_an_objection_is_overruled_with_words(district: District, sign_in: SignIn) -> None:
    case = district.case_in(State.RETURNED)
    browser = sign_in(district.clerk)
    page = browser.fetch(f"/cases/{case.number}/uphold")
    assert "此事项由市政部门负责。" in page.text
    assert browser.submit(page, {"note": "  "}).status_code == 422
    assert browser.submit(page, {"note": "属于贵单位职责。"}).status_code == 302
    district.session.refresh(case)
    assert case.state is State.DISPATCHED


def test_the_reply_is_read_beside_the_letter_and_forwarded(
    district: District, sign_in: SignIn
) -> None:
    case = district.case_in(State.REPLIED)
    browser = sign_in(district.clerk)
    page = browser.fetch(f"/cases/{case.number}/forward")
    assert "路灯已于周二修好。" in page.text
    assert case.body in page.text
    forward = page.one("main").all("form", data_guard_typing="")[0]
    answer = browser.post(
        f"/cases/{case.number}/forward",
        data={"csrf_token": forward.one("input", name="csrf_token").attrs["value"], "note": ""},
    )
    assert answer.status_code == 302
    district.session.refresh(case)
    assert case.state is State.FORWARDED


def test_a_reply_goes_back_from_the_page_on_which_it_is_read(
    district: District, sign_in: SignIn
) -> None:
    case = district.case_in(State.REPLIED)
    browser = sign_in(district.clerk)
    page = browser.fetch(f"/cases/{case.number}/forward")
    action = f"/cases/{case.number}/rework"
    assert browser.submit(page, {"note": ""}, action=action).status_code == 422
    assert browser.submit(page, {"note": "请写明日期"}, action=action).status_code == 302
    district.session.refresh(case)
    assert case.state is State.HANDLING


def test_the_classification_changes_without_moving_the_case(
    district: District, sign_in: SignIn
) -> None:
    case = district.case_in(State.HANDLING)
    due = case.due_on
    browser = sign_in(district.clerk)
    page = browser.fetch(f"/cases/{case.number}/classify")
    assert browser.submit(page, {"kind": "help", "urgency": "critical"}).status_code == 302
    district.session.refresh(case)
    assert (case.kind, case.urgency, case.state) == (Kind.HELP, Urgency.CRITICAL, State.HANDLING)
    assert case.due_on == due
    answer = browser.submit(page, {"accused": district.lead.name})
    assert answer.status_code == 422


def test_a_step_that_a_colleague_has_just_taken_says_so_and_keeps_the_text(
    district: District, sign_in: SignIn
) -> None:
    case = district.submitted()
    browser = sign_in(district.clerk)
    page = browser.fetch(f"/cases/{case.number}/decline")
    district.take(case, Action.DISPATCH, at=MONDAY + STEP)
    district.session.commit()
    answer = browser.submit(page, {"reason": "decline.court", "text": "写了很久的说明"})
    assert answer.status_code == 409
    assert "写了很久的说明" in answer.text


@pytest.mark.parametrize(
    "step",
    ["dispatch", "decline", "recall", "merge", "uphold", "forward", "rework", "redo", "classify"],
)
def test_only_the_office_enters_its_steps(district: District, sign_in: SignIn, step: str) -> None:
    case = district.case_in(State.HANDLING)
    for user in (district.handler, district.operator, district.supervisor, district.administrator):
        assert sign_in(user).get(f"/cases/{case.number}/{step}").status_code == 403


@pytest.mark.parametrize("step", ["dispatch", "decline", "merge", "classify", "redact"])
def test_an_unknown_case_is_not_found(district: District, sign_in: SignIn, step: str) -> None:
    assert sign_in(district.clerk).get(f"/cases/2026-999999/{step}").status_code == 404


def test_another_clerk_may_do_the_same(district: District, sign_in: SignIn) -> None:
    case = district.submitted()
    other = UserFactory(office=True)
    browser = sign_in(other)
    page = browser.fetch(f"/cases/{case.number}/dispatch")
    assert browser.submit(page, {"lead": district.lead.code}).status_code == 302


def test_script_in_a_letter_stays_text_on_the_dispatch_page(
    district: District, sign_in: SignIn
) -> None:
    hostile = '"><script>alert(1)</script>'
    district.submitted(subject=hostile)
    case = district.submitted(subject=hostile, body=hostile)
    answer = sign_in(district.clerk).get(f"/cases/{case.number}/dispatch")
    assert not re.search(r"<script>alert", answer.text)


def last_event(district: District, case_id: int) -> CaseEvent:
    return (
        district.session.query(CaseEvent)
        .filter_by(case_id=case_id)
        .order_by(CaseEvent.seq.desc())
        .first()
    )


def test_a_redo_goes_to_a_department_again_with_a_ground(
    district: District, sign_in: SignIn
) -> None:
    case = district.case_in(State.FORWARDED)
    browser = sign_in(district.clerk)
    closed = browser.fetch(f"/cases/{case.number}/redo", status=422)
    assert "重办" in closed.text
    oversight.follow_up(
        district.session,
        case,
        text="回访：仍未修好",
        by=staff(district.clerk),
        at=MONDAY + 9 * STEP,
        rules=district.rules,
    )
    district.session.commit()
    page = browser.fetch(f"/cases/{case.number}/redo")
    assert browser.submit(page, {"note": ""}).status_code == 422
    assert browser.submit(page, {"note": "请再次修理"}).status_code == 302
    district.session.refresh(case)
    assert (case.state, case.round) == (State.DISPATCHED, 2)
