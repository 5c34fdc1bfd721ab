"""Why the promised day of a petitioner's case has moved."""

from typing import Any

from sqlalchemy import select

from casework.models import CaseClock, Extension
from casework.workflow.clock import LedgerLine
from casework.workflow.states import Clock

MOVED_BY = frozenset({"pause", "hearing", "extension"})
TO_THE_ANSWER = (Clock.HANDLE, Clock.REVIEW)
"""The clocks that lead to the answer; a case has one of them."""


def reply_clock(last: Any) -> Any:
    """Return the newest clock of the reply of the case ``last``, as a lateral table."""
    return (
        select(
            CaseClock.case_id,
            CaseClock.ledger,
            CaseClock.inputs["reckoned_on"].astext.label("reckoned_on"),
        )
        .where(CaseClock.case_id == last.id, CaseClock.clock.in_(TO_THE_ANSWER))
        .order_by(CaseClock.id.desc())
        .limit(1)
        .correlate(last)
        .lateral("handling")
    )


def extended_because(last: Any) -> Any:
    """Return the reason for more time as it was written for the petitioner, of this round."""
    return (
        select(Extension.decision)
        .where(
            Extension.case_id == last.id,
            Extension.round == last.round,
            Extension.granted.is_(True),
        )
        .correlate(last)
        .scalar_subquery()
    )


def moved_by(ledger: list[dict[str, object]] | None) -> tuple[LedgerLine, ...]:
    """Return the lines of a ledger that moved its date."""
    lines = (LedgerLine.from_json(line) for line in ledger or ())
    return tuple(line for line in lines if line.kind in MOVED_BY)
