"""How figures are counted: from the rows kept by day where they serve, else from the cases.

A day whose rows a change has made untrue is marked by the database in the same transaction; such
days are counted from their cases until the rows are made anew. One statement reads both, so no
case is counted twice or missed, whatever happens meanwhile.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Double,
    Select,
    String,
    and_,
    case,
    exists,
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

from casework.models import FIGURE_DAYS, FIGURE_MARKS, Case, Category
from casework.models.figure_days import COUNTED, WHOLE
from casework.queries.figures import (
    NOT_KEPT,
    TIMES,
    Grouping,
    Period,
    Scope,
    anchored,
    counting,
    open_late,
    timing,
)
from casework.queries.measures import MEASURES, Anchor
from casework.workflow.states import DEPARTMENT_ROLES

EVERY_ANCHOR = tuple(Anchor)
OF_A_DAY = (Anchor.RECEIVED, Anchor.DISPATCHED, Anchor.ANSWERED)
OWN, ABOVE = aliased(Category), aliased(Category)
KINDS = dict.fromkeys(MEASURES, BigInteger) | dict.fromkeys(TIMES, Double)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be counted: whose cases, told apart by what, by which anchors, with times?

    ``place`` numbers the period, where ``period`` is a row of several.
    """

    scope: Scope
    period: Period
    grouping: Grouping | None = None
    anchors: Sequence[Anchor] = EVERY_ANCHOR
    times: bool = True
    place: ColumnElement[int] | None = None


def counts(session: Session, asked: Asked) -> CompoundSelect[Any]:
    """Return the statement that counts: rows of ``whole``, ``place``, ``key``, measures, times.

    A measure's number is the sum of its column over the rows of one place and key.
    """
    kept = _kept_rows(session, asked)
    return union_all(*_parts(asked, kept))


def _parts(asked: Asked, kept: "Kept | None") -> Iterator[Select[*tuple[Any, ...]]]:
    by_day = [anchor for anchor in asked.anchors if anchor in OF_A_DAY]
    with_times = asked.times and Anchor.ANSWERED in by_day
    if kept and by_day:
        yield _from_days(asked, kept, by_day)
    for anchor in by_day:
        columns = dict(counting(anchor))
        if with_times and anchor is Anchor.ANSWERED and not kept:
            columns |= timing()
        where = [anchored(anchor, asked.period)]
        if kept:
            where.append(DAY_OF[anchor].in_(select(FIGURE_MARKS.c.day)))
        yield _from_cases(asked, columns, *where)
    if kept and with_times:
        yield _from_cases(asked, dict(timing()), anchored(Anchor.ANSWERED, asked.period))
    if Anchor.OPEN_LATE in asked.anchors:
        for way in open_late(asked.period):
            yield _from_cases(asked, dict(counting(Anchor.OPEN_LATE)), way)


DAY_OF: dict[Anchor, Any] = {
    Anchor.RECEIVED: Case.received_on,
    Anchor.DISPATCHED: Case.dispatched_on,
    Anchor.ANSWERED: Case.completed_on,
}


def _from_cases(
    asked: Asked, columns: dict[str, Any], *where: ColumnElement[bool]
) -> Select[*tuple[Any, ...]]:
    key = group_key(asked.grouping) if asked.grouping else None
    return (
        _selected(asked, key, columns)
        .select_from(grouped_from(asked.grouping))
        .where(*where, asked.scope.condition())
    )


def _from_days(asked: Asked, kept: "Kept", anchors: Sequence[Anchor]) -> Select[*tuple[Any, ...]]:
    days = FIGURE_DAYS.c
    columns = {name: func.sum(days[name]) for name in COUNTED if MEASURES[name].anchor in anchors}
    where = [
        days.grouping == kept.grouping,
        days.day.between(asked.period.first, asked.period.last),
        days.day.not_in(select(FIGURE_MARKS.c.day)),
    ]
    if kept.key is not None:
        where.append(days.key == kept.key)
    return _selected(asked, days.key if asked.grouping else None, columns).where(*where)


def _selected(
    asked: Asked, key: ColumnElement[Any] | None, columns: dict[str, Any]
) -> Select[*tuple[Any, ...]]:
    """Return the same columns for every part, so that their rows can stand in one table."""
    place: Any = asked.place if asked.place is not None else literal(1)
    whole = func.grouping(key) if key is not None else literal(1)
    named = func.coalesce(sql_cast(key, String), "") if key is not None else literal("")
    listed = [sql_cast(columns.get(name, null()), kind).label(name) for name, kind in KINDS.items()]
    found = select(whole.label("whole"), place.label("place"), named.label("key"), *listed)
    outer = [asked.place] if asked.place is not None else []
    if key is None:
        return found.group_by(*outer) if outer else found
    return found.group_by(func.grouping_sets(tuple_(*outer), tuple_(*outer, key)))


@dataclass(frozen=True, slots=True)
class Kept:
    """Which rows kept by day answer: those of a grouping, and of one key if one is chosen."""

    grouping: str
    key: str | None = None


def _kept_rows(session: Session, asked: Asked) -> Kept | None:
    """Return the rows that answer, or None where only the cases themselves can.

    They know one group at a time, and do not know who is accused: whom some case is about
    counts cases, since that one must be left out (control Z4).
    """
    chosen = list(_chosen(asked.scope))
    if len(chosen) > 1 or any(g in NOT_KEPT | {Grouping.CATEGORY} for g, _key in chosen):
        return None
    if asked.grouping in NOT_KEPT:
        return None
    if chosen and asked.grouping not in (None, chosen[0][0]):
        return None
    if asked.scope.user is not None and session.scalar(
        select(exists().where(Case.accused_user_id == asked.scope.user.id))
    ):
        return None
    if chosen:
        return Kept(chosen[0][0].value, chosen[0][1])
    return Kept(asked.grouping.value if asked.grouping else WHOLE)


def _chosen(scope: Scope) -> Iterator[tuple[Grouping, str]]:
    if scope.user is not None and scope.user.role in DEPARTMENT_ROLES:
        yield Grouping.DEPARTMENT, str(scope.user.department_id)
    if scope.with_office:
        yield Grouping.DEPARTMENT, ""
    elif scope.department_id is not None:
        yield Grouping.DEPARTMENT, str(scope.department_id)
    yield from scope.groups


def group_key(grouping: Grouping) -> ColumnElement[Any]:
    """Return by what the cases are told apart; see ``grouped_from``."""
    keys: dict[Grouping, ColumnElement[Any]] = {
        Grouping.DEPARTMENT: Case.department_id.expression,
        Grouping.STREET: Case.street_id.expression,
        Grouping.CHANNEL: Case.channel.expression,
        Grouping.KIND: Case.kind.expression,
        Grouping.SUBJECT: Case.category_id.expression,
        Grouping.STATE: Case.state.expression,
        Grouping.CATEGORY: func.coalesce(ABOVE.parent_id, OWN.parent_id, OWN.id),
    }
    return keys[grouping]


def grouped_from(grouping: Grouping | None) -> Any:
    """Return what the figures are counted over; only categories need their tree beside the case."""
    return _with_categories() if grouping is Grouping.CATEGORY else Case


def _with_categories() -> Any:
    table = join(Case, OWN, OWN.id == Case.category_id, isouter=True)
    return join(table, ABOVE, ABOVE.id == OWN.parent_id, isouter=True)


def day_rows(days: Select[tuple[Any]]) -> Select[*tuple[Any, ...]]:
    """Return the select that counts the cases of ``days`` as the rows kept by day have them."""
    parts = union_all(*(_of_days(anchor, days) for anchor in OF_A_DAY)).subquery()
    sums = [func.coalesce(func.sum(parts.c[name]), 0).label(name) for name in COUNTED]
    return select(parts.c.grouping, parts.c.day, parts.c.key, *sums).group_by(
        parts.c.grouping, parts.c.day, parts.c.key
    )


def _of_days(anchor: Anchor, days: Select[tuple[Any]]) -> Select[*tuple[Any, ...]]:
    day = DAY_OF[anchor]
    keys = [(one, group_key(one)) for one in Grouping if one not in NOT_KEPT]
    apart = [(func.grouping(key) == 0, (one.value, key)) for one, key in keys]
    grouping = case(*((of_it, name) for of_it, (name, _key) in apart), else_=WHOLE)
    named = case(*((of_it, sql_cast(key, String)) for of_it, (_name, key) in apart))
    own = dict(counting(anchor))
    listed = [sql_cast(own.get(name, null()), BigInteger).label(name) for name in COUNTED]
    sets = func.grouping_sets(tuple_(day), *(tuple_(day, key) for _one, key in keys))
    return (
        select(
            grouping.label("grouping"),
            day.label("day"),
            func.coalesce(named, "").label("key"),
            *listed,
        )
        .select_from(_with_categories())
        .where(and_(day.is_not(None), day.in_(days)))
        .group_by(sets)
    )
