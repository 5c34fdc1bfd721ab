"""Carries out granted erasures, and erases what is out of its retention time."""

from collections.abc import Iterable
from datetime import datetime

from casework.jobs.work import Work
from casework.queries.rules import rules_in_force
from casework.services import erasure


def erase_granted(work: Work, at: datetime) -> int:
    """Carry out the erasures that were granted a day ago or longer; count them."""
    with work.sessions() as session:
        due = erasure.granted_and_due(session, at=at)
    return _each(work, due, at)


def erase_old(work: Work, at: datetime) -> int:
    """Erase the cases that are out of their retention time, each by itself; count them."""
    done, after = 0, 0
    while True:
        with work.sessions() as session:
            rules = rules_in_force(session, work.sealer)
            due = erasure.out_of_retention(session, at=at, rules=rules, after=after)
        done += _each(work, due, at)
        if len(due) < erasure.BATCH:
            return done
        after = due[-1]


def _each(work: Work, case_ids: Iterable[int], at: datetime) -> int:
    done = 0
    for case_id in case_ids:
        with work.sessions.begin() as session:
            rules = rules_in_force(session, work.sealer)
            done += erasure.carry_out(session, case_id, at=at, rules=rules)
    return done
