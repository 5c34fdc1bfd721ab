"""The cases behind a figure: a page of them, or all of them one after another."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, literal, select, tuple_
from sqlalchemy.orm import Session

from casework.models import Case
from casework.queries.figures import Figures, Period, Scope, anchored
from casework.queries.figures_pages import of_periods
from casework.queries.measures import MEASURES, Measure, Rate
from casework.workflow.states import Channel, Kind, State

PAGE = 50
BATCH = 2_000


@dataclass(frozen=True, slots=True)
class CountedRow:
    """One case behind a figure."""

    id: int
    number: str
    subject: str
    state: State
    kind: Kind
    channel: Channel
    department_id: int | None
    received_at: datetime
    promised_on: date | None
    completed_on: date | None


@dataclass(frozen=True, slots=True)
class Counted:
    """A page of the cases behind a figure, how many there are, and the key of the next page.

    ``figures`` holds the measure and, where it is the upper part of a share, the lower ones.
    """

    rows: list[CountedRow]
    count: int
    after: str | None
    figures: Figures


def counted(
    session: Session,
    scope: Scope,
    measure: Measure,
    period: Period,
    *,
    rate: Rate | None = None,
    after: str | None = None,
    size: int = PAGE,
) -> Counted:
    """Return the cases that ``measure`` counts, newest first, by the conditions it counts with."""
    lower = [MEASURES[key] for key in rate.denominator] if rate else []
    anchors = tuple(dict.fromkeys(one.anchor for one in (measure, *lower)))
    (figures,) = of_periods(session, scope, [period], anchors=anchors, times=False)
    found = _newest_first(scope, measure, period, _read_key(after)).limit(size + 1)
    rows = [CountedRow(*tuple(row)) for row in session.execute(found)]
    last = rows[size - 1] if len(rows) > size else None
    key = f"{last.received_at.isoformat()}~{last.id}" if last else None
    return Counted(rows[:size], figures[measure.key], key, figures)


def every_counted(
    session: Session, scope: Scope, measure: Measure, period: Period
) -> Iterator[CountedRow]:
    """Yield all cases that ``measure`` counts, newest first, read in batches."""
    key: tuple[datetime, int] | None = None
    while True:
        found = _newest_first(scope, measure, period, key).limit(BATCH)
        rows = [CountedRow(*tuple(row)) for row in session.execute(found)]
        yield from rows
        if len(rows) < BATCH:
            return
        key = rows[-1].received_at, rows[-1].id


def _newest_first(
    scope: Scope, measure: Measure, period: Period, after: tuple[datetime, int] | None
) -> Select[*tuple[Any, ...]]:
    found: Select[*tuple[Any, ...]] = (
        select(
            Case.id,
            Case.number,
            Case.subject,
            Case.state,
            Case.kind,
            Case.channel,
            Case.department_id,
            Case.received_at,
            Case.promised_on,
            Case.completed_on,
        )
        .where(anchored(measure.anchor, period), measure.holds, scope.condition())
        .order_by(Case.received_at.desc(), Case.id.desc())
    )
    if after is None:
        return found
    here = tuple_(Case.received_at, Case.id)
    return found.where(here < tuple_(literal(after[0]), literal(after[1])))


def _read_key(after: str | None) -> tuple[datetime, int] | None:
    """Return the key of an address; one that cannot be read begins anew."""
    instant, _, row_id = (after or "").partition("~")
    try:
        key = datetime.fromisoformat(instant), int(row_id)
    except ValueError:
        return None
    return key if key[0].utcoffset() is not None and 0 < key[1] < 2**63 else None
