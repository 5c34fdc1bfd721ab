"""A month of mornings with two runners that are killed at random: each level once, none missing."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from random import Random

import pytest
from sqlalchemy import Engine, event, select, text
from sqlalchemy.orm import Session

from casework.jobs.registry import JOBS, Scheduled
from casework.jobs.runner import Runner
from casework.jobs.work import Work
from casework.models import Case, CaseClock, OutboxMessage, SupervisionNotice
from casework.models.engine import application_engine, session_factory
from casework.queries.rules import rules_in_force
from casework.services import log
from casework.services.defaults import seed_defaults
from casework.workflow.notices import Notice
from casework.workflow.states import Kind, State
from casework.workflow.supervision import Level
from tests.database import Cluster
from tests.factories import SEALER, SHANGHAI, District

FIRST, LAST = date(2026, 3, 9), date(2026, 4, 13)  # with 清明 from 4 to 6 April
SUPERVISE = next(entry for entry in JOBS if entry.name == "supervise")
EIGHT = time(8, 0, tzinfo=SHANGHAI)
DAYS_AFTER = {Level.REMINDER: 1, Level.ORDER: 3, Level.YELLOW_CARD: 5, Level.RED_CARD: 10}
Found = dict[tuple[int, str, date, str], datetime]


class Killed(BaseException):
    """What ends a runner at once, as kill -9 does: nothing of it runs any more."""


@dataclass
class Death:
    """Ends whoever sends a statement, now and then."""

    random: Random
    chance: float = 0.0
    deaths: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, *_statement: object) -> None:
        with self.lock:
            if self.random.random() < self.chance:
                self.deaths += 1
                raise Killed


@pytest.fixture
def engine_of_month(cluster: Cluster, request: pytest.FixtureRequest) -> Iterator[Engine]:
    """A database of the test's own, as runners commit."""
    own = sha256(request.node.nodeid.encode()).hexdigest()[:12]
    engine = application_engine(cluster.database(f"casework_month_{own}").application)
    yield engine
    engine.dispose()


def settle(engine: Engine) -> None:
    """Make cases of many kinds that stand in many states and stay there."""
    with Session(engine, expire_on_commit=False) as session:
        seed_defaults(session, at=datetime.combine(FIRST, EIGHT))
        session.flush()
        district = District(session, rules_in_force(session, SEALER))
        for age in range(0, 24, 3):
            at = datetime.combine(FIRST + timedelta(days=age - 7), time(9, 0, tzinfo=SHANGHAI))
            for state in (State.SUBMITTED, State.DISPATCHED, State.HANDLING, State.RETURNED):
                district.case_in(state, at=at, kind=Kind.CONSULTATION)
            for state in (State.AWAITING_PETITIONER, State.REPLIED, State.FORWARDED):
                district.case_in(state, at=at, kind=Kind.COMPLAINT)
        session.commit()


def two_runners(engine: Engine, now: Callable[[], datetime]) -> None:
    """Let both run what is due at the same moment; one that dies is started again."""
    work = Work(session_factory(engine), SEALER)

    def live() -> None:
        runner = Runner(engine, work, jobs=(SUPERVISE,), now=now)
        while True:
            try:
                runner.run_due(SUPERVISE)
            except Killed:
                continue
            return

    both = [threading.Thread(target=live) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join(120)


def set_levels(engine: Engine) -> list[tuple[tuple[int, str, date, str], datetime]]:
    with Session(engine) as session:
        rows = session.scalars(select(SupervisionNotice)).all()
        return [((r.case_id, r.clock.value, r.due_on, r.level.value), r.at) for r in rows]


def expected_levels(engine: Engine, until: date) -> Found:
    """Count by hand: walk from day to day and compare, without any of the product's arithmetic."""
    with Session(engine) as session:
        calendar = rules_in_force(session, SEALER).calendar
        clocks = session.execute(
            text(
                "SELECT case_id, clock, due_on, started_at FROM case_clocks "
                "WHERE stopped_at IS NULL AND paused_on IS NULL "
                "AND clock IN ('sort', 'sign', 'handle', 'forward', 'whole')"
            )
        ).all()
    worked = {day for n in range(-40, 200) if calendar.is_working(day := FIRST + timedelta(days=n))}
    found: Found = {}
    for case_id, clock, due_on, started_at in clocks:
        day = FIRST
        while day <= until:
            slot = datetime.combine(day, EIGHT)
            if day in worked and started_at < slot:
                late = sum(due_on < one <= day for one in worked)
                left = sum(day < one <= due_on for one in worked)
                reached = [level for level, days in DAYS_AFTER.items() if late >= days]
                reached += [Level.WARNING] if left <= 3 else []
                for level in reached:
                    found.setdefault((case_id, clock, due_on, level.value), slot)
            day += timedelta(days=1)
    return found


def mornings() -> Iterator[datetime]:
    """Yield when the machines look: now and then late, off for days, or with a clock put back."""
    off = {date(2026, 3, 13), date(2026, 3, 14), date(2026, 3, 15), date(2026, 3, 24)}
    day = FIRST
    while day <= LAST:
        if day not in off:
            yield datetime.combine(day, time(8, 0, 30, tzinfo=SHANGHAI))
        if day.day % 7 == 3:
            yield datetime.combine(day - timedelta(days=2), time(8, 1, tzinfo=SHANGHAI))
        day += timedelta(days=1)


def test_two_runners_killed_at_random_set_each_level_once_and_miss_none(
    engine_of_month: Engine,
) -> None:
    engine = engine_of_month
    settle(engine)
    death = Death(Random(20260309))
    event.listen(engine, "before_cursor_execute", death)
    instant = datetime.combine(FIRST - timedelta(days=1), time(12, 0, tzinfo=SHANGHAI))
    two_runners(engine, lambda: instant)  # from now on there is something to make up for
    death.chance = 0.06
    for instant in mornings():
        two_runners(engine, lambda instant=instant: instant)  # type: ignore[misc]
    death.chance = 0.0

    assert death.deaths > 30
    levels = set_levels(engine)
    assert max(Counter(key for key, _at in levels).values()) == 1
    assert dict(levels) == expected_levels(engine, LAST)
    _messages_match(engine)
    with Session(engine) as session:
        assert set(log.broken_chains(session, SEALER)) == {None}


def _messages_match(engine: Engine) -> None:
    """Every level was told once, except a warning of a day that had passed."""
    with Session(engine) as session:
        told = session.scalars(
            select(OutboxMessage).where(OutboxMessage.notice.in_(list(map(Notice, Level))))
        ).all()
        keys = {
            f"{row.level.value}:{ref}:{row.clock.value}:{row.due_on.isoformat()}"
            for row, ref in session.execute(
                select(SupervisionNotice, Case.ref).join(Case, Case.id == SupervisionNotice.case_id)
            )
            if row.level is not Level.WARNING or row.at.astimezone(SHANGHAI).date() <= row.due_on
        }
        assert {message.dedupe_key for message in told} == keys


def test_the_sweep_is_a_slot_of_every_day_and_works_on_working_days_only(
    engine_of_month: Engine,
) -> None:
    assert isinstance(SUPERVISE, Scheduled)
    settle(engine_of_month)
    work = Work(session_factory(engine_of_month), SEALER)
    assert SUPERVISE.job(work, datetime(2026, 3, 14, 8, 0, tzinfo=SHANGHAI)) == 0
    assert SUPERVISE.job(work, datetime(2026, 3, 16, 8, 0, tzinfo=SHANGHAI)) > 0
    with Session(engine_of_month) as session:
        assert session.scalar(select(CaseClock.id).limit(1)) is not None
