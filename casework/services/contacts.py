"""Another contact of a petitioner: named on the own page, confirmed by a number sent to it."""

import secrets
from collections.abc import Collection
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session
from sqlalchemy.sql.functions import coalesce

from casework.errors import CaseworkError, GuardFailed, Invalid
from casework.language import N_
from casework.models import Case, ContactChange, Medium, OutboxMessage, Petitioner
from casework.queries.rules import Rules
from casework.sealing import row_name, same
from casework.services import log
from casework.services.actors import PETITIONER
from casework.services.petitioners import opened_contact
from casework.workflow.notices import AUDIENCE, Notice
from casework.workflow.states import Entry

HOLDS = timedelta(minutes=15)
TRIES = 5
MEDIA = {"phone": Medium.SMS, "email": Medium.MAIL}


class NumberWrong(CaseworkError):
    """The number is wrong, was tried too often or is too old."""

    message = N_(
        "This number is not right or holds no longer. Compare it with the message, or ask for a "
        "new one."
    )


def first_petitioner(session: Session, case_id: int) -> Petitioner | None:
    """Return who wrote the letter; the first of the delegates of a joint one."""
    return session.scalars(
        select(Petitioner)
        .where(coalesce(Petitioner.from_case_id, Petitioner.case_id) == case_id)
        .order_by(Petitioner.position)
        .limit(1)
    ).one_or_none()


def ask_change(
    session: Session,
    case: Case,
    *,
    field: str,
    value: str,
    media: Collection[Medium],
    at: datetime,
    rules: Rules,
) -> None:
    """Send a number to the new telephone or mail address; nothing changes until it comes back.

    ``media`` are the ways by which this district can send. Raises Invalid for a contact that is
    on file already, and GuardFailed where there is nobody to change or no way to send.
    """
    person = first_petitioner(session, case.id)
    medium = MEDIA[field]
    if person is None or medium not in media:
        raise GuardFailed(reason=N_("Call the hotline to change this contact."))
    if _hash_of(person, field) == rules.sealer.search_hash(field, value):
        raise Invalid("value", N_("This contact is on file already."))
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
    _tell(session, case, Notice.CONTACT_CODE, person.id, medium, nonce, at=at)
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
    person = first_petitioner(session, case.id)
    change = session.get(ContactChange, person.id) if person else None
    expected = rules.sealer.confirmation_number(change.nonce if change else str(case.ref))
    right = same(expected.encode(), typed.encode())
    if (
        person is None
        or change is None
        or not right
        or change.done_at is not None
        or change.tries > TRIES
        or at - change.asked_at > HOLDS
    ):
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
    """Delete changes that were asked for before an instant, done or not; count them."""
    gone = session.execute(delete(ContactChange).where(ContactChange.asked_at < before))
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
