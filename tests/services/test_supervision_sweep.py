"""Each level stands once per case, clock and due date, and the unit that owes it is told."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Case, CaseEvent, OutboxMessage, SupervisionNotice
from casework.queries.supervision_levels import cases_to_raise
from casework.services import log
from casework.services.supervision_sweep import raise_levels
from casework.workflow.notices import Notice
from casework.workflow.states import Action, Clock, Kind, State
from casework.workflow.supervision import Level
from tests.factories import MONDAY, SEALER, SHANGHAI, STEP, District


def morning(day: int, month: int = 3) -> datetime:
    return datetime(2026, month, day, 8, 0, tzinfo=SHANGHAI)


def sweep(district: District, at: datetime) -> int:
    found = cases_to_raise(district.session, at=at, rules=district.rules)
    return raise_levels(district.session, found, at=at, rules=district.rules)


def levels(session: Session, case: Case, clock: Clock) -> list[tuple[Level, datetime]]:
    rows = session.scalars(
        select(SupervisionNotice)
        .where(SupervisionNotice.case_id == case.id, SupervisionNotice.clock == clock)
        .order_by(SupervisionNotice.id)
    )
    return [(row.level, row.at) for row in rows]


def test_a_case_left_alone_climbs_each_level_on_its_day(district: District) -> None:
    case = district.case_in(State.HANDLING, kind=Kind.CONSULTATION)  # replied by 9 March
    for n in range(30):
        at = morning(2) + timedelta(days=n)
        if district.rules.calendar.is_working(at.date()):
            sweep(district, at)

    assert levels(district.session, case, Clock.HANDLE) == [
        (Level.WARNING, morning(4)),
        (Level.REMINDER, morning(10)),
        (Level.ORDER, morning(12)),
        (Level.YELLOW_CARD, morning(16)),
        (Level.RED_CARD, morning(23)),
    ]


def test_a_sweep_that_runs_again_or_late_or_at_an_earlier_time_adds_nothing(
    district: District,
) -> None:
    district.cases_in(State.SUBMITTED, 3)
    assert sweep(district, morning(4)) > 0
    assert sweep(district, morning(4)) == 0
    assert sweep(district, morning(3)) == 0


def test_levels_that_were_skipped_are_all_set_and_in_order(district: District) -> None:
    case = district.case_in(State.SUBMITTED)
    sweep(district, morning(30))
    assert [level for level, _at in levels(district.session, case, Clock.SORT)] == list(Level)


def test_nobody_is_warned_of_a_date_that_has_passed(district: District) -> None:
    case = district.case_in(State.SUBMITTED)
    sweep(district, morning(30))
    assert Notice.WARNING not in told(district.session, case)
    assert {Notice.REMINDER, Notice.RED_CARD} <= told(district.session, case).keys()


def told(session: Session, case: Case) -> dict[Notice, OutboxMessage]:
    rows = session.scalars(select(OutboxMessage).where(OutboxMessage.case_id == case.id))
    return {row.notice: row for row in rows}


@pytest.mark.parametrize(
    ("state", "with_office"),
    [
        (State.SUBMITTED, True),
        (State.DISPATCHED, False),
        (State.HANDLING, False),
        (State.RETURNED, True),
        (State.REVIEWING, False),
        (State.REPLIED, True),
    ],
)
def test_the_unit_that_owes_the_next_step_is_told(
    district: District, state: State, with_office: bool
) -> None:
    case = district.case_in(state, kind=Kind.CONSULTATION)
    sweep(district, morning(30))
    notices = district.session.scalars(
        select(SupervisionNotice).where(SupervisionNotice.case_id == case.id)
    ).all()
    owing = None if with_office else district.lead.id
    assert {row.department_id for row in notices} == {owing}
    assert told(district.session, case)[Notice.RED_CARD].payload["department"] == owing


def test_an_order_names_the_day_by_which_it_is_to_be_explained(district: District) -> None:
    case = district.case_in(State.SUBMITTED)  # due on 3 March
    sweep(district, morning(6))
    order = district.session.scalars(
        select(SupervisionNotice).where(
            SupervisionNotice.case_id == case.id, SupervisionNotice.level == Level.ORDER
        )
    ).one()
    assert order.explain_by == date(2026, 3, 11)


@pytest.mark.parametrize(
    "state",
    [State.AWAITING_PETITIONER, State.FORWARDED, State.DECLINED, State.MERGED, State.WITHDRAWN],
)
def test_what_no_unit_owes_is_not_supervised(district: District, state: State) -> None:
    case = district.case_in(state)
    sweep(district, morning(30))
    assert told(district.session, case).keys().isdisjoint({Notice.REMINDER, Notice.RED_CARD})


def test_a_new_due_date_climbs_the_levels_anew(district: District) -> None:
    case = district.case_in(State.RETURNED)
    sweep(district, morning(9))
    before = levels(district.session, case, Clock.SIGN)
    district.session.refresh(case)
    district.take(case, Action.UPHOLD, at=morning(9) + STEP)
    sweep(district, morning(12))
    assert len(levels(district.session, case, Clock.SIGN)) == len(before) + 2


def test_every_level_is_a_line_of_a_log_that_holds(district: District) -> None:
    case = district.case_in(State.SUBMITTED)
    sweep(district, morning(30))
    district.session.refresh(case)
    lines = district.session.scalars(
        select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.seq)
    ).all()
    assert [line.action for line in lines] == [
        "submit",
        "warn",
        "remind",
        "order",
        "yellow_card",
        "red_card",
    ]
    assert log.first_break(case, list(lines), SEALER) is None


def test_the_unit_that_a_case_is_about_is_never_told(district: District) -> None:
    case = district.case_in(State.HANDLING)
    case.accused_department_id = district.helper.id
    district.session.flush()
    sweep(district, morning(30))
    told_units = {
        row.payload["department"]
        for row in district.session.scalars(
            select(OutboxMessage).where(
                OutboxMessage.case_id == case.id, OutboxMessage.created_at == morning(30)
            )
        )
    }
    assert told_units == {district.lead.id}


def test_a_clock_that_started_after_the_slot_is_left_to_the_next(district: District) -> None:
    case = district.case_in(State.SUBMITTED, at=MONDAY)
    assert sweep(district, MONDAY - timedelta(hours=1)) == 0
    assert levels(district.session, case, Clock.SORT) == []
