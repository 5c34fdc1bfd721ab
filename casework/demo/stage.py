"""What the stories of the demo share: the district, its rules and its working hours.

A story is a generator: it yields the instant at which its next step is due, and takes the step
when it is resumed. So hundreds of stories run side by side on one moving clock.
"""

from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy.orm import Session

from casework.demo.people import District
from casework.models import Case
from casework.queries.rules import Rules
from casework.workflow.calendar import SHANGHAI, local_day

Story = Generator[datetime, None, datetime]
OPENS, CLOSES = 9, 17


@dataclass(slots=True)
class Stage:
    """What all stories share; ``cases`` lets one be merged into another."""

    session: Session
    rules: Rules
    random: Random
    district: District
    cases: dict[int, Case] = field(default_factory=dict)

    def at_work(self, at: datetime, hours: tuple[float, float]) -> datetime:
        """Return a moment some hours after ``at`` at which offices are open."""
        then = (at + timedelta(hours=self.random.uniform(*hours))).astimezone(SHANGHAI)
        if self.rules.calendar.is_working(then.date()) and OPENS <= then.hour < CLOSES:
            return then
        day = then.date() + timedelta(days=1 if then.hour >= OPENS else 0)
        return self.morning(self.rules.calendar.next_working(day))

    def after_days(self, at: datetime, days: int) -> datetime:
        """Return a moment on the ``days``-th working day after ``at``."""
        return self.morning(self.rules.calendar.after(local_day(at), max(days, 1)))

    def morning(self, day: date) -> datetime:
        start = datetime(day.year, day.month, day.day, OPENS, tzinfo=SHANGHAI)
        return start + timedelta(minutes=self.random.uniform(0, 180))


def pause(until: datetime) -> Story:
    """Wait, and return the instant at which the story goes on."""
    yield until
    return until
