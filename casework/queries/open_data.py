"""What machines may read of published answers: feeds, data by month, addresses for search engines.

As in ``published``, the redacted texts are the only table that is read.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.models import Publication, PublicationState
from casework.queries.published import READ, Published
from casework.queries.search import PUBLICATIONS
from casework.workflow.calendar import local_day, midnight

BATCH = 1_000


@dataclass(frozen=True, slots=True)
class Address:
    """A published answer, as far as a search engine needs to know of it."""

    number: str
    changed_at: datetime


def months_with_answers(session: Session) -> list[date]:
    """Return the months from the first to the last publication, newest first."""
    first, last = session.execute(
        select(func.min(Publication.published_at), func.max(Publication.published_at)).where(
            Publication.state == PublicationState.PUBLISHED
        )
    ).one()
    if first is None or last is None:
        return []
    months, month = [], local_day(last).replace(day=1)
    while month >= local_day(first).replace(day=1):
        months.append(month)
        month = (month - timedelta(days=1)).replace(day=1)
    return months


def addresses_of_month(session: Session, month: date) -> Sequence[Address]:
    """Return the numbers of all answers published in a month, whose first day is ``month``."""
    rows = session.execute(
        select(
            Publication.number, func.coalesce(Publication.corrected_at, Publication.published_at)
        )
        .where(*_within(month))
        .order_by(Publication.published_at, Publication.case_id)
    )
    return [Address(number, at) for number, at in rows if at is not None]


def answers_of_month(session: Session, month: date) -> Iterator[Published]:
    """Yield the answers published in a month, oldest first, read in batches."""
    after: tuple[datetime, int] | None = None
    while True:
        statement = select(*READ).where(*_within(month))
        if after is not None:
            statement = statement.where(PUBLICATIONS.comes_after(after))
        rows = session.execute(
            statement.order_by(Publication.published_at, Publication.case_id).limit(BATCH)
        ).all()
        for row in rows:
            yield Published(*row)
        if len(rows) < BATCH:
            return
        after = (rows[-1].published_at, rows[-1].case_id)


def _within(month: date) -> tuple[Any, ...]:
    following = (month + timedelta(days=31)).replace(day=1)
    return (
        Publication.state == PublicationState.PUBLISHED,
        Publication.published_at >= midnight(month),
        Publication.published_at < midnight(following),
    )
