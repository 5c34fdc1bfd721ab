"""A follow-up that ends by itself: the petitioner has rated online, or it has become pointless."""

from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from casework.models import Case, FollowUp
from casework.workflow.follow_ups import Ground, Outcome
from casework.workflow.states import DISSATISFIED


def rated_online(session: Session, case: Case, *, satisfaction: int, at: datetime) -> None:
    """Leave a petitioner alone who has said online what the answer was worth.

    Somebody dissatisfied is still asked what is wrong, but not to rate a second time.
    """
    found = _open(session, case)
    if found is None:
        return
    if satisfaction <= DISSATISFIED:
        found.ground = Ground.DISSATISFIED
    else:
        found.closed_at, found.outcome = at, Outcome.RATED_ONLINE


def made_pointless(session: Session, case: Case, *, at: datetime) -> None:
    """Ask nobody about an answer that is no longer the one in force."""
    found = _open(session, case)
    if found is not None:
        found.closed_at, found.outcome = at, Outcome.LAPSED


def close_lapsed(session: Session, *, today: date, at: datetime) -> int:
    """Close the follow-ups whose time has passed; count them."""
    closed = session.execute(
        update(FollowUp)
        .where(FollowUp.closed_at.is_(None), FollowUp.until_on < today)
        .values(closed_at=at, outcome=Outcome.LAPSED)
        .returning(FollowUp.id)
    )
    return len(closed.all())


def _open(session: Session, case: Case) -> FollowUp | None:
    return session.scalars(
        select(FollowUp).where(
            FollowUp.case_id == case.id,
            FollowUp.round == case.round,
            FollowUp.closed_at.is_(None),
        )
    ).one_or_none()
