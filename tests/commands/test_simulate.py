"""A played district is the same for the same seed, keeps every rule, and is refused a used one."""

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session, aliased

from casework.commands.simulate import digest_of
from casework.demo import plans
from casework.demo.counting import what_came_after
from casework.demo.filling import NotEmpty
from casework.demo.simulating import Progress, Scale, answered_calls, lives, settled
from casework.models import Case, CaseEvent, Delivery, Review, SupervisionNotice
from casework.models.engine import application_engine
from casework.queries.rules import rules_in_force
from casework.services.clock_checks import differing_clocks
from casework.services.figure_checks import wrong_figures
from casework.services.log import broken_chains
from casework.workflow.states import Action, Entry, State
from casework.workflow.supervision import Level
from tests.database import Cluster
from tests.factories import SEALER

SCALE = Scale(date(2025, 4, 1), days=66, letters=160, calls=120)


def play(session: Session, scale: Scale, *, seed: int, calls_first: bool = False) -> Progress:
    """Play cases and calls one after the other; the command plays them side by side."""
    stage = settled(session, SEALER, scale, seed=seed)
    if calls_first:
        list(answered_calls(stage, scale, seed=seed))
    progress = list(lives(stage, scale))[-1]
    if not calls_first:
        list(answered_calls(stage, scale, seed=seed))
    return progress


@pytest.fixture(scope="module")
def played(cluster: Cluster) -> Iterator[tuple[Engine, Progress]]:
    """Six weeks with the Qingming and May holidays, in a database of their own."""
    engine = application_engine(cluster.database("casework_played").application)
    with Session(engine, expire_on_commit=False) as session, pytest.MonkeyPatch.context() as often:
        often.setattr(plans, "OF_A_YEAR", [(name, 0.5) for name, _ in plans.OF_A_YEAR])
        progress = play(session, SCALE, seed=7)
    yield engine, progress
    engine.dispose()


def test_the_same_seed_gives_the_same_district_and_another_one_another(cluster: Cluster) -> None:
    small = Scale(date(2025, 4, 1), days=12, letters=30, calls=40)
    sums = []
    for number, seed in enumerate((3, 3, 4)):
        engine = application_engine(cluster.database(f"casework_played_{number}").application)
        with Session(engine, expire_on_commit=False) as session:
            play(session, small, seed=seed, calls_first=number == 1)
            sums.append(digest_of(session))
        engine.dispose()
    assert sums[0] == sums[1] != sums[2]


def test_every_log_and_every_clock_of_a_played_district_holds(
    played: tuple[Engine, Progress],
) -> None:
    with Session(played[0]) as session:
        assert [place for place in broken_chains(session, SEALER) if place] == []
        rules = rules_in_force(session, SEALER)
        assert [one for case in differing_clocks(session, rules) for one in case] == []


def test_everything_that_happens_in_a_district_happens(played: tuple[Engine, Progress]) -> None:
    engine, progress = played
    assert progress.refused == 0
    with Session(engine) as session:
        done = set(session.scalars(select(CaseEvent.action).distinct()))
        levels = set(session.scalars(select(SupervisionNotice.level).distinct()))
        states = set(session.scalars(select(Case.state).distinct()))
        on_the_spot = session.scalar(select(func.count()).where(Case.on_the_spot))
        told = session.scalar(select(func.count()).select_from(Delivery))
    usual = set(Action) - {Action.UPHOLD, Action.RECALL, Action.UNPUBLISH}
    assert {action.value for action in usual} <= done
    assert {Entry.ASK_EXTENSION, Entry.GRANT_EXTENSION, Entry.EXPLAIN, Entry.RATE} <= done
    assert levels == set(Level)
    assert {State.PUBLISHED, State.ARCHIVED, State.DECLINED, State.WITHDRAWN} <= states
    assert on_the_spot == round(SCALE.calls * 0.85)
    assert told


def test_what_comes_after_the_answers_is_played_and_counted(
    played: tuple[Engine, Progress],
) -> None:
    with Session(played[0]) as session:
        counted = dict(what_came_after(session))
        entries = set(session.scalars(select(CaseEvent.action).distinct()))
    for name in (
        "redo request granted",
        "redo request refused",
        "review",
        "re-review",
        "hearing",
        "appeal refused",
        "follow-up answered",
        "public text corrected",
        "public text turned down",
        "matter to follow",
        "follower",
    ):
        assert counted.get(name), name
    assert {Entry.CALL_AFTERWARDS, Entry.HOLD_HEARING, Entry.APPEAL} <= entries


def test_no_unit_reviews_what_it_answered(played: tuple[Engine, Progress]) -> None:
    with Session(played[0]) as session:
        doing = aliased(Case)
        same = session.scalars(
            select(Review.case_id)
            .join(doing, doing.id == Review.case_id)
            .join(Case, Case.id == Review.of_case_id)
            .where(doing.department_id == Case.department_id)
        ).all()
    assert same == []


def test_the_figures_of_a_played_district_hold(played: tuple[Engine, Progress]) -> None:
    with Session(played[0]) as session:
        rules = rules_in_force(session, SEALER)
        assert [wrong for wrong in wrong_figures(session, rules) if wrong is not None] == []


def test_the_schedule_runs_at_its_own_instants(played: tuple[Engine, Progress]) -> None:
    engine, progress = played
    assert progress.jobs["supervise"] > 0
    assert progress.jobs["return-unanswered"] > 0
    with Session(engine) as session:
        set_at = session.scalars(
            select(SupervisionNotice.at).where(SupervisionNotice.by_id.is_(None))
        ).all()
    assert {(at.hour, at.minute) for at in set_at} == {(0, 0)}  # eight in the morning in Shanghai


def test_a_district_in_use_is_never_played_into(played: tuple[Engine, Progress]) -> None:
    with Session(played[0]) as session, pytest.raises(NotEmpty):
        settled(session, SEALER, SCALE, seed=7)
