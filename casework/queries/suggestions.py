"""What the office may want to know before it dispatches: other letters that are like this one."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select, union
from sqlalchemy.orm import Session, aliased

from casework.models import Case, Petitioner, User
from casework.queries.cases import seen_by
from casework.queries.likeness import likeness, pairs
from casework.workflow.states import ENDED_OTHERWISE, RUNNING, Channel, State

SHOWN = 6
LOOKED_AT = 300
"""How many of the newest letters are compared; the work stays the same however many there are."""

LOOKED_BACK = timedelta(days=90)
ALIKE = 0.34
"""From this share of common pairs of characters on, two subjects are alike."""

SAME_STREET = 0.1
SAME_CATEGORY = 0.1


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A case that may be about the same matter."""

    number: str
    channel: Channel
    state: State
    subject: str
    received_at: datetime
    promised_on: date | None
    department_id: int | None
    street_id: int | None
    category_id: int | None

    @property
    def runs(self) -> bool:
        """Say whether another case can be merged into this one."""
        return self.state in RUNNING


_COLUMNS = (
    Case.number,
    Case.channel,
    Case.state,
    Case.subject,
    Case.received_at,
    Case.promised_on,
    Case.department_id,
    Case.street_id,
    Case.category_id,
)


def of_same_petitioner(session: Session, user: User, of: Case) -> list[Suggestion]:
    """Return the newest other cases of somebody with the same telephone or ID number.

    A name alone is not enough: too many people share one.
    """
    mine, other = aliased(Petitioner), aliased(Petitioner)
    theirs = func.coalesce(other.from_case_id, other.case_id).label("case_id")
    found = (
        union(
            select(theirs)
            .join(mine, other.phone_hash == mine.phone_hash)
            .where(mine.case_id == of.id),
            select(theirs)
            .join(mine, other.id_number_hash == mine.id_number_hash)
            .where(mine.case_id == of.id),
        )
        .cte("theirs")
        .prefix_with("MATERIALIZED")
    )
    rows = session.execute(
        select(*_COLUMNS)
        .where(Case.id.in_(select(found.c.case_id)), Case.id != of.id, seen_by(user))
        .order_by(Case.received_at.desc(), Case.id.desc())
        .limit(SHOWN)
    )
    return [Suggestion(*row) for row in rows]


def alike(session: Session, user: User, of: Case) -> list[Suggestion]:
    """Return those of the newest letters whose subjects share most with this one's.

    Pairs of characters are compared; the same street and category add to the likeness.
    """
    rows = session.execute(
        select(*_COLUMNS)
        .where(
            Case.id != of.id,
            Case.received_at >= of.received_at - LOOKED_BACK,
            Case.state.not_in(sorted(ENDED_OTHERWISE)),
            seen_by(user),
        )
        .order_by(Case.received_at.desc(), Case.id.desc())
        .limit(LOOKED_AT)
    )
    mine = pairs(of.subject)
    scored = [
        (_likeness(mine, found, of), position, found)
        for position, found in enumerate(Suggestion(*row) for row in rows)
    ]
    best = sorted(
        (entry for entry in scored if entry[0] >= ALIKE), key=lambda entry: (-entry[0], entry[1])
    )
    return [found for _, _, found in best[:SHOWN]]


def _likeness(mine: frozenset[str], found: Suggestion, of: Case) -> float:
    common = likeness(mine, pairs(found.subject))
    if not common:
        return 0.0
    if of.street_id is not None and of.street_id == found.street_id:
        common += SAME_STREET
    if of.category_id is not None and of.category_id == found.category_id:
        common += SAME_CATEGORY
    return common
