"""More time is asked for, decided and shown on pages; the petitioner reads why the day moved."""

from datetime import timedelta

import pytest
from flask import Flask

from casework.models import Case
from casework.services import extensions
from casework.services.actors import staff
from casework.workflow.states import State
from tests.factories import MONDAY, STEP, District
from tests.web.citizen import open_case
from tests.web.client import LintingClient
from tests.web.conftest import Clock, SignIn, client_of

TOKEN = "token-of-the-letter-that-takes-longer"


@pytest.fixture
def case(district: District, clock: Clock) -> Case:
    """A complaint of 2 March in the department's hands, promised for 24 March."""
    found = district.case_in(State.HANDLING, form_token=TOKEN)
    district.session.commit()
    clock.now = MONDAY + timedelta(hours=4)
    return found


def english(browser: LintingClient) -> LintingClient:
    browser.speak("en")
    return browser


def ask(district: District, case: Case, days: int) -> None:
    extensions.ask_extension(
        district.session,
        case,
        days=days,
        reason="需要现场检测。",
        by=staff(district.handler),
        at=MONDAY + 3 * STEP,
        rules=district.rules,
    )
    district.session.commit()


def test_asked_by_the_handler_granted_by_the_office_read_by_the_petitioner(
    app: Flask, district: District, case: Case, sign_in: SignIn
) -> None:
    handler, clerk = english(sign_in(district.handler)), english(sign_in(district.clerk))
    assert "Ask for more time" in handler.get(f"/cases/{case.number}").text
    page = handler.fetch(f"/cases/{case.number}/extension")
    handler.submit(page, {"days": "10", "reason": "需要现场检测。"})
    assert "Ask for more time" not in handler.get(f"/cases/{case.number}").text
    assert case.subject in clerk.get("/extensions").text
    page = clerk.fetch(f"/cases/{case.number}/extension/decide")
    assert "3 April 2026" in page.one("main").text
    clerk.submit(page, {"decision": "grant", "told": "需要专业机构检测。"})
    assert "No request waits for you." in clerk.get("/extensions").text
    citizen: LintingClient = client_of(app)
    citizen.speak("zh_CN")
    code = district.rules.sealer.access_code_from(TOKEN)
    assert open_case(citizen, case.number, code).status_code == 303
    text = citizen.fetch("/follow/case").one("main").text
    assert "2026年4月3日" in text
    assert "办理期限延长10天" in text
    assert "理由：需要专业机构检测。" in text


def test_a_missing_reason_stands_beside_its_field_and_the_days_stay(
    district: District, case: Case, sign_in: SignIn
) -> None:
    handler = english(sign_in(district.handler))
    page = handler.fetch(f"/cases/{case.number}/extension")
    answer = handler.submit(page, {"days": "12", "reason": ""})
    assert answer.status_code == 422
    assert "Write why more time is needed." in answer.text
    assert 'value="12"' in answer.text


def test_a_date_that_has_passed_is_said_instead_of_a_form(
    district: District, case: Case, sign_in: SignIn, clock: Clock
) -> None:
    clock.now = MONDAY + timedelta(days=40)
    page = english(sign_in(district.handler)).fetch(f"/cases/{case.number}/extension")
    assert "never after" in page.one("main").text
    assert not page.one("main").all("textarea")


def test_what_a_leader_decides_is_listed_for_leaders_alone(
    district: District, case: Case, sign_in: SignIn
) -> None:
    ask(district, case, 30)
    assert case.subject not in sign_in(district.clerk).get("/extensions").text
    leader = sign_in(district.leader)
    assert case.subject in leader.get("/extensions").text
    page = leader.fetch(f"/cases/{case.number}/extension/decide")
    assert leader.submit(page, {"decision": "refuse", "told": "理由不充分。"}).status_code == 302
    assert "理由不充分。" in sign_in(district.handler).get(f"/cases/{case.number}").text


def test_others_neither_ask_nor_decide(district: District, case: Case, sign_in: SignIn) -> None:
    ask(district, case, 5)
    sign_in(district.clerk).fetch(f"/cases/{case.number}/extension", status=403)
    sign_in(district.handler).fetch(f"/cases/{case.number}/extension/decide", status=403)
    sign_in(district.handler).fetch("/extensions", status=403)
    sign_in(district.helping_handler).fetch(f"/cases/{case.number}/extension", status=404)
    sign_in(district.supervisor).fetch(f"/cases/{case.number}/extension/decide", status=403)
