"""Everybody sees what the district shows of its figures, and nobody in a small number."""

from datetime import date, timedelta

import pytest

from casework.models import Setting
from casework.queries.figures import Figures, Grouping
from casework.queries.public_figures import OTHERS, public_figures
from casework.services import administration
from casework.services.figure_days import renew
from casework.workflow.states import Kind, State
from tests.factories import MONDAY, CategoryFactory, District
from tests.figures.many import copies
from tests.web.client import LintingClient
from tests.web.conftest import Clock, SignIn

FIRST, LAST = date(2025, 4, 1), date(2026, 3, 31)


def received(groups: dict[str, Figures]) -> dict[str, int]:
    return {key: figures["received"] for key, figures in groups.items()}


def settle(district: District) -> None:
    district.session.flush()
    while renew(district.session):
        pass


def show(district: District, what: str) -> None:
    administration.change_settings(
        district.session, {"public_figures": what}, by=district.administrator, at=MONDAY
    )
    district.session.commit()


def test_small_groups_are_added_to_the_others_and_cannot_be_reckoned_back(
    district: District,
) -> None:
    for kind, count in ((Kind.COMPLAINT, 12), (Kind.HELP, 7), (Kind.PRAISE, 2)):
        case = district.case_in(State.FORWARDED, kind=kind)
        copies(district.session, case, count - 1)
    settle(district)
    found = public_figures(district.session, FIRST, LAST, units=False)
    # Two praises alone would be told by the total: the next smallest joins them.
    assert received(found.groups[Grouping.KIND]) == {"complaint": 12, OTHERS: 9}
    assert found.year is not None
    assert found.year["received"] == 21


def test_a_small_month_has_no_figures_and_the_year_does_not_give_it_away(
    district: District,
) -> None:
    many = district.case_in(State.FORWARDED)
    copies(district.session, many, 20)
    copies(district.session, many, 3, received_on="received_on - 60")
    settle(district)
    found = public_figures(district.session, FIRST, LAST, units=False)
    months = {month: figures for month, figures in found.months}
    assert months[date(2026, 1, 1)] is None
    assert months[date(2026, 3, 1)] is not None
    assert found.year is None


def test_nothing_small_at_all_shows_nothing(district: District) -> None:
    district.case_in(State.FORWARDED)
    settle(district)
    found = public_figures(district.session, FIRST, LAST, units=True)
    assert found.year is None
    assert all(not groups for groups in found.groups.values())


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_the_district_decides_what_is_shown(
    district: District, client: LintingClient, clock: Clock, language: str
) -> None:
    case = district.case_in(State.FORWARDED)
    category = CategoryFactory(name="噪声", name_en="Noise")
    copies(district.session, case, 10)
    copies(district.session, case, 30, category_id=str(category.id))
    settle(district)
    district.session.commit()
    clock.now = MONDAY + timedelta(days=1)
    client.speak(language)
    page = client.fetch("/answers/figures")
    assert ("Noise" if language == "en" else "噪声") in page.text
    assert client.fetch("/").all("a", href="/answers/figures")


def test_what_the_district_does_not_show_is_not_there(
    district: District, client: LintingClient, sign_in: SignIn
) -> None:
    show(district, "nothing")
    client.fetch("/answers/figures", status=404)
    assert not client.fetch("/").all("a", href="/answers/figures")
    browser = sign_in(district.administrator)
    page = browser.fetch("/admin/district")
    assert page.one("select", name="public_figures")
    browser.submit(page, {"public_figures": "units"})
    assert district.session.get_one(Setting, "public_figures").value == "units"


def test_units_are_shown_only_where_the_district_says_so(
    district: District, client: LintingClient, clock: Clock
) -> None:
    case = district.case_in(State.FORWARDED)
    copies(district.session, case, 30)
    settle(district)
    clock.now = MONDAY + timedelta(days=1)
    for what, shown in (("totals", False), ("units", True)):
        show(district, what)
        page = client.fetch("/answers/figures").one("main").text
        assert (district.lead.name in page) is shown, what


def test_categories_are_those_of_the_first_level(district: District) -> None:
    top = CategoryFactory(name="城建")
    below = CategoryFactory(parent_id=top.id, level=2, name="路灯", path="城建 / 路灯")
    case = district.case_in(State.FORWARDED, category_id=below.id)
    copies(district.session, case, 9)
    settle(district)
    found = public_figures(district.session, FIRST, LAST, units=False)
    assert received(found.groups[Grouping.CATEGORY]) == {str(top.id): 10}
