"""Due dates as the services give them: paused, run on, reopened and begun anew."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from casework.models import Case, CaseClock
from casework.services import clocks, office
from casework.services.actors import staff
from casework.workflow.clock import LedgerLine
from casework.workflow.states import Action, Clock, Kind, State, Urgency
from tests.factories import MONDAY, PATHS, STEP, District

DAY = timedelta(days=1)


def runs(district: District, case: Case, kind: Clock) -> list[CaseClock]:
    """Return every run of a clock of ``case``, the first one first."""
    return list(
        district.session.scalars(
            select(CaseClock)
            .where(CaseClock.case_id == case.id, CaseClock.clock == kind)
            .order_by(CaseClock.id)
        )
    )


def due(district: District, case: Case, kind: Clock) -> date:
    return runs(district, case, kind)[-1].due_on


def test_a_letter_must_be_sorted_by_the_next_working_day(district: District) -> None:
    case = district.submitted()
    assert case.due_on == due(district, case, Clock.SORT) == date(2026, 3, 3)


def test_a_letter_of_a_holiday_is_sorted_on_the_first_working_day_after_it(
    district: District,
) -> None:
    case = district.submitted(at=MONDAY.replace(month=10, day=1))
    assert case.due_on == date(2026, 10, 8)


def test_dispatch_starts_the_clocks_of_the_department(district: District) -> None:
    case = district.case_in(State.DISPATCHED)
    assert {
        kind: due(district, case, kind)
        for kind in (Clock.SIGN, Clock.OBJECTION, Clock.HANDLE, Clock.WHOLE)
    } == {
        Clock.SIGN: date(2026, 3, 3),
        Clock.OBJECTION: date(2026, 3, 9),
        Clock.HANDLE: date(2026, 3, 23),
        Clock.WHOLE: date(2026, 5, 6),  # 60 days end in the holiday of the first of May
    }
    assert case.due_on == date(2026, 3, 3)
    assert case.promised_on == date(2026, 3, 24)
    assert runs(district, case, Clock.SORT)[0].outcome == "done"


@pytest.mark.parametrize(
    ("letter", "by"),
    [
        ({"kind": Kind.CONSULTATION}, date(2026, 3, 9)),
        ({"kind": Kind.REPORT}, date(2026, 3, 23)),
        ({"urgency": Urgency.URGENT}, date(2026, 3, 5)),
        ({"urgency": Urgency.CRITICAL, "kind": Kind.PRAISE}, date(2026, 3, 3)),
    ],
)
def test_the_most_exact_limit_holds(
    district: District, letter: dict[str, object], by: date
) -> None:
    case = district.case_in(State.DISPATCHED, **letter)
    assert due(district, case, Clock.HANDLE) == by


def test_the_office_may_set_a_limit_of_its_own(district: District) -> None:
    case = district.submitted()
    office.dispatch(
        district.session,
        case,
        lead=district.lead,
        handle_days=2,
        by=staff(district.clerk),
        at=MONDAY,
        rules=district.rules,
    )
    [clock] = runs(district, case, Clock.HANDLE)
    assert clock.due_on == date(2026, 3, 4)
    assert clock.inputs["source"] == ""


def test_a_clock_says_on_what_its_limit_rests(district: District) -> None:
    case = district.case_in(State.DISPATCHED)
    assert due(district, case, Clock.WHOLE)
    assert [
        runs(district, case, kind)[0].inputs["source"] for kind in (Clock.SORT, Clock.SIGN)
    ] == [
        "信访工作条例 22",
        "practice",
    ]


def test_the_departments_clocks_stand_still_while_the_petitioner_is_asked(
    district: District,
) -> None:
    case = district.case_in(State.HANDLING)
    district.take(case, Action.ASK_PETITIONER, at=MONDAY + 1 * DAY)
    assert case.due_on == due(district, case, Clock.ANSWER) == date(2026, 3, 13)

    district.take(case, Action.SUPPLY, at=MONDAY + 4 * DAY)

    [handle] = runs(district, case, Clock.HANDLE)
    assert (handle.due_on, handle.first_due_on) == (date(2026, 3, 26), date(2026, 3, 23))
    assert case.due_on == date(2026, 3, 26)
    assert case.first_promised_on == date(2026, 3, 24)
    assert case.promised_on == date(2026, 3, 27)


def test_sending_back_and_dispatching_again_moves_no_due_date(district: District) -> None:
    case = district.case_in(State.HANDLING)
    before = due(district, case, Clock.HANDLE)
    district.take(case, Action.SEND_BACK, at=MONDAY + 1 * DAY)
    assert case.due_on == due(district, case, Clock.SORT) == date(2026, 3, 4)
    office.dispatch(
        district.session,
        case,
        lead=district.helper,
        handle_days=30,
        by=staff(district.clerk),
        at=MONDAY + 2 * DAY,
        rules=district.rules,
    )
    assert [clock.due_on for clock in runs(district, case, Clock.HANDLE)] == [before]


def test_upholding_lets_the_reply_run_on_and_asks_for_a_signature(district: District) -> None:
    case = district.case_in(State.RETURNED)
    before = due(district, case, Clock.HANDLE)
    district.take(case, Action.UPHOLD, at=MONDAY + 1 * DAY)
    assert due(district, case, Clock.SIGN) == date(2026, 3, 4)
    assert due(district, case, Clock.HANDLE) == before


def test_approving_stops_the_reply_and_rework_lets_the_old_date_run_on(
    district: District,
) -> None:
    case = district.case_in(State.REPLIED)
    assert due(district, case, Clock.FORWARD) == case.due_on == date(2026, 3, 3)
    assert runs(district, case, Clock.HANDLE)[0].outcome == "done"

    district.take(case, Action.REWORK, at=MONDAY + 1 * DAY)

    [handle] = runs(district, case, Clock.HANDLE)
    assert (handle.outcome, handle.stopped_at, handle.due_on) == (
        "running",
        None,
        date(2026, 3, 23),
    )
    assert runs(district, case, Clock.FORWARD)[0].outcome == "cancelled"
    assert case.due_on == date(2026, 3, 23)


def test_a_redo_starts_new_clocks_and_keeps_the_old_ones(district: District) -> None:
    case = district.case_in(State.FORWARDED)
    district.take(case, Action.REDO, at=MONDAY + 7 * DAY)
    first, second = runs(district, case, Clock.HANDLE)
    assert (first.round, first.outcome, first.due_on) == (1, "done", date(2026, 3, 23))
    assert (second.round, second.outcome, second.due_on) == (2, "running", date(2026, 3, 30))


@pytest.mark.parametrize("state", PATHS)
def test_every_ledger_adds_up_to_its_due_date_and_is_worked_out_again_alike(
    district: District, state: State
) -> None:
    case = district.case_in(state)
    for clock in district.session.scalars(select(CaseClock).where(CaseClock.case_id == case.id)):
        lines = [LedgerLine.from_json(line) for line in clock.ledger]
        first, last = lines[0], lines[-1]
        assert first.on is not None
        assert last.on == clock.due_on
        assert first.on + timedelta(days=sum(line.days for line in lines)) == clock.due_on
        assert clocks.recomputed(clock, district.rules).due_on == clock.due_on


def test_notes_and_instructions_move_no_due_date(district: District) -> None:
    case = district.case_in(State.HANDLING)
    before = case.due_on, case.promised_on
    district.take(case, Action.INSTRUCT, at=MONDAY + 3 * STEP)
    assert (case.due_on, case.promised_on) == before
