"""What other systems count wrongly is counted rightly here."""

from datetime import timedelta
from decimal import Decimal

from sqlalchemy import Engine, event

from casework.queries.figures import Figures, Period, Scope
from casework.queries.figures_pages import by_department, by_month
from casework.services import oversight
from casework.services.actors import staff
from casework.services.figure_days import renew
from casework.workflow.states import Action, State
from tests.factories import MONDAY, STEP, District
from tests.figures.many import copies

DAY = MONDAY.date()


def whole(district: District, *, today_plus: int = 0) -> Figures:
    today = DAY + timedelta(days=today_plus)
    period = Period.of(DAY, today, today=today)
    return by_department(district.session, Scope(district.leader), period).whole


def test_what_was_refused_is_not_done(district: District) -> None:
    for state in (State.DECLINED, State.WITHDRAWN, State.MERGED):
        district.case_in(state)
    found = whole(district)
    assert found["valid_completed"] == found["completed"] == 0
    assert (found["declined"], found["withdrawn"], found["merged"]) == (1, 1, 1)
    assert found.rate("completion") == 0  # the case that took the merged one in is open


def test_what_is_open_and_in_time_is_no_success(district: District) -> None:
    district.cases_in(State.HANDLING, 3)
    district.case_in(State.FORWARDED)
    found = whole(district)
    assert (found["on_time"], found.denominator("on_time")) == (1, 1)


def test_the_first_closing_does_not_stay_after_it_is_opened_again(district: District) -> None:
    case = district.case_in(State.FORWARDED)
    assert whole(district)["completed"] == 1
    later = MONDAY + timedelta(days=2)
    oversight.follow_up(
        district.session,
        case,
        text="来信人说没有修好。",
        by=staff(district.clerk),
        at=later,
        rules=district.rules,
    )
    district.take(case, Action.REDO, at=later + STEP)
    again = whole(district, today_plus=2)
    assert (again["completed"], again["valid_completed"], again["redone"]) == (0, 0, 1)


def test_times_are_of_all_cases_and_not_of_the_last_hundred(district: District) -> None:
    slow = district.case_in(State.FORWARDED)
    copies(district.session, slow, 150, completed_on="received_on + 40")
    copies(district.session, slow, 149, completed_on="received_on + 1", completed_at="completed_at")
    found = whole(district, today_plus=60)
    assert found["completed"] == 300
    assert found.median == Decimal("20.5")


def test_figures_take_no_more_statements_for_more_cases(district: District, engine: Engine) -> None:
    def statements() -> int:
        seen: list[str] = []
        note = lambda _c, _u, statement, *_rest: seen.append(statement)  # noqa: E731
        event.listen(engine, "before_cursor_execute", note)
        try:
            whole(district)
            scope = Scope(district.leader)
            by_month(district.session, scope, DAY - timedelta(days=700), DAY, today=DAY)
        finally:
            event.remove(engine, "before_cursor_execute", note)
        return len(seen)

    case = district.case_in(State.FORWARDED)
    few = statements()
    copies(district.session, case, 2_000, received_on="received_on - n % 600")
    while renew(district.session):
        pass
    assert statements() == few
