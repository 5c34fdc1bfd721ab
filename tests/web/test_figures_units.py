"""One figure of every unit by month, a unit's own page, and two units side by side."""

import csv
import io
from datetime import date, timedelta

import pytest

from casework.models import Level, Reason, SupervisionNotice
from casework.queries import figures_units
from casework.queries.figures import Scope
from casework.queries.levels import counted_levels
from casework.workflow.states import Action, Clock, State
from tests.factories import MONDAY, STEP, District
from tests.web.conftest import SignIn
from tests.web.page import Element

MARCH = "from=2026-03-01&to=2026-03-31"


def heat_cells(page: Element) -> list[Element]:
    return [cell for cell in page.all("td") if "heat__cell" in cell.attrs.get("class", "")]


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize(
    "path", ["/figures/matrix", "/figures/beside", "/figures/unit/{unit}", "/figures"]
)
@pytest.mark.parametrize("filled", [False, True])
def test_the_pages_stand_when_nothing_has_happened_and_when_much_has(
    district: District, sign_in: SignIn, language: str, path: str, filled: bool
) -> None:
    if filled:
        district.cases_in(State.HANDLING, 2)
        district.case_in(State.FORWARDED)
        district.case_in(State.RETURNED)
    district.session.commit()
    browser = sign_in(district.supervisor)
    browser.speak(language)
    browser.fetch(path.format(unit=district.lead.id))


def test_each_cell_of_the_matrix_opens_as_many_cases_as_it_says(
    district: District, sign_in: SignIn
) -> None:
    district.cases_in(State.FORWARDED, 3)
    district.case_in(State.HANDLING)
    district.session.commit()
    browser = sign_in(district.supervisor)
    page = browser.fetch(f"/figures/matrix?{MARCH}&figure=measure:completed")
    cells = [cell for cell in heat_cells(page) if cell.all("a")]
    assert [cell.text for cell in cells] == ["3", "3"]  # the unit, and all together
    for cell in cells:
        listed = browser.fetch(cell.one("a").attrs["href"])
        cases = [a for a in listed.all("a") if a.attrs.get("href", "").startswith("/cases/")]
        assert len(cases) == 3


def test_the_matrix_and_its_file_say_the_same(district: District, sign_in: SignIn) -> None:
    district.cases_in(State.FORWARDED, 2)
    district.session.commit()
    browser = sign_in(district.leader)
    page = browser.fetch(f"/figures/matrix?{MARCH}&figure=rate:completion")
    text = browser.get(f"/figures/matrix.csv?{MARCH}&figure=rate:completion").text
    rows = list(csv.reader(io.StringIO(text.lstrip("\ufeff"))))
    assert heat_cells(page)[0].text == "100.0%"
    assert rows[1:] == [[district.lead.name, "1.0000"], ["全部单位", "1.0000"]]


@pytest.mark.parametrize(
    "query",
    [
        "figure=rate:nothing",
        "figure=" + "x" * 5000,
        "from=2026-03-05&to=2026-03-01",
        "from=2040-01-01&to=2040-02-01",
        "to=9999-12-31",
    ],
)
def test_a_figure_or_period_that_is_none_is_a_clear_page(
    district: District, sign_in: SignIn, query: str
) -> None:
    browser = sign_in(district.supervisor)
    browser.speak("en")
    assert "There is a problem" in browser.fetch(f"/figures/matrix?{query}", status=422).text
    if not query.startswith("figure"):
        unit = f"/figures/unit/{district.lead.id}?{query}"
        assert "There is a problem" in browser.fetch(unit, status=422).text


def test_ten_years_show_their_last_two(district: District, sign_in: SignIn) -> None:
    district.case_in(State.FORWARDED)
    district.session.commit()
    page = sign_in(district.supervisor).fetch("/figures/matrix?from=2016-01-01&to=2026-12-31")
    assert len([head for head in page.all("th", scope="col")]) == 1 + 24


def test_two_units_stand_side_by_side_and_must_be_two(district: District, sign_in: SignIn) -> None:
    district.cases_in(State.FORWARDED, 2)
    district.session.commit()
    browser = sign_in(district.supervisor)
    browser.speak("en")
    lead, helper = district.lead.id, district.helper.id
    page = browser.fetch(f"/figures/beside?{MARCH}&department={lead}&other={helper}")
    (row,) = [row for row in page.all("tr") if row.text.startswith("Cases received")]
    assert [cell.text for cell in row.all("td")] == ["2", "0"]
    same = browser.fetch(f"/figures/beside?{MARCH}&department={lead}&other={lead}", status=422)
    assert "Choose two different units." in same.text


def test_a_unit_sees_why_it_sent_back_and_its_longest_overdue_case(
    district: District, sign_in: SignIn
) -> None:
    late = district.case_in(State.HANDLING)
    back = district.case_in(State.RETURNED)
    district.take(back, Action.UPHOLD, at=MONDAY + 5 * STEP)
    late.promised_on = date(2026, 3, 1)
    district.session.commit()
    browser = sign_in(district.handler)
    browser.speak("en")
    page = browser.fetch(f"/figures/unit/{district.lead.id}?{MARCH}")
    assert page.all("a", href=f"/cases/{late.number}")
    reason = district.session.get_one(Reason, "send_back.not_ours")
    (row,) = [row for row in page.all("tr") if row.text.startswith(reason.text_en)]
    assert row.one("td").text == "1"


def test_no_unit_counts_cards_or_objections_of_a_case_that_accuses_it(district: District) -> None:
    d = district
    case = d.case_in(State.RETURNED)
    d.session.add(
        SupervisionNotice(
            case_id=case.id,
            clock=Clock.SIGN,
            due_on=MONDAY.date(),
            level=Level.YELLOW_CARD,
            department_id=d.lead.id,
            at=MONDAY,
        )
    )
    case.department_id, case.accused_department_id = None, d.lead.id
    d.session.flush()
    span = (date(2026, 3, 1), date(2026, 3, 31))
    counted = [
        (
            counted_levels(d.session, Scope(reader, d.lead.id), *span)[Level.YELLOW_CARD],
            [one.count for one in figures_units.sent_back_for(d.session, reader, d.lead.id, *span)],
        )
        for reader in (d.handler, d.supervisor)
    ]
    assert counted == [(0, []), (1, [1])]


def test_people_of_a_department_see_their_own_unit_alone(
    district: District, sign_in: SignIn
) -> None:
    browser = sign_in(district.handler)
    browser.fetch(f"/figures/unit/{district.lead.id}")
    browser.fetch(f"/figures/unit/{district.helper.id}", status=404)
    browser.fetch("/figures/unit/999999", status=404)
    browser.fetch("/figures/matrix", status=403)
    browser.fetch("/figures/beside", status=403)


def test_each_age_of_what_runs_opens_as_many_cases_as_it_says(
    district: District, sign_in: SignIn
) -> None:
    district.cases_in(State.HANDLING, 2)
    old = district.case_in(State.HANDLING)
    old.received_on = MONDAY.date() - timedelta(days=40)
    district.case_in(State.AWAITING_PETITIONER)
    district.session.commit()
    browser = sign_in(district.supervisor)
    (chart,) = browser.fetch("/figures").all("table", class_="chart__table--stacked")
    cells = [cell for cell in chart.all("td", class_="chart__figure") if cell.all("a")]
    assert sorted(cell.text for cell in cells) == ["1", "1", "1", "2", "3"]
    for cell in cells:
        listed = browser.fetch(cell.one("a").attrs["href"])
        cases = [a for a in listed.all("a") if a.attrs.get("href", "").startswith("/cases/")]
        assert len(cases) == int(cell.text)
    (row,) = [row for row in chart.all("tr") if row.text.startswith("办理中")]
    listed = browser.fetch(row.all("a")[-2].attrs["href"])
    assert listed.all("a", href=f"/cases/{old.number}")


def test_a_group_that_is_not_there_is_called_unknown(district: District, sign_in: SignIn) -> None:
    district.session.commit()
    browser = sign_in(district.supervisor)
    browser.speak("en")
    for group in ("street:999999", "category:999999", "subject:999999"):
        assert "Unknown" in browser.fetch(f"/figures?group={group}").one("h2", class_="period").text
