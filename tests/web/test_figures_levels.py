"""The levels of supervision behind a number: each opens as many as it says."""

import csv
import io
from datetime import timedelta

import pytest

from casework.models import Case, Department, SupervisionNotice
from casework.workflow.states import Clock, State
from casework.workflow.supervision import Level
from tests.factories import MONDAY, District
from tests.web.client import LintingClient
from tests.web.conftest import SignIn

YEAR = "from=2026-01-01&to=2026-12-31"


def set_level(
    district: District, case: Case, level: Level, *, unit: Department | None, days: int = 0
) -> SupervisionNotice:
    notice = SupervisionNotice(
        case_id=case.id,
        clock=Clock.HANDLE,
        due_on=MONDAY.date() + timedelta(days=days),
        level=level,
        department_id=unit.id if unit else None,
        at=MONDAY,
    )
    district.session.add(notice)
    return notice


@pytest.fixture(autouse=True)
def levels(district: District) -> None:
    first, second = district.cases_in(State.HANDLING, 2)
    set_level(district, first, Level.YELLOW_CARD, unit=district.lead)
    set_level(district, first, Level.RED_CARD, unit=district.lead)
    set_level(district, second, Level.YELLOW_CARD, unit=district.helper)
    set_level(district, second, Level.WARNING, unit=None)
    lifted = set_level(district, second, Level.RED_CARD, unit=district.lead, days=1)
    lifted.cancelled_at, lifted.cancelled_by_id = MONDAY, district.supervisor.id
    district.session.commit()


def listed(browser: LintingClient, address: str) -> tuple[str, int]:
    """Return the heading and how many rows stand below it."""
    page = browser.fetch(address)
    rows = [a for a in page.all("a", class_="row-title")]
    return page.one("h1").text.rsplit(" ", 1)[-1], len(rows)


def test_the_cards_of_a_unit_open_as_many_as_it_says(district: District, sign_in: SignIn) -> None:
    browser = sign_in(district.supervisor)
    browser.speak("en")
    page = browser.fetch(f"/figures/unit/{district.lead.id}?{YEAR}")
    (link,) = [a for a in page.all("a") if "/figures/levels?level=cards" in a.attrs["href"]]
    assert link.text.startswith("2")
    assert listed(browser, link.attrs["href"]) == ("2", 2)


def test_the_levels_of_a_year_open_as_many_as_its_report_says(
    district: District, sign_in: SignIn
) -> None:
    browser = sign_in(district.leader)
    browser.speak("en")
    page = browser.fetch("/figures/annual/2026")
    links = [a for a in page.all("a") if "/figures/levels?level=" in a.attrs["href"]]
    assert [link.text for link in links] == ["1", "0", "0", "2", "1"]
    for link in links:
        assert listed(browser, link.attrs["href"]) == (link.text, int(link.text))


def test_people_of_a_department_see_those_of_their_own_unit(
    district: District, sign_in: SignIn
) -> None:
    browser = sign_in(district.helping_handler)
    browser.speak("en")
    address = f"/figures/levels?level=cards&{YEAR}&department={district.lead.id}"
    assert listed(browser, address)[1] <= 1
    assert listed(sign_in(district.handler), address)[1] == 2


def test_the_petition_office_has_its_own(district: District, sign_in: SignIn) -> None:
    browser = sign_in(district.supervisor)
    address = f"/figures/levels?level=warning&{YEAR}&department="
    assert listed(browser, f"{address}office")[1] == 1
    assert listed(browser, f"{address}{district.lead.id}")[1] == 0


def test_the_file_has_the_rows_of_the_list(district: District, sign_in: SignIn) -> None:
    browser = sign_in(district.supervisor)
    browser.speak("en")
    text = browser.get(f"/figures/levels.csv?level=cards&{YEAR}").text.lstrip("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["Level"] for row in rows] == ["Yellow card", "Red card", "Yellow card"]
    assert rows[0]["Department"] == district.helper.name_en


def test_a_level_or_period_that_is_none_is_a_clear_page(
    district: District, sign_in: SignIn
) -> None:
    browser = sign_in(district.supervisor)
    browser.fetch("/figures/levels?level=nothing", status=404)
    browser.fetch("/figures/levels", status=404)
    browser.fetch("/figures/levels?level=cards&from=2026-03-05&to=2026-03-01", status=422)
    assert listed(browser, f"/figures/levels?level=cards&{YEAR}&after=1")[1] == 0


def test_a_unit_counts_its_cards_of_a_case_that_has_moved_without_seeing_it(
    district: District, sign_in: SignIn
) -> None:
    case = district.case_in(State.HANDLING, subject="已经移走的信访件")
    set_level(district, case, Level.RED_CARD, unit=district.lead)
    case.department_id = district.helper.id
    district.session.commit()
    address = f"/figures/levels?level=red_card&{YEAR}"
    page = sign_in(district.handler).fetch(address)
    assert page.one("h1").text.endswith("2")
    assert "已转由其他单位承办的信访件" in page.one("main").text
    assert case.subject not in page.one("main").text
    assert case.number not in page.one("main").text
    assert case.subject in sign_in(district.supervisor).fetch(address).one("main").text
