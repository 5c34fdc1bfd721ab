"""The counts kept by day are made anew where a change has made them untrue."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy import ARRAY, ColumnElement, Date, Select, cast, delete, func, insert, select, union
from sqlalchemy.orm import Session

from casework.models import FIGURE_DAYS, FIGURE_MARKS, Case
from casework.queries.figures_counting import DAY_OF, day_rows
from casework.queries.figures_pages import months_between

AT_ONCE = 31
ALONE = 7_404_002
"""The lock under which days are made anew, so that two who do it never add the same row."""


def renew(session: Session, *, most: int = AT_ONCE) -> int:
    """Count up to ``most`` marked days again, the newest first; return how many there were.

    The marks go before the counting reads the cases: what changes after that leaves a mark that
    stays, so no change is lost. Doing it twice is harmless.
    """
    session.execute(select(func.pg_advisory_xact_lock(ALONE)))
    marked = select(FIGURE_MARKS.c.day).distinct().order_by(FIGURE_MARKS.c.day.desc()).limit(most)
    days = session.scalars(marked).all()
    if not days:
        return 0
    session.execute(delete(FIGURE_MARKS).where(FIGURE_MARKS.c.day.in_(days)))
    session.execute(delete(FIGURE_DAYS).where(FIGURE_DAYS.c.day.in_(days)))
    rows = day_rows(_as_rows(list(days)))
    session.execute(insert(FIGURE_DAYS).from_select([one.name for one in FIGURE_DAYS.c], rows))
    return len(days)


def _as_rows(days: list[date]) -> Select[tuple[date]]:
    return select(func.unnest(cast(days, ARRAY(Date))).label("day"))


def untrue_days(
    session: Session, *, first: date = date.min, last: date = date.max
) -> Iterator[date]:
    """Yield the days whose kept counts are not those of their cases; marked days are left out.

    They are read month by month, so that no statement grows with the years.
    """
    for start, end in _months(session, first, last):
        within = _unmarked(session, start, end)
        counted = day_rows(_as_rows(within))
        kept = select(*FIGURE_DAYS.c).where(FIGURE_DAYS.c.day.in_(within))
        more, fewer = counted.except_(kept).subquery(), kept.except_(counted).subquery()
        yield from sorted(session.scalars(union(select(more.c.day), select(fewer.c.day))))


def _unmarked(session: Session, start: date, end: date) -> list[date]:
    marked = select(FIGURE_MARKS.c.day)
    columns: list[ColumnElement[date]] = [*DAY_OF.values(), FIGURE_DAYS.c.day]
    days = (
        select(day).where(day.between(start, end), day.not_in(marked)).distinct() for day in columns
    )
    return sorted(session.scalars(union(*days)))


def _months(session: Session, first: date, last: date) -> Iterator[tuple[date, date]]:
    earliest, latest = session.execute(
        select(func.min(Case.received_on), func.max(func.greatest(*DAY_OF.values())))
    ).one()
    if earliest is None:
        return
    yield from months_between(max(first, earliest), min(last, latest))
