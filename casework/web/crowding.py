"""Holds off machines that send letters by the hundred, and shuts nobody out (docs/writing.md)."""

from time import monotonic

import structlog
from flask import current_app

from casework.services import admission
from casework.services.admission import Crowded
from casework.web import db, slips
from casework.web.clock import now
from casework.web.rules import rules
from casework.web.sources import source

KEPT_SECONDS = 5.0

log = structlog.get_logger()


def pressed() -> bool:
    """Say whether letters come in too fast; each process asks the database every few seconds."""
    kept: tuple[float, bool] | None = current_app.extensions.get("pressed")
    if kept is not None and monotonic() - kept[0] < KEPT_SECONDS:
        return kept[1]
    settings = rules().settings
    fresh = admission.pressed(
        db.session(), watch=settings.letters_watch, limit=settings.letters_busy, at=now()
    )
    if kept is not None and kept[1] != fresh:
        log.warning("letters_pressed", pressed=fresh)
    current_app.extensions["pressed"] = (monotonic(), fresh)
    return fresh


def bits_of_work() -> int | None:
    """Return how much work a browser shows now with a letter, None while there is no need."""
    return admission.BITS if pressed() else None


def admit(slip: str, token: str, work: str) -> None:
    """Let a letter pass that shows work, or whose form is old enough that a person wrote it.

    Raises Crowded, which says how long to wait; what was typed stays on the page.
    """
    if not pressed() or admission.shows_work(token, work):
        return
    wait = admission.seconds_to_wait(slips.age_of(slip))
    with db.transaction() as current:
        if wait:
            admission.count_refused(current, limit=rules().settings.letters_busy, at=now())
        else:
            admission.let_wait(current, source=source(), at=now())
    if wait:
        raise Crowded(wait)
