"""The nightly check that the figures are what the logs say."""

from datetime import datetime

import structlog

from casework.jobs.work import Work
from casework.queries.rules import rules_in_force
from casework.services.figure_checks import wrong_figures

log = structlog.get_logger()


def verify_figures(work: Work, at: datetime) -> int:
    """Return how many cases differ from their logs; each is named in the log of the process."""
    differing = 0
    with work.sessions() as session:
        for wrong in wrong_figures(session, rules_in_force(session, work.sealer)):
            if wrong is not None:
                differing += 1
                log.error("figures differ", number=wrong.number, columns=list(wrong.columns))
    return differing
