"""Due dates: from a start, a limit, pauses and extensions to a day, with the lines of the sum."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import groupby
from typing import Literal, Self, cast, get_args

from casework.workflow.calendar import WorkCalendar
from casework.workflow.states import Unit

LineKind = Literal[
    "start", "limit", "day_off", "roll_over", "cap", "pause", "hearing", "extension", "due"
]
PauseKind = Literal["pause", "hearing"]


@dataclass(frozen=True, slots=True)
class Limit:
    """A number of days in one of the two units. The first day is never counted."""

    days: int
    unit: Unit

    def __post_init__(self) -> None:
        if self.days < 0:
            raise ValueError("a limit is never negative")


@dataclass(frozen=True, slots=True)
class Pause:
    """A clock stood still after ``paused_on``, until and with ``resumed_on``.

    It waited for the petitioner, or a hearing was held, whose days are not counted (条例 35, 36).
    """

    paused_on: date
    resumed_on: date
    kind: PauseKind = "pause"


@dataclass(frozen=True, slots=True)
class Extension:
    """More time that somebody approved; at most 30 days for a whole case (信访工作条例 34)."""

    days: int
    unit: Unit
    granted_on: date | None = None

    def __post_init__(self) -> None:
        if self.days < 0:
            raise ValueError("an extension is never negative")


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One line of the sum that leads to a due date.

    ``days`` are the days on the calendar that the line adds; all lines of a ledger add up to the
    days from the first line's ``on`` to the last line's. ``name`` is the unit of a limit, a pause
    or an extension, and the name of a day off, where it has one.
    """

    kind: LineKind
    on: date | None
    until: date | None
    days: int
    name: str | None = None

    @property
    def first_day(self) -> date | None:
        """The first day that a pause gives back; the clock stood still after the day before."""
        return self.on + timedelta(days=1) if self.on else None

    def as_json(self) -> dict[str, object]:
        """Return the line as JSON can hold it."""
        return {
            "kind": self.kind,
            "on": self.on.isoformat() if self.on else None,
            "until": self.until.isoformat() if self.until else None,
            "days": self.days,
            "name": self.name,
        }

    @classmethod
    def from_json(cls, line: Mapping[str, object]) -> Self:
        """Return the line that ``as_json`` wrote. Raises ValueError for anything else."""
        kind, days, name = line.get("kind"), line.get("days"), line.get("name")
        if kind not in get_args(LineKind) or type(days) is not int:
            raise ValueError(f"not a line of a ledger: {line}")
        return cls(
            cast(LineKind, kind),
            _day(line.get("on")),
            _day(line.get("until")),
            days,
            None if name is None else str(name),
        )


def _day(value: object) -> date | None:
    return None if value is None else date.fromisoformat(str(value))


@dataclass(frozen=True, slots=True)
class Computed:
    """A due date with what it would have been without pauses and extensions."""

    due_on: date
    original_due_on: date
    ledger: tuple[LedgerLine, ...]


def due(
    calendar: WorkCalendar,
    started_on: date,
    limit: Limit,
    *,
    pauses: Sequence[Pause] = (),
    extensions: Sequence[Extension] = (),
    not_after: date | None = None,
) -> Computed:
    """Return the day on which ``limit`` ends, with the lines that add up to it.

    The first day is not counted; what is counted in calendar days and ends on a day off ends on
    the next working day. A pause adds as many of the clock's own units as lie within it. An
    extension lengthens the period before that last move, so that 60 and 30 days are 90
    (信访工作条例 34). ``not_after`` is never passed, not even to the next working day: sorting
    takes at most 15 days (信访工作条例 22). The 5 working days for an objection are counted from
    the dispatch (信访工作条例 23).
    """
    lines = _sum(calendar, started_on, limit, pauses, extensions, not_after)
    original = lines
    if pauses or extensions:
        original = _sum(calendar, started_on, limit, (), (), not_after)
    return Computed(replay(lines), replay(original), tuple(lines))


def replay(ledger: Iterable[LedgerLine]) -> date:
    """Return the day that the lines add up to, without any calendar.

    Raises ValueError when that is not the due date which the ledger ends with.
    """
    lines = list(ledger)
    if not lines or lines[0].kind != "start" or lines[0].on is None or lines[-1].kind != "due":
        raise ValueError("a ledger goes from a start to a due date")
    day = lines[0].on + timedelta(days=sum(line.days for line in lines))
    if day != lines[-1].on:
        raise ValueError(f"the lines add up to {day}, not to {lines[-1].on}")
    return day


def _sum(
    calendar: WorkCalendar,
    started_on: date,
    limit: Limit,
    pauses: Sequence[Pause],
    extensions: Sequence[Extension],
    not_after: date | None,
) -> list[LedgerLine]:
    lines = [
        LedgerLine("start", started_on, None, 0),
        LedgerLine("limit", None, None, limit.days, limit.unit.value),
        *_pause_lines(calendar, started_on, limit.unit, pauses),
        *(LedgerLine("extension", e.granted_on, None, e.days, e.unit.value) for e in extensions),
    ]
    day = started_on
    for unit in (limit.unit, *(unit for unit in Unit if unit is not limit.unit)):
        days = sum(line.days for line in lines if line.name == unit.value)
        end = _count(calendar, day, Limit(days, unit))
        if unit is Unit.WORKING_DAYS:
            lines += _days_off(calendar, day, end)
        day = end
    units = {limit.unit, *(extension.unit for extension in extensions)}
    if Unit.CALENDAR_DAYS in units and (rolled := calendar.next_working(day)) != day:
        name = calendar.names.get(day)
        lines.append(LedgerLine("roll_over", day, rolled, (rolled - day).days, name))
        day = rolled
    if not_after is not None and day > not_after:
        lines.append(LedgerLine("cap", not_after, None, (not_after - day).days))
        day = not_after
    return [*lines, LedgerLine("due", day, None, 0)]


def _count(calendar: WorkCalendar, day: date, limit: Limit) -> date:
    if limit.unit is Unit.WORKING_DAYS:
        return calendar.after(day, limit.days)
    return day + timedelta(days=limit.days)


def _pause_lines(
    calendar: WorkCalendar, started_on: date, unit: Unit, pauses: Sequence[Pause]
) -> Iterable[LedgerLine]:
    """Yield a line for each pause; no day is given twice, and none before the start."""
    counted = started_on
    for pause in sorted(pauses, key=lambda pause: (pause.paused_on, pause.resumed_on)):
        begin, end = max(pause.paused_on, counted), max(pause.resumed_on, counted)
        counted = end
        if unit is Unit.WORKING_DAYS:
            days = calendar.working_days_between(begin, end)
        else:
            days = max((end - begin).days, 0)
        yield LedgerLine(pause.kind, pause.paused_on, pause.resumed_on, days, unit.value)


def _days_off(calendar: WorkCalendar, start: date, end: date) -> Iterable[LedgerLine]:
    """Yield a line for each run of days off that lie together and have one name."""
    days = calendar.skipped(start, end)
    runs = groupby(enumerate(days), lambda item: (item[1][0].toordinal() - item[0], item[1][1]))
    for (_, name), run in runs:
        together = [day for _, (day, _) in run]
        yield LedgerLine("day_off", together[0], together[-1], len(together), name)


class Nearness(StrEnum):
    """How near a due date is: the first thing that a supervisor looks at."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


def warned_until(today: date, calendar: WorkCalendar, warn_days: int = 3) -> date:
    """Return the last due date that is yellow today; lists compare with it."""
    return calendar.after(today, warn_days + 1) - timedelta(days=1)


def colour(due_on: date, today: date, calendar: WorkCalendar, warn_days: int = 3) -> Nearness:
    """Return how near ``due_on`` is: red once it has passed, yellow ``warn_days`` before.

    The warning is in working days, so that no Friday's case turns from green to red over a
    holiday in which nobody could see it.
    """
    if today > due_on:
        return Nearness.RED
    if due_on <= warned_until(today, calendar, warn_days):
        return Nearness.YELLOW
    return Nearness.GREEN
