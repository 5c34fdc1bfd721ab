"""The pages of figures and supervision, as their readers use them."""

import pytest
from sqlalchemy.orm import Session

from casework.models import CaseEvent
from casework.workflow.states import Action, State
from tests.factories import District
from tests.web.conftest import SignIn


def test_a_figure_links_to_as_many_cases_as_it_says(district: District, sign_in: SignIn) -> None:
    district.cases_in(State.FORWARDED, 3)
    district.cases_in(State.HANDLING, 2)
    browser = sign_in(district.leader)
    page = browser.fetch("/figures?from=2026-03-01&to=2026-03-31")
    link = next(link for link in page.all("a") if "measure=received" in link.attrs.get("href", ""))
    assert link.text.strip().startswith("5")
    listed = browser.fetch(link.attrs["href"])
    assert len([a for a in listed.all("a") if a.attrs.get("href", "").startswith("/cases/")]) == 5


@pytest.mark.parametrize(
    "query",
    [
        "from=2026-03-05&to=2026-03-01",
        "from=&to=",
        "from=yesterday&to=2026-03-01",
        "from=2030-01-01&to=2030-02-01",
        "from=0001-01-01&to=2026-03-01",
    ],
)
def test_a_period_that_is_none_is_a_clear_page(
    district: District,
    sign_in: SignIn,
    query: str,
) -> None:
    browser = sign_in(district.supervisor)
    browser.speak("en")
    page = browser.fetch(f"/figures?{query}", status=422)
    assert "There is a problem" in page.text
    browser.fetch(f"/figures/cases?measure=received&{query}", status=422)
    browser.fetch("/figures/cases?measure=nothing", status=404)


def test_a_period_without_cases_says_so(district: District, sign_in: SignIn) -> None:
    browser = sign_in(district.supervisor)
    browser.speak("en")
    assert "Nothing came in" in browser.fetch("/figures?from=2020-01-01&to=2020-01-31").text


def test_only_those_who_watch_may_watch(district: District, sign_in: SignIn) -> None:
    sign_in(district.handler).fetch("/supervision", status=403)
    sign_in(district.operator).fetch("/figures", status=403)
    sign_in(district.handler).fetch("/figures")


def test_a_filter_narrows_list_and_counts_alike(district: District, sign_in: SignIn) -> None:
    district.case_in(State.HANDLING)
    waiting = district.case_in(State.SUBMITTED)
    browser = sign_in(district.supervisor)
    page = browser.fetch("/supervision?department=office")
    shown = [a.text for a in page.all("a") if a.attrs.get("href", "").startswith("/cases/")]
    assert len(shown) == 1
    assert waiting.number in page.text
    browser.fetch("/supervision?department=99999&kind=nonsense&after=x")


def test_a_leaders_instruction_stands_in_the_log(
    district: District,
    session: Session,
    sign_in: SignIn,
) -> None:
    case = district.case_in(State.HANDLING)
    browser = sign_in(district.leader)
    page = browser.fetch(f"/cases/{case.number}/instruct")
    assert browser.submit(page, {"text": " "}).status_code == 422
    assert browser.submit(page, {"text": "限期办结。"}).status_code == 302
    last = session.query(CaseEvent).order_by(CaseEvent.id.desc()).first()
    assert last is not None
    assert (last.action, last.note) == (Action.INSTRUCT.value, "限期办结。")
    sign_in(district.supervisor).fetch(f"/cases/{case.number}/instruct", status=403)
