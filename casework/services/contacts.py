"""Another contact of a petitioner: named on the own page, confirmed by a number sent to it.

The delegates of a joint letter share one access code. Each says by the contact on file whose is to
change, and nobody learns from the answer whether somebody has it.
"""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, exists, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from casework.errors import CaseworkError, GuardFailed, Invalid
from casework.language import N_
from casework.models import Case, ContactChange, Delivery, Medium, OutboxMessage, Petitioner
from casework.queries.delegates import delegates_of
from casework.queries.rules import Rules
from casework.sealing import Sealer, row_name, same
from casework.services import erasure, log
from casework.services.actors import PETITIONER
from casework.services.petitioners import opened_contact
from casework.workflow.notices import AUDIENCE, Notice
from casework.workflow.states import Entry

HOLDS = timedelta(minutes=15)
TRIES = 5
ON_FILE = N_("This contact is on file already.")
UNTOLD = N_(
    "The contact before this one has still to be told of your last change. Try again on the next "
    "working day, or call the hotline."
)
MEDIA = {"phone": Medium.SMS, "email": Medium.MAIL}


class NumberWrong(CaseworkError):
    """The number is wrong, was tried too often or is too old."""

    message = N_(
        "This number is not right or holds no longer. Compare it with the message, or ask for a "
        "new one."
    )


def ask_change(
    session: Session,
    case: Case,
    *,
    field: str,
    value: str,
    known: str = "",
    media: Collection[Medium],
    at: datetime,
    rules: Rules,
) -> None:
    """Send a number to the new telephone or mail address; nothing changes until it comes back.

    ``known`` is the contact on file of the delegate whose is to change, for a joint letter; to one
    that is not on file nothing is sent, and nothing is said. ``media`` are the ways by which this
    district can send. Raises Invalid for a contact that is on file already, and GuardFailed where
    there is nobody to change or no way to send, after an erasure, and while the contact before
    the last change has still to be told of it.
    """
    erasure.refuse_erased(session, case)
    people, medium = delegates_of(session, case.id), MEDIA[field]
    if not people or medium not in media:
        raise GuardFailed(reason=N_("Call the hotline to change this contact."))
    if len(people) > 1:
        person = _who_has(people, known, rules.sealer)
        held = rules.sealer.search_hash(field, known)
    else:
        person, held = people[0], _hash_of(people[0], field) or b""
    if held == rules.sealer.search_hash(field, value):
        raise Invalid("value", ON_FILE)
    untold = person is not None and _is_untold(session, case, person)
    if untold and len(people) == 1:
        raise GuardFailed(reason=UNTOLD)
    if person is not None and not untold:
        _send_number(session, case, person, field, value, at=at, rules=rules)


def _is_untold(session: Session, case: Case, person: Petitioner) -> bool:
    """Say whether the news of the last change has not left: it would go to a wrong contact."""
    of_case = (OutboxMessage.case_id == case.id, OutboxMessage.notice == Notice.CONTACT_CHANGED)
    queued = exists().where(
        *of_case,
        OutboxMessage.done_at.is_(None),
        OutboxMessage.dead_at.is_(None),
        OutboxMessage.payload["petitioner"].astext == person.id.hex,
    )
    return bool(session.scalar(select(or_(queued, _leaving(person.id)))))


def _leaving(petitioner_id: Any) -> ColumnElement[bool]:
    """Return the condition that the news of a change waits, perhaps for the end of days off."""
    return exists().where(
        Delivery.petitioner_id == petitioner_id,
        Delivery.notice == Notice.CONTACT_CHANGED,
        Delivery.sent_at.is_(None),
        Delivery.dead_at.is_(None),
    )


def _who_has(people: Sequence[Petitioner], known: str, sealer: Sealer) -> Petitioner | None:
    """Return the first delegate with this number or address."""
    if not known.strip():
        raise Invalid("known", N_("Write the phone number or e-mail address that you gave us."))
    phone, email = sealer.search_hash("phone", known), sealer.search_hash("email", known)
    return next((one for one in people if one.phone_hash == phone or one.email_hash == email), None)


def _send_number(
    session: Session,
    case: Case,
    person: Petitioner,
    field: str,
    value: str,
    *,
    at: datetime,
    rules: Rules,
) -> None:
    """Keep the new contact of a person until the number that is sent to it comes back."""
    nonce = secrets.token_hex(16)
    row = row_name("contact_changes", person.id)
    fresh = {
        "case_id": case.id,
        "field": field,
        "sealed": rules.sealer.seal({field: value}, row=row),
        "nonce": nonce,
        "asked_at": at,
        "tries": 0,
        "done_at": None,
    }
    session.execute(
        insert(ContactChange)
        .values(petitioner_id=person.id, **fresh)
        .on_conflict_do_update(index_elements=[ContactChange.petitioner_id], set_=fresh)
    )
    _tell(session, case, Notice.CONTACT_CODE, person.id, MEDIA[field], nonce, at=at)
    session.flush()


def count_try(session: Session, case_id: int) -> None:
    """Count a try of the number that was sent; the caller commits before it is compared."""
    session.execute(
        update(ContactChange)
        .where(
            ContactChange.case_id == case_id,
            ContactChange.done_at.is_(None),
            ContactChange.tries <= TRIES,
        )
        .values(tries=ContactChange.tries + 1)
    )


def confirm_change(session: Session, case: Case, typed: str, *, at: datetime, rules: Rules) -> str:
    """Let the new contact count, tell the one that counted before, and return which it was.

    Raises NumberWrong. The try has been counted before, see ``count_try``.
    """
    asked = session.scalars(
        select(ContactChange)
        .where(
            ContactChange.case_id == case.id,
            ContactChange.done_at.is_(None),
            ContactChange.tries <= TRIES,
            ContactChange.asked_at >= at - HOLDS,
        )
        .order_by(ContactChange.asked_at)
    ).all()
    change = next((one for one in asked if _fits(one, typed, rules.sealer)), None)
    person = session.get(Petitioner, change.petitioner_id) if change else None
    if change is None or person is None:
        raise NumberWrong()
    field = change.field
    before = _replace(person, change, rules)
    change.done_at = at
    log.record(
        session,
        case,
        Entry.CHANGE_CONTACT,
        by=PETITIONER,
        at=at,
        sealer=rules.sealer,
        data={"field": field},
    )
    if before is None:
        session.delete(change)
    else:
        change.field = before
        key = f"{change.nonce}:done"
        _tell(session, case, Notice.CONTACT_CHANGED, person.id, MEDIA[before], key, at=at)
    session.flush()
    return field


def _fits(change: ContactChange, typed: str, sealer: Sealer) -> bool:
    return same(sealer.confirmation_number(change.nonce).encode(), typed.encode())


def _replace(person: Petitioner, change: ContactChange, rules: Rules) -> str | None:
    """Put the new value in the place of the old one; keep a contact to be told in ``change``.

    Returns what kind of contact that is: the old value, else the other one on file, or None.
    """
    sealer, row = rules.sealer, row_name("contact_changes", person.id)
    new = sealer.open_sealed(change.sealed, row=row)[change.field]
    old = opened_contact(person, sealer)
    other = "email" if change.field == "phone" else "phone"
    told = next((name for name in (change.field, other) if getattr(old, name)), None)
    if told is not None:
        change.sealed = sealer.seal({told: getattr(old, told)}, row=row)
    details = asdict(replace(old, **{change.field: new}))
    details.pop("told_by")
    person.sealed = sealer.seal(details, row=row_name("petitioners", person.id))
    setattr(person, f"{change.field}_hash", sealer.search_hash(change.field, new))
    return told


def forget_changes(session: Session, *, before: datetime) -> int:
    """Delete changes that were asked for before an instant, done or not; count them.

    One whose old contact has still to be told stays until then.
    """
    gone = session.execute(
        delete(ContactChange)
        .where(ContactChange.asked_at < before, ~_leaving(ContactChange.petitioner_id))
        .execution_options(synchronize_session=False)
    )
    return int(gone.rowcount)  # type: ignore[attr-defined]


def _hash_of(person: Petitioner, field: str) -> bytes | None:
    return person.phone_hash if field == "phone" else person.email_hash


def _tell(
    session: Session,
    case: Case,
    notice: Notice,
    petitioner_id: UUID,
    medium: Medium,
    key: str,
    *,
    at: datetime,
) -> None:
    """Write to the contact that stands in the change, not to the one on file."""
    data = {"named": True} | ({"nonce": key} if notice is Notice.CONTACT_CODE else {})
    session.add(
        OutboxMessage(
            notice=notice,
            case=case,
            payload={
                "audience": [audience.value for audience in AUDIENCE[notice]],
                "department": None,
                "former": None,
                "petitioner": petitioner_id.hex,
                "medium": medium.value,
                "data": data,
            },
            dedupe_key=f"{notice.value}:{case.ref}:{key}",
            created_at=at,
            next_at=at,
        )
    )
