"""The clock of the pages. Tests set it; nobody reads the machine's clock elsewhere in ``web``."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import current_app

SHANGHAI = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """Return this instant, with its time zone."""
    instant: datetime = current_app.extensions["now"]()
    return instant


def today() -> date:
    """Return the day that it is in the district."""
    return now().astimezone(SHANGHAI).date()
