"""The pages of the office and the call desk in English, full and empty."""

import pytest

from casework.workflow.states import Action, Channel, State
from tests.factories import MONDAY, STEP, District
from tests.web.conftest import SignIn

TABS = ("to_dispatch", "sent_back", "to_forward", "to_publish", "dissatisfied", "running")


@pytest.mark.parametrize("tab", TABS)
def test_an_empty_list_says_so_in_both_languages(
    district: District, sign_in: SignIn, tab: str
) -> None:
    browser = sign_in(district.clerk)
    assert "没有待办事项。" in browser.fetch(f"/office?tab={tab}").text
    browser.speak("en")
    page = browser.fetch(f"/office?tab={tab}")
    assert "Nothing waits here." in page.text
    assert not page.all(class_="bulk")


STEPS = {
    State.SUBMITTED: ("dispatch", "decline", "merge", "classify"),
    State.HANDLING: ("recall",),
    State.RETURNED: ("dispatch", "uphold"),
    State.REPLIED: ("forward", "rework"),
    State.FORWARDED: ("redact", "withhold"),
    State.PUBLISHED: ("unpublish",),
}


@pytest.mark.parametrize(
    ("state", "step"), [(state, step) for state, steps in STEPS.items() for step in steps]
)
def test_every_step_is_readable_in_english(
    district: District, sign_in: SignIn, state: State, step: str
) -> None:
    case = district.case_in(state, body="第一行\n\n<b>第二行</b>")
    browser = sign_in(district.clerk)
    browser.speak("en")
    page = browser.fetch(f"/cases/{case.number}/{step}")
    assert case.number in page.text


def test_the_call_desk_is_readable_in_english(district: District, sign_in: SignIn) -> None:
    waiting = district.case_in(State.AWAITING_PETITIONER, channel=Channel.CALL)
    browser = sign_in(district.operator)
    browser.speak("en")
    for address in ("/operator", "/operator/calls?whose=all", f"/cases/{waiting.number}/supply"):
        browser.fetch(address)


def test_the_way_on_from_the_case_leads_to_the_public_text(
    district: District, sign_in: SignIn
) -> None:
    case = district.case_in(State.FORWARDED)
    browser = sign_in(district.clerk)
    links = [a.attrs["href"] for a in browser.fetch(f"/cases/{case.number}").all("a")]
    assert f"/cases/{case.number}/redact" in links
    district.take(case, Action.WITHHOLD, at=MONDAY + 9 * STEP)
    district.session.commit()
    links = [a.attrs["href"] for a in browser.fetch(f"/cases/{case.number}").all("a")]
    assert f"/cases/{case.number}/redact" not in links
