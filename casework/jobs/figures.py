"""The counts kept by day made anew, and the nightly check that figures are what the logs say."""

from datetime import datetime

import structlog

from casework.jobs.work import Work
from casework.queries.rules import rules_in_force
from casework.services import figure_days
from casework.services.figure_checks import wrong_figures

log = structlog.get_logger()


def renew_figures(work: Work, at: datetime) -> int:
    """Count the days anew that changes have marked, some at a time; return how many there were."""
    renewed = 0
    while True:
        with work.sessions.begin() as session:
            days = figure_days.renew(session)
        renewed += days
        if days < figure_days.AT_ONCE:
            return renewed


def verify_figures(work: Work, at: datetime) -> int:
    """Return how many cases and days differ; each is named in the log of the process."""
    differing = 0
    with work.sessions() as session:
        for wrong in wrong_figures(session, rules_in_force(session, work.sealer)):
            if wrong is not None:
                differing += 1
                log.error("figures differ", number=wrong.number, columns=list(wrong.columns))
        for day in figure_days.untrue_days(session):
            differing += 1
            log.error("kept figures differ", day=day.isoformat())
    return differing
