"""Due dates worked out by hand from the official notices, and the laws of their sums."""

import json
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.workflow.calendar import WorkCalendar
from casework.workflow.clock import (
    Extension,
    LedgerLine,
    Limit,
    Nearness,
    Pause,
    colour,
    due,
    replay,
    warned_until,
)
from casework.workflow.states import Unit
from tests.workflow.notices import day, official

CALENDAR = official()
W, D = Unit.WORKING_DAYS, Unit.CALENDAR_DAYS


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        ("2026-01-05", 60, "2026-03-06"),
        ("2025-08-04", 60, "2025-10-09"),  # 3 October is off
        ("2026-08-03", 60, "2026-10-08"),  # 2 October is off
        ("2024-12-18", 15, "2025-01-02"),
        ("2024-12-17", 15, "2025-01-02"),  # New Year's Day is off
        ("2025-12-03", 30, "2026-01-04"),  # 2 January is off, Sunday the 4th is worked
        ("2023-12-31", 60, "2024-02-29"),  # the leap day itself
        ("2024-01-30", 30, "2024-02-29"),
        ("2025-01-30", 30, "2025-03-03"),  # 1 March is a Saturday
        ("2024-04-13", 15, "2024-04-28"),  # a Sunday that is worked
        ("2024-01-20", 15, "2024-02-04"),  # a Sunday that is worked
        ("2026-11-13", 15, "2026-11-30"),  # 28 November is a Saturday
        ("2024-02-01", 15, "2024-02-18"),  # in Spring Festival, to a worked Sunday
    ],
)
def test_calendar_days_that_end_on_a_day_off_end_on_the_next_working_day(start, count, end):
    assert due(CALENDAR, day(start), Limit(count, D)).due_on == day(end)


@pytest.mark.parametrize(
    ("start", "limit", "pauses", "end"),
    [
        ("2026-11-02", Limit(5, W), [("2026-11-03", "2026-11-05")], "2026-11-11"),
        ("2026-11-02", Limit(5, W), [("2026-11-06", "2026-11-09")], "2026-11-10"),
        ("2026-11-02", Limit(5, W), [("2026-11-06", "2026-11-08")], "2026-11-09"),
        ("2026-09-28", Limit(5, W), [("2026-09-30", "2026-10-08")], "2026-10-12"),
        (
            "2026-11-02",
            Limit(5, W),
            [("2026-11-03", "2026-11-05"), ("2026-11-09", "2026-11-12")],
            "2026-11-16",
        ),
        ("2026-08-03", Limit(60, D), [("2026-08-10", "2026-08-20")], "2026-10-12"),
        ("2026-11-02", Limit(15, D), [("2026-11-05", "2026-11-09")], "2026-11-23"),
    ],
)
def test_a_pause_moves_the_due_date_by_the_clocks_own_days(start, limit, pauses, end):
    stood = [Pause(day(first), day(last)) for first, last in pauses]
    computed = due(CALENDAR, day(start), limit, pauses=stood)
    assert computed.due_on == day(end)
    assert computed.original_due_on == due(CALENDAR, day(start), limit).due_on


@pytest.mark.parametrize(
    ("start", "limit", "extension", "end"),
    [
        ("2026-01-05", Limit(60, D), Extension(30, D), "2026-04-07"),  # 5 April: Qingming
        ("2026-01-05", Limit(60, D), Extension(15, D), "2026-03-23"),  # 21 March: Saturday
        ("2026-02-09", Limit(15, W), Extension(5, W), "2026-03-13"),
        ("2026-02-09", Limit(15, W), Extension(10, D), "2026-03-16"),
        ("2026-11-02", Limit(5, W), Extension(5, D), "2026-11-16"),  # 14 November: Saturday
        ("2026-08-03", Limit(60, D), Extension(1, W), "2026-10-08"),  # 2 October, then one day
    ],
)
def test_an_extension_adds_days_of_its_own_unit(start, limit, extension, end):
    computed = due(CALENDAR, day(start), limit, extensions=[extension])
    assert computed.due_on == day(end)
    assert computed.original_due_on == due(CALENDAR, day(start), limit).due_on


def test_a_pause_and_an_extension_add_up():
    computed = due(
        CALENDAR,
        day("2026-08-03"),
        Limit(60, D),
        pauses=[Pause(day("2026-08-10"), day("2026-08-20"))],
        extensions=[Extension(30, D, day("2026-09-25"))],
    )
    assert computed.due_on == day("2026-11-11")
    assert computed.original_due_on == day("2026-10-08")


@pytest.mark.parametrize(
    ("start", "count", "cap", "end"),
    [
        ("2026-02-14", 1, "2026-03-01", "2026-02-24"),
        ("2026-02-09", 15, "2026-02-24", "2026-02-24"),
        ("2026-11-13", 15, "2026-11-28", "2026-11-28"),
    ],
)
def test_a_cap_is_never_passed_not_even_to_the_next_working_day(start, count, cap, end):
    computed = due(CALENDAR, day(start), Limit(count, W), not_after=day(cap))
    assert computed.due_on == computed.original_due_on == day(end)


def test_days_before_the_start_and_days_given_twice_do_not_count():
    start, limit = day("2026-11-02"), Limit(5, W)
    early = Pause(day("2026-10-12"), day("2026-11-03"))
    twice = [Pause(day("2026-11-03"), day("2026-11-05")), Pause(day("2026-11-04"), start)]
    assert due(CALENDAR, start, limit, pauses=[early]).due_on == day("2026-11-10")
    assert due(CALENDAR, start, limit, pauses=twice).due_on == day("2026-11-11")


def test_a_ledger_tells_every_day_of_the_sum():
    computed = due(
        CALENDAR,
        day("2026-09-28"),
        Limit(5, W),
        pauses=[Pause(day("2026-09-30"), day("2026-10-08"))],
    )
    assert computed.ledger == (
        LedgerLine("start", day("2026-09-28"), None, 0),
        LedgerLine("limit", None, None, 5, "working_days"),
        LedgerLine("pause", day("2026-09-30"), day("2026-10-08"), 1, "working_days"),
        LedgerLine("day_off", day("2026-10-01"), day("2026-10-07"), 7, "国庆节"),
        LedgerLine("day_off", day("2026-10-11"), day("2026-10-11"), 1),
        LedgerLine("due", day("2026-10-12"), None, 0),
    )


def test_a_ledger_tells_the_move_to_the_next_working_day_and_the_cap():
    rolled = due(CALENDAR, day("2025-08-04"), Limit(60, D)).ledger
    assert rolled[-2] == LedgerLine(
        "roll_over", day("2025-10-03"), day("2025-10-09"), 6, "国庆节、中秋节"
    )
    capped = due(CALENDAR, day("2026-11-13"), Limit(15, W), not_after=day("2026-11-28")).ledger
    assert capped[-2] == LedgerLine("cap", day("2026-11-28"), None, -6)


def test_a_ledger_that_does_not_add_up_is_refused():
    start, *rest = due(CALENDAR, day("2026-11-02"), Limit(5, W)).ledger
    with pytest.raises(ValueError, match="add up"):
        replay([start, LedgerLine("limit", None, None, 1), *rest])
    with pytest.raises(ValueError, match="from a start"):
        replay(rest)
    with pytest.raises(ValueError, match="from a start"):
        replay([])


@pytest.mark.parametrize(
    "line",
    [
        {},
        {"kind": "gift", "on": None, "until": None, "days": 1, "name": None},
        {"kind": "limit", "on": None, "until": None, "days": "1", "name": None},
        {"kind": "start", "on": "soon", "until": None, "days": 0, "name": None},
    ],
)
def test_a_foreign_line_is_not_read_as_a_ledger(line):
    with pytest.raises(ValueError, match="ledger|isoformat"):
        LedgerLine.from_json(line)


def test_a_negative_limit_or_extension_is_refused():
    with pytest.raises(ValueError, match="limit"):
        Limit(-1, W)
    with pytest.raises(ValueError, match="extension"):
        Extension(-1, D)


@pytest.mark.parametrize(
    ("due_on", "today", "expected"),
    [
        ("2026-11-27", "2026-11-23", Nearness.GREEN),
        ("2026-11-27", "2026-11-24", Nearness.YELLOW),
        ("2026-11-27", "2026-11-27", Nearness.YELLOW),
        ("2026-11-27", "2026-11-28", Nearness.RED),
        ("2026-10-09", "2026-09-28", Nearness.GREEN),
        ("2026-10-09", "2026-09-29", Nearness.YELLOW),
        ("2026-10-09", "2026-10-07", Nearness.YELLOW),
        ("2026-11-28", "2026-11-25", Nearness.YELLOW),
    ],
)
def test_the_colour_is_how_near_the_due_date_is_in_working_days(due_on, today, expected):
    assert colour(day(due_on), day(today), CALENDAR) is expected


def test_the_warning_can_be_set():
    assert colour(day("2026-11-27"), day("2026-11-23"), CALENDAR, warn_days=4) is Nearness.YELLOW
    assert warned_until(day("2026-11-23"), CALENDAR, warn_days=0) == day("2026-11-23")


dates = st.dates(date(2022, 1, 1), date(2028, 12, 31))
calendars = st.one_of(
    st.just(CALENDAR),
    st.builds(WorkCalendar, st.dictionaries(dates, st.booleans(), max_size=60)),
)
units = st.sampled_from(Unit)
limits = st.builds(Limit, st.integers(0, 60), units)
spans = st.tuples(dates, st.integers(0, 30))
pauses = st.lists(
    st.builds(lambda span: Pause(span[0], span[0] + timedelta(days=span[1])), spans), max_size=4
)
extensions = st.lists(st.builds(Extension, st.integers(0, 30), units), max_size=2)
caps = st.none() | dates


@given(calendars, dates, limits, pauses, extensions, caps)
def test_the_lines_of_a_ledger_add_up_to_its_due_date(calendar, start, limit, stood, more, cap):
    computed = due(calendar, start, limit, pauses=stood, extensions=more, not_after=cap)
    assert replay(computed.ledger) == computed.due_on
    read_back = json.loads(json.dumps([line.as_json() for line in computed.ledger]))
    assert tuple(map(LedgerLine.from_json, read_back)) == computed.ledger


@given(calendars, dates, st.builds(Limit, st.integers(1, 60), units), pauses, extensions)
def test_a_due_date_without_a_cap_is_a_working_day(calendar, start, limit, stood, more):
    computed = due(calendar, start, limit, pauses=stood, extensions=more)
    assert calendar.is_working(computed.due_on)


@given(calendars, dates, st.integers(1, 60))
def test_a_limit_in_working_days_ends_on_the_last_of_them(calendar, start, count):
    computed = due(calendar, start, Limit(count, W))
    assert calendar.working_days_between(start, computed.due_on) == count


@given(calendars, dates, limits, dates)
def test_a_pause_of_no_days_moves_nothing(calendar, start, limit, on):
    computed = due(calendar, start, limit, pauses=[Pause(on, on)])
    assert computed.due_on == computed.original_due_on == due(calendar, start, limit).due_on


@given(calendars, dates, limits, pauses, extensions)
def test_pauses_and_extensions_never_bring_a_due_date_nearer(calendar, start, limit, stood, more):
    computed = due(calendar, start, limit, pauses=stood, extensions=more)
    assert computed.due_on >= computed.original_due_on


@given(calendars, dates, limits, pauses, extensions, dates)
def test_a_cap_holds_whatever_moves_the_date(calendar, start, limit, stood, more, cap):
    free = due(calendar, start, limit, pauses=stood, extensions=more)
    capped = due(calendar, start, limit, pauses=stood, extensions=more, not_after=cap)
    assert capped.due_on == min(free.due_on, cap)


@given(calendars, dates, dates, st.integers(0, 20))
def test_time_only_ever_brings_a_case_nearer(calendar, due_on, today, warn_days):
    order = list(Nearness)
    now = order.index(colour(due_on, today, calendar, warn_days))
    tomorrow = order.index(colour(due_on, today + timedelta(days=1), calendar, warn_days))
    assert tomorrow >= now
    assert (order[now] is Nearness.RED) is (today > due_on)
