"""Days of the calendar change together with the running dates that they touch, and no others."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from casework.errors import Conflict, Invalid
from casework.models import AdminEvent, Case, CaseEvent
from casework.queries.rules import rules_in_force
from casework.services import calendar_changes, clock_checks, clocks, log
from casework.services.calendar_changes import DayChange, MovedDate
from casework.services.registers.notices import read_notice
from casework.services.registers.sheets import BadRegister
from casework.workflow.states import Clock, Entry, State
from tests.factories import MONDAY, SEALER, District

AT = MONDAY + timedelta(days=1)
OFF = [DayChange(date(2026, 3, 5), False, "临时放假", "Extra day off")]


def moved(district: District, changes: list[DayChange]) -> list[MovedDate]:
    return calendar_changes.moved_dates(district.session, changes, rules=district.rules)


def change(district: District, changes: list[DayChange]) -> int:
    seen = calendar_changes.fingerprint(district.session, changes, moved(district, changes))
    return calendar_changes.change_calendar(
        district.session,
        changes,
        seen=seen,
        by=district.administrator,
        at=AT,
        rules=district.rules,
    )


def test_what_is_shown_before_is_what_happens(district: District) -> None:
    case = district.case_in(State.HANDLING)  # the reply is due on 23 March, the 15th working day
    shown = moved(district, OFF)
    assert [(one.number, one.clock, one.before, one.after) for one in shown] == [
        (case.number, Clock.OBJECTION, date(2026, 3, 9), date(2026, 3, 10)),
        (case.number, Clock.HANDLE, date(2026, 3, 23), date(2026, 3, 24)),
    ]
    assert change(district, OFF) == 2
    handle = clocks.running_clocks(district.session, case)[Clock.HANDLE]
    assert (handle.due_on, handle.first_due_on) == (date(2026, 3, 24), date(2026, 3, 23))
    assert (case.promised_on, case.first_promised_on) == (date(2026, 3, 25), date(2026, 3, 24))
    assert case.due_on == handle.due_on


def test_what_has_ended_keeps_the_calendar_of_its_time(district: District) -> None:
    ended = district.case_in(State.FORWARDED)
    assert change(district, OFF) == 0
    assert ended.promised_on == date(2026, 3, 24)
    rules = rules_in_force(district.session, SEALER)
    walk = clock_checks.differing_clocks(district.session, rules)
    assert [one for case in walk for one in case] == []


def test_a_letter_that_waits_for_the_office_has_its_promise_moved(district: District) -> None:
    case = district.submitted(at=MONDAY + timedelta(days=2))  # Wednesday; to be sorted on the 5th
    before = case.promised_on
    assert change(district, OFF) == 1
    assert case.due_on == date(2026, 3, 6)
    assert case.promised_on is not None
    assert before is not None
    assert case.promised_on > before


def test_each_moved_case_says_so_in_its_log_and_the_chain_holds(district: District) -> None:
    case = district.case_in(State.HANDLING)
    change(district, OFF)
    case = district.session.get_one(Case, case.id, populate_existing=True)
    events = district.session.scalars(
        select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.seq)
    ).all()
    assert events[-1].action == Entry.RECKON
    assert events[-1].data["handle"] == ["2026-03-23", "2026-03-24"]
    assert log.first_break(case, list(events), SEALER) is None
    kept = district.session.scalars(select(AdminEvent)).all()
    assert [line.row_key for line in kept if line.table_name == "calendar_days"] == ["2026-03-05"]


def test_dates_that_moved_meanwhile_are_shown_once_more(district: District) -> None:
    district.case_in(State.HANDLING)
    seen = calendar_changes.fingerprint(district.session, OFF, moved(district, OFF))
    district.case_in(State.HANDLING)
    with pytest.raises(Conflict):
        calendar_changes.change_calendar(
            district.session,
            OFF,
            seen=seen,
            by=district.administrator,
            at=AT,
            rules=district.rules,
        )


def test_taking_a_day_off_back_brings_the_dates_back(district: District) -> None:
    case = district.case_in(State.HANDLING)
    change(district, OFF)
    rules = rules_in_force(district.session, SEALER)
    back = [DayChange(date(2026, 3, 5), None)]
    shown = calendar_changes.moved_dates(district.session, back, rules=rules)
    seen = calendar_changes.fingerprint(district.session, back, shown)
    calendar_changes.change_calendar(
        district.session, back, seen=seen, by=district.administrator, at=AT, rules=rules
    )
    case = district.session.get_one(Case, case.id, populate_existing=True)
    assert case.promised_on == case.first_promised_on == date(2026, 3, 24)


def test_days_travel_as_text_and_nothing_else_is_read() -> None:
    assert calendar_changes.from_text(calendar_changes.as_text(OFF)) == OFF
    for text in ("", "[1]", '[{"day": "x"}]', '{"a": 1}', "null"):
        with pytest.raises(Invalid):
            calendar_changes.from_text(text)


NOTICE = """日期,结束日期,类型,名称,英文名称
2027-01-01,2027年1月3日,休,元旦,New Year
2027/1/4,,班,元旦调休补班,
"""


def test_a_notice_is_read_from_a_sheet(tmp_path: Path) -> None:
    sheet = tmp_path / "2027.csv"
    sheet.write_text(NOTICE, encoding="utf-8-sig")
    found, refused = read_notice(sheet)
    assert refused == []
    assert [(one.day.day, one.is_working, one.name) for one in found] == [
        (1, False, "元旦"),
        (2, False, "元旦"),
        (3, False, "元旦"),
        (4, True, "元旦调休补班"),
    ]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("2027-02-30,,休,", "no date"),
        ("morgen,,休,", "no date"),
        ("2027-02-01,2027-01-01,休,", "month"),
        ("2027-02-01,,假日办公,", "休"),
        ("2027-01-01,,班,", "twice"),
    ],
)
def test_a_line_that_makes_no_sense_is_named_with_its_reason(
    tmp_path: Path, line: str, why: str
) -> None:
    sheet = tmp_path / "2027.csv"
    sheet.write_text(f"{NOTICE}{line}\n", encoding="utf-8")
    _, refused = read_notice(sheet)
    assert [(one.row, why in one.reason) for one in refused] == [(4, True)]


def test_a_sheet_without_its_columns_is_refused(tmp_path: Path) -> None:
    sheet = tmp_path / "2027.csv"
    sheet.write_text("日期,名称\n2027-01-01,元旦\n", encoding="utf-8")
    with pytest.raises(BadRegister, match="lacks"):
        read_notice(sheet)
