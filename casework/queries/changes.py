"""How often what everybody may read has changed."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.models import PUBLIC_CHANGES

_ID = PUBLIC_CHANGES.c.id
# Every request for a public page asks this: put together once, it takes half the time.
_STATE = select(
    func.count(), *(func.coalesce(end(_ID), 0) for end in (func.max, func.min))
).select_from(PUBLIC_CHANGES)


@dataclass(frozen=True, slots=True)
class PublicState:
    """Two equal states, seen within minutes of each other, mean that nothing has changed.

    The number alone would miss a change that commits after a later one; the oldest line tells
    one that commits just when an old line is forgotten.
    """

    changes: int
    newest: int
    oldest: int


def public_state(session: Session) -> PublicState:
    """Return the state of the tables that pages for everybody read."""
    return PublicState(*session.execute(_STATE).one())
