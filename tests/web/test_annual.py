"""The annual report stands for each year that has begun, from the same figures as every page."""

from datetime import date

import pytest

from casework.models import Level, SupervisionNotice
from casework.queries.annual import annual
from casework.queries.figures import Scope
from casework.workflow.states import Clock, Kind, State
from tests.factories import MONDAY, District
from tests.web.conftest import SignIn


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("filled", [False, True])
def test_the_report_stands_when_nothing_has_happened_and_when_much_has(
    district: District, sign_in: SignIn, language: str, filled: bool
) -> None:
    if filled:
        district.cases_in(State.FORWARDED, 2)
        district.case_in(State.DECLINED)
    district.session.commit()
    browser = sign_in(district.supervisor)
    browser.speak(language)
    page = browser.fetch("/figures/annual/2026")
    assert page.all("h2")


def test_it_counts_complaints_by_unit_and_suggestions_apart(district: District) -> None:
    district.cases_in(State.HANDLING, 2)
    district.case_in(State.FORWARDED, kind=Kind.SUGGESTION)
    found = annual(district.session, Scope(district.leader), 2026, today=MONDAY.date())
    assert found.complaints == [(str(district.lead.id), 2)]
    assert (found.suggestions["received"], found.suggestions["valid_completed"]) == (1, 1)
    assert sum(one["received"] for one in found.kinds.values()) == found.whole["received"] == 3
    earlier = annual(district.session, Scope(district.leader), 2027, today=date(2027, 1, 5))
    assert (earlier.whole["received"], earlier.before["received"]) == (0, 3)


def test_nobody_counts_the_supervision_of_a_case_about_themselves(district: District) -> None:
    case = district.case_in(State.HANDLING)
    district.session.add(
        SupervisionNotice(
            case_id=case.id,
            clock=Clock.HANDLE,
            due_on=MONDAY.date(),
            level=Level.RED_CARD,
            department_id=district.lead.id,
            at=MONDAY,
        )
    )
    case.accused_user_id = district.leader.id
    district.session.flush()
    readers = (district.leader, district.supervisor)
    levels = [annual(district.session, Scope(one), 2026, today=MONDAY.date()) for one in readers]
    assert [found.levels[Level.RED_CARD] for found in levels] == [0, 1]


@pytest.mark.parametrize("year", ["1980", "2040", "99999999"])
def test_a_year_that_has_no_report_is_not_there(
    district: District, sign_in: SignIn, year: str
) -> None:
    sign_in(district.leader).fetch(f"/figures/annual/{year}", status=404)


def test_departments_have_no_annual_report(district: District, sign_in: SignIn) -> None:
    sign_in(district.handler).fetch("/figures/annual/2026", status=403)
