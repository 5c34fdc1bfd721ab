"""What the administrator keeps about time: limits from a date on, and the calendar of a year."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased

from casework.errors import Conflict, GuardFailed, Invalid
from casework.language import N_
from casework.models import (
    CalendarDay,
    CalendarYear,
    Case,
    CaseClock,
    Category,
    LimitRule,
    User,
)
from casework.queries.rules import limit_rows
from casework.services import admin_log
from casework.services.official_calendar import known_years
from casework.workflow.calendar import local_day
from casework.workflow.clock import Limit
from casework.workflow.limits import LimitRow, limit_for
from casework.workflow.states import Clock, Kind, Unit, Urgency

LONGEST_LIMIT = 366
LONGEST_SPAN = 31
FIRST_YEAR, LAST_YEAR = 2000, 2100
LIMIT_CLASHES = {
    "uq_limit_rules_clock_kind_urgency_category_id_holds_from": (
        "holds_from",
        N_("There is a limit for just these cases from this day on already."),
    )
}


@dataclass(frozen=True, slots=True)
class Effect:
    """What a new limit changes for one sort of case; ``running`` clocks of it keep their date."""

    kind: Kind
    urgency: Urgency
    before: Limit
    after: Limit
    running: int


def new_rule(
    *,
    clock: Clock,
    kind: Kind | None,
    urgency: Urgency | None,
    category_id: int | None,
    days: int,
    unit: Unit,
    holds_from: date,
    source: str,
    at: datetime,
) -> LimitRow:
    """Return a limit that could be added now. Raises Invalid: the past is never rewritten."""
    if holds_from < local_day(at):
        raise Invalid("holds_from", N_("Choose today or a later day: the past stays as it was."))
    if holds_from > local_day(at) + timedelta(days=3 * 366):
        raise Invalid("holds_from", N_("Choose a day within the next three years."))
    if not 1 <= days <= LONGEST_LIMIT:
        raise Invalid("days", N_("Write a number of days from 1 to 366."))
    return LimitRow(
        clock,
        days,
        unit,
        holds_from,
        kind=kind,
        urgency=urgency,
        category_id=category_id,
        source=source,
    )


def effects_of(session: Session, rule: LimitRow) -> list[Effect]:
    """Return what ``rule`` changes for new cases of its category from its first day on."""
    rows = limit_rows(session)
    categories = _with_those_above(session, rule.category_id)
    running = _running_by_sort(session, rule)
    effects = []
    for kind in [rule.kind] if rule.kind else Kind:
        for urgency in [rule.urgency] if rule.urgency else Urgency:
            before, after = (
                limit_for(
                    known,
                    rule.clock,
                    kind=kind,
                    urgency=urgency,
                    category_ids=categories,
                    on=rule.holds_from,
                )
                for known in (rows, (*rows, rule))
            )
            effects.append(Effect(kind, urgency, before, after, running.get((kind, urgency), 0)))
    return effects


def _running_by_sort(session: Session, rule: LimitRow) -> dict[tuple[Kind, Urgency], int]:
    """Count the clocks of the rule's sort that run now, by kind and urgency of their case."""
    counted = (
        select(Case.kind, Case.urgency, func.count())
        .join(CaseClock, CaseClock.case_id == Case.id)
        .where(CaseClock.clock == rule.clock, CaseClock.stopped_at.is_(None))
        .group_by(Case.kind, Case.urgency)
    )
    if rule.category_id is not None:
        child, parent = aliased(Category), aliased(Category)
        below = (
            select(child.id)
            .outerjoin(parent, parent.id == child.parent_id)
            .where(
                or_(
                    child.id == rule.category_id,
                    parent.id == rule.category_id,
                    parent.parent_id == rule.category_id,
                )
            )
        )
        counted = counted.where(Case.category_id.in_(below))
    return {(kind, urgency): count for kind, urgency, count in session.execute(counted)}


def _with_those_above(session: Session, category_id: int | None) -> set[int]:
    found: set[int] = set()
    while category_id is not None and category_id not in found:
        found.add(category_id)
        category = session.get(Category, category_id)
        category_id = category.parent_id if category else None
    return found


def add_limit(session: Session, rule: LimitRow, *, by: User | None, at: datetime) -> LimitRule:
    """Add a limit; running cases keep theirs. Raises Invalid if there is one just like it."""
    row = LimitRule(
        clock=rule.clock,
        kind=rule.kind,
        urgency=rule.urgency,
        category_id=rule.category_id,
        days=rule.days,
        unit=rule.unit,
        holds_from=rule.holds_from,
        source=rule.source,
        created_at=at,
    )
    admin_log.add(session, row, by=by, at=at, clashes=LIMIT_CLASHES)
    return row


def remove_limit(session: Session, row: LimitRule, *, by: User | None, at: datetime) -> None:
    """Take back a limit that has never held yet. Raises GuardFailed for one that has."""
    if row.holds_from <= local_day(at):
        raise GuardFailed(N_("This limit holds already. Add another one instead."))
    admin_log.remove(session, row, by=by, at=at)


def day_fingerprint(row: CalendarDay | None) -> str:
    """Return what changes when somebody enters a day; a day as usual has no row."""
    return admin_log.fingerprint(row) if row else ""


def enter_day(
    session: Session,
    day: date,
    *,
    is_working: bool | None,
    name: str,
    name_en: str,
    by: User | None,
    at: datetime,
) -> None:
    """Say whether ``day`` is worked; None means as every week. Raises Invalid outside of 2000-2100.

    The running dates are not touched: ``calendar_changes`` changes both together.
    """
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Invalid("day", N_("Choose a day from 2000 to 2100."))
    row = session.get(CalendarDay, day)
    usual = day.weekday() < 5
    if is_working is None or (is_working == usual and not name):
        if row is not None:
            admin_log.remove(session, row, by=by, at=at)
        return
    if row is None:
        row = CalendarDay(day=day, is_working=is_working, name=name, name_en=name_en)
        admin_log.add(session, row, by=by, at=at, clashes={"pk_calendar_days": ("day", CLASH)})
        return
    with admin_log.changing(session, row, by=by, at=at):
        row.is_working, row.name, row.name_en = is_working, name, name_en


CLASH = N_("Somebody else has changed this in the meantime. Read it again before you go on.")


def mark_year_entered(session: Session, year: int, *, by: User | None, at: datetime) -> None:
    """Say that all official days of ``year`` stand in the calendar. Raises Conflict or Invalid."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Invalid("year", N_("Choose a year from 2000 to 2100."))
    if session.get(CalendarYear, year):
        raise Conflict()
    admin_log.add(session, CalendarYear(year=year, entered_at=at), by=by, at=at)


def year_to_enter(session: Session, today: date) -> int | None:
    """Return the year whose official days are missing: this one, or from November the next."""
    wanted = [today.year, today.year + 1] if today.month >= 11 else [today.year]
    entered = set(session.scalars(select(CalendarYear.year).where(CalendarYear.year.in_(wanted))))
    return next((year for year in wanted if year not in entered), None)


def is_known(year: int) -> bool:
    """Say whether the program itself knows the official days of ``year``."""
    return year in known_years()
