"""Which days are worked: Monday to Friday, save for the exceptions of the yearly notice."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from itertools import accumulate
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
ONE_DAY = timedelta(days=1)


def midnight(day: date, zone: tzinfo = SHANGHAI) -> datetime:
    """Return the instant at which ``day`` begins in the district."""
    return datetime.combine(day, time(), zone)


def local_day(at: datetime, zone: tzinfo = SHANGHAI) -> date:
    """Return the day on which ``at`` falls for the people of the district.

    Raises ValueError for an instant without a time zone.
    """
    if at.utcoffset() is None:
        raise ValueError("an instant needs a time zone")
    return at.astimezone(zone).date()


@dataclass(frozen=True, slots=True, eq=False)
class WorkCalendar:
    """The rule "Monday to Friday are working days" with its exceptions.

    ``exceptions`` says for a day whether it is worked, so that it holds holidays and make-up
    weekends (调休补班) alike; ``names`` gives days off a name. Counting is arithmetic on the
    running sum of exceptions, and needs no walk from day to day.
    """

    exceptions: Mapping[date, bool] = field(default_factory=dict)
    names: Mapping[date, str] = field(default_factory=dict)
    _days: tuple[int, ...] = field(init=False, repr=False)
    _sums: tuple[int, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        kept = dict(self.exceptions)
        days = sorted(day for day, worked in kept.items() if worked != (day.weekday() < 5))
        sums = accumulate((1 if kept[day] else -1 for day in days), initial=0)
        for name, value in (
            ("exceptions", kept),
            ("names", dict(self.names)),
            ("_days", tuple(day.toordinal() for day in days)),
            ("_sums", tuple(sums)),
        ):
            object.__setattr__(self, name, value)

    def is_working(self, day: date) -> bool:
        """Say whether offices are open on ``day``."""
        worked = self.exceptions.get(day)
        return day.weekday() < 5 if worked is None else worked

    def next_working(self, day: date) -> date:
        """Return ``day`` itself, or the first working day after it."""
        while not self.is_working(day):
            day += ONE_DAY
        return day

    def after(self, start: date, days: int) -> date:
        """Return the ``days``-th working day after ``start``, which does not count.

        No days at all end on ``start``, even on a day off. Raises ValueError below zero.
        """
        if days < 0:
            raise ValueError("a number of days is never negative")
        day = start.toordinal()
        wanted = self._worked_until(day) + days
        # As many days ahead as working days are missing: a day adds one at most, so this never
        # goes past the day that is looked for.
        while missing := wanted - self._worked_until(day):
            day += missing
        return date.fromordinal(day)

    def working_days_between(self, start: date, end: date) -> int:
        """Return how many working days lie after ``start``, up to and with ``end``.

        None do when ``end`` is not after ``start``.
        """
        if end <= start:
            return 0
        return self._worked_until(end.toordinal()) - self._worked_until(start.toordinal())

    def skipped(self, start: date, end: date) -> list[tuple[date, str | None]]:
        """Return the days off after ``start``, up to and with ``end``, each with its name."""
        days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
        return [(day, self.names.get(day)) for day in days if not self.is_working(day)]

    def _worked_until(self, ordinal: int) -> int:
        """Return the number of working days from the first Monday of the calendar on."""
        weeks, rest = divmod(ordinal, 7)
        return weeks * 5 + min(rest, 5) + self._sums[bisect_right(self._days, ordinal)]
