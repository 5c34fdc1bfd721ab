"""What the office and leaders read before they decide on publication or on doing a case again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, ScalarSelect, Select, func, select
from sqlalchemy.orm import Session, joinedload

from casework.models import Case, Publication, PublicationState, PublicText, Rating, User
from casework.queries.cases import seen_by
from casework.workflow.states import Kind, State

PAGE = 50
CAP = 2_000


def prepared_text(session: Session, case: Case) -> Publication | None:
    """Return the public text of ``case`` that is ready or out, None if it was taken down."""
    return session.scalars(
        select(Publication).where(
            Publication.case_id == case.id, Publication.state != PublicationState.TAKEN_DOWN
        )
    ).one_or_none()


def versions_of(session: Session, case: Case) -> Sequence[PublicText]:
    """Return every version of the public text of ``case``, the newest first."""
    people = (
        PublicText.redacted_by,
        PublicText.cleared_by,
        PublicText.refused_by,
        PublicText.published_by,
    )
    return session.scalars(
        select(PublicText)
        .where(PublicText.case_id == case.id)
        .options(*(joinedload(person) for person in people))
        .order_by(PublicText.version.desc())
    ).all()


def rating_of(session: Session, case: Case) -> Rating | None:
    """Return what the petitioner said about the answer of this round."""
    return session.scalars(
        select(Rating).where(Rating.case_id == case.id, Rating.round == case.round)
    ).one_or_none()


@dataclass(frozen=True, slots=True)
class ToClear:
    """A sensitive text that waits for a leader."""

    id: int
    number: str
    kind: Kind
    state: State
    department_id: int | None
    subject: str
    sensitive: list[str]
    correction: bool
    redacted_at: datetime
    redacted_by: str | None


def to_clear(
    session: Session, user: User, *, after: int | None = None, size: int = PAGE
) -> tuple[list[ToClear], int | None]:
    """Return the texts that wait for a leader, oldest first, and the key of the next page."""
    wanted = (
        select(
            PublicText.id,
            Case.number,
            Case.kind,
            Case.state,
            Case.department_id,
            PublicText.subject,
            PublicText.sensitive,
            PublicText.correction,
            PublicText.redacted_at,
            User.display_name.label("redacted_by"),
        )
        .join(Case, Case.id == PublicText.case_id)
        .outerjoin(User, User.id == PublicText.redacted_by_id)
        .where(*_wants_leader(user))
        .order_by(PublicText.id)
        .limit(size + 1)
    )
    if after is not None:
        wanted = wanted.where(PublicText.id > after)
    rows = [ToClear(**row._mapping) for row in session.execute(wanted)]
    return rows[:size], rows[size - 1].id if len(rows) > size else None


def count_to_clear(session: Session, user: User) -> int:
    """Return how many texts wait for a leader, counted up to ``CAP``."""
    return session.scalar(select(to_clear_of(user))) or 0


def to_clear_of(user: User) -> ScalarSelect[int]:
    """Return the count of ``count_to_clear`` as a part of a larger statement."""
    some: Select[int] = (
        select(PublicText.id)
        .join(Case, Case.id == PublicText.case_id)
        .where(*_wants_leader(user))
        .limit(CAP)
    )
    return select(func.count()).select_from(some.subquery()).scalar_subquery()


def _wants_leader(user: User) -> tuple[ColumnElement[bool], ...]:
    return (
        PublicText.published_at.is_(None),
        PublicText.ended_at.is_(None),
        PublicText.cleared_at.is_(None),
        PublicText.refused_at.is_(None),
        func.cardinality(PublicText.sensitive) > 0,
        Case.state.in_((State.FORWARDED, State.PUBLISHED)),
        seen_by(user),
    )


CLEAN_PAGE = 10


@dataclass(frozen=True, slots=True)
class Clean:
    """A text with nothing personal in it that waits for a second person."""

    id: int
    number: str
    department_id: int | None
    subject: str
    body: str
    reply: str
    redacted_at: datetime
    redacted_by_id: int | None
    redacted_by: str | None


def clean_texts(
    session: Session, user: User, *, after: int | None = None, size: int = CLEAN_PAGE
) -> tuple[list[Clean], int | None]:
    """Return prepared consultations that show nothing personal, oldest first, and the next key."""
    wanted = (
        select(
            PublicText.id,
            Case.number,
            Case.department_id,
            PublicText.subject,
            PublicText.body,
            PublicText.reply,
            PublicText.redacted_at,
            PublicText.redacted_by_id,
            User.display_name,
        )
        .join(Case, Case.id == PublicText.case_id)
        .outerjoin(User, User.id == PublicText.redacted_by_id)
        .where(*_is_clean(user))
        .order_by(PublicText.id)
        .limit(size + 1)
    )
    if after is not None:
        wanted = wanted.where(PublicText.id > after)
    rows = [Clean(*row) for row in session.execute(wanted)]
    return rows[:size], rows[size - 1].id if len(rows) > size else None


def _is_clean(user: User) -> tuple[ColumnElement[bool], ...]:
    return (
        PublicText.published_at.is_(None),
        PublicText.ended_at.is_(None),
        PublicText.clean.is_(True),
        func.cardinality(PublicText.sensitive) == 0,
        Case.state == State.FORWARDED,
        Case.kind == Kind.CONSULTATION,
        Case.consent.is_(True),
        seen_by(user),
    )
