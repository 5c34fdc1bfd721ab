"""The official days off and make-up working days, for the years whose notice is known.

The State Council publishes each year's notice late in the year before. The package
``chinese-calendar`` keeps them; a year that it lacks must be entered by the administrator.
"""

from datetime import date
from typing import NamedTuple

from chinese_calendar import Holiday
from chinese_calendar.constants import holidays, workdays

from casework.errors import CaseworkError
from casework.language import N_

WEEKEND = (5, 6)

CHINESE_NAMES = {
    Holiday.tomb_sweeping_day: "清明节",
    Holiday.dragon_boat_festival: "端午节",
    Holiday.mid_autumn_festival: "中秋节",
}
"""The names as the notices write them, where the package has short ones."""


class UnknownYear(CaseworkError):
    """Nobody has published the days of this year, or the package does not know them."""

    message = N_("The official days off of %(year)s are not known. Please enter them yourself.")


class OfficialDay(NamedTuple):
    """A day that departs from "Monday to Friday are working days"."""

    day: date
    is_working: bool
    name_zh: str
    name_en: str


def known_years() -> list[int]:
    """Return the years whose official days are known, in order."""
    return sorted({day.year for day in holidays})


def official_days(year: int) -> list[OfficialDay]:
    """Return the weekdays off and the weekend days worked in ``year``, in order.

    Raises UnknownYear rather than give a year without make-up working days.
    """
    if year not in known_years():
        raise UnknownYear(year=year)
    off = [
        OfficialDay(day, False, *_names(name))
        for day, name in holidays.items()
        if day.year == year and day.weekday() not in WEEKEND
    ]
    worked = [
        OfficialDay(day, True, *_make_up_names(name))
        for day, name in workdays.items()
        if day.year == year and day.weekday() in WEEKEND
    ]
    return sorted(off + worked)


def _names(name: str) -> tuple[str, str]:
    holiday = Holiday(name)
    return CHINESE_NAMES.get(holiday, holiday.chinese), str(holiday.value)


def _make_up_names(name: str) -> tuple[str, str]:
    name_zh, name_en = _names(name)
    return f"{name_zh}调休补班", f"Make-up working day for {name_en}"
