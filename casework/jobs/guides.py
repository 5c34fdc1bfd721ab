"""Tells about guides and articles that are soon good no more."""

from datetime import datetime

from casework.jobs.work import Work
from casework.services import expiring


def tell_expiring(work: Work, at: datetime) -> int:
    """Tell those responsible for guides and articles that expire soon, once each; count them."""
    with work.sessions.begin() as session:
        return expiring.tell_expiring(session, at=at)
