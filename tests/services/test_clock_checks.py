"""The clocks of a case are added up again from its log; what was changed by hand is named."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from casework.models import CaseClock
from casework.services import clock_checks, clocks, extensions
from casework.services.actors import staff
from casework.services.clock_checks import Difference
from casework.workflow.states import Action, Clock, State
from tests.factories import MONDAY, PATHS, STEP, District


def found(district: District) -> list[Difference]:
    district.session.flush()
    walk = clock_checks.differing_clocks(district.session, district.rules)
    return [one for case in walk for one in case]


def test_whatever_happens_to_cases_their_clocks_are_what_the_log_says(district: District) -> None:
    for state in PATHS:
        district.case_in(state, at=MONDAY - timedelta(days=20))
    assert found(district) == []


def test_pauses_extensions_rework_and_redo_are_added_up_too(district: District) -> None:
    case = district.case_in(State.HANDLING)
    at = MONDAY + timedelta(days=1)
    extensions.ask_extension(
        district.session,
        case,
        days=20,
        reason="检测",
        by=staff(district.handler),
        at=at,
        rules=district.rules,
    )
    extensions.grant_extension(
        district.session, case, told="检测", by=staff(district.leader), at=at, rules=district.rules
    )
    life = (
        Action.ASK_PETITIONER,
        Action.SUPPLY,
        Action.DRAFT,
        Action.REDRAFT,
        Action.DRAFT,
        Action.APPROVE,
        Action.REWORK,
        Action.DRAFT,
        Action.APPROVE,
        Action.FORWARD,
        Action.REDO,
        Action.SIGN,
    )
    for day, action in enumerate(life, start=1):
        district.take(case, action, at=at + timedelta(days=day))
    assert found(district) == []


def _later(clock: CaseClock) -> None:
    clock.due_on += timedelta(days=7)


def _longer(clock: CaseClock) -> None:
    clock.inputs = {**clock.inputs, "days": 30}


def _paused(clock: CaseClock) -> None:
    clock.inputs = {**clock.inputs, "pauses": [["2026-03-03", "2026-03-09"]]}


def _extended(clock: CaseClock) -> None:
    clock.inputs = {**clock.inputs, "extensions": [["2026-03-03", 10, "calendar_days"]]}


def _earlier(clock: CaseClock) -> None:
    clock.inputs = {**clock.inputs, "started_on": "2026-02-27"}


def _stopped(clock: CaseClock) -> None:
    clock.stopped_at, clock.outcome = MONDAY + STEP, "done"


@pytest.mark.parametrize("change", [_later, _longer, _paused, _extended, _earlier, _stopped])
def test_a_clock_that_was_changed_by_hand_is_named(
    district: District, change: Callable[[CaseClock], None]
) -> None:
    case = district.case_in(State.HANDLING)
    assert found(district) == []
    change(clocks.running_clocks(district.session, case)[Clock.HANDLE])
    assert {(one.number, one.clock) for one in found(district) if one.clock} == {
        (case.number, Clock.HANDLE)
    }


def test_a_case_due_on_another_day_than_its_clocks_is_named(district: District) -> None:
    case = district.case_in(State.HANDLING)
    case.due_on = date(2026, 12, 31)
    assert [(one.number, one.clock) for one in found(district)] == [(case.number, None)]


def test_a_clock_that_is_missing_is_named(district: District) -> None:
    case = district.case_in(State.HANDLING)
    wrong = clocks.running_clocks(district.session, case)[Clock.OBJECTION]
    wrong.case_id = district.submitted().id
    assert {one.number for one in found(district)} >= {case.number}
