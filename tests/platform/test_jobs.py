"""Scheduled work runs once a slot, in order, however many runners there are and whatever ends."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session, sessionmaker

from casework.jobs.registry import JOBS, Late, Scheduled
from casework.jobs.runner import Runner, due_slots
from casework.jobs.work import Work
from casework.models import JobSlot
from casework.models.engine import application_engine, session_factory
from casework.postgres.roles import Addresses
from casework.sealing import Sealer
from casework.services import slots
from tests.factories import DATA_KEYS, HASH_KEY
from tests.platform.waiting import until

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)  # twelve o'clock in Shanghai
HOUR = timedelta(hours=1)


@dataclass
class Counted:
    """A job that counts its runs and does what it is told to."""

    runs: list[datetime] = field(default_factory=list)
    fault: Exception | None = None

    def __call__(self, work: Work, at: datetime) -> int:
        self.runs.append(at)
        if self.fault:
            raise self.fault
        return len(self.runs)


@dataclass
class Clock:
    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def sessions(addresses: Addresses) -> Iterator[sessionmaker[Session]]:
    """Sessions that really commit, as runners see each other's slots; emptied afterwards."""
    engine = application_engine(addresses.application)
    yield session_factory(engine)
    owner = application_engine(addresses.application)
    with owner.begin() as connection:
        connection.execute(delete(JobSlot).where(JobSlot.job.like("test-%")))
    for used in (engine, owner):
        used.dispose()


@pytest.fixture
def work(sessions: sessionmaker[Session]) -> Work:
    return Work(sessions, Sealer.from_text(DATA_KEYS, HASH_KEY))


def hourly(job: Counted, late: Late = Late.EACH) -> Scheduled:
    return Scheduled("test-hourly", "0 * * * *", job, late)


def runner(work: Work, clock: Clock, *jobs: Scheduled) -> Runner:
    engine = work.sessions.kw["bind"]
    assert isinstance(engine, Engine)
    return Runner(engine, work, jobs=jobs, now=clock)


def noted(work: Work) -> list[JobSlot]:
    with work.sessions() as session:
        chosen = select(JobSlot).where(JobSlot.job.like("test-%")).order_by(JobSlot.slot)
        return list(session.scalars(chosen))


def test_a_new_installation_makes_up_for_nothing(work: Work) -> None:
    job, clock = Counted(), Clock()
    assert runner(work, clock).run_due(hourly(job)) == 0
    assert job.runs == []


def test_late_slots_are_made_up_for_in_order_and_once(work: Work) -> None:
    job, clock = Counted(), Clock()
    running = runner(work, clock)
    running.run_due(hourly(job))
    clock.now = NOON + 3 * HOUR + timedelta(minutes=5)
    assert running.run_due(hourly(job)) == 3
    assert running.run_due(hourly(job)) == 0
    assert [row.slot for row in noted(work)[1:]] == [NOON + n * HOUR for n in (1, 2, 3)]


def test_work_that_sums_up_runs_once_for_all_late_slots(work: Work) -> None:
    job, clock = Counted(), Clock()
    running = runner(work, clock)
    running.run_due(hourly(job, Late.NEWEST))
    clock.now = NOON + 5 * HOUR
    assert running.run_due(hourly(job, Late.NEWEST)) == 1
    assert len(job.runs) == 1


def test_two_runners_do_a_slot_once(work: Work) -> None:
    job, clock = Counted(), Clock()
    first, second = runner(work, clock), runner(work, clock)
    first.run_due(hourly(job))
    clock.now = NOON + HOUR
    assert first.run_due(hourly(job)) + second.run_due(hourly(job)) == 1
    assert len(job.runs) == 1


def test_a_slot_whose_runner_was_killed_is_done_by_the_next(work: Work) -> None:
    job, clock = Counted(), Clock()
    running = runner(work, clock)
    running.run_due(hourly(job))
    clock.now = NOON + HOUR
    with work.sessions.begin() as session:
        slots.claim(session, "test-hourly", clock.now, at=clock.now, worker="gone")
    assert running.run_due(hourly(job)) == 1


def test_a_failing_job_is_noted_without_its_words_and_tried_at_its_next_slot(work: Work) -> None:
    job, clock = Counted(fault=ValueError("Li Xiaoming, 13800001111")), Clock()
    running = runner(work, clock)
    running.run_due(hourly(job))
    clock.now = NOON + HOUR
    assert running.run_due(hourly(job)) == 0
    assert noted(work)[-1].error == "ValueError"
    job.fault, clock.now = None, NOON + 2 * HOUR
    assert running.run_due(hourly(job)) == 1


def test_only_one_of_two_processes_leads_and_the_other_takes_over(work: Work) -> None:
    clock = Clock()
    both = [runner(work, clock, hourly(Counted())) for _ in range(2)]
    leading: list[Runner] = []
    for one in both:
        one._lead = lambda _connection, one=one: (  # type: ignore[method-assign,misc]
            leading.append(one),
            one.stopped.wait(20),
        )
    threads = [threading.Thread(target=one.run) for one in both]
    for thread in threads:
        thread.start()
    assert until(lambda: len(leading) == 1)
    leading[0].stopped.set()
    assert until(lambda: len(leading) == 2)
    for one in both:
        one.stopped.set()
    for thread in threads:
        thread.join(10)
    assert set(map(id, leading)) == set(map(id, both))


@pytest.mark.parametrize("entry", JOBS, ids=lambda entry: entry.name)
def test_every_line_of_the_schedule_has_slots_and_names_its_days(entry: Scheduled) -> None:
    assert due_slots(entry, NOON, NOON + timedelta(days=8))
    assert not any(character.isdigit() for character in entry.cron.split()[4])


def test_the_names_of_the_schedule_are_all_different() -> None:
    names = [entry.name for entry in JOBS]
    assert len(set(names)) == len(names)


def test_days_are_those_of_the_district(work: Work) -> None:
    midnight = Scheduled("test-midnight", "0 0 * * *", Counted())
    assert due_slots(midnight, NOON, NOON + timedelta(days=1)) == [
        datetime(2026, 3, 2, 16, 0, tzinfo=UTC)
    ]


@pytest.mark.parametrize("entry", JOBS, ids=lambda entry: entry.name)
def test_every_job_runs_on_an_empty_database(work: Work, entry: Scheduled) -> None:
    assert entry.job(work, NOON) == 0
