"""Supervision: which clocks are watched, who owes them, and on which day each level is reached.

This is the one place that says so. A level is reached by a date compared with today; nothing
here is ever stored as a state.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from casework.workflow.calendar import ONE_DAY, WorkCalendar
from casework.workflow.notices import Notice
from casework.workflow.states import Clock, Entry, State


class Level(StrEnum):
    """The levels of supervision, in their order (domain §4)."""

    WARNING = "warning"
    REMINDER = "reminder"
    ORDER = "order"
    YELLOW_CARD = "yellow_card"
    RED_CARD = "red_card"


CARDS = (Level.YELLOW_CARD, Level.RED_CARD)

SUPERVISED = frozenset(
    {Clock.SORT, Clock.SIGN, Clock.HANDLE, Clock.FORWARD, Clock.WHOLE, Clock.REVIEW}
)
"""The clocks by which a unit owes something. The objection clock times a right, the answer clock
what a citizen may do; nobody is supervised by them."""

WITH_OFFICE = frozenset({State.SUBMITTED, State.RETURNED, State.REPLIED})
"""The states in which the petition office owes the next step; in others the lead department."""

WITH_PETITIONER = frozenset({State.AWAITING_PETITIONER})
"""The state in which no unit owes anything: the next word is the petitioner's."""

NOTICES: Mapping[Level, Notice] = {
    Level.WARNING: Notice.WARNING,
    Level.REMINDER: Notice.REMINDER,
    Level.ORDER: Notice.ORDER,
    Level.YELLOW_CARD: Notice.YELLOW_CARD,
    Level.RED_CARD: Notice.RED_CARD,
}
ENTRIES: Mapping[Level, Entry] = {
    Level.WARNING: Entry.WARN,
    Level.REMINDER: Entry.REMIND,
    Level.ORDER: Entry.ORDER,
    Level.YELLOW_CARD: Entry.YELLOW_CARD,
    Level.RED_CARD: Entry.RED_CARD,
}


@dataclass(frozen=True, slots=True)
class Ladder:
    """How many working days part each level from the due date.

    The warning comes when ``warn_days`` are left, the others so many days after. An order must
    be explained within ``explain_days``.
    """

    warn_days: int = 3
    remind_after: int = 1
    order_after: int = 3
    yellow_after: int = 5
    red_after: int = 10
    explain_days: int = 3

    def days_late(self, level: Level) -> int:
        """Return on which working day after the due date a level other than the warning comes."""
        return {
            Level.REMINDER: self.remind_after,
            Level.ORDER: self.order_after,
            Level.YELLOW_CARD: self.yellow_after,
            Level.RED_CARD: self.red_after,
        }[level]


def owing_unit(state: State, department_id: int | None) -> int | None:
    """Return the department that owes the next step of a case; None is the petition office."""
    return None if state in WITH_OFFICE else department_id


def level_day(level: Level, due_on: date, calendar: WorkCalendar, ladder: Ladder) -> date:
    """Return the working day on which ``due_on`` reaches ``level``."""
    if level is Level.WARNING:
        return _back(calendar, due_on, ladder.warn_days + 1)
    return calendar.after(due_on, ladder.days_late(level))


def reached_until(level: Level, today: date, calendar: WorkCalendar, ladder: Ladder) -> date:
    """Return the last due date that has reached ``level`` by ``today``; sweeps compare with it."""
    if level is Level.WARNING:
        return calendar.after(today, ladder.warn_days + 1) - ONE_DAY
    return _back(calendar, today, ladder.days_late(level)) - ONE_DAY


def explain_by(ordered_on: date, calendar: WorkCalendar, ladder: Ladder) -> date:
    """Return the last day on which an order of ``ordered_on`` can be explained in time."""
    return calendar.after(ordered_on, ladder.explain_days)


def times_chased(explain_by: date, today: date, calendar: WorkCalendar, ladder: Ladder) -> int:
    """Return how often an order should have been chased by ``today`` if nobody explained it.

    First on the working day after ``explain_by``, then each time that the same span has passed.
    """
    late = calendar.working_days_between(explain_by, today)
    return -(-late // max(ladder.explain_days, 1))


def _back(calendar: WorkCalendar, day: date, days: int) -> date:
    """Return the ``days``-th working day backwards from ``day``, which counts if it is one."""
    while True:
        days -= calendar.is_working(day)
        if days <= 0:
            return day
        day -= ONE_DAY
