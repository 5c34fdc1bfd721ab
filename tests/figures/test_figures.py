"""The figures are what the log says, and each opens exactly the cases it counts."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Department
from casework.queries import figures_pages
from casework.queries.figures import MEASURES, Figures, Period, Scope
from casework.queries.figures_pages import WITH_OFFICE, by_department, by_month, counted
from casework.services import oversight
from casework.services.actors import staff
from casework.workflow.calendar import SHANGHAI
from casework.workflow.states import Action, State
from tests.factories import MONDAY, STEP, District
from tests.figures.conftest import TODAY, person
from tests.figures.recomputed import figures, told

PERIODS = [
    (date(2026, 1, 1), date(2026, 12, 31)),
    (date(2026, 4, 1), date(2026, 4, 30)),
    (date(2026, 5, 11), date(2026, 6, 9)),
    (TODAY, TODAY),
    (date(2025, 1, 1), date(2025, 12, 31)),
]


def plain(found: Figures) -> dict[str, object]:
    counts: dict[str, object] = {name: found[name] for name in MEASURES}
    return counts | {"median": None if found.median is None else float(found.median)}


@pytest.mark.parametrize(("first", "last"), PERIODS)
def test_figures_equal_what_the_log_says(filled: Session, first: date, last: date) -> None:
    scope = Scope(person(filled, "supervisor"))
    found = by_department(filled, scope, Period.of(first, last, today=TODAY))
    cases = told(filled)
    expected = figures(cases, first, last, TODAY)
    assert {name: plain(found.whole)[name] for name in expected} == expected
    for unit in filled.scalars(select(Department)):
        own = [case for case in cases if case.department_id == unit.id]
        expected = figures(own, first, last, TODAY)
        mine = plain(found.units.get(unit.id, figures_pages.NOTHING))
        assert {name: mine[name] for name in expected} == expected


def test_months_equal_what_the_log_says(filled: Session) -> None:
    first, last = date(2026, 3, 10), date(2026, 6, 30)
    months = by_month(filled, Scope(person(filled, "leader")), first, last, today=TODAY)
    assert [(m.first, m.last) for m in months] == [
        (date(2026, 3, 10), date(2026, 3, 31)),
        (date(2026, 4, 1), date(2026, 4, 30)),
        (date(2026, 5, 1), date(2026, 5, 31)),
        (date(2026, 6, 1), TODAY),
    ]
    cases = told(filled)
    for month in months:
        expected = figures(cases, month.first, month.last, TODAY)
        assert {name: plain(month.figures)[name] for name in expected} == expected


@pytest.mark.parametrize("login", ["supervisor", "office", "handler.roads", "reviewer.urban"])
def test_every_figure_opens_exactly_its_cases(filled: Session, login: str) -> None:
    scope = Scope(person(filled, login))
    period = Period.of(date(2026, 4, 1), date(2026, 6, 30), today=TODAY)
    found = by_department(filled, scope, period)
    for name, measure in MEASURES.items():
        listed, after = [], None
        while True:
            page = counted(filled, scope, measure, period, after=after, size=7)
            assert page.count == found.whole[name], name
            listed += [row.id for row in page.rows]
            after = page.after
            if after is None:
                break
        assert len(listed) == len(set(listed)) == found.whole[name], name


def test_a_departments_people_count_their_own_unit_only(filled: Session) -> None:
    handler = person(filled, "handler.roads")
    everything = by_department(
        filled, Scope(person(filled, "leader")), Period.of(*PERIODS[0], today=TODAY)
    )
    own = by_department(filled, Scope(handler), Period.of(*PERIODS[0], today=TODAY))
    assert handler.department_id is not None
    assert set(own.units) == {handler.department_id}
    assert own.whole == everything.units[handler.department_id]
    others = Scope(handler, department_id=person(filled, "handler.parks").department_id)
    assert by_department(filled, others, Period.of(*PERIODS[0], today=TODAY)).units == {}


def test_units_add_up_to_the_whole(filled: Session) -> None:
    scope = Scope(person(filled, "leader"))
    found = by_department(filled, scope, Period.of(*PERIODS[0], today=TODAY))
    for name in MEASURES:
        assert sum(unit[name] for unit in found.units.values()) == found.whole[name], name
    assert WITH_OFFICE in found.units


def test_the_seed_portals_rate_is_98_6_percent() -> None:
    found = Figures({"valid": 18_186, "valid_completed": 17_932})
    rate = found.rate("completion")
    assert rate is not None
    assert round(rate * 100, 1) == Decimal("98.6")


def test_nothing_to_divide_by_is_no_rate() -> None:
    assert Figures({}).rate("completion") is None
    assert Figures({"open_late": 1}).rate("on_time") == 0


def whole(district: District, first: date, last: date, *, today: date) -> Figures:
    scope = Scope(district.supervisor)
    return by_department(district.session, scope, Period.of(first, last, today=today)).whole


def test_doing_a_case_again_cancels_its_completion(district: District) -> None:
    case = district.case_in(State.FORWARDED)
    day = MONDAY.date()
    assert whole(district, day, day, today=day)["valid_completed"] == 1
    later = MONDAY + timedelta(hours=4)
    oversight.follow_up(
        district.session,
        case,
        text="来信人说没有修好。",
        by=staff(district.clerk),
        at=later,
        rules=district.rules,
    )
    district.take(case, Action.REDO, at=later + STEP)
    found = whole(district, day, day, today=day)
    assert (found["valid"], found["valid_completed"], found["completed"]) == (1, 0, 0)


def test_other_ends_and_calls_on_the_spot_stand_apart(district: District) -> None:
    for state in (State.DECLINED, State.WITHDRAWN, State.MERGED, State.FORWARDED):
        district.case_in(state)
    district.answered_call()
    day = MONDAY.date()
    found = whole(district, day, day, today=day)
    assert found["received"] == 5  # the case that one was merged into came too
    assert found["valid"] == 2
    assert found["valid_completed"] == found["completed"] == 1
    assert (found["declined"], found["merged"], found["withdrawn"]) == (1, 1, 1)
    assert found["on_the_spot"] == 1


def test_what_is_open_and_in_time_is_no_success(district: District) -> None:
    case = district.case_in(State.HANDLING)
    assert case.promised_on is not None
    due = case.promised_on
    found = whole(district, MONDAY.date(), due, today=due)
    assert found.rate("on_time") is None
    late = whole(district, MONDAY.date(), due, today=due + timedelta(days=1))
    assert late["open_late"] == 1
    assert late.rate("on_time") == 0


def test_a_month_ends_at_midnight_in_shanghai(district: District) -> None:
    """23:59 in Shanghai is still the old month, and 16:30 of the day before in London."""
    district.submitted(at=datetime(2026, 3, 31, 23, 59, tzinfo=SHANGHAI))
    district.submitted(at=datetime(2026, 4, 1, 0, 1, tzinfo=SHANGHAI))
    scope, today = Scope(district.leader), date(2026, 4, 2)
    march, april = by_month(
        district.session, scope, date(2026, 3, 1), date(2026, 4, 30), today=today
    )
    assert (march.figures["received"], april.figures["received"]) == (1, 1)


def test_a_unit_never_counts_a_case_about_itself(district: District) -> None:
    case = district.case_in(State.HANDLING)
    case.department_id, case.accused_department_id = district.helper.id, district.lead.id
    district.session.flush()
    day = MONDAY.date()
    for user in (district.handler, district.helping_handler):
        found = by_department(district.session, Scope(user), Period.of(day, day, today=day))
        assert found.whole["received"] == (1 if user is district.helping_handler else 0)
