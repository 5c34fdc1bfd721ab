"""When something may leave the house: by day and on working days, save where it presses."""

from datetime import datetime, time, timedelta

from casework.workflow.calendar import SHANGHAI, WorkCalendar
from casework.workflow.states import Urgency

MORNING, EVENING = time(8), time(21)
PRESSING = frozenset({Urgency.URGENT, Urgency.CRITICAL})


def may_leave_at(at: datetime, *, calendar: WorkCalendar, urgency: Urgency | None) -> datetime:
    """Return ``at``, or the next morning of a working day where ``at`` is quiet time.

    Quiet is the night from 21:00 to 08:00 and every day off. What is about an urgent or
    critical case knows no quiet.
    """
    if urgency in PRESSING:
        return at
    local = at.astimezone(SHANGHAI)
    day = local.date() if local.time() < EVENING else local.date() + timedelta(days=1)
    working = calendar.next_working(day)
    if working == local.date() and local.time() >= MORNING:
        return at
    return datetime.combine(working, MORNING, SHANGHAI)
