"""Supervisors see every running case once, in the group of its date, nearest first."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.models import Case
from casework.queries.supervision import Filters, Horizon, counts, watched
from casework.workflow.clock import Nearness
from casework.workflow.states import RUNNING, Kind, State
from tests.figures.conftest import TODAY, person

HORIZON = Horizon(TODAY, TODAY + timedelta(days=3))
GROUPS = (Nearness.RED, Nearness.YELLOW, Nearness.GREEN)


def all_pages(session: Session, **given: object) -> list[int]:
    found: list[int] = []
    after = None
    while True:
        page = watched(
            session,
            person(session, "supervisor"),
            HORIZON,
            after=after,
            size=9,
            **given,  # type: ignore[arg-type]
        )
        found += [row.id for row in page.rows]
        after = page.after
        if after is None:
            return found


def test_the_demo_has_a_case_in_every_state(filled: Session) -> None:
    assert set(filled.scalars(select(Case.state).distinct())) == set(State)


def test_every_running_case_stands_in_one_group_nearest_first(filled: Session) -> None:
    running = filled.scalars(
        select(Case.id).where(Case.state.in_(RUNNING)).order_by(Case.due_on, Case.id)
    ).all()
    assert all_pages(filled) == running
    grouped = [case for group in GROUPS for case in all_pages(filled, group=group)]
    assert grouped == running


def test_counts_are_the_lengths_of_the_lists(filled: Session) -> None:
    for filters in (Filters(), Filters(kind=Kind.COMPLAINT), Filters(with_office=True)):
        counted = counts(filled, person(filled, "leader"), HORIZON, filters=filters)
        for group in GROUPS:
            assert counted[group] == len(all_pages(filled, group=group, filters=filters))


def test_what_waits_for_the_office_is_what_it_owes(filled: Session) -> None:
    owed = all_pages(filled, filters=Filters(with_office=True))
    states = {State.SUBMITTED, State.RETURNED, State.REPLIED}
    expected = select(func.count()).where(Case.state.in_(states))
    assert len(owed) == filled.scalar(expected)


@pytest.mark.parametrize("after", ["", "nonsense", "2026-01-01", "2026-01-01~x", "~1"])
def test_a_key_that_cannot_be_read_begins_anew(filled: Session, after: str) -> None:
    user = person(filled, "supervisor")
    assert watched(filled, user, HORIZON, after=after) == watched(filled, user, HORIZON)
