"""Which limit holds for a case: the most exact rule that is in force on the day."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from casework.workflow.clock import Limit
from casework.workflow.states import Clock, Kind, Unit, Urgency

SORT_CAP_DAYS = 15
"""Dispatch or decline never later than this many days after the letter came (条例 22)."""

W, D = Unit.WORKING_DAYS, Unit.CALENDAR_DAYS


@dataclass(frozen=True, slots=True)
class LimitRow:
    """A rule of the table ``limit_rules``; None matches every case. ``source`` is its basis."""

    clock: Clock
    days: int
    unit: Unit
    holds_from: date
    kind: Kind | None = None
    urgency: Urgency | None = None
    category_id: int | None = None
    source: str = ""


def limit_for(
    rows: Sequence[LimitRow],
    clock: Clock,
    *,
    kind: Kind,
    urgency: Urgency,
    category_ids: Collection[int],
    on: date,
) -> Limit:
    """Return the limit of ``clock`` on the day ``on``; see ``rule_for``."""
    rule = rule_for(rows, clock, kind=kind, urgency=urgency, category_ids=category_ids, on=on)
    return Limit(rule.days, rule.unit)


def rule_for(
    rows: Sequence[LimitRow],
    clock: Clock,
    *,
    kind: Kind,
    urgency: Urgency,
    category_ids: Collection[int],
    on: date,
) -> LimitRow:
    """Return the rule that holds for ``clock`` on the day ``on``.

    Category is more exact than urgency, urgency than kind; among equals the latest rule holds.
    ``category_ids`` are the case's category and those above it. Raises LookupError without any
    rule, which the seeded defaults make impossible.
    """
    matching = [
        row
        for row in rows
        if row.clock is clock
        and row.holds_from <= on
        and row.kind in (None, kind)
        and row.urgency in (None, urgency)
        and (row.category_id is None or row.category_id in category_ids)
    ]
    if not matching:
        raise LookupError(f"no limit for {clock}")
    return max(
        matching,
        key=lambda row: (
            row.category_id is not None,
            row.urgency is not None,
            row.kind is not None,
            row.holds_from,
        ),
    )


SOURCE_PRACTICE = "practice"
BEGINNING = date(2000, 1, 1)

DEFAULT_LIMITS: tuple[tuple[LimitRow, str], ...] = (
    (LimitRow(Clock.SORT, 1, W, BEGINNING), "信访工作条例 22"),
    (LimitRow(Clock.SIGN, 1, W, BEGINNING), SOURCE_PRACTICE),
    (LimitRow(Clock.OBJECTION, 5, W, BEGINNING), "信访工作条例 23"),
    (LimitRow(Clock.HANDLE, 15, W, BEGINNING), SOURCE_PRACTICE),
    (LimitRow(Clock.HANDLE, 5, W, BEGINNING, kind=Kind.CONSULTATION), SOURCE_PRACTICE),
    (LimitRow(Clock.HANDLE, 5, W, BEGINNING, kind=Kind.HELP), SOURCE_PRACTICE),
    (LimitRow(Clock.HANDLE, 5, W, BEGINNING, kind=Kind.PRAISE), SOURCE_PRACTICE),
    (LimitRow(Clock.HANDLE, 3, W, BEGINNING, urgency=Urgency.URGENT), SOURCE_PRACTICE),
    (LimitRow(Clock.HANDLE, 1, W, BEGINNING, urgency=Urgency.CRITICAL), SOURCE_PRACTICE),
    (LimitRow(Clock.FORWARD, 1, W, BEGINNING), SOURCE_PRACTICE),
    (LimitRow(Clock.WHOLE, 60, D, BEGINNING), "信访工作条例 34"),
    (LimitRow(Clock.REVIEW, 30, D, BEGINNING), "信访工作条例 35、36"),
    (LimitRow(Clock.ANSWER, 10, D, BEGINNING), SOURCE_PRACTICE),
)
"""What a new district starts with (domain §4); the administrator adds later rules."""
