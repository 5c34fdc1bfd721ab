"""What could be public and is not: undecided or withheld, and the rate of each unit."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, select, true, tuple_
from sqlalchemy.orm import Session

from casework.models import Case, CaseEvent, PublicText, User
from casework.queries.cases import seen_by
from casework.workflow.states import COMPLETE, Action, Kind, State

PAGE = 50


class Which(StrEnum):
    """One list of cases that were answered with consent to publication."""

    UNDECIDED = "undecided"
    WITHHELD = "withheld"
    PUBLISHED = "published"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list or the rates are narrowed to, by the day of the answer and the unit."""

    first: date | None = None
    last: date | None = None
    department_id: int | None = None
    reason_code: str | None = None


NO_LIMIT = Wanted()


@dataclass(frozen=True, slots=True)
class Unpublished:
    """One case of a list. ``reason_code`` says why it is not public, ``drafted_at`` is a text."""

    id: int
    number: str
    kind: Kind
    state: State
    subject: str
    department_id: int | None
    completed_on: date
    completed_at: datetime
    reason_code: str | None
    drafted_at: datetime | None
    refused_at: datetime | None


@dataclass(slots=True)
class UnitRate:
    """How much of what a unit answered with consent is public, and why the rest is not."""

    department_id: int | None
    answered: int = 0
    published: int = 0
    undecided: int = 0
    reasons: dict[str, int] = field(default_factory=dict)

    @property
    def withheld(self) -> int:
        return sum(self.reasons.values())

    @property
    def share(self) -> float | None:
        """Published of all answered with consent; None where there is nothing to divide by."""
        return self.published / self.answered if self.answered else None


_KEPT_BACK = (
    select(CaseEvent.reason_code)
    .where(
        CaseEvent.case_id == Case.id,
        CaseEvent.action.in_((Action.WITHHOLD.value, Action.UNPUBLISH.value)),
    )
    .order_by(CaseEvent.seq.desc())
    .limit(1)
    .correlate(Case)
    .lateral("kept_back")
)
"""The reason of the last step that kept a case from the public, or took it off."""


def unpublished(
    session: Session,
    user: User,
    which: Which,
    wanted: Wanted = NO_LIMIT,
    *,
    after: str | None = None,
    size: int = PAGE,
) -> tuple[list[Unpublished], str | None]:
    """Return a page of a list as ``user`` may see it, oldest answer first, and the next key."""
    rows_of = _columns().where(_of(which), *_narrowed(wanted), seen_by(user))
    if (start := key_of(after)) is not None:
        rows_of = rows_of.where(
            tuple_(Case.completed_at, Case.id) > tuple_(literal(start[0]), literal(start[1]))
        )
    found = [
        Unpublished(*row)
        for row in session.execute(rows_of.order_by(Case.completed_at, Case.id).limit(size + 1))
    ]
    if len(found) <= size:
        return found, None
    last = found[size - 1]
    return found[:size], f"{last.completed_at.isoformat()}~{last.id}"


def _columns() -> Select[Any]:
    draft = and_(
        PublicText.case_id == Case.id,
        PublicText.published_at.is_(None),
        PublicText.ended_at.is_(None),
    )
    return (
        select(
            Case.id,
            Case.number,
            Case.kind,
            Case.state,
            Case.subject,
            Case.department_id,
            Case.completed_on,
            Case.completed_at,
            _KEPT_BACK.c.reason_code,
            PublicText.redacted_at,
            PublicText.refused_at,
        )
        .outerjoin(_KEPT_BACK, and_(true(), Case.state == State.ARCHIVED))
        .outerjoin(PublicText, draft)
    )


def rates(session: Session, user: User, wanted: Wanted) -> Sequence[UnitRate]:
    """Return the publication rate of every unit that answered anything with consent."""
    counted: Select[Any] = (
        select(
            Case.department_id, Case.state, _KEPT_BACK.c.reason_code, func.count().label("cases")
        )
        .outerjoin(_KEPT_BACK, and_(true(), Case.state == State.ARCHIVED))
        .where(_of(Which.ANSWERED), *_narrowed(wanted), seen_by(user))
        .group_by(Case.department_id, Case.state, _KEPT_BACK.c.reason_code)
    )
    found: dict[int | None, UnitRate] = {}
    for unit, state, reason, cases in session.execute(counted):
        rate = found.setdefault(unit, UnitRate(unit))
        rate.answered += cases
        if state is State.PUBLISHED:
            rate.published += cases
        elif state is State.FORWARDED:
            rate.undecided += cases
        else:
            rate.reasons[reason or ""] = rate.reasons.get(reason or "", 0) + cases
    return list(found.values())


def key_of(text: str | None) -> tuple[datetime, int] | None:
    """Return the key of a page from its address, or None for anything else: the list begins."""
    instant, _, row_id = (text or "").partition("~")
    try:
        at, number = datetime.fromisoformat(instant), int(row_id)
    except ValueError:
        return None
    return (at, number) if at.utcoffset() is not None and 0 < number < 2**63 else None


def _of(which: Which) -> ColumnElement[bool]:
    state: ColumnElement[bool] = {
        Which.UNDECIDED: Case.state == State.FORWARDED,
        Which.WITHHELD: Case.state == State.ARCHIVED,
        Which.PUBLISHED: Case.state == State.PUBLISHED,
        Which.ANSWERED: Case.state.in_(sorted(COMPLETE)),
    }[which]
    return and_(state, Case.consent, Case.on_the_spot.is_(False))


def _narrowed(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.first is not None:
        conditions.append(Case.completed_on >= wanted.first)
    if wanted.last is not None:
        conditions.append(Case.completed_on <= wanted.last)
    if wanted.department_id is not None:
        conditions.append(Case.department_id == wanted.department_id)
    if wanted.reason_code is not None:
        conditions.append(_KEPT_BACK.c.reason_code == wanted.reason_code)
    return conditions
