"""What readers of the public pages say of an answer or a guide."""

from datetime import date, datetime, timedelta

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from casework.errors import TooMany
from casework.models import ArticleOpinion, ReaderOpinion
from casework.services import tallies

ONE_DAY = timedelta(days=1)


def tell_opinion(
    session: Session, case_id: int, *, useful: bool, source: str, day: date, at: datetime
) -> bool:
    """Count whether an answer was useful; the first word of a ``source`` and day counts.

    Returns whether it counted.
    """
    if not _first_today(session, f"opinion:{case_id}:{source}", at):
        return False
    _count(session, case_id, day, "useful" if useful else "not_useful")
    return True


def tell_spared(session: Session, case_id: int, *, source: str, day: date, at: datetime) -> bool:
    """Count that an answer made a letter needless, once for a ``source`` and day.

    Nothing of the letter is kept. Returns whether it counted.
    """
    if not _first_today(session, f"spared:{case_id}:{source}", at):
        return False
    _count(session, case_id, day, "spared")
    return True


def tell_opinion_of_guide(
    session: Session, guide_id: int, *, useful: bool, source: str, day: date, at: datetime
) -> bool:
    """Count whether a guide was useful; the first word of a ``source`` and day counts."""
    if not _first_today(session, f"guide:{guide_id}:{source}", at):
        return False
    _count_of_guide(session, guide_id, day, "useful" if useful else "not_useful")
    return True


def tell_spared_by_guide(
    session: Session, guide_id: int, *, source: str, day: date, at: datetime
) -> bool:
    """Count that a guide made a letter needless, once for a ``source`` and day."""
    if not _first_today(session, f"guide-spared:{guide_id}:{source}", at):
        return False
    _count_of_guide(session, guide_id, day, "spared")
    return True


def _first_today(session: Session, key: str, at: datetime) -> bool:
    try:
        with session.begin_nested():
            tallies.spend(session, key, 1, ONE_DAY, at)
    except TooMany:
        return False
    return True


def _count(session: Session, case_id: int, day: date, what: str) -> None:
    counts = {"useful": 0, "not_useful": 0, "spared": 0} | {what: 1}
    session.execute(
        insert(ReaderOpinion)
        .values(case_id=case_id, day=day, **counts)
        .on_conflict_do_update(
            index_elements=[ReaderOpinion.case_id, ReaderOpinion.day],
            set_={what: getattr(ReaderOpinion, what) + 1},
        )
    )


def _count_of_guide(session: Session, guide_id: int, day: date, what: str) -> None:
    counts = {"useful": 0, "not_useful": 0, "spared": 0} | {what: 1}
    session.execute(
        insert(ArticleOpinion)
        .values(article_id=guide_id, day=day, **counts)
        .on_conflict_do_update(
            index_elements=[ArticleOpinion.article_id, ArticleOpinion.day],
            set_={what: getattr(ArticleOpinion, what) + 1},
        )
    )
