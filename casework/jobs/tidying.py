"""Clears away what is long over: tries that were counted, sessions, links for passwords."""

from datetime import datetime, timedelta

from casework.jobs.work import Work
from casework.services import sessions, tallies

KEPT = timedelta(days=7)


def tidy_up(work: Work, at: datetime) -> int:
    """Delete tallies, sessions and reset links of more than a week ago; count them."""
    with work.sessions.begin() as session:
        return tallies.forget(session, before=at - KEPT) + sessions.clear_away(
            session, before=at - KEPT
        )
