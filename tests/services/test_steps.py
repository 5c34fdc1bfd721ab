"""Every step of the table moves a case as the table says, and a refused one moves nothing."""

from datetime import timedelta

import pytest
from sqlalchemy import func, inspect, select
from sqlalchemy.orm import Session

from casework.errors import CaseworkError, Invalid, NotPermitted
from casework.models import Case, CaseClock, CaseEvent, OutboxMessage, User
from casework.services import department, office, steps
from casework.services.actors import staff
from casework.workflow.machine import CAPACITIES
from casework.workflow.states import COMPLETE, RUNNING, STAFF_ROLES, Action, Role, State
from casework.workflow.table import TABLE, Row
from tests.factories import MONDAY, PATHS, PLAIN_STEPS, STEP, District

LATER = MONDAY + 8 * STEP
MOVES = [(row, source) for row in TABLE for source in row.sources]


@pytest.mark.parametrize("state", PATHS)
def test_a_case_can_come_into_each_state(district: District, state: State) -> None:
    assert district.case_in(state).state is state


@pytest.mark.parametrize(
    ("row", "source"), MOVES, ids=[f"{row.action}-from-{source}" for row, source in MOVES]
)
def test_a_step_moves_the_case_as_its_row_says(district: District, row: Row, source: State) -> None:
    case = district.case_in(source)
    case.consent = True

    district.take(case, row.action, at=LATER)

    assert case.state is (row.target or source)
    line = last_line(district.session, case, row.action)
    assert (line.from_state, line.to_state) == (source, case.state)
    assert line.actor_role in row.by
    assert line.at == LATER
    told = set(
        district.session.scalars(
            select(OutboxMessage.notice).where(OutboxMessage.case_id == case.id)
        )
    )
    assert set(row.tells) <= told


@pytest.mark.parametrize("state", PATHS)
def test_what_is_not_in_the_table_changes_nothing(district: District, state: State) -> None:
    case = district.case_in(state)
    before = everything(district.session, case)
    allowed = {row.action for row in TABLE if state in row.sources}

    for action in PLAIN_STEPS.keys() - allowed:
        with pytest.raises(CaseworkError), district.session.begin_nested():
            district.take(case, action, at=LATER)
        district.session.refresh(case)
        assert everything(district.session, case) == before, action


@pytest.mark.parametrize("row", TABLE, ids=[str(row.action) for row in TABLE])
def test_nobody_but_its_roles_takes_a_step(district: District, row: Row) -> None:
    if not row.sources:
        return
    case = district.case_in(row.sources[0])
    before = everything(district.session, case)
    people: dict[Role, User] = {user.role: user for user in district.staff()}
    for role in STAFF_ROLES:
        if row.by & CAPACITIES[role]:
            continue
        with pytest.raises(NotPermitted):
            steps.take(
                district.session,
                case,
                row.action,
                by=staff(people[role]),
                at=LATER,
                rules=district.rules,
                note="x",
            )
        assert everything(district.session, case) == before


@pytest.mark.parametrize("action", [row.action for row in TABLE if row.needs_reason])
def test_a_reason_must_be_one_for_this_step(district: District, action: Action) -> None:
    row = next(row for row in TABLE if row.action is action)
    case = district.case_in(row.sources[0])
    before = everything(district.session, case)
    user = {
        Role.OFFICE: district.clerk,
        Role.HANDLER: district.handler,
    }.get(next(iter(row.by & {Role.OFFICE, Role.HANDLER}), Role.OFFICE), district.clerk)
    if row.by == {Role.PETITIONER}:
        return
    for code in (None, "no.such", "withdraw.other"):
        with pytest.raises(Invalid), district.session.begin_nested():
            steps.take(
                district.session,
                case,
                action,
                by=staff(user),
                at=LATER,
                rules=district.rules,
                note="x",
                reason_code=code,
                target=district.submitted(),
            )
        district.session.refresh(case)
        assert everything(district.session, case) == before


@pytest.mark.parametrize("state", PATHS)
def test_a_running_case_has_a_due_date_and_an_owner(district: District, state: State) -> None:
    case = district.case_in(state)
    assert (case.due_on is not None) == (state in RUNNING)
    if state in RUNNING - {State.SUBMITTED, State.RETURNED}:
        assert case.department_id == district.lead.id
    assert (case.completed_at is not None) == (state in COMPLETE)


def test_a_redo_cancels_the_completion_and_begins_a_new_round(district: District) -> None:
    case = district.case_in(State.FORWARDED)
    assert case.completed_on == MONDAY.date()

    district.take(case, Action.REDO, at=MONDAY + timedelta(days=1))

    assert (case.completed_at, case.completed_on, case.round) == (None, None, 2)


def test_two_steps_in_one_transaction_read_each_other(district: District) -> None:
    case, at = district.case_in(State.REVIEWING), MONDAY + timedelta(days=1)
    by = {"at": at, "rules": district.rules}
    department.approve(district.session, case, by=staff(district.reviewer), **by)
    office.forward(district.session, case, by=staff(district.clerk), **by)
    district.session.flush()
    still_running = select(func.count()).where(
        CaseClock.case_id == case.id, CaseClock.stopped_at.is_(None)
    )
    assert district.session.scalar(still_running) == 0
    assert case.due_on is None


def test_a_call_answered_on_the_spot_is_complete_at_once(district: District) -> None:
    case = district.answered_call()
    assert (case.state, case.on_the_spot, case.completed_on) == (
        State.ARCHIVED,
        True,
        MONDAY.date(),
    )
    assert case.due_on is None


def last_line(session: Session, case: Case, action: Action) -> CaseEvent:
    """Return the newest line of ``case`` about ``action``."""
    return session.scalars(
        select(CaseEvent)
        .where(CaseEvent.case_id == case.id, CaseEvent.action == action.value)
        .order_by(CaseEvent.seq.desc())
        .limit(1)
    ).one()


def everything(session: Session, case: Case) -> tuple[object, ...]:
    """Return all that a step could change: the case's row, its log, clocks and notices."""
    columns = {
        attribute.key: getattr(case, attribute.key) for attribute in inspect(Case).column_attrs
    }
    clocks = session.execute(
        select(CaseClock.clock, CaseClock.due_on, CaseClock.paused_on, CaseClock.outcome)
        .where(CaseClock.case_id == case.id)
        .order_by(CaseClock.id)
    ).all()
    counted = [
        session.scalar(select(func.count()).select_from(table).where(table.case_id == case.id))
        for table in (CaseEvent, OutboxMessage)
    ]
    return columns, [tuple(row) for row in clocks], counted
