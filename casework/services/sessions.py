"""The sessions of staff: they live in the database, so they can be ended from there."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, contains_eager

from casework.models import ResetLink, StaffSession, User

TOKEN_BYTES = 32
IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
TOUCHED_EVERY = timedelta(minutes=1)
KEPT = timedelta(days=7)


def start_session(db: Session, user: User, at: datetime) -> str:
    """Sign ``user`` in at a new browser and return its token, of which only a hash is kept.

    What is left of this person's sessions of last week is cleared away on the occasion.
    """
    token = secrets.token_urlsafe(TOKEN_BYTES)
    db.execute(
        delete(StaffSession).where(
            StaffSession.user_id == user.id, StaffSession.started_at < at - KEPT
        )
    )
    db.add(StaffSession(token_hash=hashed(token), user_id=user.id, started_at=at, seen_at=at))
    db.flush()
    return token


def session_user(
    db: Session,
    token: str,
    at: datetime,
    *,
    idle: timedelta = IDLE,
    longest: timedelta = LONGEST,
) -> User | None:
    """Return whose session ``token`` is, with the department, or None when it is over.

    It is over when it was ended, when nobody used it for ``idle``, ``longest`` after it began,
    and when the person was disabled. That it was seen is noted on the row once a minute; the
    caller commits it where nothing else is under way.
    """
    found = db.scalars(
        select(StaffSession)
        .join(StaffSession.user)
        .options(contains_eager(StaffSession.user).joinedload(User.department))
        .where(
            StaffSession.token_hash == hashed(token),
            StaffSession.ended_at.is_(None),
            StaffSession.seen_at > at - idle,
            StaffSession.started_at > at - longest,
            User.disabled_at.is_(None),
        )
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        return None
    if at - found.seen_at >= TOUCHED_EVERY:
        found.seen_at = at
    return found.user


def end_session(db: Session, token: str, at: datetime) -> None:
    """Sign out the browser that holds ``token``."""
    db.execute(
        update(StaffSession)
        .where(StaffSession.token_hash == hashed(token), StaffSession.ended_at.is_(None))
        .values(ended_at=at)
    )


def end_all_sessions(db: Session, user: User, at: datetime, *, but: str | None = None) -> None:
    """Sign ``user`` out everywhere, but not at the browser that holds the token ``but``."""
    kept = hashed(but) if but else b""
    db.execute(
        update(StaffSession)
        .where(
            StaffSession.user_id == user.id,
            StaffSession.ended_at.is_(None),
            StaffSession.token_hash != kept,
        )
        .values(ended_at=at)
    )


def clear_away(db: Session, *, before: datetime) -> int:
    """Delete the sessions and reset links that were begun ``before``, long over; count them."""
    ended = db.scalars(
        delete(StaffSession)
        .where(StaffSession.started_at < before)
        .returning(StaffSession.started_at)
    )
    used = db.scalars(
        delete(ResetLink).where(ResetLink.created_at < before).returning(ResetLink.created_at)
    )
    return len(ended.all()) + len(used.all())


def hashed(token: str) -> bytes:
    """Return what is kept of a token that has 256 random bits: its SHA-256."""
    return sha256(token.encode("utf-8", "surrogatepass")).digest()
