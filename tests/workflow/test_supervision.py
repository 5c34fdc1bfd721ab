"""The days on which levels are reached: a table made by hand, and laws that hold for every day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.workflow.calendar import WorkCalendar
from casework.workflow.clock import Nearness, colour
from casework.workflow.states import RUNNING, Clock, State
from casework.workflow.supervision import (
    ENTRIES,
    NOTICES,
    SUPERVISED,
    Ladder,
    Level,
    explain_by,
    level_day,
    owing_unit,
    reached_until,
    times_chased,
)

OFF = [date(2026, 10, day) for day in range(1, 8)] + [date(2026, 9, 25), date(2027, 1, 1)]
MADE_UP = [date(2026, 9, 20), date(2026, 10, 10)]
CALENDAR = WorkCalendar({**dict.fromkeys(OFF, False), **dict.fromkeys(MADE_UP, True)})
"""国庆 2026 from 1 to 7 October, with 20 September and 10 October worked; 中秋 on 25 September."""

W, R, O, Y, X = Level  # noqa: E741 - one letter a column, as in a table on paper


@pytest.mark.parametrize(
    ("due_on", "level", "reached_on"),
    [
        # A plain week: due on Wednesday 11 November
        ("2026-11-11", W, "2026-11-06"),
        ("2026-11-11", R, "2026-11-12"),
        ("2026-11-11", O, "2026-11-16"),
        ("2026-11-11", Y, "2026-11-18"),
        ("2026-11-11", X, "2026-11-25"),
        # Due on a Friday: the weekend counts for nothing
        ("2026-11-13", W, "2026-11-10"),
        ("2026-11-13", R, "2026-11-16"),
        ("2026-11-13", O, "2026-11-18"),
        ("2026-11-13", Y, "2026-11-20"),
        ("2026-11-13", X, "2026-11-27"),
        # Due on a Saturday, as a date that the law does not move
        ("2026-11-14", W, "2026-11-10"),
        ("2026-11-14", R, "2026-11-16"),
        # Due on the last working day before 国庆: what follows waits until the 8th
        ("2026-09-30", W, "2026-09-24"),
        ("2026-09-30", R, "2026-10-08"),
        ("2026-09-30", O, "2026-10-10"),  # a Saturday that is worked
        ("2026-09-30", Y, "2026-10-13"),
        ("2026-09-30", X, "2026-10-20"),
        # Due on the make-up Saturday itself
        ("2026-10-10", W, "2026-09-30"),
        ("2026-10-10", R, "2026-10-12"),
        # Due after 中秋
        ("2026-09-28", W, "2026-09-22"),
        ("2026-09-28", R, "2026-09-29"),
        # Over the end of the year
        ("2026-12-31", W, "2026-12-28"),
        ("2026-12-31", R, "2027-01-04"),
        ("2026-12-31", O, "2027-01-06"),
        ("2026-12-31", Y, "2027-01-08"),
        ("2026-12-31", X, "2027-01-15"),
        # A leap day
        ("2028-02-29", W, "2028-02-24"),
        ("2028-02-29", R, "2028-03-01"),
        ("2028-02-29", O, "2028-03-03"),
    ],
)
def test_a_level_is_reached_on_its_day(due_on: str, level: Level, reached_on: str) -> None:
    day = level_day(level, date.fromisoformat(due_on), CALENDAR, Ladder())
    assert day == date.fromisoformat(reached_on)


DAYS = st.dates(date(2026, 8, 1), date(2027, 3, 1))
LADDERS = st.builds(
    lambda warn, steps: Ladder(warn, *steps),
    st.integers(0, 10),
    st.lists(st.integers(1, 20), min_size=4, max_size=4).map(sorted),
)


@given(DAYS, DAYS, LADDERS, st.sampled_from(Level))
def test_what_a_sweep_compares_with_is_the_same_rule(
    due_on: date, today: date, ladder: Ladder, level: Level
) -> None:
    swept = due_on <= reached_until(level, today, CALENDAR, ladder)
    reached = level_day(level, due_on, CALENDAR, ladder) <= today
    assert swept == reached


@given(DAYS, LADDERS)
def test_levels_come_in_their_order_and_on_working_days(due_on: date, ladder: Ladder) -> None:
    days = [level_day(level, due_on, CALENDAR, ladder) for level in Level]
    assert days == sorted(days)
    assert days[0] <= due_on < days[1]
    assert all(CALENDAR.is_working(day) for day in days)


@given(DAYS)
def test_the_warning_comes_on_the_first_yellow_working_day(due_on: date) -> None:
    day = level_day(Level.WARNING, due_on, CALENDAR, Ladder())
    assert colour(due_on, day, CALENDAR) is Nearness.YELLOW
    before = day - timedelta(days=1)
    assert colour(due_on, before, CALENDAR) is Nearness.GREEN or not CALENDAR.is_working(before)


@given(DAYS, st.integers(1, 10), st.integers(0, 60))
def test_an_order_is_chased_ever_more_often_and_never_in_time(
    ordered_on: date, days: int, later: int
) -> None:
    ladder = Ladder(explain_days=days)
    wanted = explain_by(ordered_on, CALENDAR, ladder)
    assert times_chased(wanted, wanted, CALENDAR, ladder) == 0
    today = wanted + timedelta(days=later)
    times = times_chased(wanted, today, CALENDAR, ladder)
    assert times <= times_chased(wanted, today + timedelta(days=1), CALENDAR, ladder)


def test_rights_and_citizens_are_not_supervised() -> None:
    assert set(Clock) - SUPERVISED == {Clock.OBJECTION, Clock.ANSWER}


def test_every_level_has_its_notice_and_its_line() -> None:
    assert set(NOTICES) == set(ENTRIES) == set(Level)


@pytest.mark.parametrize("state", sorted(RUNNING))
def test_each_running_case_has_one_unit_that_owes_it(state: State) -> None:
    office = {State.SUBMITTED, State.RETURNED, State.REPLIED}
    assert owing_unit(state, 7) == (None if state in office else 7)
