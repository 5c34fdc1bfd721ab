"""What each figure counts and what it leaves apart, case by case."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from casework.queries.figures import Figures, Period, Scope
from casework.queries.figures_pages import by_department, by_month
from casework.services import oversight
from casework.services.actors import staff
from casework.workflow.calendar import SHANGHAI
from casework.workflow.states import Action, State
from tests.factories import MONDAY, STEP, District


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
