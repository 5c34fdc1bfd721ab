"""What a person could do next with a case, and why not."""

from datetime import date

from sqlalchemy.orm import Session

from casework.errors import CaseworkError, GuardFailed, IllegalStep, NotPermitted
from casework.models import Case
from casework.queries.rules import Rules
from casework.services import consent, matters
from casework.services.actors import Actor
from casework.services.facts import standing_facts
from casework.workflow import machine
from casework.workflow.states import Action, Entry, Role, State


def open_to(session: Session, case: Case, *, by: Actor, today: date, rules: Rules) -> list[Action]:
    """Return the actions that ``by`` could take now, in the order of the table.

    What a step asks for on its own page is taken as given.
    """
    facts = standing_facts(session, case, by=by, today=today, rules=rules)
    return [row.action for row in machine.open_rows(machine.CAPACITIES[by.role], case.state, facts)]


def closed_because(
    session: Session, case: Case, action: Action, *, by: Actor, today: date, rules: Rules
) -> CaseworkError | None:
    """Return what ``action`` would be refused with before anything is typed, or None if open."""
    facts = standing_facts(session, case, by=by, today=today, rules=rules)
    try:
        row = machine.row_for(case.state, action)
    except IllegalStep as error:
        return error
    if not row.by.intersection(machine.CAPACITIES[by.role]):
        return NotPermitted(action=action.value)
    for guard in row.guards:
        if not guard.asks_input and not guard.holds(facts):
            return GuardFailed(reason=guard.explanation)
    return None


def entries_open_to(case: Case, *, by: Actor) -> list[Entry]:
    """Return what ``by`` could do with ``case`` on a page of its own that moves nothing."""
    entries = []
    if by.role is Role.OFFICE:
        if case.state is State.FORWARDED and case.consent:
            entries.append(Entry.REDACT)
        if case.state is State.PUBLISHED and case.consent:
            entries.append(Entry.DRAFT_CORRECTION)
        if case.is_running:
            entries.append(Entry.CLASSIFY)
            if matters.why_not_followed(case) is None:
                entries.append(Entry.LET_FOLLOW)
        else:
            entries.append(Entry.HOLD)
    if by.role in consent.SPEAK_FOR_THE_PETITIONER:
        if consent.may_take_back(case.state, case.consent):
            entries.append(Entry.TAKE_BACK_CONSENT)
        if consent.may_give(case.state, case.consent):
            entries.append(Entry.GIVE_CONSENT)
    return entries
