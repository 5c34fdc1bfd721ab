"""Whether the clocks of every case are what its log says, added up again from nothing else."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from casework.language import N_
from casework.models import AdminEvent, Case, CaseClock, CaseEvent, Category
from casework.queries.rules import Rules
from casework.services.clocks import RIGHTS, hearing_pause, limit_of, recomputed
from casework.workflow.calendar import local_day
from casework.workflow.clock import LedgerLine as Line
from casework.workflow.clock import Limit, replay
from casework.workflow.states import Action, Clock, Entry, State, Unit
from casework.workflow.table import INSTEAD_OF, TABLE, Clocks

T = TypeVar("T", CaseEvent, CaseClock)
BATCH = 1_000
HEARINGS = frozenset({Entry.HOLD_HEARING.value, Entry.CALL_OFF_HEARING.value})
STEPS = frozenset(action.value for action in Action)

EFFECTS: dict[tuple[State | None, Action], Clocks] = {
    (source, row.action): row.clocks for row in TABLE for source in row.sources or (None,)
}
"""What each step does to the clocks, by the state from which it leads."""


@dataclass(slots=True)
class Run:
    """One run of a clock as the log tells it."""

    clock: Clock
    started_at: datetime
    pauses: list[list[str]] = field(default_factory=list)
    extensions: list[list[object]] = field(default_factory=list)
    paused_on: date | None = None
    stopped_at: datetime | None = None
    outcome: str = "running"


@dataclass(frozen=True, slots=True)
class Difference:
    """A clock that is not what the log says; ``clock`` is None where their number differs."""

    number: str
    clock: Clock | None
    what: str


def runs_of(events: Sequence[CaseEvent]) -> list[Run]:
    """Return every run of every clock of a case, in the order in which they began."""
    found: list[Run] = []
    running: dict[Clock, Run] = {}
    for event in events:
        if event.action in STEPS:
            _apply(event, found, running)
        elif event.action == Entry.GRANT_EXTENSION:
            _extend(event, running)
        elif event.action in HEARINGS:
            _hear(event, running)
    return found


def _apply(event: CaseEvent, found: list[Run], running: dict[Clock, Run]) -> None:
    """Change the clocks as ``services.clocks.apply`` does, from the table of the workflow."""
    effects, on = EFFECTS[event.from_state, Action(event.action)], local_day(event.at)
    for kinds, outcome in ((effects.stops, "done"), (effects.cancels, "cancelled")):
        for kind in kinds:
            if (run := running.pop(kind, None)) is not None:
                run.stopped_at, run.outcome, run.paused_on = event.at, outcome, None
    for kind in effects.reopens:
        last = next((run for run in reversed(found) if run.clock is kind), None)
        if last is not None and kind not in running:
            last.stopped_at, last.outcome = None, "running"
            running[kind] = last
    for kind in effects.pauses:
        if kind in running and running[kind].paused_on is None:
            running[kind].paused_on = on
    for kind in effects.resumes:
        if (run := running.get(kind)) is not None and run.paused_on is not None:
            run.pauses.append([run.paused_on.isoformat(), on.isoformat()])
            run.paused_on = None
    for kind in effects.starts:
        if kind not in running and INSTEAD_OF.get(kind) not in running:
            running[kind] = Run(kind, event.at)
            found.append(running[kind])


def _extend(event: CaseEvent, running: dict[Clock, Run]) -> None:
    more = [local_day(event.at).isoformat(), event.data["days"], event.data["unit"]]
    for name in event.data["clocks"]:  # type: ignore[attr-defined]
        running[Clock(name)].extensions.append(list(more))


def _hear(event: CaseEvent, running: dict[Clock, Run]) -> None:
    first, last = (date.fromisoformat(str(event.data[name])) for name in ("first", "last"))
    pauses, days = running[Clock.REVIEW].pauses, hearing_pause(first, last)
    if event.action == Entry.HOLD_HEARING:
        pauses.append(days)
    else:
        pauses.remove(days)


def differing_clocks(session: Session, rules: Rules) -> Iterator[list[Difference]]:
    """Yield for each case, by its id, what its clocks have that its log does not give."""
    changed = changes_of_the_calendar(session)
    last_id = 0
    while True:
        cases = session.scalars(
            select(Case)
            .where(Case.id > last_id)
            .order_by(Case.id)
            .limit(BATCH)
            .options(selectinload(Case.category).selectinload(Category.parent))
        ).all()
        if not cases:
            return
        ids = [case.id for case in cases]
        events = _by_case(session, CaseEvent, ids)
        clocks = _by_case(session, CaseClock, ids)
        for case in cases:
            yield list(differences(case, events[case.id], clocks[case.id], rules, changed))
        last_id = cases[-1].id
        session.expunge_all()


def differences(
    case: Case,
    events: Sequence[CaseEvent],
    clocks: Sequence[CaseClock],
    rules: Rules,
    changed: Sequence[tuple[datetime, date]] = (),
) -> Iterator[Difference]:
    """Yield what differs between the stored clocks of a case and those that its log gives.

    ``changed`` are the days of the calendar that were changed, with the instant: a clock that had
    stopped by then keeps the calendar of its time, and only its own lines are added up.
    """
    runs = runs_of(events)
    if len(runs) != len(clocks):
        yield Difference(
            case.number, None, N_("there are more or fewer clocks than the log starts")
        )
        return
    classified = any(event.action == Entry.CLASSIFY for event in events)
    for run, stored in zip(runs, clocks, strict=True):
        for what in _faults(case, run, stored, rules, changed, classified=classified):
            yield Difference(case.number, stored.clock, what)
    if case.is_running and case.due_on != _nearest(clocks):
        yield Difference(case.number, None, N_("the case is not due with its nearest clock"))


def _faults(
    case: Case,
    run: Run,
    stored: CaseClock,
    rules: Rules,
    changed: Sequence[tuple[datetime, date]],
    *,
    classified: bool,
) -> Iterator[str]:
    inputs, started_on = stored.inputs, local_day(run.started_at)
    if run.clock is not stored.clock or inputs["started_on"] != started_on.isoformat():
        yield N_("it starts on another day")
    if inputs["pauses"] != run.pauses or stored.paused_on != run.paused_on:
        yield N_("its pauses are others")
    if inputs.get("extensions", []) != run.extensions:
        yield N_("its extensions are others")
    if (stored.stopped_at, stored.outcome) != (run.stopped_at, run.outcome):
        yield N_("it ends otherwise")
    if inputs["source"] and not classified and _limit(stored) != _rule(case, stored, rules):
        yield N_("its limit is not the one of the rules")
    if not _adds_up(stored):
        yield N_("its lines do not add up to its date")
    if not _kept_its_calendar(stored, changed) and not _as_reckoned(stored, rules):
        yield N_("reckoned again it ends on another day")


def _limit(stored: CaseClock) -> Limit:
    return Limit(int(str(stored.inputs["days"])), Unit(str(stored.inputs["unit"])))


def _rule(case: Case, stored: CaseClock, rules: Rules) -> Limit:
    on = date.fromisoformat(str(stored.inputs["started_on"]))
    return limit_of(case, stored.clock, rules=rules, on=on)


def _adds_up(stored: CaseClock) -> bool:
    try:
        return replay(Line.from_json(line) for line in stored.ledger) == stored.due_on
    except ValueError:
        return False


def _as_reckoned(stored: CaseClock, rules: Rules) -> bool:
    again = recomputed(stored, rules)
    lines = [line.as_json() for line in again.ledger]
    return again.due_on == stored.due_on and lines == stored.ledger


def _kept_its_calendar(stored: CaseClock, changed: Sequence[tuple[datetime, date]]) -> bool:
    """Say whether the calendar of its span was changed only after the clock had stopped."""
    if stored.stopped_at is None:
        return False
    start = local_day(stored.started_at)
    return any(at > stored.stopped_at and start < day for at, day in changed)


def _nearest(clocks: Sequence[CaseClock]) -> date | None:
    ticking = [
        clock.due_on
        for clock in clocks
        if clock.stopped_at is None and clock.paused_on is None and clock.clock not in RIGHTS
    ]
    return min(ticking) if ticking else None


def changes_of_the_calendar(session: Session) -> list[tuple[datetime, date]]:
    """Return when each day of the calendar was changed; what had ended by then keeps its days."""
    rows = session.execute(
        select(AdminEvent.at, AdminEvent.row_key).where(AdminEvent.table_name == "calendar_days")
    )
    return [(at, date.fromisoformat(key)) for at, key in rows]


def _by_case(session: Session, table: type[T], ids: Sequence[int]) -> dict[int, list[T]]:
    order = CaseEvent.seq if table is CaseEvent else CaseClock.id
    found: dict[int, list[T]] = defaultdict(list)
    for row in session.scalars(
        select(table).where(table.case_id.in_(ids)).order_by(table.case_id, order)
    ):
        found[row.case_id].append(row)
    return found
