"""The page of a case: one page for everybody, showing what each may see and do."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from casework.models import Case, CaseEvent, CoHandler, User
from casework.queries.case_view import LOG_LINES
from casework.services import department, office, oversight
from casework.services.actors import staff
from casework.workflow.states import Action, Channel, Entry, Kind, State
from tests.factories import CANARY, MONDAY, PATHS, STEP, DepartmentFactory, District, UserFactory
from tests.web.conftest import Clock, SignIn

SECRETS = (CANARY.name, CANARY.phone, CANARY.id_number, CANARY.address, CANARY.email)
LATER = MONDAY + 9 * STEP


@pytest.mark.parametrize("state", PATHS)
def test_everybody_who_sees_the_case_can_read_its_page(
    district: District, sign_in: SignIn, state: State
) -> None:
    case = district.case_in(state)
    for user in (district.clerk, district.supervisor, district.leader):
        page = sign_in(user).fetch(f"/cases/{case.number}")
        assert case.subject in page.text
        for secret in SECRETS:
            assert secret not in page.text


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_a_case_with_everything_reads_well_in_both_languages(
    district: District, sign_in: SignIn, language: str
) -> None:
    case = rich_case(district)
    for user in (district.clerk, district.handler, district.reviewer, district.helping_handler):
        browser = sign_in(user)
        browser.speak(language)
        page = browser.fetch(f"/cases/{case.number}")
        for text in ("请问是哪一盏路灯？", "小区东门左边那一盏。", "我局已到场。"):
            assert text in page.text
        assert "139****5678" in page.text


def test_an_instruction_is_for_the_lead_department_and_those_above_it(
    district: District, sign_in: SignIn
) -> None:
    case = rich_case(district)
    for user in (district.handler, district.supervisor, district.leader, district.clerk):
        assert "请尽快办理。" in sign_in(user).fetch(f"/cases/{case.number}").text
    helper = sign_in(district.helping_handler).fetch(f"/cases/{case.number}")
    assert "请尽快办理。" not in helper.text


def test_the_buttons_are_the_steps_that_are_open(district: District, sign_in: SignIn) -> None:
    case = district.case_in(State.DISPATCHED)
    offered = {
        user.role: actions_offered(sign_in, user, case)
        for user in (district.clerk, district.handler, district.supervisor, district.reviewer)
    }
    assert offered[district.handler.role] == {"sign", "send-back"}
    assert offered[district.reviewer.role] == {"sign", "send-back"}
    assert offered[district.supervisor.role] == {"remind", "order", "interview"}
    assert {"recall", "merge"} <= offered[district.clerk.role]


def test_an_operator_sees_calls_and_only_the_approved_reply(
    district: District, sign_in: SignIn
) -> None:
    call = district.case_in(State.REVIEWING, channel=Channel.CALL)
    letter = district.case_in(State.REVIEWING)
    browser = sign_in(district.operator)
    assert "路灯已于周二修好。" not in browser.fetch(f"/cases/{call.number}").text
    assert browser.get(f"/cases/{letter.number}").status_code == 404
    district.take(call, Action.APPROVE, at=LATER)
    district.session.commit()
    assert "路灯已于周二修好。" in browser.fetch(f"/cases/{call.number}").text


def test_only_the_lead_department_sees_a_draft_before_it_is_handed_in(
    district: District, sign_in: SignIn
) -> None:
    case = district.case_in(State.HANDLING)
    department.save_draft(
        district.session,
        case,
        text="还没有写好的文稿",
        by=staff(district.handler),
        at=LATER,
        rules=district.rules,
    )
    district.session.commit()
    assert "还没有写好的文稿" in sign_in(district.reviewer).fetch(f"/cases/{case.number}").text
    clerk = sign_in(district.clerk)
    assert "还没有写好的文稿" not in clerk.fetch(f"/cases/{case.number}").text
    assert clerk.get(f"/cases/{case.number}/replies/1").status_code == 404


def test_an_administrator_reads_no_case(district: District, sign_in: SignIn) -> None:
    case = district.submitted()
    assert sign_in(district.administrator).get(f"/cases/{case.number}").status_code == 403


def test_a_foreign_case_and_one_that_does_not_exist_answer_alike(
    district: District, sign_in: SignIn
) -> None:
    case = district.case_in(State.HANDLING)
    browser = sign_in(district.helping_handler)
    for path in ("", "/draft", "/send-back", "/ask", "/approve", "/redraft", "/part", "/contact"):
        foreign = browser.get(f"/cases/{case.number}{path}")
        unknown = browser.get(f"/cases/2026-999999{path}")
        assert foreign.status_code == unknown.status_code == 404
        assert len(foreign.data) == len(unknown.data)
    for path in ("/sign", "/note", "/draft/save"):
        data = {"csrf_token": token_of(browser.fetch("/department")), "text": "x"}
        foreign = browser.post(f"/cases/{case.number}{path}", data=data)
        unknown = browser.post(f"/cases/2026-999999{path}", data=data)
        assert foreign.status_code == unknown.status_code == 404
        assert len(foreign.data) == len(unknown.data)


def test_the_accused_unit_meets_the_case_nowhere(district: District, sign_in: SignIn) -> None:
    report = {
        "kind": Kind.REPORT,
        "accused_department_id": district.helper.id,
        "subject": "举报材料",
    }
    case = district.case_in(State.HANDLING, **report)
    office_tried_to_add_it(district, case)
    browser = sign_in(district.helping_handler)

    page = browser.fetch("/department?tab=all")
    assert case.number not in page.text
    assert not [link for link in page.all("span", class_="count") if link.text != "0"]
    for address in ("/department?q=举报材料", "/department?tab=helping", "/department?tab=in_hand"):
        assert case.number not in browser.fetch(address).text
    assert browser.get(f"/cases/{case.number}").status_code == 404
    own = sign_in(UserFactory(supervisor=True))
    assert own.get(f"/cases/{case.number}").status_code == 200


def test_a_person_who_is_accused_does_not_see_the_case(district: District, sign_in: SignIn) -> None:
    case = district.case_in(State.HANDLING)
    case.accused_user_id = district.handler.id
    district.session.commit()
    browser = sign_in(district.handler)
    assert case.number not in browser.fetch("/department?tab=in_hand").text
    assert browser.get(f"/cases/{case.number}").status_code == 404


def test_contact_details_are_shown_after_a_reason_and_the_reading_is_logged(
    district: District, sign_in: SignIn
) -> None:
    case = district.case_in(State.HANDLING)
    browser = sign_in(district.handler)
    page = browser.fetch(f"/cases/{case.number}/contact")
    assert browser.submit(page, {"reason": ""}).status_code == 422
    shown = browser.submit(page, {"reason": "约现场核查的时间"})
    assert CANARY.phone in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    lines = readings(district.session, case)
    assert [(line.actor_id, line.note) for line in lines] == [
        (district.handler.id, "约现场核查的时间")
    ]
    assert CANARY.phone not in browser.fetch(f"/cases/{case.number}").text


def test_who_does_not_need_the_contact_details_is_not_offered_them(
    district: District, sign_in: SignIn
) -> None:
    case = district.case_in(State.HANDLING)
    for user in (district.supervisor, district.leader):
        browser = sign_in(user)
        page = browser.fetch(f"/cases/{case.number}")
        assert not page.all("form", action=f"/cases/{case.number}/contact")
        assert browser.get(f"/cases/{case.number}/contact").status_code == 403
    assert readings(district.session, case) == []


def test_the_wish_to_stay_unnamed_is_said_strongly(district: District, sign_in: SignIn) -> None:
    case = district.case_in(State.HANDLING, unnamed=True)
    page = sign_in(district.handler).fetch(f"/cases/{case.number}")
    assert "信访人要求匿名，不得向任何人透露其身份。" in page.text


def test_a_note_is_kept_and_an_empty_one_comes_back(district: District, sign_in: SignIn) -> None:
    case = district.case_in(State.HANDLING)
    browser = sign_in(district.supervisor)
    page = browser.fetch(f"/cases/{case.number}")
    action = f"/cases/{case.number}/note"
    assert browser.submit(page, {"text": " "}, action=action).status_code == 422
    assert browser.submit(page, {"text": "已电话催办"}, action=action).status_code == 302
    assert "已电话催办" in browser.fetch(f"/cases/{case.number}").text


def test_a_follow_up_comes_after_the_answer(district: District, sign_in: SignIn) -> None:
    case = district.case_in(State.FORWARDED)
    browser = sign_in(district.clerk)
    page = browser.fetch(f"/cases/{case.number}")
    action = f"/cases/{case.number}/follow-up"
    assert browser.submit(page, {"said": "还没有修好"}, action=action).status_code == 302
    assert "还没有修好" in browser.fetch(f"/cases/{case.number}").text
    running = district.case_in(State.HANDLING)
    refused = browser.post(
        f"/cases/{running.number}/follow-up", data={"said": "x", "csrf_token": token_of(page)}
    )
    assert refused.status_code == 422


def test_versions_are_compared(district: District, sign_in: SignIn) -> None:
    case = district.case_in(State.REVIEWING)
    district.take(case, Action.REDRAFT, at=LATER)
    department.draft(
        district.session,
        case,
        text="路灯已于周三修好。感谢监督。",
        by=staff(district.handler),
        at=LATER + STEP,
        rules=district.rules,
    )
    district.session.commit()
    page = sign_in(district.clerk).fetch(f"/cases/{case.number}/replies/2")
    assert page.one("del").text == "二"
    assert [new.text for new in page.all("ins")] == ["三", "感谢监督。"]


def test_a_long_log_is_paged(district: District, sign_in: SignIn) -> None:
    case = district.case_in(State.HANDLING)
    for number in range(LOG_LINES):
        note(district, case, f"备注第{number:03d}号")
    district.session.commit()
    browser = sign_in(district.handler)
    page = browser.fetch(f"/cases/{case.number}")
    assert "备注第039号" in page.text
    assert "备注第000号" in page.text
    assert len(page.all(class_="moj-timeline__item")) == LOG_LINES
    [earlier] = [link for link in page.all("a") if link.attrs.get("rel") == "next"]
    page = browser.fetch(earlier.attrs["href"])
    assert len(page.all(class_="moj-timeline__item")) == 3


def test_the_ledger_names_start_limit_days_off_and_pause(
    district: District, sign_in: SignIn, clock: Clock
) -> None:
    case = district.case_in(State.HANDLING)
    district.take(case, Action.ASK_PETITIONER, at=MONDAY + timedelta(days=1))
    district.take(case, Action.SUPPLY, at=MONDAY + timedelta(days=3))
    district.session.commit()
    browser = sign_in(district.handler)
    browser.speak("en")
    text = browser.fetch(f"/cases/{case.number}").text
    for words in (
        "Starts; this day is not counted",
        "15 working days (usual practice)",
        "60 days (信访工作条例 34)",
        "Weekend 7 March 2026 – 8 March 2026",
        "Paused, waiting for the petitioner 3 March 2026 – 5 March 2026",
        "Originally due: 23 March 2026",
    ):
        assert words in text


@pytest.mark.parametrize(
    ("language", "name"), [("en", "Tomb-sweeping Day 6 April 2026"), ("zh_CN", "清明节")]
)
def test_the_ledger_names_days_off_in_the_readers_language(
    district: District, sign_in: SignIn, clock: Clock, language: str, name: str
) -> None:
    case = district.case_in(State.HANDLING, at=MONDAY + timedelta(days=28))
    clock.now = MONDAY + timedelta(days=29)
    district.session.commit()
    browser = sign_in(district.handler)
    browser.speak(language)
    assert name in browser.fetch(f"/cases/{case.number}").text


def test_letters_are_text_and_never_markup(district: District, sign_in: SignIn) -> None:
    bad = "<script>alert(1)</script><b>粗</b>"
    case = district.case_in(State.REVIEWING, subject=bad, body=bad, place=bad)
    note(district, case, bad)
    district.session.commit()
    for path in ("", "/approve", "/replies/1"):
        page = sign_in(district.reviewer).fetch(f"/cases/{case.number}{path}")
        assert not [script for script in page.all("script") if "src" not in script.attrs]
        assert not page.one("main").all("b")


def test_the_page_of_a_case_takes_six_statements_however_much_has_happened(
    district: District, sign_in: SignIn, engine: Engine
) -> None:
    plain, full = district.case_in(State.HANDLING), rich_case(district)
    for _ in range(30):
        note(district, full, "备注")
    district.session.commit()
    for user in (district.clerk, district.handler, district.reviewer, district.leader):
        browser = sign_in(user)
        browser.fetch(f"/cases/{plain.number}")  # reads the rules and directories once
        counts = []
        for case in (plain, full):
            with counted(engine) as statements:
                browser.fetch(f"/cases/{case.number}")
            counts.append(len(statements))
        assert max(counts) <= 7, statements
        assert counts[0] == counts[1]


@pytest.mark.parametrize("address", ["?tab=in_hand", "?tab=all", "?tab=helping", "?tab=answered"])
def test_a_list_takes_four_statements_however_many_cases(
    district: District, sign_in: SignIn, engine: Engine, address: str
) -> None:
    district.case_in(State.HANDLING)
    browser = sign_in(district.handler)
    browser.fetch(f"/department{address}")
    counts = []
    for more in (0, 12):
        district.cases_in(State.HANDLING, more)
        district.session.commit()
        with counted(engine) as statements:
            browser.fetch(f"/department{address}")
        counts.append(len(statements))
    assert max(counts) <= 5, statements
    assert counts[0] == counts[1]


# ---- what the tests are made of


def rich_case(district: District) -> Case:
    """Return a case with an instruction, a question, versions, a part, a rating and a redo."""
    case = district.submitted()
    office.dispatch(
        district.session,
        case,
        lead=district.lead,
        co_handlers=[district.helper, DepartmentFactory()],
        by=staff(district.clerk),
        at=MONDAY + STEP,
        rules=district.rules,
    )
    for action in (
        Action.INSTRUCT,
        Action.SIGN,
        Action.ASK_PETITIONER,
        Action.SUPPLY,
        Action.DRAFT,
        Action.REDRAFT,
        Action.DRAFT,
    ):
        district.take(case, action, at=MONDAY + 2 * STEP)
    department.add_part(
        district.session,
        case,
        text="我局已到场。",
        by=staff(district.helping_handler),
        at=MONDAY + 3 * STEP,
        rules=district.rules,
    )
    district.session.commit()
    return case


def note(district: District, case: Case, text: str) -> None:
    oversight.add_note(
        district.session,
        case,
        text=text,
        by=staff(district.handler),
        at=LATER,
        rules=district.rules,
    )


def office_tried_to_add_it(district: District, case: Case) -> None:
    """Put the accused unit among the helpers by hand, as no service would."""
    district.session.add(
        CoHandler(case_id=case.id, department_id=district.helper.id, added_at=MONDAY)
    )
    district.session.commit()


def actions_offered(sign_in: SignIn, user: User, case: Case) -> set[str]:
    """Return the last part of each address that the page's action bar leads to."""
    page = sign_in(user).fetch(f"/cases/{case.number}")
    bars = page.all(class_="case-actions")
    if not bars:
        return set()
    links = [link.attrs["href"] for link in bars[0].all("a")]
    links += [form.attrs["action"] for form in bars[0].all("form")]
    return {link.rpartition("/")[2] for link in links}


def readings(session: Session, case: Case) -> list[CaseEvent]:
    return list(
        session.scalars(
            select(CaseEvent).where(
                CaseEvent.case_id == case.id, CaseEvent.action == Entry.UNMASK.value
            )
        )
    )


def token_of(page: object) -> str:
    found = page.all("input", name="csrf_token")  # type: ignore[attr-defined]
    return str(found[0].attrs["value"])


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """Collect the statements that reach the database; savepoints are the test's own."""
    statements: list[str] = []

    def note_down(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            statements.append(statement)

    event.listen(engine, "before_cursor_execute", note_down)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note_down)
