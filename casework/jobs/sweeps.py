"""What time does to cases, in batches small enough that nobody waits for their locks."""

from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from casework.jobs.work import Work
from casework.queries.rules import Rules, rules_in_force
from casework.services import follow_ups, sweeps


class Sweep(Protocol):
    def __call__(self, session: Session, *, at: datetime, rules: Rules) -> int: ...


def return_unanswered(work: Work, at: datetime) -> int:
    """Give back the cases whose question to the petitioner nobody answered in time."""
    with work.sessions() as session:  # every hour, and nearly always in vain
        if not sweeps.unanswered(session, at=at):
            return 0
    return _until_clean(work, sweeps.return_unanswered, at)


def withhold_without_consent(work: Work, at: datetime) -> int:
    """Archive the answered cases that may not be published."""
    return _until_clean(work, sweeps.withhold_without_consent, at)


def draw_follow_ups(work: Work, at: datetime) -> int:
    """Put those on the operators' list who are to be asked what the answer was worth."""
    with work.sessions.begin() as session:
        return follow_ups.draw(session, at=at, rules=rules_in_force(session, work.sealer))


def _until_clean(work: Work, sweep: Sweep, at: datetime) -> int:
    total = 0
    while True:
        with work.sessions.begin() as session:
            count = sweep(session, at=at, rules=rules_in_force(session, work.sealer))
        total += count
        if count < sweeps.BATCH:
            return total
