"""How often something may be tried, counted in the database for all processes together."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, func, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from casework.errors import TooMany
from casework.models import Tally


def spend(session: Session, key: str, limit: int, window: timedelta, at: datetime) -> None:
    """Count one try of ``key``, of which ``limit`` are allowed in each ``window``.

    Raises TooMany, which says how long to wait, when they are used up; waiting always ends it.
    The caller commits at once: the row stays locked until then, and an undone try is no try.
    """
    start = _window_start(window, at)
    added = insert(Tally).values(key=key, window_start=start, count=1)
    counted = session.execute(
        added.on_conflict_do_update(
            index_elements=[Tally.key, Tally.window_start],
            set_={"count": Tally.count + 1},
            where=Tally.count < limit,
        ).returning(Tally.count)
    ).one_or_none()
    if counted is None:
        raise TooMany(int((start + window - at).total_seconds()) + 1)


def give_back(session: Session, key: str, window: timedelta, at: datetime) -> None:
    """Undo one ``spend`` of ``key``: the try was a good one."""
    session.execute(
        update(Tally)
        .where(Tally.key == key, Tally.window_start == _window_start(window, at))
        .values(count=func.greatest(Tally.count - 1, 0))
    )


def forget(session: Session, *, before: datetime) -> int:
    """Clear away the windows that began ``before``; count them."""
    gone = session.scalars(
        delete(Tally).where(Tally.window_start < before).returning(Tally.window_start)
    )
    return len(gone.all())


def _window_start(window: timedelta, at: datetime) -> datetime:
    seconds = int(window.total_seconds())
    return datetime.fromtimestamp(int(at.timestamp()) // seconds * seconds, UTC)
