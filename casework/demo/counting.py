"""Counts what a played year holds, for the list at its end and the sum over it."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from casework.models import (
    Appeal,
    Delivery,
    Follower,
    FollowUp,
    Hearing,
    Publication,
    PublicMatter,
    PublicText,
    RedoRequest,
    Review,
)

DECIDED = {None: "open", True: "granted", False: "refused"}


def deliveries_by_medium(session: Session) -> dict[str, int]:
    """Count what was told, by the way on which it went."""
    rows = session.execute(select(Delivery.medium, func.count()).group_by(Delivery.medium))
    return {medium.value: count for medium, count in rows}


def what_came_after(session: Session) -> list[tuple[str, int]]:
    """Count what petitioners, units and neighbours did about an answer, by how it ended."""
    return sorted(_counts(session))


def _counts(session: Session) -> Iterator[tuple[str, int]]:
    for granted, count in _by(session, RedoRequest.granted):
        yield f"redo request {DECIDED[granted]}", count
    for granted, count in _by(session, Appeal.granted):
        yield f"appeal {DECIDED[granted]}", count
    for stage, count in _by(session, Review.stage):
        yield ("review" if stage == 1 else "re-review"), count
    for outcome, count in _by(session, FollowUp.outcome):
        yield f"follow-up {outcome.value if outcome else 'open'}", count
    for name, wanted in _ALONE.items():
        yield name, session.scalar(wanted) or 0


def _by(session: Session, column: Any) -> list[tuple[Any, int]]:
    rows = session.execute(select(column, func.count()).group_by(column))
    return [(value, count) for value, count in rows]


_ALONE: dict[str, Select[Any]] = {
    "hearing": select(func.count()).select_from(Hearing),
    "hearing called off": select(func.count()).where(Hearing.called_off_at.is_not(None)),
    "public text corrected": select(func.count()).where(Publication.corrected_at.is_not(None)),
    "public text turned down": select(func.count()).where(PublicText.refused_at.is_not(None)),
    "matter to follow": select(func.count()).select_from(PublicMatter),
    "follower": select(func.count()).where(Follower.confirmed_at.is_not(None)),
}
