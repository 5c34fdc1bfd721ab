"""Who wrote a letter: one person, or the delegates of a joint one."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.models import Petitioner


def delegates_of(session: Session, case_id: int) -> Sequence[Petitioner]:
    """Return who wrote the letter, the writer first; not those whom a merger brought."""
    return session.scalars(
        select(Petitioner).where(Petitioner.own_case_id == case_id).order_by(Petitioner.position)
    ).all()


def how_many(session: Session, case_id: int) -> int:
    """Return how many people share the access code of a letter."""
    found = session.scalar(
        select(func.count()).select_from(Petitioner).where(Petitioner.own_case_id == case_id)
    )
    return int(found or 0)
