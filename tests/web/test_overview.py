"""The page for leaders, and the board on a wall that asks for itself again."""

import pytest

from casework.workflow.states import State
from tests.factories import District
from tests.web.conftest import SignIn


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("filled", [False, True])
def test_leaders_see_how_we_are_doing_also_when_nothing_has_happened(
    district: District, sign_in: SignIn, language: str, filled: bool
) -> None:
    if filled:
        district.cases_in(State.HANDLING, 2)
        district.case_in(State.FORWARDED)
    district.session.commit()
    browser = sign_in(district.leader)
    browser.speak(language)
    page = browser.fetch("/figures/overview")
    figures = [stat.text.strip() for stat in page.all("span", class_="stat__figure")]
    assert figures[0].startswith("3" if filled else "0")
    assert not page.all("div", class_="wall")
    (wall,) = browser.fetch("/figures/overview?wall=1").all("div", class_="wall")
    assert int(wall.attrs["data-refresh"]) > 0


def test_leaders_begin_there_and_departments_have_their_own_figures(
    district: District, sign_in: SignIn
) -> None:
    district.session.commit()
    page = sign_in(district.leader).fetch("/figures")
    assert page.all("a", href="/figures/overview")
    assert sign_in(district.handler).get("/figures/overview").status_code == 403
