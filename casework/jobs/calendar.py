"""Tells the administrators when the official days of a year are missing."""

from datetime import datetime

from casework.jobs.work import Work
from casework.notify import outbox
from casework.services import timing
from casework.workflow.calendar import local_day
from casework.workflow.notices import Notice


def tell_missing_days(work: Work, at: datetime) -> int:
    """Tell once a week that this year's days, or from November the next year's, are missing."""
    today = local_day(at)
    with work.sessions.begin() as session:
        missing = timing.year_to_enter(session, today)
        if missing is None:
            return 0
        week = today.isocalendar()
        key = f"{missing}:{week.year}-{week.week}"
        outbox.enqueue_for_unit(
            session, Notice.CALENDAR_MISSING, department_id=None, key=key, at=at
        )
        return 1
