"""A supervisor previews and issues the circular of a month; leaders and units read it."""

from datetime import datetime

import pytest

from casework.workflow.calendar import SHANGHAI
from casework.workflow.states import State
from tests.factories import District
from tests.web.conftest import Clock, SignIn

IN_APRIL = datetime(2026, 4, 7, 10, 0, tzinfo=SHANGHAI)


@pytest.fixture
def issued(district: District, sign_in: SignIn, clock: Clock) -> None:
    district.case_in(State.FORWARDED)
    district.session.commit()
    clock.now = IN_APRIL
    browser = sign_in(district.supervisor)
    page = browser.fetch("/circulars/2026-03/issue")
    assert browser.submit(page, {"foreword": "三月办理情况如下。"}).status_code == 303


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("who", ["leader", "clerk", "handler", "reviewer", "supervisor"])
def test_leaders_and_units_read_what_was_issued(
    issued: None, district: District, sign_in: SignIn, language: str, who: str
) -> None:
    browser = sign_in(getattr(district, who))
    browser.speak(language)
    page = browser.fetch("/circulars")
    assert page.all("a", href="/circulars/2026-03")
    text = browser.fetch("/circulars/2026-03").one("main").text
    assert "三月办理情况如下。" in text
    assert (district.lead.name_en if language == "en" else district.lead.name) in text


def test_what_was_issued_is_not_issued_again(
    issued: None, district: District, sign_in: SignIn
) -> None:
    page = sign_in(district.supervisor).fetch("/circulars/2026-03/issue")
    assert "已经印发" in page.one("main").text
    assert not page.all("textarea", name="foreword")


def test_only_a_supervisor_previews(district: District, sign_in: SignIn, clock: Clock) -> None:
    district.case_in(State.FORWARDED)
    district.session.commit()
    clock.now = IN_APRIL
    assert sign_in(district.leader).get("/circulars/2026-03/issue").status_code == 403
    assert sign_in(district.operator).get("/circulars").status_code == 403
    page = sign_in(district.supervisor).fetch("/circulars")
    assert page.all("a", href="/circulars/2026-03/issue")
    assert not page.all("a", href="/circulars/2026-02/issue")  # no case had come in


def test_an_empty_month_is_a_clear_page(district: District, sign_in: SignIn, clock: Clock) -> None:
    district.session.commit()
    clock.now = IN_APRIL
    text = sign_in(district.supervisor).fetch("/circulars/2026-02/issue").one("main").text
    assert "当月没有单位有到期件" in text
    assert "没有更正" in text


@pytest.mark.parametrize("month", ["2026-13", "abc", "1999-01", "2026-3", "2026-03"])
def test_what_is_no_circular_is_not_found(district: District, sign_in: SignIn, month: str) -> None:
    district.session.commit()
    assert sign_in(district.leader).get(f"/circulars/{month}").status_code == 404


def test_what_is_previewed_opens_its_cases_and_what_was_issued_no_longer_does(
    issued: None, district: District, sign_in: SignIn
) -> None:
    browser = sign_in(district.supervisor)
    preview = browser.fetch("/circulars/2026-02/issue")
    assert any("/figures/cases?" in a.attrs.get("href", "") for a in preview.all("a"))
    page = browser.fetch("/circulars/2026-03")
    assert not any("/figures/cases?" in a.attrs.get("href", "") for a in page.all("a"))
