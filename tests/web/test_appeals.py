"""Appeals as units and supervisors use them."""

from sqlalchemy import select
from werkzeug.test import TestResponse

from casework.models import Appeal
from casework.workflow.states import State
from tests.factories import District
from tests.services.test_appeals import asked, late_case
from tests.web.conftest import SignIn
from tests.web.page import Element, parse


def refused(response: TestResponse) -> Element:
    """Return the page that says what is missing."""
    assert response.status_code == 422
    return parse(response.text)[0]


def test_a_unit_appeals_from_the_case_and_a_supervisor_decides_from_the_list(
    district: District, sign_in: SignIn
) -> None:
    case = late_case(district)
    district.session.commit()
    handler = sign_in(district.handler)
    assert handler.fetch(f"/cases/{case.number}").all("a", href=f"/cases/{case.number}/appeal")
    page = handler.fetch(f"/cases/{case.number}/appeal")
    handler.submit(page, {"reason": "连续暴雨，无法施工。", "evidence": "气象台预警。"})
    assert "连续暴雨" in handler.fetch("/appeals").text
    supervisor = sign_in(district.supervisor)
    page = supervisor.fetch("/appeals")
    (link,) = [a for a in page.all("a") if "/appeal/decide" in a.attrs.get("href", "")]
    page = supervisor.fetch(link.attrs["href"])
    assert "气象台预警。" in page.text
    supervisor.submit(page, {"decision": "grant", "decision_words": "情况属实。"})
    made = district.session.scalars(select(Appeal)).one()
    district.session.refresh(made)
    assert made.granted
    assert "情况属实。" in handler.fetch("/appeals?list=decided").text


def test_what_is_missing_is_said_beside_its_field_and_what_was_typed_stays(
    district: District, sign_in: SignIn
) -> None:
    case = late_case(district)
    district.session.commit()
    browser = sign_in(district.handler)
    page = browser.fetch(f"/cases/{case.number}/appeal")
    page = refused(browser.submit(page, {"reason": "连续暴雨，无法施工。", "evidence": ""}))
    assert page.one(id="evidence-error")
    assert page.one("textarea", name="reason").text == "连续暴雨，无法施工。"
    asked(district, case)
    district.session.commit()
    leader = sign_in(district.leader)
    page = leader.fetch(f"/cases/{case.number}/appeal/decide")
    page = refused(leader.submit(page, {"decision_words": "已核实。"}))
    assert page.one(id="decision-error")
    assert page.one("textarea", name="decision_words").text == "已核实。"


def test_only_those_concerned_reach_the_pages(district: District, sign_in: SignIn) -> None:
    case, in_time = late_case(district), district.case_in(State.FORWARDED)
    district.session.commit()
    sign_in(district.operator).fetch("/appeals", status=403)
    sign_in(district.clerk).fetch("/appeals")
    sign_in(district.clerk).fetch(f"/cases/{case.number}/appeal", status=403)
    sign_in(district.handler).fetch(f"/cases/{case.number}/appeal/decide", status=403)
    sign_in(district.helping_handler).fetch(f"/cases/{case.number}/appeal", status=404)
    page = sign_in(district.handler).fetch(f"/cases/{in_time.number}/appeal")
    assert not page.all("textarea")
