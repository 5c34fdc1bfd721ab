"""Runs the schedule: one leader among any number of processes, each slot once."""

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError

from casework.jobs.registry import JOBS, Late, Scheduled
from casework.jobs.work import Work
from casework.services import slots

LEADER = 7_404_001
HEARTBEAT = 2.0
LONGEST_CATCH_UP = timedelta(days=31)

log = structlog.get_logger()


def worker_name() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


def due_slots(entry: Scheduled, last: datetime, now: datetime) -> list[datetime]:
    """Return the planned instants after ``last`` up to ``now``, oldest first."""
    trigger, found = entry.trigger, list[datetime]()
    previous = max(last, now - LONGEST_CATCH_UP)
    while (slot := trigger.get_next_fire_time(previous, now)) and slot <= now:
        found.append(slot)
        previous = slot
    return found[-1:] if entry.late is Late.NEWEST else found


@dataclass
class Runner:
    """One jobs process. It waits until it leads, then runs what is due until it is stopped."""

    engine: Engine
    work: Work
    jobs: tuple[Scheduled, ...] = JOBS
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    stopped: threading.Event = field(default_factory=threading.Event)
    under_way: tuple[str, datetime] | None = field(default=None, init=False)

    def run(self) -> None:
        """Lead whenever nobody else does; a database that is away is asked again."""
        while not self.stopped.is_set():
            try:
                with self._leadership() as connection:
                    if connection is not None:
                        self._lead(connection)
            except OperationalError:
                log.warning("the database is away")
            self.stopped.wait(HEARTBEAT)

    @contextmanager
    def _leadership(self) -> Iterator[Connection | None]:
        """Give the connection that holds the lock; it ends with the process, whatever kills it."""
        with self.engine.connect() as plain:
            connection = plain.execution_options(isolation_level="AUTOCOMMIT")
            lock = {"lock": LEADER}
            try:
                taken = connection.scalar(text("SELECT pg_try_advisory_lock(:lock)"), lock)
                yield connection if taken else None
            finally:
                connection.detach()

    def _lead(self, connection: Connection) -> None:
        log.info("leading", worker=worker_name())
        scheduler = self._scheduler()
        scheduler.start()
        try:
            while not self.stopped.wait(HEARTBEAT):
                self._beat(connection)
        finally:
            scheduler.shutdown(wait=True)
            log.info("no longer leading", worker=worker_name())

    def _beat(self, connection: Connection) -> None:
        """Notice a lost connection, and show that what is under way is alive."""
        if self.under_way is None:
            connection.execute(text("SELECT 1"))
        else:
            job, slot = self.under_way
            connection.execute(slots.beaten(job, slot, at=self.now()))

    def _scheduler(self) -> BackgroundScheduler:
        scheduler = BackgroundScheduler(timezone=UTC, executors={"default": ThreadPoolExecutor(1)})
        for entry in self.jobs:
            scheduler.add_job(
                self.run_due,
                entry.trigger,
                args=[entry],
                id=entry.name,
                coalesce=True,
                max_instances=1,
                misfire_grace_time=None,
                next_run_time=datetime.now(UTC),
            )
        return scheduler

    def run_due(self, entry: Scheduled) -> int:
        """Run the slots of a job that are due and not done yet, oldest first; count them."""
        now = self.now()
        with self.work.sessions.begin() as session:
            last = slots.last_finished(session, entry.name)
            if last is None:
                slots.begin_history(session, entry.name, at=now, worker=worker_name())
                return 0
        due = due_slots(entry, last, now)
        return sum(self._run_slot(entry, slot) for slot in due)

    def _run_slot(self, entry: Scheduled, slot: datetime) -> bool:
        with self.work.sessions.begin() as session:
            if not slots.claim(session, entry.name, slot, at=self.now(), worker=worker_name()):
                return False
        self.under_way = (entry.name, slot)
        try:
            result = entry.job(self.work, slot if entry.late is Late.EACH else self.now())
        except Exception as error:  # a job that fails is told, and never stops the others
            log.exception("job failed", job=entry.name, slot=slot.isoformat())
            self._finish(entry, slot, error=type(error).__name__)
            return False
        log.info("job done", job=entry.name, slot=slot.isoformat(), count=result)
        self._finish(entry, slot, result=str(result))
        return True

    def _finish(
        self,
        entry: Scheduled,
        slot: datetime,
        *,
        result: str | None = None,
        error: str | None = None,
    ) -> None:
        self.under_way = None
        with self.work.sessions.begin() as session:
            slots.finish(session, entry.name, slot, at=self.now(), result=result, error=error)
