"""Which answered cases are not public, for how long, and why; and the rate of each unit."""

from datetime import date, timedelta

import pytest

from casework.queries.unpublished import Wanted, Which, rates, unpublished
from casework.workflow.states import Action, State
from tests.factories import MONDAY, STEP, District, UserFactory
from tests.web.conftest import SignIn


def numbers(district: District, which: Which, **wanted: object) -> list[str]:
    narrowed = Wanted(**wanted)  # type: ignore[arg-type]
    rows, _after = unpublished(district.session, district.supervisor, which, narrowed)
    return [row.number for row in rows]


def test_the_oldest_undecided_stands_first_and_what_has_no_consent_is_not_counted(
    district: District,
) -> None:
    young = district.case_in(State.FORWARDED, at=MONDAY + timedelta(days=1))
    old = district.case_in(State.FORWARDED)
    district.case_in(State.FORWARDED, consent=False)
    district.case_in(State.PUBLISHED)
    assert numbers(district, Which.UNDECIDED) == [old.number, young.number]


def test_what_was_withheld_or_taken_down_says_why(district: District) -> None:
    withheld = district.case_in(State.ARCHIVED)
    down = district.case_in(State.PUBLISHED)
    district.take(down, Action.UNPUBLISH, at=MONDAY + 12 * STEP)
    rows, _ = unpublished(district.session, district.clerk, Which.WITHHELD)
    assert {row.number: row.reason_code for row in rows} == {
        withheld.number: "withhold.privacy",
        down.number: "unpublish.privacy",
    }
    assert numbers(district, Which.WITHHELD, reason_code="withhold.privacy") == [withheld.number]


def test_a_rate_adds_up_and_each_number_opens_exactly_its_cases(district: District) -> None:
    district.cases_in(State.PUBLISHED, 3)
    district.cases_in(State.FORWARDED, 2)
    district.cases_in(State.ARCHIVED, 1)
    days = Wanted(date(2026, 3, 2), date(2026, 3, 31))
    (rate,) = rates(district.session, district.clerk, days)
    assert (rate.answered, rate.published, rate.undecided, rate.withheld) == (6, 3, 2, 1)
    assert rate.share == 0.5
    assert rate.reasons == {"withhold.privacy": 1}
    for which, count in (
        (Which.ANSWERED, rate.answered),
        (Which.PUBLISHED, rate.published),
        (Which.UNDECIDED, rate.undecided),
        (Which.WITHHELD, rate.withheld),
    ):
        assert len(numbers(district, which, department_id=district.lead.id)) == count
    assert rates(district.session, district.clerk, Wanted(date(2026, 4, 3))) == []


def test_pages_follow_each_other_without_a_gap(district: District) -> None:
    district.cases_in(State.FORWARDED, 5)
    seen: list[int] = []
    after: str | None = ""
    while after is not None:
        rows, after = unpublished(
            district.session, district.clerk, Which.UNDECIDED, after=after, size=2
        )
        seen += [row.id for row in rows]
    assert len(seen) == len(set(seen)) == 5


@pytest.mark.parametrize("after", ["x", "2026-03-02~1", "2026-03-02T09:00:00+08:00~0", "~"])
def test_a_key_that_cannot_be_read_begins_the_list(district: District, after: str) -> None:
    district.case_in(State.FORWARDED)
    rows, _ = unpublished(district.session, district.clerk, Which.UNDECIDED, after=after)
    assert len(rows) == 1


def test_nobody_finds_a_case_there_that_accuses_them(district: District) -> None:
    case = district.case_in(State.FORWARDED)
    case.accused_user_id = district.supervisor.id
    district.session.flush()
    assert numbers(district, Which.UNDECIDED) == []


def test_the_pages_show_ages_reasons_and_links(district: District, sign_in: SignIn) -> None:
    case = district.case_in(State.ARCHIVED)
    district.session.commit()
    browser = sign_in(district.supervisor)
    page = browser.fetch("/unpublished?which=withheld&reason=withhold.privacy")
    assert case.number in page.text
    assert "涉及个人隐私" in page.text
    page = browser.fetch("/unpublished/rates?from=2026-03-01&to=2026-03-31")
    targets = [link.attrs["href"] for link in page.one("table").all("a")]
    assert any("reason=withhold.privacy" in target for target in targets)
    for target in targets:
        assert browser.get(target).status_code == 200
    assert browser.get("/unpublished?from=nonsense").status_code == 422


def test_departments_do_not_read_these_pages(district: District, sign_in: SignIn) -> None:
    for user in (district.handler, district.reviewer, UserFactory(operator=True)):
        assert sign_in(user).get("/unpublished").status_code == 403


def test_a_case_that_is_done_again_is_not_waiting_for_publication(district: District) -> None:
    case = district.case_in(State.FORWARDED)
    district.take(case, Action.REDO, at=MONDAY + 12 * STEP)
    assert numbers(district, Which.UNDECIDED) == []
