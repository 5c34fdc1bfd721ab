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
"""Seconds within which the first runner is killed; later ones follow how long they live."""


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


def two_runners(url: str, instant: datetime, random: Random, longest: float) -> tuple[int, int]:
    """Start two at once, kill the first somewhere and perhaps the other.

    Return how many died and how many had ended before they could be killed. Then one more does
    what was left, as the supervisor of the processes starts them again.
    """
    both = [begun(url, instant) for _ in range(2)]
    aimed_at = both[: random.choice((1, 2))]
    for process in aimed_at:
        time.sleep(random.uniform(0, longest))
        os.kill(process.pid or 0, signal.SIGKILL)
    for process in both:
        process.join(60)
    again = begun(url, instant)
    again.join(60)
    assert again.exitcode == 0
    died = sum(process.exitcode == -signal.SIGKILL for process in both)
    return died, len(aimed_at) - died


def deaths_of_a_month(url: str, random: Random) -> int:
    """Play every morning with kills; where runners are quicker than the kill it comes sooner."""
    longest, deaths = LONGEST, 0
    for instant in mornings():
        died, missed = two_runners(url, instant, random, longest)
        longest = longest * 0.7 if missed else min(LONGEST, longest * 1.3)
        deaths += died
    return deaths


def test_runners_ended_by_kill_9_set_each_level_once_and_miss_none(
    engine_of_month: Engine,
) -> None:
    engine, random = engine_of_month, Random(20260309)
    url = engine.url.render_as_string(hide_password=False)
    settle(engine)
    engine.dispose()
    before = datetime.combine(FIRST - timedelta(days=1), time_of_day(12, 0, tzinfo=SHANGHAI))
    begun(url, before).join(60)  # from now on there is something to make up for

    assert deaths_of_a_month(url, random) > 10
    levels = set_levels(engine)
    assert max(Counter(key for key, _at in levels).values()) == 1
    assert dict(levels) == expected_levels(engine, LAST)
    _messages_match(engine)
    with Session(engine) as session:
        assert set(log.broken_chains(session, SEALER)) == {None}
