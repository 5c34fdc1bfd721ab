"""Asking petitioners afterwards: why somebody is asked, how a call can end, when to try again."""

from datetime import datetime, time, timedelta
from enum import StrEnum

from casework.workflow.calendar import SHANGHAI


class Ground(StrEnum):
    """Why a petitioner is asked, the strongest first."""

    DISSATISFIED = "dissatisfied"
    RED_CARD = "red_card"
    REDONE = "redone"
    PHONE_ONLY = "phone_only"
    RANDOM = "random"


class Result(StrEnum):
    """How one call ended."""

    REACHED = "reached"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    WRONG_NUMBER = "wrong_number"
    REFUSED = "refused"


class Outcome(StrEnum):
    """How a follow-up ended."""

    ANSWERED = "answered"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    RATED_ONLINE = "rated_online"
    LAPSED = "lapsed"


CLAIM_HOLDS = timedelta(minutes=30)
"""How long an operator who has taken a follow-up keeps it from the others."""

PARTS_OF_DAY = (time(8), time(12), time(18))
"""When morning, afternoon and evening begin, in which a call is tried in turn."""


def next_try(at: datetime) -> datetime:
    """Return when the part of the day begins that follows the one of ``at``."""
    local = at.astimezone(SHANGHAI)
    later = (begin for begin in PARTS_OF_DAY if begin > local.time())
    begin = next(later, None)
    day = local.date() if begin else local.date() + timedelta(days=1)
    return datetime.combine(day, begin or PARTS_OF_DAY[0], tzinfo=SHANGHAI)


def outcome_of(result: Result, tries: int, most: int) -> Outcome | None:
    """Return how a follow-up ends by its last call; None while it is to be tried again."""
    if result is Result.REACHED:
        return Outcome.ANSWERED
    if result is Result.REFUSED:
        return Outcome.REFUSED
    if result is Result.WRONG_NUMBER or tries >= most:
        return Outcome.UNREACHABLE
    return None
