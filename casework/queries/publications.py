"""What the office reads before it decides on publication or on doing a case again."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Case, Publication, PublicationState, Rating


def prepared_text(session: Session, case: Case) -> Publication | None:
    """Return the public text of ``case`` that is ready or out, None if it was taken down."""
    return session.scalars(
        select(Publication).where(
            Publication.case_id == case.id, Publication.state != PublicationState.TAKEN_DOWN
        )
    ).one_or_none()


def rating_of(session: Session, case: Case) -> Rating | None:
    """Return what the petitioner said about the answer of this round."""
    return session.scalars(
        select(Rating).where(Rating.case_id == case.id, Rating.round == case.round)
    ).one_or_none()
