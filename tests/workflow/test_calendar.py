"""Working days against the official notices, worked out by hand, and the laws of counting."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.errors import CaseworkError
from casework.services import official_calendar
from casework.workflow.calendar import WorkCalendar, local_day
from tests.workflow.notices import day, days_off, official

CALENDAR = official()

BY_HAND = [
    # an ordinary week, from a Monday, a Friday and a Saturday
    ("2026-11-23", 5, "2026-11-30"),
    ("2026-11-20", 1, "2026-11-23"),
    ("2026-11-21", 1, "2026-11-23"),
    # Spring Festival: 2023 with two make-up days behind it, 2024 to 2026 with one on each side
    ("2023-01-20", 1, "2023-01-28"),
    ("2023-01-20", 3, "2023-01-30"),
    ("2024-02-02", 1, "2024-02-04"),
    ("2024-02-09", 1, "2024-02-18"),
    ("2024-02-10", 1, "2024-02-18"),
    ("2024-02-08", 5, "2024-02-21"),
    ("2024-02-01", 15, "2024-02-27"),
    ("2025-01-24", 1, "2025-01-26"),
    ("2025-01-27", 1, "2025-02-05"),
    ("2025-01-27", 4, "2025-02-08"),
    ("2025-01-27", 5, "2025-02-10"),
    ("2025-01-20", 15, "2025-02-14"),
    ("2026-02-13", 1, "2026-02-14"),
    ("2026-02-14", 1, "2026-02-24"),
    ("2026-02-14", 5, "2026-02-28"),
    ("2026-02-14", 6, "2026-03-02"),
    ("2026-02-09", 15, "2026-03-06"),
    # the leap day is a day like any other
    ("2024-02-28", 1, "2024-02-29"),
    ("2024-02-28", 2, "2024-03-01"),
    ("2024-02-29", 2, "2024-03-04"),
    # Tomb-sweeping Day, Labour Day, Dragon Boat Festival
    ("2024-04-03", 1, "2024-04-07"),
    ("2024-04-03", 2, "2024-04-08"),
    ("2023-04-21", 1, "2023-04-23"),
    ("2024-04-26", 1, "2024-04-28"),
    ("2024-04-30", 1, "2024-05-06"),
    ("2024-04-30", 6, "2024-05-11"),
    ("2024-05-10", 2, "2024-05-13"),
    ("2025-04-25", 1, "2025-04-27"),
    ("2025-04-30", 1, "2025-05-06"),
    ("2025-05-30", 1, "2025-06-03"),
    ("2023-06-21", 2, "2023-06-26"),
    # Mid-autumn Festival and National Day, apart and together
    ("2023-09-28", 1, "2023-10-07"),
    ("2023-09-28", 3, "2023-10-09"),
    ("2024-09-13", 1, "2024-09-14"),
    ("2024-09-13", 2, "2024-09-18"),
    ("2024-09-27", 5, "2024-10-10"),
    ("2024-09-30", 5, "2024-10-12"),
    ("2024-09-30", 6, "2024-10-14"),
    ("2025-09-26", 1, "2025-09-28"),
    ("2025-09-30", 1, "2025-10-09"),
    ("2025-09-30", 4, "2025-10-13"),
    ("2025-09-26", 15, "2025-10-23"),
    ("2026-09-18", 1, "2026-09-20"),
    ("2026-09-24", 1, "2026-09-28"),
    ("2026-09-24", 6, "2026-10-10"),
    ("2026-09-18", 15, "2026-10-15"),
    # the end of the year, and sixty working days across it
    ("2024-12-31", 1, "2025-01-02"),
    ("2024-12-27", 5, "2025-01-06"),
    ("2025-12-31", 1, "2026-01-04"),
    ("2025-12-29", 5, "2026-01-06"),
    ("2025-11-28", 60, "2026-02-28"),
]


@pytest.mark.parametrize(("start", "count", "end"), BY_HAND)
def test_working_days_agree_with_the_official_notices(start, count, end):
    assert CALENDAR.after(day(start), count) == day(end)
    assert CALENDAR.working_days_between(day(start), day(end)) == count


@pytest.mark.parametrize(
    ("asked", "worked"),
    [
        ("2026-02-14", "2026-02-14"),
        ("2026-02-15", "2026-02-24"),
        ("2026-10-01", "2026-10-08"),
        ("2025-10-12", "2025-10-13"),
        ("2026-11-27", "2026-11-27"),
    ],
)
def test_the_next_working_day_is_the_day_itself_or_the_first_after_it(asked, worked):
    assert CALENDAR.next_working(day(asked)) == day(worked)


def test_a_year_without_a_notice_counts_monday_to_friday():
    assert CALENDAR.after(day("2026-12-31"), 2) == day("2027-01-04")


def test_days_off_between_two_days_bear_their_names():
    assert CALENDAR.skipped(day("2026-09-30"), day("2026-10-12")) == [
        *((date(2026, 10, number), "国庆节") for number in range(1, 8)),
        (date(2026, 10, 11), None),
    ]


def test_nothing_is_skipped_backwards():
    assert CALENDAR.skipped(day("2026-10-12"), day("2026-09-30")) == []


def test_a_negative_number_of_days_is_refused():
    with pytest.raises(ValueError, match="negative"):
        CALENDAR.after(day("2026-11-23"), -1)


def test_a_calendar_keeps_its_days_whatever_becomes_of_the_table_it_was_made_from():
    table = {day("2026-11-23"): False}
    calendar = WorkCalendar(table)
    table.clear()
    assert not calendar.is_working(day("2026-11-23"))


@pytest.mark.parametrize(
    ("at", "local"),
    [
        (datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC), "2026-12-31"),
        (datetime(2026, 12, 31, 16, 0, tzinfo=UTC), "2027-01-01"),
        (datetime(2026, 12, 31, 23, 0, tzinfo=timezone(timedelta(hours=8))), "2026-12-31"),
    ],
)
def test_a_day_is_the_day_of_the_district(at, local):
    assert local_day(at) == day(local)


def test_an_instant_without_a_zone_has_no_day():
    with pytest.raises(ValueError, match="time zone"):
        local_day(datetime(2026, 11, 23))  # noqa: DTZ001 - the point of the test


dates = st.dates(date(2019, 1, 1), date(2032, 12, 31))
counts = st.integers(0, 90)
calendars = st.builds(WorkCalendar, st.dictionaries(dates, st.booleans(), max_size=60))


@given(calendar=calendars, start=dates, count=st.integers(1, 90))
def test_the_last_of_n_working_days_is_worked_and_n_lie_up_to_it(calendar, start, count):
    end = calendar.after(start, count)
    walked = [start + timedelta(days=n) for n in range(1, (end - start).days + 1)]
    assert calendar.is_working(end)
    assert sum(map(calendar.is_working, walked)) == count
    assert calendar.working_days_between(start, end) == count
    assert len(calendar.skipped(start, end)) == len(walked) - count


@given(calendar=calendars, start=dates, one=counts, other=counts)
def test_two_periods_in_a_row_are_their_sum(calendar, start, one, other):
    assert calendar.after(calendar.after(start, one), other) == calendar.after(start, one + other)


@given(calendar=calendars, start=dates, later=st.integers(0, 60), count=counts)
def test_who_starts_later_never_ends_earlier(calendar, start, later, count):
    assert calendar.after(start + timedelta(days=later), count) >= calendar.after(start, count)


@given(calendar=calendars, start=dates, count=counts)
def test_one_more_day_always_ends_later(calendar, start, count):
    assert calendar.after(start, count + 1) > calendar.after(start, count)


@given(calendar=calendars, asked=dates)
def test_nothing_is_worked_before_the_next_working_day(calendar, asked):
    found = calendar.next_working(asked)
    between = [asked + timedelta(days=n) for n in range((found - asked).days)]
    assert calendar.is_working(found)
    assert not any(map(calendar.is_working, between))


@pytest.mark.parametrize("year", [2023, 2024, 2025, 2026])
def test_the_official_calendar_is_that_of_the_notices(year):
    days = official_calendar.official_days(year)
    seeded = WorkCalendar({each.day: each.is_working for each in days})
    whole = [date(year, 1, 1) + timedelta(days=n) for n in range(366)]
    worked = [each for each in whole if each.year == year and CALENDAR.is_working(each)]
    assert [each for each in whole if each.year == year and seeded.is_working(each)] == worked


def test_official_days_are_departures_from_the_week_with_a_name_in_both_languages():
    for year in official_calendar.known_years():
        for each in official_calendar.official_days(year):
            assert each.is_working is (each.day.weekday() >= 5)
            assert each.name_zh
            assert each.name_en.isascii()
    days = {each.day: each for each in official_calendar.official_days(2026)}
    assert days[day("2026-04-06")].name_zh == days_off()[day("2026-04-06")]
    assert days[day("2026-02-14")].name_zh == "春节调休补班"


def test_a_year_that_nobody_has_published_is_refused_and_not_guessed():
    assert {2024, 2025, 2026} <= set(official_calendar.known_years())
    with pytest.raises(CaseworkError, match="2099"):
        official_calendar.official_days(2099)
