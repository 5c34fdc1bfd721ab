"""Every table of figures as a file: the same numbers, typed, within what the reader may see."""

import csv
import io

import openpyxl
import pytest

from casework.workflow.calendar import SHANGHAI
from casework.workflow.states import State
from tests.factories import MONDAY, District
from tests.web.conftest import SignIn

PERIOD = "from=2026-03-01&to=2026-03-31"


@pytest.fixture(autouse=True)
def _cases(district: District) -> None:
    district.cases_in(State.HANDLING, 2, street_id=district.street.id)
    district.case_in(State.FORWARDED, subject="=1+1")
    district.session.commit()


def rows_of_csv(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def test_the_file_of_a_grouping_has_the_figures_of_its_page(
    district: District, sign_in: SignIn
) -> None:
    browser = sign_in(district.supervisor)
    browser.speak("en")
    page = browser.fetch(f"/figures/by/street?{PERIOD}")
    assert district.street.name_en in page.one("main").text
    (row, none) = rows_of_csv(browser.get(f"/figures/by/street.csv?{PERIOD}").data)
    assert (row["Street"], row["Cases received"]) == (district.street.name_en, "2")
    assert (none["Street"], none["Completion rate"]) == ("None of these", "1.0000")
    assert row["Satisfaction rate"] == ""
    sheet = openpyxl.load_workbook(
        io.BytesIO(browser.get(f"/figures/by/street.xlsx?{PERIOD}").data)
    ).active
    heads = [cell.value for cell in sheet[1]]
    assert sheet.cell(2, heads.index("Cases received") + 1).value == 2
    rate = sheet.cell(3, heads.index("Completion rate") + 1)
    assert (rate.value, rate.number_format) == (1, "0.0%")
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref is not None


def test_the_cases_behind_a_figure_come_as_a_file(district: District, sign_in: SignIn) -> None:
    browser = sign_in(district.supervisor)
    address = f"/figures/cases?measure=received&{PERIOD}"
    assert browser.fetch(address).all("a", href=address.replace("cases?", "cases.csv?"))
    rows = rows_of_csv(browser.get(f"/figures/cases.csv?measure=received&{PERIOD}").data)
    assert len(rows) == 3
    assert "'=1+1" in [row["主题"] for row in rows]
    book = openpyxl.load_workbook(
        io.BytesIO(browser.get(f"/figures/cases.xlsx?measure=completed&{PERIOD}").data)
    )
    (row,) = list(book.active.iter_rows(min_row=2))
    assert row[1].value == "=1+1"
    assert row[1].data_type == "s"
    assert row[8].is_date


def test_a_department_gets_its_own_cases_only(district: District, sign_in: SignIn) -> None:
    address = f"/figures/cases.csv?measure=received&{PERIOD}"
    assert len(rows_of_csv(sign_in(district.handler).get(address).data)) == 3
    assert rows_of_csv(sign_in(district.helping_handler).get(address).data) == []


@pytest.mark.parametrize(
    "address",
    [
        "/figures/by/nothing",
        "/figures/by/nothing.csv",
        "/figures/by/subject",
        "/figures/by/street.doc",
        "/figures/cases.csv?measure=nothing",
    ],
)
def test_what_is_no_table_is_not_found(district: District, sign_in: SignIn, address: str) -> None:
    assert sign_in(district.supervisor).get(address).status_code == 404


@pytest.mark.parametrize(
    "address",
    ["/figures/by/street.csv?from=x", "/figures/cases.csv?measure=received&from=2030-01-01"],
)
def test_a_period_that_cannot_be_leads_to_the_page_that_says_so(
    district: District, sign_in: SignIn, address: str
) -> None:
    browser = sign_in(district.supervisor)
    answer = browser.get(address)
    assert answer.status_code == 302
    assert browser.get(answer.headers["Location"]).status_code == 422


@pytest.mark.parametrize(
    "group",
    [
        "street:x",
        "kind:'--",
        "nothing:1",
        "category:99999999999999999999999",
        "kind:",
        "x",
        ",".join(["kind:praise"] * 99),
    ],
)
def test_a_group_that_cannot_be_is_said_and_never_silently_everything(
    district: District, sign_in: SignIn, group: str
) -> None:
    browser = sign_in(district.supervisor)
    browser.speak("en")
    for page in ("", "/by/kind", "/matrix", "/cases?measure=received"):
        sign = "&" if "?" in page else "?"
        address = f"/figures{page}{sign}{PERIOD}&group={group}"
        assert "There is no such filter." in browser.fetch(address, status=422).text


def test_a_group_opens_its_own_figures_and_cases(district: District, sign_in: SignIn) -> None:
    browser = sign_in(district.supervisor)
    group = f"street:{district.street.id}"
    page = browser.fetch(f"/figures?{PERIOD}&group={group}")
    assert district.street.name in page.one("main").text
    rows = rows_of_csv(
        browser.get(f"/figures/cases.csv?measure=received&{PERIOD}&group={group}").data
    )
    assert len(rows) == 2


def test_columns_are_as_wide_as_what_stands_in_them(district: District, sign_in: SignIn) -> None:
    browser = sign_in(district.supervisor)
    book = openpyxl.load_workbook(
        io.BytesIO(browser.get(f"/figures/cases.xlsx?measure=completed&{PERIOD}").data)
    )
    widths = {
        place: column.width
        for column in book.active.column_dimensions.values()
        for place in range(column.min, column.max + 1)
    }
    assert widths[2] >= 24  # the subject
    assert widths[7] >= 17  # an instant, which would be crosses in a narrower one


def test_instants_in_a_file_are_those_of_the_district(district: District, sign_in: SignIn) -> None:
    browser = sign_in(district.supervisor)
    browser.speak("en")
    row = rows_of_csv(browser.get(f"/figures/cases.csv?measure=completed&{PERIOD}").data)[0]
    day, time = row["Received"].split(" ")
    assert (day, len(time)) == (MONDAY.date().isoformat(), len("09:00:00"))
    assert time == f"{MONDAY.astimezone(SHANGHAI):%H:%M:%S}"
    assert row["Completed on"]


def test_the_cases_above_a_share_say_what_stands_below_it(
    district: District, sign_in: SignIn
) -> None:
    browser = sign_in(district.supervisor)
    browser.speak("en")
    page = browser.fetch(f"/figures?{PERIOD}")
    (link,) = [
        a.attrs["href"]
        for a in page.all("a")
        if "rate=completion" in a.attrs.get("href", "") and "department" not in a.attrs["href"]
    ][:1]
    listed = browser.fetch(link)
    assert "Completion rate 33.3% = 1 / 3" in listed.one("main").text
    (below,) = [a for a in listed.all("a") if a.text == "Valid 3"]
    assert "Valid: 3" in browser.fetch(below.attrs["href"]).one("h1").text
    other = browser.fetch(f"/figures/cases?measure=received&rate=completion&{PERIOD}")
    assert "Completion rate" not in other.one("main").text
