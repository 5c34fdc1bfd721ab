"""Clears away what is long over: tries that were counted, sessions, links for passwords."""

from datetime import datetime, timedelta

from casework.jobs.work import Work
from casework.services import changes, contacts, followers, learning, sessions, tallies

KEPT = timedelta(days=7)


def tidy_up(work: Work, at: datetime) -> int:
    """Delete counts, sessions, links and changes of contact of over a week ago; count them."""
    with work.sessions.begin() as session:
        before = at - KEPT
        gone = tallies.forget(session, before=before) + sessions.clear_away(session, before=before)
        return gone + contacts.forget_changes(session, before=before)


def forget_changes(work: Work, at: datetime) -> int:
    """Delete the lines about changes that no kept page can need; count them."""
    with work.sessions.begin() as session:
        return changes.forget(session, at=at)


def forget_followers(work: Work, at: datetime) -> int:
    """Erase the contacts of those who followed a matter whose last news is told; count them."""
    total = 0
    while True:
        with work.sessions.begin() as session:
            count = followers.forget(session, at=at)
        total += count
        if count < followers.BATCH:
            return total


def learn_categories(work: Work, _at: datetime) -> int:
    """Count anew which words stand in the letters of which category; count the rows."""
    with work.sessions.begin() as session:
        return learning.learn_categories(session)
