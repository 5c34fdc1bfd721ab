"""What the figures count is compared with the logs, and every difference is named."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from casework.queries.rules import rules_in_force
from casework.services import calendar_changes
from casework.services.calendar_changes import DayChange
from casework.services.figure_checks import wrong_figures
from casework.workflow.states import Action, State
from tests.factories import MONDAY, SEALER, STEP, District


def wrong(session: Session, district: District) -> dict[str, tuple[str, ...]]:
    session.flush()
    found = wrong_figures(session, district.rules)
    return {one.number: one.columns for one in found if one is not None}


def test_a_played_district_differs_nowhere(filled: Session) -> None:
    walked = list(wrong_figures(filled, rules_in_force(filled, SEALER)))
    assert len(walked) >= 120
    assert set(walked) == {None}


def test_every_state_is_counted_as_its_log_tells_it(district: District) -> None:
    for state in State:
        district.case_in(state)
    district.answered_call()
    assert wrong(district.session, district) == {}


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ("received_on = received_on - 1", "received_on"),
        ("completed_on = completed_on + 1", "completed_on"),
        ("dispatched_on = dispatched_on + 1", "dispatched_on"),
        ("worked_days = 99", "worked_days"),
        ("sent_back = true", "sent_back"),
        ("extended = true", "extended"),
        ("round = 2", "round"),
        ("satisfaction = 5, solved = true", "satisfaction"),
    ],
)
def test_a_column_changed_behind_the_steps_is_named(
    district: District, change: str, column: str
) -> None:
    case = district.case_in(State.FORWARDED)
    district.session.flush()
    district.session.execute(text(f"UPDATE cases SET {change} WHERE id = {case.id}"))
    assert column in wrong(district.session, district)[case.number]


def test_doing_a_case_again_takes_its_completion_its_days_and_its_rating_away(
    district: District,
) -> None:
    case = district.case_in(State.FORWARDED)
    assert (case.worked_days, case.completed_on) == (0, MONDAY.date())
    district.take(case, Action.REDO, at=MONDAY + 10 * STEP)
    assert (case.completed_on, case.worked_days, case.satisfaction) == (None, None, None)
    assert wrong(district.session, district) == {}


def test_days_that_change_after_the_answer_leave_it_its_working_days(district: District) -> None:
    case = district.case_in(State.HANDLING)
    later = MONDAY + timedelta(days=7)
    for place, action in enumerate((Action.DRAFT, Action.APPROVE, Action.FORWARD)):
        district.take(case, action, at=later + place * STEP)
    assert case.worked_days == 5
    changes = [DayChange(date(2026, 3, 5), False, "临时放假", "Extra day off")]
    moved = calendar_changes.moved_dates(district.session, changes, rules=district.rules)
    calendar_changes.change_calendar(
        district.session,
        changes,
        seen=calendar_changes.fingerprint(district.session, changes, moved),
        by=district.administrator,
        at=later + timedelta(days=1),
        rules=district.rules,
    )
    district.session.flush()
    rules = rules_in_force(district.session, SEALER)
    assert set(wrong_figures(district.session, rules)) == {None}
