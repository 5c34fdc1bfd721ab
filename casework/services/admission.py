"""When very many letters come in at once: who sends one shows work, or waits a little."""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from sqlalchemy import func, literal, select
from sqlalchemy.orm import Session

from casework.errors import TooMany
from casework.language import N_
from casework.models import Case, Tally
from casework.services import tallies
from casework.workflow.states import Channel

ALWAYS, NEVER, AUTO = "always", "never", "auto"
WINDOW: Final = timedelta(minutes=10)
ONLINE = (Channel.LETTER, Channel.LEADER_MAILBOX)
REFUSED = "letters-refused"

BITS = 17
"""Zero bits at the head of the hash: 130 000 tries on the average, a second or two of a browser."""

LONGEST_WORK = 12

WAIT: Final = timedelta(minutes=2)
WAITED_OF_SOURCE = 30
"""Letters in a window without work from one address: a stairwell behind one, not a machine."""


class Crowded(TooMany):
    """Very many letters come in, and this one came without work before its time."""

    message = N_(
        "Very many letters are coming in at the moment. Yours is still here: please press the "
        "button again in %(minutes)d min. You can also call 95100."
    )


def pressed(session: Session, *, watch: str, limit: int, at: datetime) -> bool:
    """Say whether letters come in faster than ``limit`` in a window, or the administrator says so.

    Letters that were refused count too, or an attack that is held off would seem to be over.
    """
    if watch in (ALWAYS, NEVER):
        return watch == ALWAYS
    newest = (
        select(literal(1))
        .where(Case.channel.in_(ONLINE), Case.received_at > at - WINDOW)
        .limit(limit)
        .subquery()
    )
    refused = (
        select(func.coalesce(func.sum(Tally.count), 0))
        .where(Tally.key == REFUSED, Tally.window_start > at - 2 * WINDOW)
        .scalar_subquery()
    )
    came = session.scalar(
        select(select(func.count()).select_from(newest).scalar_subquery() + refused)
    )
    return (came or 0) >= limit


def shows_work(token: str, work: str) -> bool:
    """Say whether ``work`` was found for this form by trying; each form stands for one letter."""
    if not (work.isascii() and work.isdigit() and len(work) <= LONGEST_WORK):
        return False
    found = int.from_bytes(sha256(f"{token}:{work}".encode()).digest())
    return found >> (256 - BITS) == 0


def seconds_to_wait(age: timedelta) -> int:
    """Return how long a form of this age has still to wait, 0 once it may be sent."""
    return max(0, -int((age - WAIT).total_seconds() // 1))


def let_wait(session: Session, *, source: str, at: datetime) -> None:
    """Count a letter that has waited. Raises Crowded where one address sends too many so."""
    try:
        tallies.spend(session, f"letters-waited:{source}", WAITED_OF_SOURCE, WINDOW, at)
    except TooMany as error:
        raise Crowded(error.retry_after) from error


def count_refused(session: Session, *, limit: int, at: datetime) -> None:
    """Remember that a letter was refused, up to the number that matters."""
    try:
        tallies.spend(session, REFUSED, limit, WINDOW, at)
    except TooMany:  # enough are known
        return
