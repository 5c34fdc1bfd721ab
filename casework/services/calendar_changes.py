"""Days of the calendar are changed together with the dates of the running cases they touch."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy import ColumnElement, Date, select
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import Session

from casework.errors import Conflict, Invalid
from casework.language import N_
from casework.models import CalendarDay, Case, CaseClock, User
from casework.queries import cases
from casework.queries.rules import Rules
from casework.services import clocks, log, timing
from casework.services.actors import SYSTEM, staff
from casework.services.official_calendar import official_days
from casework.workflow.calendar import WorkCalendar
from casework.workflow.states import Clock, Entry

MOST_DAYS = 400
BATCH = 500


@dataclass(frozen=True, slots=True)
class DayChange:
    """What a day is to be: off, worked, or as every week where ``is_working`` is None."""

    day: date
    is_working: bool | None
    name: str = ""
    name_en: str = ""


@dataclass(frozen=True, slots=True)
class MovedDate:
    """A clock of a running case that ends on another day by the new calendar."""

    case_id: int
    number: str
    clock: Clock
    before: date
    after: date


def calendar_with(calendar: WorkCalendar, changes: Iterable[DayChange]) -> WorkCalendar:
    """Return ``calendar`` as it will be after ``changes``."""
    exceptions, names = dict(calendar.exceptions), dict(calendar.names)
    for change in changes:
        exceptions.pop(change.day, None)
        names.pop(change.day, None)
        if change.is_working is not None:
            exceptions[change.day] = change.is_working
            names[change.day] = change.name
    return WorkCalendar(exceptions, names)


def moved_dates(session: Session, changes: Sequence[DayChange], *, rules: Rules) -> list[MovedDate]:
    """Return every running date that ``changes`` would move, by the case's id."""
    if not changes:
        return []
    after = replace(rules, calendar=calendar_with(rules.calendar, changes))
    wanted = (
        select(CaseClock, Case.number)
        .join(Case, Case.id == CaseClock.case_id)
        .where(*_touched(changes))
        .order_by(CaseClock.case_id, CaseClock.id)
        .execution_options(yield_per=BATCH)
    )
    return [
        MovedDate(clock.case_id, number, clock.clock, clock.due_on, due_on)
        for clock, number in session.execute(wanted)
        if (due_on := clocks.recomputed(clock, after).due_on) != clock.due_on
    ]


def fingerprint(session: Session, changes: Sequence[DayChange], moved: Sequence[MovedDate]) -> str:
    """Return what differs as soon as other dates would move, or a day is no more what it was."""
    rows = [[one.case_id, one.clock.value, str(one.before), str(one.after)] for one in moved]
    days = [change.day for change in changes]
    known = session.scalars(
        select(CalendarDay).where(CalendarDay.day.in_(days)).order_by(CalendarDay.day)
    )
    stands = [timing.day_fingerprint(row) for row in known]
    return sha256(json.dumps([rows, stands]).encode()).hexdigest()[:32]


def change_calendar(
    session: Session,
    changes: Sequence[DayChange],
    *,
    seen: str,
    by: User | None,
    at: datetime,
    rules: Rules,
) -> int:
    """Change days and reckon every running date that they touch; count the dates that moved.

    ``seen`` is the fingerprint of what the person was shown. Days and dates change in the caller's
    transaction together. Raises Conflict if a day or another date has changed since, Invalid for
    too many days or one outside of the calendar.
    """
    if len(changes) > MOST_DAYS:
        raise Invalid("days", N_("These are too many days at once. Take one year at a time."))
    touched = _locked(session, changes)
    moved = moved_dates(session, changes, rules=rules)
    if fingerprint(session, changes, moved) != seen:
        raise Conflict()
    for change in changes:
        timing.enter_day(
            session,
            change.day,
            is_working=change.is_working,
            name=change.name,
            name_en=change.name_en,
            by=by,
            at=at,
        )
    after = replace(rules, calendar=calendar_with(rules.calendar, changes))
    return sum(_reckon(session, case_id, by=by, at=at, rules=after) for case_id in touched)


def days_of_the_notice(session: Session, year: int) -> list[DayChange]:
    """Return the official days of ``year`` that nobody has entered. Raises UnknownYear."""
    known = set(session.scalars(select(CalendarDay.day)))
    return [DayChange(*day) for day in official_days(year) if day.day not in known]


def as_text(changes: Sequence[DayChange]) -> str:
    """Return ``changes`` as a page carries them from the preview to the press that saves them."""
    return json.dumps([{**asdict(one), "day": one.day.isoformat()} for one in changes])


def from_text(text: str) -> list[DayChange]:
    """Return what ``as_text`` wrote. Raises Invalid for anything else."""
    try:
        return [_read(one) for one in json.loads(text)]
    except (ValueError, TypeError, KeyError) as error:
        raise Invalid("days", N_("These days cannot be read. Begin again, please.")) from error


def _read(one: dict[str, object]) -> DayChange:
    is_working = one["is_working"]
    if is_working not in (True, False, None):
        raise ValueError(is_working)
    name, name_en = str(one["name"])[:200], str(one["name_en"])[:200]
    return DayChange(date.fromisoformat(str(one["day"])), is_working, name, name_en)


def _touched(changes: Sequence[DayChange]) -> list[ColumnElement[bool]]:
    """Return the conditions of a clock that runs over one of the days."""
    days = [change.day for change in changes]
    started_on = sql_cast(CaseClock.inputs["started_on"].astext, Date)
    return [
        CaseClock.stopped_at.is_(None),
        CaseClock.due_on >= min(days),
        started_on < max(days),
    ]


def _locked(session: Session, changes: Sequence[DayChange]) -> list[int]:
    """Lock the cases whose clocks run over the days, the smallest id first; return their ids."""
    if not changes:
        return []
    with_clock = select(CaseClock.case_id).where(*_touched(changes))
    wanted = select(Case.id).where(Case.id.in_(with_clock)).order_by(Case.id)
    return list(session.scalars(wanted.with_for_update(of=Case)))


def _reckon(session: Session, case_id: int, *, by: User | None, at: datetime, rules: Rules) -> int:
    case = cases.for_update_by_id(session, case_id)
    moved = clocks.reckon_again(session, case, at=at, rules=rules)
    if moved:
        actor = staff(by) if by else SYSTEM
        data = {kind.value: [str(before), str(after)] for kind, (before, after) in moved.items()}
        log.record(session, case, Entry.RECKON, by=actor, at=at, sealer=rules.sealer, data=data)
    session.flush()
    session.expunge(case)
    return len(moved)
