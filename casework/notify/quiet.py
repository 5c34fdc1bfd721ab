"""When something may leave the house: by day and on working days, save where it presses."""

from datetime import datetime, time, timedelta

from casework.workflow.calendar import SHANGHAI, WorkCalendar
from casework.workflow.notices import Notice
from casework.workflow.states import Urgency

MORNING, EVENING = time(8), time(21)
PRESSING = frozenset({Urgency.URGENT, Urgency.CRITICAL})
SOMEBODY_WAITS = frozenset({Notice.LOST_CODE, Notice.FOLLOW_CONFIRM, Notice.CONTACT_CODE})
"""Numbers that confirm somebody, who sits before the page and has some minutes to type them."""


def may_leave_at(
    at: datetime, *, calendar: WorkCalendar, notice: Notice, urgency: Urgency | None
) -> datetime:
    """Return ``at``, or the next morning of a working day where ``at`` is quiet time.

    Quiet is the night from 21:00 to 08:00 and every day off. What is about an urgent or
    critical case knows no quiet, nor does a number for which somebody waits.
    """
    if urgency in PRESSING or notice in SOMEBODY_WAITS:
        return at
    local = at.astimezone(SHANGHAI)
    day = local.date() if local.time() < EVENING else local.date() + timedelta(days=1)
    working = calendar.next_working(day)
    if working == local.date() and local.time() >= MORNING:
        return at
    return datetime.combine(working, MORNING, SHANGHAI)
