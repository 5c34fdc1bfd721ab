"""How often what everybody may read has changed."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.models import PUBLIC_CHANGES


@dataclass(frozen=True, slots=True)
class PublicState:
    """Two equal states, seen within minutes of each other, mean that nothing has changed.

    The number alone would miss a change that commits after a later one.
    """

    changes: int
    newest: int


def public_state(session: Session) -> PublicState:
    """Return the state of the tables that pages for everybody read."""
    ids = PUBLIC_CHANGES.c.id
    row = session.execute(select(func.count(), func.coalesce(func.max(ids), 0))).one()
    return PublicState(*row)
