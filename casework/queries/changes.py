"""How often what everybody may read has changed."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.models import PUBLIC_CHANGES


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
    ids = PUBLIC_CHANGES.c.id
    newest, oldest = (func.coalesce(end(ids), 0) for end in (func.max, func.min))
    row = session.execute(select(func.count(), newest, oldest).select_from(PUBLIC_CHANGES)).one()
    return PublicState(*row)
