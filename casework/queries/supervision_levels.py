"""Which cases have reached a level of supervision that does not stand on them yet."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    FromClause,
    Integer,
    Select,
    String,
    case,
    column,
    exists,
    literal,
    null,
    select,
    values,
)
from sqlalchemy.orm import Session

from casework.models import Case, CaseClock, SupervisionNotice
from casework.queries.rules import Rules
from casework.workflow.calendar import local_day
from casework.workflow.supervision import SUPERVISED, WITH_OFFICE, Level, explain_by, reached_until

CLOCKS = sorted(SUPERVISED)


def cases_to_raise(session: Session, *, at: datetime, rules: Rules) -> Sequence[int]:
    """Return the ids of the cases that have reached a new level by ``at``, in their order.

    One statement over the partial index of running clocks, whatever the number of levels.
    """
    levels = _reached(local_day(at), rules)
    return session.scalars(
        select(CaseClock.case_id)
        .join(levels, CaseClock.due_on <= levels.c.until)
        .where(*_owed(at), ~_stands(levels))
        .distinct()
        .order_by(CaseClock.case_id)
    ).all()


def new_levels(
    case_ids: Collection[int], *, at: datetime, rules: Rules
) -> Select[tuple[int, str, date, str, int | None, datetime, date | None, str, str, str]]:
    """Return the rows that ``supervision_notices`` lacks for some cases, the lowest level first.

    The columns are those of ``COLUMNS``. A caller that has locked the cases inserts them.
    """
    today = local_day(at)
    levels = _reached(today, rules)
    by = explain_by(today, rules.calendar, rules.settings.ladder)
    return (
        select(
            CaseClock.case_id,
            CaseClock.clock,
            CaseClock.due_on,
            levels.c.level,
            owing_unit_of_case(),
            literal(at),
            case((levels.c.level == Level.ORDER.value, literal(by)), else_=null()),
            literal(""),
            literal(""),
            literal(""),
        )
        .join(levels, CaseClock.due_on <= levels.c.until)
        .join(Case, Case.id == CaseClock.case_id)
        .where(CaseClock.case_id.in_(case_ids), *_owed(at), ~_stands(levels))
        .order_by(CaseClock.case_id, CaseClock.due_on, CaseClock.clock, levels.c.rank)
    )


COLUMNS = (
    "case_id",
    "clock",
    "due_on",
    "level",
    "department_id",
    "at",
    "explain_by",
    "note",
    "explanation",
    "cancel_reason",
)


def owing_unit_of_case() -> ColumnElement[int | None]:
    """Return the department that owes a case's next step, empty for the petition office."""
    return case((Case.state.in_(sorted(WITH_OFFICE)), null()), else_=Case.department_id)


def _reached(today: date, rules: Rules) -> FromClause:
    """Return the levels with the last due date that has reached each of them."""
    ladder = rules.settings.ladder
    rows: list[tuple[Any, ...]] = [
        (level.value, reached_until(level, today, rules.calendar, ladder), rank)
        for rank, level in enumerate(Level)
    ]
    return (
        values(column("level", String), column("until", Date), column("rank", Integer))
        .data(rows)
        .alias("reached")
    )


def _owed(at: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        CaseClock.clock.in_(CLOCKS),
        CaseClock.stopped_at.is_(None),
        CaseClock.paused_on.is_(None),
        CaseClock.started_at < at,
    )


def _stands(levels: FromClause) -> ColumnElement[bool]:
    return exists().where(
        SupervisionNotice.case_id == CaseClock.case_id,
        SupervisionNotice.clock == CaseClock.clock,
        SupervisionNotice.due_on == CaseClock.due_on,
        SupervisionNotice.level == levels.c.level,
        SupervisionNotice.by_id.is_(None),
    )
