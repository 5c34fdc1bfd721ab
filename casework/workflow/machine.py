"""Runs the table on the transitions library. Nobody imports that library elsewhere."""

from collections.abc import Collection
from typing import Protocol

from transitions import Machine

from casework.errors import GuardFailed, IllegalStep, NotPermitted
from casework.workflow.guards import CaseFacts
from casework.workflow.states import Action, Role, State
from casework.workflow.table import TABLE, Row


class HasState(Protocol):
    state: State


CAPACITIES: dict[Role, frozenset[Role]] = {
    role: frozenset({role, Role.HANDLER}) if role is Role.REVIEWER else frozenset({role})
    for role in Role
}
"""In which capacities each role may act: a reviewer can also do the work of a handler."""

# One machine for the process; it holds no case, and adds no methods to any.
_machine = Machine(
    model=None,
    states=State,
    initial=None,
    auto_transitions=False,  # else to_published() would step around the table
    transitions=[
        {
            "trigger": row.action.value,
            "source": list(row.sources),
            "dest": row.target if row.target is not None else "=",
        }
        for row in TABLE
        if row.sources
    ],
)

_ROWS: dict[tuple[State | None, Action], Row] = {
    (source, row.action): row for row in TABLE for source in row.sources
} | {(None, row.action): row for row in TABLE if not row.sources}


def row_for(state: State | None, action: Action) -> Row:
    """Return the one row that leads from ``state`` by ``action``; None is a case not yet opened.

    Raises IllegalStep if there is none.
    """
    row = _ROWS.get((state, action))
    if row is None:
        raise IllegalStep(state=state.value if state else "", action=action.value)
    return row


def check(
    capacities: Collection[Role], state: State | None, action: Action, facts: CaseFacts
) -> Row:
    """Return the row for this step, or raise the reason why there is none.

    Raises IllegalStep, NotPermitted or GuardFailed, in this order of asking.
    """
    row = row_for(state, action)
    if not row.by.intersection(capacities):
        raise NotPermitted(action=action.value)
    for guard in row.guards:
        if not guard.holds(facts):
            raise GuardFailed(reason=guard.explanation)
    return row


def open_rows(capacities: Collection[Role], state: State, facts: CaseFacts) -> list[Row]:
    """Return the rows that somebody could take now, in the order of the table.

    What a step asks for on its own page (a text, a target) is taken as given.
    """
    return [
        row
        for row in TABLE
        if state in row.sources
        and row.by.intersection(capacities)
        and all(guard.holds(facts) for guard in row.guards if not guard.asks_input)
    ]


def fire(case: HasState, row: Row) -> None:
    """Move ``case`` along ``row``, which ``check`` returned."""
    if row.sources:
        _machine.events[row.action.value].trigger(case)
    elif row.target is not None:
        case.state = row.target
