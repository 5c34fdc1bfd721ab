"""The page for leaders, and the board on a wall that asks for itself again."""

from decimal import Decimal

import pytest
from flask import Flask

from casework.queries.figures import Figures
from casework.queries.overview import Ranked
from casework.web.blueprints.figures_overview import finding, on_wall
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


def test_what_runs_now_opens_its_cases(district: District, sign_in: SignIn) -> None:
    district.cases_in(State.HANDLING, 2)
    district.case_in(State.FORWARDED)
    district.session.commit()
    browser = sign_in(district.leader)
    figures = browser.fetch("/figures/overview").all("span", class_="stat__figure")
    (link,) = figures[2].all("a")
    listed = browser.fetch(link.attrs["href"])
    cases = [a for a in listed.all("a") if a.attrs.get("href", "").startswith("/cases/")]
    assert len(cases) == 2


@pytest.mark.parametrize(
    ("rate", "before", "late", "words"),
    [
        (None, "0.5", 0, "Nothing was due this month yet. No case is past its promised date now."),
        ("0.9", None, 1, "90.0%, nothing to compare with. 1 case is past"),
        ("0.9", "0.9", 0, "90.0%, the same as in"),
        ("0.9", "0.8505", 0, "90.0%, 5.0 points more"),
        ("0.85", "0.9", 12, "85.0%, 5.0 points less than in as many days of last month. 12 cases"),
    ],
)
def test_the_first_sentence_says_what_the_page_finds(
    app: Flask, rate: str | None, before: str | None, late: int, words: str
) -> None:
    def of(share: str | None) -> Figures:
        if share is None:
            return Figures({})
        return Figures({"on_time": int(Decimal(share) * 10_000), "appraised": 10_000})

    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        assert words in finding(of(rate), of(before), late)


def test_a_board_shows_the_first_and_the_last_units_where_not_all_fit() -> None:
    ranked = [Ranked(place, place, Figures({})) for place in range(1, 31)]
    assert [one.place for one in on_wall(ranked)] == [1, 2, 3, 4, 27, 28, 29, 30]
    assert on_wall(ranked[:8]) == ranked[:8]
