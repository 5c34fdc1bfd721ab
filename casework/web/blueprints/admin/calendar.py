"""The calendar of a year: which days are off, which weekends are worked."""

from calendar import Calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework.errors import Invalid, NotFound
from casework.language import N_
from casework.models import CalendarDay
from casework.queries import reference
from casework.services import calendar_changes, timing
from casework.services.calendar_changes import DayChange
from casework.web.blueprints.admin.calendar_changes import preview
from casework.web.blueprints.admin.door import bp, number_or_none, saved
from casework.web.clock import now, today
from casework.web.db import session
from casework.web.forms.admin import DayForm, YearForm
from casework.web.guard import me
from casework.web.saving import form_page, refusals_on, saving, text_of

MONDAY_FIRST = Calendar(0)


@dataclass(frozen=True, slots=True)
class Cell:
    """One day as the page draws it; ``sort`` is off, worked (a weekend), or usual."""

    day: date
    sort: str
    name: str
    name_en: str


@bp.get("/calendar")
def calendar() -> ResponseReturnValue:
    year = number_or_none(request.args.get("year")) or today().year
    return form_page("admin/calendar.html", YearForm(formdata=None), **_year(year))


@bp.post("/calendar/<int:year>/complete")
def complete_year(year: int) -> ResponseReturnValue:
    """Note that somebody has compared the calendar with the notice."""
    form = YearForm()
    if form.validate_on_submit():
        with saving(form) as db:
            timing.mark_year_entered(db, year, by=me(), at=now())
            return saved(_("%(year)d is complete.", year=year), ".calendar", year=year)
    return form_page("admin/calendar.html", form, **_year(year))


@bp.get("/calendar/<int:year>/official")
def official_days(year: int) -> ResponseReturnValue:
    """Show the official days of a year that the program knows, before they count."""
    if not timing.is_known(year):
        raise NotFound()
    changes = calendar_changes.days_of_the_notice(session(), year)
    return preview(changes, year=year, complete=True)


@bp.route("/calendar/<day>", methods=["GET", "POST"])
def day(day: str) -> ResponseReturnValue:
    when = _day(day)
    row = reference.days_of(session(), when, when).get(when)
    form = DayForm(obj=row)
    if not form.is_submitted():
        form.is_working.data = _as_chosen(row)
    if form.validate_on_submit():
        with refusals_on(form):
            return preview(_changes(form, when), year=when.year)
    return form_page("admin/day.html", form, day=when, row=row)


def _changes(form: DayForm, first: date) -> list[DayChange]:
    last = form.until.data or first
    if not 0 <= (last - first).days < timing.LONGEST_SPAN:
        raise Invalid("until", N_("Choose a last day within a month after the first."))
    is_working = {"off": False, "worked": True}.get(form.is_working.data)
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    name, name_en = text_of(form.name), text_of(form.name_en)
    return [DayChange(day, is_working, name, name_en) for day in days]


def _as_chosen(row: CalendarDay | None) -> str:
    if row is None:
        return "usual"
    return "worked" if row.is_working else "off"


def _day(text: str) -> date:
    try:
        when = date.fromisoformat(text)
    except ValueError:
        raise NotFound() from None
    if not timing.FIRST_YEAR <= when.year <= timing.LAST_YEAR:
        raise NotFound()
    return when


def _year(year: int) -> dict[str, object]:
    if not timing.FIRST_YEAR <= year <= timing.LAST_YEAR:
        raise NotFound()
    known = reference.days_of(session(), date(year, 1, 1), date(year, 12, 31))
    entered = reference.years_entered(session())
    return {
        "year": year,
        "months": [(date(year, month, 1), _weeks(year, month, known)) for month in range(1, 13)],
        "off": sum(not row.is_working for row in known.values()),
        "worked": sum(row.is_working for row in known.values()),
        "entered": year in entered,
        "known": timing.is_known(year),
        "missing": timing.year_to_enter(session(), today()),
    }


def _weeks(year: int, month: int, known: Mapping[date, CalendarDay]) -> list[list[Cell | None]]:
    return [
        [_cell(when, known.get(when)) if when.month == month else None for when in week]
        for week in MONDAY_FIRST.monthdatescalendar(year, month)
    ]


def _cell(when: date, row: CalendarDay | None) -> Cell:
    if row is None:
        return Cell(when, "weekend" if when.weekday() >= 5 else "usual", "", "")
    return Cell(when, "worked" if row.is_working else "off", row.name, row.name_en)
