"""Counts kept by day say the same as the cases, whatever has changed and whoever changes it."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from casework.models import FIGURE_DAYS, FIGURE_MARKS, Case
from casework.models.engine import application_engine
from casework.models.figure_days import COUNTED, GROUPS, WHOLE
from casework.queries.figures import NOT_KEPT, Figures, Grouping, Period, Scope
from casework.queries.figures_pages import by_department_and_period, by_group, of_periods
from casework.queries.measures import MEASURES, Anchor
from casework.queries.rules import Rules
from casework.services.figure_days import renew, untrue_days
from casework.workflow.states import Action, State
from tests.database import Cluster
from tests.factories import MONDAY, STEP, District
from tests.figures.conftest import TODAY, person

SPRING = Period.of(date(2026, 3, 1), date(2026, 6, 30), today=TODAY)
EVERY_DAY = tuple(anchor for anchor in Anchor if anchor is not Anchor.OPEN_LATE)


def test_what_is_kept_by_day_is_every_measure_that_belongs_to_a_day() -> None:
    assert set(COUNTED) == {
        name for name, measure in MEASURES.items() if measure.anchor is not Anchor.OPEN_LATE
    }
    assert set(GROUPS) == {WHOLE, *Grouping} - NOT_KEPT


def renewed(session: Session) -> None:
    session.flush()
    while renew(session, most=40):
        pass


@contextmanager
def counted_from_cases(session: Session) -> Iterator[None]:
    """Mark every day for as long as it lasts, so that nothing kept is read."""
    point = session.begin_nested()
    session.execute(text("INSERT INTO figure_marks (day) SELECT day FROM figure_days GROUP BY day"))
    yield
    point.rollback()


def plain(found: Figures) -> dict[str, int]:
    return {name: found[name] for name in MEASURES}


@pytest.mark.parametrize("grouping", Grouping)
@pytest.mark.parametrize("login", ["leader", "handler.roads"])
def test_kept_days_and_cases_give_the_same_figures(
    filled: Session, grouping: Grouping, login: str
) -> None:
    renewed(filled)
    scope = Scope(person(filled, login))
    kept_whole, kept = by_group(filled, scope, SPRING, grouping)
    with counted_from_cases(filled):
        whole, groups = by_group(filled, scope, SPRING, grouping)
    assert plain(kept_whole) == plain(whole)
    assert kept_whole.median == whole.median is not None
    assert {key: plain(found) for key, found in kept.items()} == {
        key: plain(found) for key, found in groups.items()
    }


def test_each_cell_of_the_matrix_is_the_figure_of_its_unit_and_month(filled: Session) -> None:
    renewed(filled)
    leader = person(filled, "leader")
    periods = [
        Period.of(date(2026, month, 1), date(2026, month, 28), today=TODAY) for month in (3, 4, 5)
    ]
    found = by_department_and_period(
        filled, Scope(leader), periods, anchors=(Anchor.ANSWERED, Anchor.OPEN_LATE)
    )
    assert found.cells
    for (unit, place), cell in found.cells.items():
        scope = Scope(leader, unit or None, with_office=not unit)
        (alone,) = of_periods(filled, scope, [periods[place]])
        assert (cell["completed"], cell["open_late"], cell.rate("on_time")) == (
            alone["completed"],
            alone["open_late"],
            alone.rate("on_time"),
        )
    for place, column in enumerate(found.columns):
        assert column["completed"] == sum(
            cell["completed"] for (_unit, at), cell in found.cells.items() if at == place
        )


def test_a_step_marks_its_days_and_is_counted_at_once(district: District) -> None:
    session = district.session
    case = district.case_in(State.HANDLING)
    renewed(session)
    day = case.received_on
    scope, period = Scope(None), Period.of(day, day, today=day)
    before, _ = by_group(session, scope, period, Grouping.KIND)
    assert (before["valid_open"], before["valid_completed"]) == (1, 0)
    for action in (Action.DRAFT, Action.APPROVE, Action.FORWARD):
        district.take(case, action, at=MONDAY + 4 * STEP)
    assert session.scalar(select(func.count()).select_from(FIGURE_MARKS))
    after, _ = by_group(session, scope, period, Grouping.KIND)
    assert (after["valid_open"], after["valid_completed"], after["completed"]) == (0, 1, 1)
    renewed(session)
    again, _ = by_group(session, scope, period, Grouping.KIND)
    assert plain(again) == plain(after)
    assert session.scalar(select(func.count()).select_from(FIGURE_MARKS)) == 0


def test_what_changes_no_figure_marks_no_day(district: District) -> None:
    case = district.case_in(State.DISPATCHED)
    renewed(district.session)
    for action in (Action.SIGN, Action.DRAFT):
        district.take(case, action, at=MONDAY + 4 * STEP)
    assert case.state is State.REVIEWING
    assert district.session.scalar(select(func.count()).select_from(FIGURE_MARKS)) == 0


def test_days_are_made_anew_as_often_as_one_likes(district: District) -> None:
    session = district.session
    for state in State:
        district.case_in(state)
    district.answered_call()
    renewed(session)
    rows = session.execute(select(FIGURE_DAYS)).all()
    session.execute(text("INSERT INTO figure_marks (day) SELECT day FROM figure_days"))
    renewed(session)
    assert sorted(session.execute(select(FIGURE_DAYS)).all()) == sorted(rows)
    assert list(untrue_days(session)) == []


def test_a_kept_count_that_is_not_true_is_named_by_its_day(district: District) -> None:
    session = district.session
    case = district.case_in(State.FORWARDED)
    renewed(session)
    session.execute(text("DELETE FROM figure_days WHERE grouping = 'kind'"))
    assert list(untrue_days(session)) == [case.received_on]


def test_whom_a_case_is_about_is_not_told_of_it_by_a_kept_count(district: District) -> None:
    session = district.session
    case = district.case_in(State.HANDLING)
    day = case.received_on
    renewed(session)
    session.execute(
        text("UPDATE cases SET accused_user_id = :user WHERE id = :case"),
        {"user": district.leader.id, "case": case.id},
    )
    period = Period.of(day, day, today=day)
    own, _ = by_group(session, Scope(district.leader), period, Grouping.KIND)
    others, _ = by_group(session, Scope(district.supervisor), period, Grouping.KIND)
    assert (own["received"], others["received"]) == (0, 1)


@pytest.fixture(scope="module")
def own(cluster: Cluster, rules: Rules) -> Iterator[Engine]:
    """A database with one committed case, for several sessions at once."""
    name = "casework_kept_" + os.environ.get("PYTEST_XDIST_WORKER", "alone")
    engine = application_engine(cluster.database(name).application)
    with Session(engine) as session:
        District(session, rules).case_in(State.HANDLING)
        session.commit()
    yield engine
    engine.dispose()


def test_a_change_made_while_days_are_counted_is_not_lost(own: Engine) -> None:
    with Session(own) as counting, Session(own) as working, Session(own) as reading:
        assert renew(counting) > 0
        working.execute(text("UPDATE cases SET consent = NOT consent, round = round + 1"))
        working.commit()
        counting.commit()
        day = reading.scalars(select(Case.received_on)).first()
        assert day is not None
        whole, _ = by_group(reading, Scope(None), Period.of(day, day, today=day), Grouping.KIND)
        assert whole["redone"] == whole["dispatched"] > 0
        assert renew(reading) > 0
        assert list(untrue_days(reading)) == []


def test_of_two_who_count_at_once_the_second_finds_nothing_left(own: Engine) -> None:
    with Session(own) as first, Session(own) as second, ThreadPoolExecutor(1) as pool:
        first.execute(text("UPDATE cases SET round = round + 1"))
        first.commit()
        assert renew(first) > 0
        waiting = pool.submit(renew, second)
        first.commit()
        assert waiting.result() == 0
        assert list(untrue_days(first)) == []
