"""What a petitioner has said of the answer, and what the office made of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_

from casework.models import Case, Rating, RedoRequest

OPINIONS = (
    Rating.satisfaction,
    Rating.solved,
    Rating.truthful,
    Rating.comment,
    Rating.at.label("rated_at"),
    RedoRequest.granted,
    RedoRequest.decision.label("redo_decision"),
    RedoRequest.decided_at,
)
"""The columns that ``rated`` and ``redo_asked`` read."""

RATED = and_(Rating.case_id == Case.id, Rating.round == Case.round)
ASKED = and_(RedoRequest.case_id == Case.id, RedoRequest.round == Case.round)


@dataclass(frozen=True, slots=True)
class Rated:
    """What the petitioner said of the answer of this round."""

    satisfaction: int
    solved: bool
    truthful: bool | None
    comment: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RedoAsked:
    """The wish to have it done again, and what the office has decided about it."""

    granted: bool | None
    decision: str
    decided_at: datetime | None


def rated(found: Row[Any]) -> Rated | None:
    """Return the rating that stands in the row of a petitioner's page, if there is one."""
    if found.satisfaction is None:
        return None
    return Rated(found.satisfaction, found.solved, found.truthful, found.comment, found.rated_at)


def redo_asked(found: Row[Any]) -> RedoAsked | None:
    """Return the request for a redo that stands in the row, if there is one."""
    if found.redo_decision is None:
        return None
    return RedoAsked(found.granted, found.redo_decision, found.decided_at)
