"""Everything that is held about a case, for its petitioner to take away.

As on the petitioner's page, names of staff and what they wrote for each other are never read
here. Who read the contact is said by the unit and the day. Whoever holds the access code of a joint
letter reads masks of its delegates: enough for each to know the own number, too little to call
another.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import (
    Case,
    CaseEvent,
    Delivery,
    Erasure,
    Origin,
    Petitioner,
    Publication,
    PublicationState,
    Rating,
    User,
)
from casework.queries.delegates import delegates_of
from casework.queries.petitioner_view import TOLD, OwnCase, own_case
from casework.sealing import Sealer, mask_email, mask_name, mask_phone, row_name
from casework.workflow.notices import Notice
from casework.workflow.states import Channel, Entry, Kind, Role, State

ABOUT_THEIR_DATA = (
    Entry.UNMASK,
    Entry.READ_FILE,
    Entry.RATE,
    Entry.NEW_CODE,
    Entry.GIVE_CONSENT,
    Entry.TAKE_BACK_CONSENT,
    Entry.FOLLOW_UP,
    Entry.CHANGE_CONTACT,
    Entry.DOWNLOAD,
    Entry.ASK_ERASURE,
    Entry.GRANT_ERASURE,
    Entry.REFUSE_ERASURE,
    Entry.ERASE,
    Entry.HOLD,
    Entry.RELEASE,
)
SHOWN = sorted([*(action.value for action in TOLD), *(one.value for one in ABOUT_THEIR_DATA)])
"""The steps that a petitioner is told, and every line about the own data."""

READS = (Entry.UNMASK.value, Entry.READ_FILE.value)
"""Who opened the contact, or a file that came with the case."""

JOINT = 2
"""From so many delegates on, nobody's contact is given out: they share one access code."""


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of the log: what, when, and in which capacity and unit."""

    what: str
    at: datetime
    by: Role
    department_id: int | None
    to_state: State


@dataclass(frozen=True, slots=True)
class Told:
    """A message to the petitioner: which, by what, when it went out."""

    notice: Notice
    medium: str
    sent_at: datetime | None
    delegate: int | None


@dataclass(frozen=True, slots=True)
class Delegate:
    """One of several who share the code; of ID number and address only that they are held."""

    delegate: int
    name: str
    phone: str
    email: str
    id_number_held: bool
    address_held: bool
    told_by: str


@dataclass(frozen=True, slots=True)
class OwnData:
    """What is held about one case.

    Where several people share the code ``contact`` is None and ``delegates`` has their masks.
    """

    number: str
    channel: Channel
    kind: Kind
    state: State
    subject: str
    body: str
    place: str
    street_id: int | None
    category_id: int | None
    department_id: int | None
    received_at: datetime
    promised_on: date | None
    completed_at: datetime | None
    consent: bool
    unnamed: bool
    people: int
    contact: dict[str, str] | None
    delegates: list[Delegate]
    told_by: str
    page: OwnCase
    public: dict[str, str] | None
    ratings: list[dict[str, object]]
    log: list[Happened]
    reads: list[Happened]
    told: list[Told]
    erasure_asked_at: datetime | None


def own_data(session: Session, case: Case, sealer: Sealer) -> OwnData:
    """Return everything that is held about ``case``; the caller notes that it was given out."""
    page = own_case(session, case.id, sealer=sealer)
    if page is None:
        raise LookupError(case.id)
    people = delegates_of(session, case.id)
    log = _log(session, case)
    erasure = session.get(Erasure, case.id)
    return OwnData(
        case.number,
        case.channel,
        case.kind,
        case.state,
        case.subject,
        case.body,
        case.place,
        case.street_id,
        case.category_id,
        page.now.department_id,
        case.received_at,
        page.now.promised_on,
        page.now.completed_at,
        case.consent,
        case.unnamed,
        len(people),
        _contact(people, sealer),
        _delegates(people, sealer),
        people[0].told_by if len(people) == 1 else "",
        page,
        _public(session, case),
        _ratings(session, case),
        log,
        [line for line in log if line.what in READS],
        _told(session, people),
        erasure.asked_at if erasure else None,
    )


def _contact(people: Sequence[Petitioner], sealer: Sealer) -> dict[str, str] | None:
    if not people or len(people) >= JOINT:
        return None
    return _opened(people[0], sealer)


def _delegates(people: Sequence[Petitioner], sealer: Sealer) -> list[Delegate]:
    if len(people) < JOINT:
        return []
    return [_masked(number, one, sealer) for number, one in enumerate(people, start=1)]


def _masked(number: int, person: Petitioner, sealer: Sealer) -> Delegate:
    plain = _opened(person, sealer)
    return Delegate(
        number,
        mask_name(plain.get("name", "")),
        mask_phone(plain.get("phone", "")),
        mask_email(plain.get("email", "")),
        bool(plain.get("id_number")),
        bool(plain.get("address")),
        person.told_by,
    )


def _opened(person: Petitioner, sealer: Sealer) -> dict[str, str]:
    return sealer.open_sealed(person.sealed, row=row_name("petitioners", person.id))


def _log(session: Session, case: Case) -> list[Happened]:
    rows: Any = session.execute(
        select(
            CaseEvent.action,
            CaseEvent.at,
            CaseEvent.actor_role,
            User.department_id,
            CaseEvent.to_state,
        )
        .outerjoin(User, User.id == CaseEvent.actor_id)
        .where(
            CaseEvent.case_id == case.id,
            CaseEvent.action.in_(SHOWN),
            CaseEvent.data["with"].astext.is_distinct_from(Origin.APPEAL.value),
        )
        .order_by(CaseEvent.seq)
    )
    return [Happened(*row) for row in rows]


def _public(session: Session, case: Case) -> dict[str, str] | None:
    row = session.get(Publication, case.id)
    if row is None or row.state is not PublicationState.PUBLISHED:
        return None
    return {"subject": row.subject, "letter": row.body, "answer": row.reply}


def _ratings(session: Session, case: Case) -> list[dict[str, object]]:
    rows = session.scalars(select(Rating).where(Rating.case_id == case.id).order_by(Rating.round))
    return [
        {
            "at": one.at,
            "satisfaction": one.satisfaction,
            "solved": one.solved,
            "comment": one.comment,
        }
        for one in rows
    ]


def _told(session: Session, people: Sequence[Petitioner]) -> list[Told]:
    keys = [person.id for person in people]
    rows: Any = session.execute(
        select(Delivery.notice, Delivery.medium, Delivery.sent_at, Delivery.petitioner_id)
        .where(Delivery.petitioner_id.in_(keys))
        .order_by(Delivery.id)
    )
    numbers = {key: place for place, key in enumerate(keys, start=1)} if len(keys) >= JOINT else {}
    return [Told(notice, medium, at, numbers.get(key)) for notice, medium, at, key in rows]
