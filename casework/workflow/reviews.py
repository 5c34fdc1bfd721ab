"""The right to have an answer looked at again: how often, and until when (条例 35, 36)."""

from datetime import date

from casework.workflow.calendar import WorkCalendar
from casework.workflow.clock import Limit, due
from casework.workflow.states import Channel, Unit

ASKED_WITHIN = Limit(30, Unit.CALENDAR_DAYS)
"""Counted from the day of the written answer, in the law and therefore here, not in a setting."""


def stage_after(channel: Channel) -> Channel | None:
    """Return what a petitioner can ask for after the answer to a case that came by ``channel``.

    A letter is reviewed, a review is reviewed again; after that the matter ends.
    """
    if channel is Channel.RE_REVIEW:
        return None
    return Channel.RE_REVIEW if channel is Channel.REVIEW else Channel.REVIEW


def last_day(answered_on: date, calendar: WorkCalendar) -> date:
    """Return the last day on which a review of an answer of ``answered_on`` can be asked for."""
    return due(calendar, answered_on, ASKED_WITHIN).due_on
