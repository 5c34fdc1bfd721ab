"""The figures by department and by month, and the cases behind each of them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Date,
    Double,
    String,
    column,
    func,
    join,
    literal,
    null,
    select,
    tuple_,
    union_all,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import Session, aliased

from casework.models import Case, Category
from casework.queries.figures import (
    MEASURES,
    NOTHING,
    Anchor,
    Figures,
    Measure,
    Period,
    Scope,
    anchored,
    counting,
)
from casework.workflow.states import Channel, Kind, State

PAGE = 50
MONTHS = 24
WITH_OFFICE = 0
"""The key of the cases that no department has."""


class Grouping(StrEnum):
    """By what figures are told apart; a category stands for all below its first level."""

    DEPARTMENT = "department"
    STREET = "street"
    CHANNEL = "channel"
    KIND = "kind"
    CATEGORY = "category"


@dataclass(frozen=True, slots=True)
class ByDepartment:
    """All figures of a period, as a whole and for each unit that has any."""

    whole: Figures
    units: dict[int, Figures]


def by_department(session: Session, scope: Scope, period: Period) -> ByDepartment:
    """Return the figures of ``period``, in one statement."""
    whole, found = by_group(session, scope, period, Grouping.DEPARTMENT)
    return ByDepartment(whole, {int(key) if key else WITH_OFFICE: found[key] for key in found})


def by_group(
    session: Session, scope: Scope, period: Period, grouping: Grouping
) -> tuple[Figures, dict[str, Figures]]:
    """Return the figures of ``period`` as a whole and by group, in one statement.

    Keys are ids of rows or values of the closed lists, as text; empty is a case without any.
    """
    key = _group_key(grouping)
    parts = [
        select(
            literal(anchor.value).label("anchor"),
            func.grouping(key).label("whole"),
            func.coalesce(sql_cast(key, String), "").label("key"),
            *_columns(anchor),
        )
        .select_from(_grouped_from(grouping))
        .where(anchored(anchor, period), scope.condition())
        .group_by(func.grouping_sets(tuple_(), key))
        for anchor in Anchor
    ]
    rows = session.execute(union_all(*parts)).mappings().all()
    whole = _figures([row for row in rows if row["whole"]])
    groups: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        if not row["whole"]:
            groups[row["key"]].append(row)
    return whole, {name: _figures(found) for name, found in groups.items()}


OWN, ABOVE = aliased(Category), aliased(Category)


def _group_key(grouping: Grouping) -> ColumnElement[Any]:
    keys: dict[Grouping, ColumnElement[Any]] = {
        Grouping.DEPARTMENT: Case.department_id.expression,
        Grouping.STREET: Case.street_id.expression,
        Grouping.CHANNEL: Case.channel.expression,
        Grouping.KIND: Case.kind.expression,
        Grouping.CATEGORY: func.coalesce(ABOVE.parent_id, OWN.parent_id, OWN.id),
    }
    return keys[grouping]


def _grouped_from(grouping: Grouping) -> Any:
    """Return what the figures are counted over; only categories need their tree beside the case."""
    table: Any = Case
    if grouping is Grouping.CATEGORY:
        table = join(Case, OWN, OWN.id == Case.category_id, isouter=True)
        table = join(table, ABOVE, ABOVE.id == OWN.parent_id, isouter=True)
    return table


@dataclass(frozen=True, slots=True)
class Month:
    """The days of one month that lie within the period asked for."""

    first: date
    last: date
    figures: Figures


def by_month(
    session: Session, scope: Scope, first: date, last: date, *, today: date
) -> list[Month]:
    """Return the figures of each month between the days, of the last ``MONTHS`` at most."""
    spans = months_between(first, min(last, today))[-MONTHS:]
    if not spans:
        return []
    periods = [Period.of(start, end, today=today) for start, end in spans]
    rows = session.execute(_monthly(scope, _listed(periods))).mappings().all()
    return [
        Month(start, end, _figures([row for row in rows if row["key"] == place]))
        for place, (start, end) in enumerate(spans, start=1)
    ]


def _listed(periods: Sequence[Period]) -> Any:
    """Return the periods as rows; as arrays they leave the text of the statement as it is."""
    days = (
        sql_cast([getattr(period, name) for period in periods], ARRAY(Date))
        for name in ("first", "last", "settled_on")
    )
    table = func.unnest(*days).table_valued(
        column("first", Date),
        column("last", Date),
        column("settled_on", Date),
        with_ordinality="place",
    )
    return table.render_derived(name="months").c


def _monthly(scope: Scope, months: Any) -> CompoundSelect[Any]:
    period = Period(months.first, months.last, months.settled_on)
    return union_all(
        *(
            select(
                literal(anchor.value).label("anchor"),
                months.place.label("key"),
                *_columns(anchor),
            )
            .where(anchored(anchor, period), scope.condition())
            .group_by(months.place)
            for anchor in Anchor
        )
    )


def months_between(first: date, last: date) -> list[tuple[date, date]]:
    """Return the months from ``first`` to ``last``, the outer ones cut to these days."""
    spans = []
    start = first
    while start <= last:
        following = (start.replace(day=1) + timedelta(days=32)).replace(day=1)
        spans.append((start, min(following - timedelta(days=1), last)))
        start = following
    return spans


def _columns(anchor: Anchor) -> list[Any]:
    """Return the same columns for every anchor, so that their rows can stand in one table."""
    own = dict(counting(anchor))
    kinds = dict.fromkeys(MEASURES, BigInteger) | {"median": Double, "p90": Double}
    return [own.get(name, sql_cast(null(), kind)).label(name) for name, kind in kinds.items()]


def _figures(rows: Sequence[Any]) -> Figures:
    """Return the figures of one key from the rows of its three anchors."""
    if not rows:
        return NOTHING
    counts = {
        name: int(row[name])
        for row in rows
        for name, measure in MEASURES.items()
        if measure.anchor.value == row["anchor"]
    }
    answered = next((row for row in rows if row["anchor"] == Anchor.ANSWERED.value), None)
    if answered is None:
        return Figures(counts)
    return Figures(counts, _days(answered["median"]), _days(answered["p90"]))


def _days(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value)).quantize(Decimal("0.1"))


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
    """A page of the cases behind a figure, how many there are, and the key of the next page."""

    rows: list[CountedRow]
    count: int
    after: str | None


def counted(
    session: Session,
    scope: Scope,
    measure: Measure,
    period: Period,
    *,
    after: str | None = None,
    size: int = PAGE,
) -> Counted:
    """Return the cases that ``measure`` counts, newest first, by the conditions it counts with."""
    conditions = (anchored(measure.anchor, period), measure.holds, scope.condition())
    count = session.scalar(select(func.count()).select_from(Case).where(*conditions)) or 0
    found = (
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
        .where(*conditions)
        .order_by(Case.received_at.desc(), Case.id.desc())
        .limit(size + 1)
    )
    if (start := _read_key(after)) is not None:
        here = tuple_(Case.received_at, Case.id)
        found = found.where(here < tuple_(literal(start[0]), literal(start[1])))
    rows = [CountedRow(*tuple(row)) for row in session.execute(found)]
    last = rows[size - 1] if len(rows) > size else None
    key = f"{last.received_at.isoformat()}~{last.id}" if last else None
    return Counted(rows[:size], count, key)


def _read_key(after: str | None) -> tuple[datetime, int] | None:
    """Return the key of an address; one that cannot be read begins anew."""
    instant, _, row_id = (after or "").partition("~")
    try:
        key = datetime.fromisoformat(instant), int(row_id)
    except ValueError:
        return None
    return key if key[0].utcoffset() is not None and 0 < key[1] < 2**63 else None
