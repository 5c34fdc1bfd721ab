"""What the public may follow: open matters and published answers, and the view of one follower.

Except for a follower's own row, only what is public is read here.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session

from casework.models import Follower, Publication, PublicationState, PublicMatter
from casework.queries.likeness import pairs
from casework.queries.matter import closeness
from casework.queries.published import key_of, key_text
from casework.queries.search import Searched

PAGE = 20
COMPARED, OFFERED = 1_000, 2
LARGEST_ID = 2**63 - 1
MATTERS = Searched(PublicMatter.opened_at, PublicMatter.id, (PublicMatter.title,))


@dataclass(frozen=True, slots=True)
class Followed:
    """What can be followed: a matter that is still handled, or a published answer."""

    case_id: int
    title: str


@dataclass(frozen=True, slots=True)
class Matter:
    """A matter as the public reads it; ``answer`` is the number of its published answer."""

    id: int
    case_id: int
    title: str
    department_id: int | None
    opened_at: datetime
    answered_at: datetime | None
    closed_at: datetime | None
    followers: int
    answer: str | None


@dataclass(frozen=True, slots=True)
class Following:
    """What a follower sees of what is followed."""

    id: uuid.UUID
    title: str | None
    answered: bool
    answer: str | None


def matters(
    session: Session, *, after: str | None = None, size: int = PAGE
) -> tuple[Sequence[Matter], str | None]:
    """Return a page of the open matters, newest first, and the key of the next page."""
    wanted = _columns().where(PublicMatter.closed_at.is_(None))
    if after and (key := key_of(after)) is not None:
        wanted = wanted.where(MATTERS.follows(key))
    rows = session.execute(wanted.order_by(*MATTERS.newest()).limit(size + 1)).all()
    found = [Matter(*row) for row in rows[:size]]
    more = key_text((found[-1].opened_at, found[-1].id)) if len(rows) > size else None
    return found, more


def matter(session: Session, matter_id: int) -> Matter | None:
    """Return one matter, also one that can be followed no longer."""
    if matter_id > LARGEST_ID:
        return None
    row = session.execute(_columns().where(PublicMatter.id == matter_id)).one_or_none()
    return Matter(*row) if row else None


def similar_matters(session: Session, subject: str) -> list[Matter]:
    """Return the open matters whose titles are closest to a subject."""
    mine = pairs(subject)
    if not mine:
        return []
    rows = session.execute(
        select(PublicMatter.id, PublicMatter.title)
        .where(PublicMatter.closed_at.is_(None), PublicMatter.answered_at.is_(None))
        .order_by(*MATTERS.newest())
        .limit(COMPARED)
    )
    best = closeness(mine, subject, ((row[0], row[1], "") for row in rows))[:OFFERED]
    if not best:
        return []
    found = session.execute(_columns().where(PublicMatter.id.in_(best)))
    return sorted((Matter(*row) for row in found), key=lambda one: best.index(one.id))


def published_answer(session: Session, number: str) -> Followed | None:
    """Return a published answer as something that can be followed."""
    row = session.execute(
        select(Publication.case_id, Publication.subject).where(
            Publication.number == number, Publication.state == PublicationState.PUBLISHED
        )
    ).one_or_none()
    return Followed(*row) if row else None


def following(session: Session, key: uuid.UUID) -> Following | None:
    """Return what the follower with this key follows; None is nobody, or somebody who left."""
    row = session.execute(
        select(
            Follower.id,
            PublicMatter.title,
            PublicMatter.answered_at,
            Publication.subject,
            Publication.number,
        )
        .outerjoin(PublicMatter, PublicMatter.case_id == Follower.case_id)
        .outerjoin(Publication, _is_out(Follower.case_id))
        .where(
            Follower.id == key,
            Follower.confirmed_at.is_not(None),
            Follower.erased_at.is_(None),
        )
    ).one_or_none()
    if row is None:
        return None
    answered = row.answered_at is not None or row.number is not None
    return Following(row.id, row.title or row.subject, answered, row.number)


READ: tuple[Any, ...] = (
    PublicMatter.id,
    PublicMatter.case_id,
    PublicMatter.title,
    PublicMatter.department_id,
    PublicMatter.opened_at,
    PublicMatter.answered_at,
    PublicMatter.closed_at,
    PublicMatter.followers,
    Publication.number,
)


def _columns() -> Select[*tuple[Any, ...]]:
    return (
        select(*READ)
        .select_from(PublicMatter)
        .outerjoin(Publication, _is_out(PublicMatter.case_id))
    )


def _is_out(case_id: Any) -> Any:
    return and_(Publication.case_id == case_id, Publication.state == PublicationState.PUBLISHED)
