"""The clocks of one case: started, stopped and paused as a row of the table says."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Case, CaseClock, Category
from casework.queries.rules import Rules
from casework.workflow import clock as arithmetic
from casework.workflow.calendar import local_day
from casework.workflow.clock import Extension, Limit, Pause
from casework.workflow.limits import SORT_CAP_DAYS, LimitRow, rule_for
from casework.workflow.states import Clock, Unit
from casework.workflow.table import INSTEAD_OF, Clocks

LOWEST = 3
"""The level of the tree of categories that has two above it."""

HEARING = "hearing"
"""What marks the days of a hearing among the pauses of a clock."""

RIGHTS = frozenset({Clock.OBJECTION})
"""Clocks that time what somebody may do, not what somebody owes; no case is due by them."""


def running_clocks(session: Session, case: Case) -> dict[Clock, CaseClock]:
    """Return the clocks of ``case`` that run or stand paused, by kind."""
    if case.id is None:
        return {}
    found = session.scalars(
        select(CaseClock).where(CaseClock.case_id == case.id, CaseClock.stopped_at.is_(None))
    )
    return {row.clock: row for row in found}


def limit_of(case: Case, clock: Clock, *, rules: Rules, on: date) -> Limit:
    """Return the limit that holds for ``clock`` of ``case`` when it starts on ``on``."""
    rule = _rule_of(case, clock, rules=rules, on=on)
    return Limit(rule.days, rule.unit)


def _rule_of(case: Case, clock: Clock, *, rules: Rules, on: date) -> LimitRow:
    found = _with_those_above(case.category)
    return rule_for(
        rules.limits, clock, kind=case.kind, urgency=case.urgency, category_ids=found, on=on
    )


def _with_those_above(category: Category | None) -> set[int]:
    """Return the ids of a category and of those above it; only the lowest level reads a row."""
    if category is None:
        return set()
    found = {category.id, category.parent_id or category.id}
    if category.level == LOWEST and category.parent is not None:
        found.add(category.parent.parent_id or category.parent.id)
    return found


def apply(
    session: Session,
    case: Case,
    effects: Clocks,
    *,
    at: datetime,
    rules: Rules,
    limits: dict[Clock, Limit],
) -> None:
    """Change the clocks of ``case`` as ``effects`` says and set its dates from them.

    ``limits`` replaces the limit of a clock that this step starts, as when the office sets a
    shorter time at dispatch.
    """
    running = running_clocks(session, case)
    _end(running, effects.stops, "done", at)
    _end(running, effects.cancels, "cancelled", at)
    _reopen(session, case, running, effects.reopens)
    for kind in effects.pauses:
        if kind in running and running[kind].paused_on is None:
            running[kind].paused_on = local_day(at)
    for kind in effects.resumes:
        if kind in running:
            _resume(running[kind], at, rules)
    for kind in effects.starts:
        if kind not in running and INSTEAD_OF.get(kind) not in running:
            running[kind] = _start(case, kind, limits.get(kind), at=at, rules=rules)
            session.add(running[kind])
    _set_dates(case, running, at=at, rules=rules)


def _end(
    running: dict[Clock, CaseClock], kinds: Iterable[Clock], outcome: str, at: datetime
) -> None:
    for kind in kinds:
        ended = running.pop(kind, None)
        if ended is not None:
            ended.stopped_at, ended.outcome, ended.paused_on = at, outcome, None


def _reopen(
    session: Session, case: Case, running: dict[Clock, CaseClock], kinds: Iterable[Clock]
) -> None:
    for kind in kinds:
        last = session.scalars(
            select(CaseClock)
            .where(CaseClock.case_id == case.id, CaseClock.clock == kind)
            .order_by(CaseClock.id.desc())
            .limit(1)
        ).one_or_none()
        if last is not None and kind not in running:
            last.stopped_at, last.outcome = None, "running"
            running[kind] = last


def _start(
    case: Case, kind: Clock, given: Limit | None, *, at: datetime, rules: Rules
) -> CaseClock:
    """Return a clock that starts now, with ``given`` or else the limit of the rules.

    ``source`` among its inputs says where the limit comes from; it is empty for a given one.
    """
    started_on = local_day(at)
    rule = _rule_of(case, kind, rules=rules, on=started_on)
    limit = given or Limit(rule.days, rule.unit)
    cap = (
        local_day(case.received_at) + timedelta(days=SORT_CAP_DAYS)
        if kind is Clock.SORT and case.dispatched_at is None
        else None
    )
    computed = arithmetic.due(rules.calendar, started_on, limit, not_after=cap)
    return CaseClock(
        case=case,
        clock=kind,
        round=case.round,
        started_at=at,
        due_on=computed.due_on,
        first_due_on=computed.original_due_on,
        outcome="running",
        inputs={
            "started_on": started_on.isoformat(),
            "days": limit.days,
            "unit": limit.unit.value,
            "source": "" if given else rule.source,
            "not_after": cap.isoformat() if cap else None,
            "pauses": [],
            "extensions": [],
        },
        ledger=[line.as_json() for line in computed.ledger],
    )


def _resume(clock: CaseClock, at: datetime, rules: Rules) -> None:
    if clock.paused_on is None:
        return
    until = local_day(at)
    pauses = [
        *clock.inputs["pauses"],  # type: ignore[misc]
        [clock.paused_on.isoformat(), until.isoformat()],
    ]
    clock.inputs = {**clock.inputs, "pauses": pauses}
    clock.paused_on = None
    _add_up(clock, rules)


def extend(
    session: Session, case: Case, extension: Extension, *, at: datetime, rules: Rules
) -> list[Clock]:
    """Lengthen the time for the reply, and the whole case where it would end before the answer.

    Return the clocks that were lengthened. The caller has checked that the extension may be
    granted and records it in the log.
    """
    running = running_clocks(session, case)
    handle, whole = running[Clock.HANDLE], running.get(Clock.WHOLE)
    longer = [Clock.HANDLE]
    _lengthen(handle, extension, rules)
    told_on = _told_on(case, handle.due_on, at=at, rules=rules)
    if whole is not None and told_on > whole.due_on:
        _lengthen(whole, extension, rules)
        longer.append(Clock.WHOLE)
    _set_dates(case, running, at=at, rules=rules)
    return longer


def with_extension(
    session: Session, case: Case, extension: Extension, *, at: datetime, rules: Rules
) -> tuple[date, date] | None:
    """Return the reply's due date and the promised date as ``extend`` would set them.

    None when the clock of the reply does not run.
    """
    running = running_clocks(session, case)
    handle, whole = running.get(Clock.HANDLE), running.get(Clock.WHOLE)
    if handle is None:
        return None
    handled_on = recomputed(handle, rules, more=(extension,)).due_on
    told_on = _told_on(case, handled_on, at=at, rules=rules)
    if whole is None or told_on <= whole.due_on:
        return handled_on, told_on
    return handled_on, min(told_on, recomputed(whole, rules, more=(extension,)).due_on)


def _lengthen(clock: CaseClock, extension: Extension, rules: Rules) -> None:
    granted_on = extension.granted_on.isoformat() if extension.granted_on else None
    given = [
        *clock.inputs.get("extensions", []),  # type: ignore[misc]
        [granted_on, extension.days, extension.unit.value],
    ]
    clock.inputs = {**clock.inputs, "extensions": given}
    _add_up(clock, rules)


def _add_up(clock: CaseClock, rules: Rules) -> None:
    computed = recomputed(clock, rules)
    clock.due_on = computed.due_on
    clock.ledger = [line.as_json() for line in computed.ledger]


def hearing_pause(first: date, last: date) -> list[str]:
    """Return what a clock keeps of the days of a hearing, which are not counted."""
    return [(first - timedelta(days=1)).isoformat(), last.isoformat(), HEARING]


def keep_hearings(
    session: Session, case: Case, hearings: Sequence[list[str]], *, at: datetime, rules: Rules
) -> None:
    """Let the review of ``case`` stand still on the days of these hearings and no others."""
    running = running_clocks(session, case)
    clock = running[Clock.REVIEW]
    clock.inputs = {**clock.inputs, "pauses": list(hearings)}
    _add_up(clock, rules)
    _set_dates(case, running, at=at, rules=rules)


def reckon_again(
    session: Session, case: Case, *, at: datetime, rules: Rules
) -> dict[Clock, tuple[date, date]]:
    """Add up the running clocks of ``case`` by the calendar as it stands now.

    Return those whose date has moved, with the day before and after. The date that was promised
    first stays what it was: the petitioner sees that it has moved, and why.
    """
    running, moved = running_clocks(session, case), dict[Clock, tuple[date, date]]()
    for kind, clock in running.items():
        before = clock.due_on
        _add_up(clock, rules)
        if clock.due_on != before:
            moved[kind] = (before, clock.due_on)
            clock.inputs = {**clock.inputs, "reckoned_on": local_day(at).isoformat()}
    first_promised_on = case.first_promised_on
    _set_dates(case, running, at=at, rules=rules)
    if Clock.SORT in moved and case.dispatched_at is None and Clock.REVIEW not in running:
        case.promised_on = estimated_promise(case, running[Clock.SORT].due_on, rules=rules)
    case.first_promised_on = first_promised_on
    return moved


def recomputed(
    clock: CaseClock, rules: Rules, *, more: Sequence[Extension] = ()
) -> arithmetic.Computed:
    """Return the sum of ``clock`` done again from what it was computed from, and ``more``."""
    inputs = clock.inputs
    cap = inputs["not_after"]
    return arithmetic.due(
        rules.calendar,
        date.fromisoformat(str(inputs["started_on"])),
        Limit(int(str(inputs["days"])), Unit(str(inputs["unit"]))),
        pauses=[
            Pause(date.fromisoformat(start), date.fromisoformat(end), *kind)
            for start, end, *kind in inputs["pauses"]  # type: ignore[attr-defined]
        ],
        extensions=[
            Extension(days, Unit(unit), date.fromisoformat(granted_on) if granted_on else None)
            for granted_on, days, unit in inputs.get("extensions", [])  # type: ignore[attr-defined]
        ]
        + list(more),
        not_after=date.fromisoformat(str(cap)) if cap else None,
    )


def _set_dates(case: Case, running: dict[Clock, CaseClock], *, at: datetime, rules: Rules) -> None:
    ticking = [
        clock.due_on
        for kind, clock in running.items()
        if clock.paused_on is None and kind not in RIGHTS
    ]
    case.due_on = min(ticking) if ticking else None
    handle, review = running.get(Clock.HANDLE), running.get(Clock.REVIEW)
    if review is not None:
        case.promised_on, case.first_promised_on = review.due_on, review.first_due_on
    elif handle is not None and handle.paused_on is None:
        case.promised_on = _promise(case, handle.due_on, running, at=at, rules=rules)
        case.first_promised_on = _promise(case, handle.first_due_on, running, at=at, rules=rules)
    elif case.promised_on is None and Clock.SORT in running:
        case.promised_on = estimated_promise(case, running[Clock.SORT].due_on, rules=rules)
        case.first_promised_on = case.promised_on


def _promise(
    case: Case,
    handled_on: date,
    running: dict[Clock, CaseClock],
    *,
    at: datetime,
    rules: Rules,
) -> date:
    """Return when the petitioner has the answer if the reply is approved on ``handled_on``.

    It never lies after the end of the whole case (条例 34).
    """
    told_on = _told_on(case, handled_on, at=at, rules=rules)
    whole = running.get(Clock.WHOLE)
    return min(told_on, whole.due_on) if whole is not None else told_on


def _told_on(case: Case, handled_on: date, *, at: datetime, rules: Rules) -> date:
    forward = limit_of(case, Clock.FORWARD, rules=rules, on=local_day(at))
    return arithmetic.due(rules.calendar, handled_on, forward).due_on


def estimated_promise(case: Case, sorted_on: date, *, rules: Rules) -> date:
    """Return the date that can be promised before the office has dispatched the case."""
    on = sorted_on
    for kind in (Clock.HANDLE, Clock.FORWARD):
        on = arithmetic.due(
            rules.calendar, on, limit_of(case, kind, rules=rules, on=sorted_on)
        ).due_on
    return on
