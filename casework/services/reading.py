"""What readers of the public pages say of an answer."""

from datetime import date, datetime, timedelta

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from casework.errors import TooMany
from casework.models import ReaderOpinion
from casework.services import tallies

ONE_DAY = timedelta(days=1)


def tell_opinion(
    session: Session, case_id: int, *, useful: bool, source: str, day: date, at: datetime
) -> bool:
    """Count whether an answer was useful; the first word of a ``source`` and day counts.

    Returns whether it counted.
    """
    try:
        with session.begin_nested():
            tallies.spend(session, f"opinion:{case_id}:{source}", 1, ONE_DAY, at)
    except TooMany:
        return False
    one = {"useful": int(useful), "not_useful": int(not useful)}
    session.execute(
        insert(ReaderOpinion)
        .values(case_id=case_id, day=day, **one)
        .on_conflict_do_update(
            index_elements=[ReaderOpinion.case_id, ReaderOpinion.day],
            set_={name: getattr(ReaderOpinion, name) + count for name, count in one.items()},
        )
    )
    return True
