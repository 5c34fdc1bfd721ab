"""The same month with runners in processes of their own, which kill -9 ends wherever they are."""

import os
import signal
import time
from collections import Counter
from datetime import datetime, timedelta
from datetime import time as time_of_day
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from random import Random

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from casework.jobs.runner import Runner
from casework.jobs.work import Work
from casework.models.engine import application_engine, session_factory
from casework.services import log
from tests.factories import SEALER, SHANGHAI
from tests.jobs.test_supervision_month import (
    FIRST,
    LAST,
    SUPERVISE,
    _messages_match,
    engine_of_month,
    expected_levels,
    mornings,
    set_levels,
    settle,
)

__all__ = ["engine_of_month"]

PROCESSES = get_context("fork")
LONGEST = 0.25
"""Seconds within which a runner is killed; a morning's sweep here takes about as long."""


def live(url: str, instant: datetime) -> None:
    """Be a runner: do what is due at ``instant`` and end."""
    engine = application_engine(url)
    work = Work(session_factory(engine), SEALER)
    Runner(engine, work, jobs=(SUPERVISE,), now=lambda: instant).run_due(SUPERVISE)
    os._exit(0)


def begun(url: str, instant: datetime) -> BaseProcess:
    process = PROCESSES.Process(target=live, args=(url, instant))
    process.start()
    return process


def two_runners(url: str, instant: datetime, random: Random) -> int:
    """Start two at once, kill the first somewhere and perhaps the other; return how many died.

    Then one more does what was left, as the supervisor of the processes starts them again.
    """
    both = [begun(url, instant) for _ in range(2)]
    for process in both[: random.choice((1, 2))]:
        time.sleep(random.uniform(0, LONGEST))
        os.kill(process.pid or 0, signal.SIGKILL)
    for process in both:
        process.join(60)
    again = begun(url, instant)
    again.join(60)
    assert again.exitcode == 0
    return sum(process.exitcode == -signal.SIGKILL for process in both)


def test_runners_ended_by_kill_9_set_each_level_once_and_miss_none(
    engine_of_month: Engine,
) -> None:
    engine, random = engine_of_month, Random(20260309)
    url = engine.url.render_as_string(hide_password=False)
    settle(engine)
    engine.dispose()
    before = datetime.combine(FIRST - timedelta(days=1), time_of_day(12, 0, tzinfo=SHANGHAI))
    begun(url, before).join(60)  # from now on there is something to make up for
    deaths = sum(two_runners(url, instant, random) for instant in mornings())

    assert deaths > 10
    levels = set_levels(engine)
    assert max(Counter(key for key, _at in levels).values()) == 1
    assert dict(levels) == expected_levels(engine, LAST)
    _messages_match(engine)
    with Session(engine) as session:
        assert set(log.broken_chains(session, SEALER)) == {None}
