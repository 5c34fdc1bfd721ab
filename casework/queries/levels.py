"""The levels of supervision that were set in a period: how many, and which."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session

from casework.models import Case, SupervisionNotice
from casework.queries.cases import not_about, seen_by
from casework.queries.figures import Scope
from casework.workflow.calendar import midnight
from casework.workflow.states import DEPARTMENT_ROLES
from casework.workflow.supervision import Level

PAGE = 50


@dataclass(frozen=True, slots=True)
class LevelRow:
    """One level that was set, with its case as far as a list shows it.

    A unit's own stay counted when another unit has the case now; number and subject are empty
    then, for it sees that case no longer.
    """

    id: int
    level: Level
    at: datetime
    department_id: int | None
    due_on: date
    number: str
    subject: str


def counted_levels(session: Session, scope: Scope, first: date, last: date) -> dict[Level, int]:
    """Return how often each level was set between the days; lifted ones are left out."""
    level: Any = SupervisionNotice.level
    rows = session.execute(
        _from_notices(select(level, func.count()), scope, first, last).group_by(level)
    )
    found = {key: count for key, count in rows}
    return {key: found.get(key, 0) for key in Level}


def levels_set(
    session: Session,
    scope: Scope,
    wanted: Sequence[Level],
    first: date,
    last: date,
    *,
    after: int | None = None,
    size: int = PAGE,
) -> tuple[list[LevelRow], int | None]:
    """Return a page of what was set, newest first, and the key of the next page."""
    found = _rows(scope, wanted, first, last).limit(size + 1)
    if after is not None:
        found = found.where(SupervisionNotice.id < after)
    rows = [LevelRow(*tuple(row)) for row in session.execute(found)]
    return rows[:size], rows[size - 1].id if len(rows) > size else None


def every_level_set(
    session: Session, scope: Scope, wanted: Sequence[Level], first: date, last: date
) -> Iterator[LevelRow]:
    """Yield all that was set, newest first."""
    found = _rows(scope, wanted, first, last).execution_options(yield_per=2_000)
    for row in session.execute(found):
        yield LevelRow(*tuple(row))


def _rows(
    scope: Scope, wanted: Sequence[Level], first: date, last: date
) -> Select[*tuple[Any, ...]]:
    columns: Select[*tuple[Any, ...]] = select(
        SupervisionNotice.id,
        SupervisionNotice.level,
        SupervisionNotice.at,
        SupervisionNotice.department_id,
        SupervisionNotice.due_on,
        _if_seen(scope, Case.number),
        _if_seen(scope, Case.subject),
    )
    return (
        _from_notices(columns, scope, first, last)
        .where(SupervisionNotice.level.in_(wanted))
        .order_by(SupervisionNotice.id.desc())
    )


def _if_seen(scope: Scope, column: Any) -> ColumnElement[str]:
    return case((seen_by(scope.user), column), else_="") if scope.user else column


def _from_notices(
    columns: Select[*tuple[Any, ...]], scope: Scope, first: date, last: date
) -> Select[*tuple[Any, ...]]:
    return (
        columns.select_from(SupervisionNotice)
        .join(Case, Case.id == SupervisionNotice.case_id)
        .where(
            *_of_unit(scope),
            SupervisionNotice.at >= midnight(first),
            SupervisionNotice.at < midnight(last + timedelta(days=1)),
            SupervisionNotice.cancelled_at.is_(None),
        )
    )


def _of_unit(scope: Scope) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions; the unit is the one that owed the step, whoever has the case now."""
    user = scope.user
    if user is not None:
        yield not_about(user)
        if user.role in DEPARTMENT_ROLES:
            yield SupervisionNotice.department_id == user.department_id
    if scope.with_office:
        yield SupervisionNotice.department_id.is_(None)
    elif scope.department_id is not None:
        yield SupervisionNotice.department_id == scope.department_id
