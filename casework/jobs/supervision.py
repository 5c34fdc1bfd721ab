"""The supervision of every working day; on days off nothing is reached and nobody is told."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice

from casework.jobs.work import Work
from casework.queries.rules import rules_in_force
from casework.queries.supervision_levels import cases_to_raise
from casework.services import supervision_orders
from casework.services.supervision_sweep import raise_levels
from casework.workflow.calendar import local_day

BATCH = 1_000
"""How many cases are locked at once; a step that needs one of them waits for so many at most."""


def supervise(work: Work, at: datetime) -> int:
    """Set the levels that cases have reached by ``at``; return how many were new."""
    with work.sessions() as session:
        rules = rules_in_force(session, work.sealer)
        if not rules.calendar.is_working(local_day(at)):
            return 0
        found = cases_to_raise(session, at=at, rules=rules)
    total = 0
    for some in _batches(found):
        with work.sessions.begin() as session:
            total += raise_levels(session, some, at=at, rules=rules)
    return total


def send_digests(work: Work, at: datetime) -> int:
    """Tell every unit once what is due and what waits for its word."""
    with work.sessions.begin() as session:
        rules = rules_in_force(session, work.sealer)
        if not rules.calendar.is_working(local_day(at)):
            return 0
        return supervision_orders.send_digests(session, at=at)


def chase_orders(work: Work, at: datetime) -> int:
    """Ask again for the explanations that have not come in time."""
    with work.sessions.begin() as session:
        rules = rules_in_force(session, work.sealer)
        if not rules.calendar.is_working(local_day(at)):
            return 0
        return supervision_orders.chase_orders(session, at=at, rules=rules)


def _batches(case_ids: Sequence[int]) -> Iterator[list[int]]:
    ids = iter(case_ids)
    while some := list(islice(ids, BATCH)):
        yield some
