"""The figures by department and by month, and the cases behind each of them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
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
    NOTHING,
    TIMES,
    Figures,
    Grouping,
    Period,
    Scope,
    anchored,
    counting,
)
from casework.queries.measures import MEASURES, Anchor

PAGE = 50
MONTHS = 24
EVERY_ANCHOR = tuple(Anchor)
CAME_AND_WENT = (Anchor.RECEIVED, Anchor.ANSWERED)
WITH_OFFICE = 0
"""The key of the cases that no department has."""


@dataclass(frozen=True, slots=True)
class ByDepartment:
    """All figures of a period, as a whole and for each unit that has any."""

    whole: Figures
    units: dict[int, Figures]


def by_department(
    session: Session, scope: Scope, period: Period, *, anchors: Sequence[Anchor] = EVERY_ANCHOR
) -> ByDepartment:
    """Return the figures of ``period``, in one statement."""
    whole, found = by_group(session, scope, period, Grouping.DEPARTMENT, anchors=anchors)
    return ByDepartment(whole, {int(key) if key else WITH_OFFICE: found[key] for key in found})


def by_group(
    session: Session,
    scope: Scope,
    period: Period,
    grouping: Grouping,
    *,
    anchors: Sequence[Anchor] = EVERY_ANCHOR,
) -> tuple[Figures, dict[str, Figures]]:
    """Return the figures of ``period`` as a whole and by group, in one statement.

    Keys are ids of rows or values of the closed lists, as text; empty is a case without any.
    Only the measures of ``anchors`` are counted; what stood open and late is the dear one.
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
        for anchor in anchors
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
        Grouping.SUBJECT: Case.category_id.expression,
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
    session: Session,
    scope: Scope,
    first: date,
    last: date,
    *,
    today: date,
    anchors: Sequence[Anchor] = EVERY_ANCHOR,
) -> list[Month]:
    """Return the figures of each month between the days, of the last ``MONTHS`` at most."""
    spans = months_between(first, min(last, today))[-MONTHS:]
    if not spans:
        return []
    periods = [Period.of(start, end, today=today) for start, end in spans]
    found = of_periods(session, scope, periods, anchors=anchors)
    return [Month(start, end, figures) for (start, end), figures in zip(spans, found, strict=True)]


def of_periods(
    session: Session,
    scope: Scope,
    periods: Sequence[Period],
    *,
    anchors: Sequence[Anchor] = EVERY_ANCHOR,
) -> list[Figures]:
    """Return the figures of each period, whether they overlap or not, in one statement."""
    rows = session.execute(_monthly(scope, _listed(periods), anchors)).mappings().all()
    return [
        _figures([row for row in rows if row["key"] == place])
        for place in range(1, len(periods) + 1)
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


def _monthly(scope: Scope, months: Any, anchors: Sequence[Anchor]) -> CompoundSelect[Any]:
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
            for anchor in anchors
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
    kinds = dict.fromkeys(MEASURES, BigInteger) | dict.fromkeys(TIMES, Double)
    return [own.get(name, sql_cast(null(), kind)).label(name) for name, kind in kinds.items()]


def _figures(rows: Sequence[Any]) -> Figures:
    """Return the figures of one key from the rows of its anchors."""
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
    return Figures(counts, *(_days(answered[name]) for name in TIMES))


def _days(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value)).quantize(Decimal("0.1"))
