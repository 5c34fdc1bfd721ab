"""Who has the same problem: joins with a contact, confirms it, leaves, and is forgotten."""

import secrets
import uuid
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from casework.errors import CaseworkError, NotFound
from casework.language import N_
from casework.models import Case, Follower, OutboxMessage
from casework.queries.followed import Followed
from casework.queries.rules import Rules
from casework.sealing import row_name, same
from casework.services import matters
from casework.workflow.calendar import local_day
from casework.workflow.notices import AUDIENCE, Notice

HOLDS = timedelta(minutes=30)
TRIES = 5
UNCONFIRMED_KEPT = timedelta(days=1)
BATCH = 500


class NotConfirmed(CaseworkError):
    """The number is wrong, was tried too often or is too old: nobody learns which."""

    message = N_(
        "This number is not right or holds no longer. Compare it with the message, or begin again."
    )


def join(
    session: Session,
    followed: Followed,
    contact: str,
    *,
    medium: str,
    language: str,
    at: datetime,
    rules: Rules,
) -> None:
    """Send a number to ``contact``, which follows once it is typed here; tell nobody else.

    Whether the contact follows already makes no difference that could be seen.
    """
    kind = "phone" if medium == "sms" else "email"
    hashed = rules.sealer.search_hash(kind, contact)
    nonce = secrets.token_hex(16)
    session.execute(select(Case.id).where(Case.id == followed.case_id).with_for_update())
    follower = _of_contact(session, followed.case_id, hashed)
    if follower is None:
        key = uuid.uuid4()
        follower = Follower(
            id=key,
            case_id=followed.case_id,
            sealed=rules.sealer.seal({kind: contact}, row=row_name("followers", key)),
            contact_hash=hashed,
            erase_on=local_day(at + UNCONFIRMED_KEPT),
        )
        session.add(follower)
    follower.medium, follower.language = medium, language
    follower.nonce, follower.tries, follower.asked_at = nonce, 0, at
    session.flush()
    session.add(_confirmation(session.get_one(Case, followed.case_id), follower, at=at))
    session.flush()


def count_try(session: Session, followed: Followed, contact: str, *, rules: Rules) -> None:
    """Count a try of the number that was sent; the caller commits before it is compared."""
    session.execute(
        update(Follower)
        .where(
            Follower.case_id == followed.case_id,
            Follower.contact_hash.in_(_hashes(contact, rules)),
            Follower.erased_at.is_(None),
            Follower.tries <= TRIES,
        )
        .values(tries=Follower.tries + 1)
    )


def confirm(
    session: Session, followed: Followed, contact: str, typed: str, *, at: datetime, rules: Rules
) -> Follower:
    """Let who has typed the number follow the matter. Raises NotConfirmed."""
    follower = session.scalars(
        select(Follower).where(
            Follower.case_id == followed.case_id,
            Follower.contact_hash.in_(_hashes(contact, rules)),
            Follower.erased_at.is_(None),
        )
    ).one_or_none()
    expected = rules.sealer.confirmation_number(follower.nonce if follower else contact)
    right = same(expected.encode(), typed.encode())
    if follower is None or not right or follower.tries > TRIES or at - follower.asked_at > HOLDS:
        raise NotConfirmed()
    if follower.confirmed_at is None:
        follower.confirmed_at = at
        follower.erase_on = local_day(at + matters.LONGEST)
    follower.nonce = secrets.token_hex(16)
    session.flush()
    matters.recount(session, followed.case_id)
    return follower


def leave(session: Session, key: uuid.UUID, *, at: datetime) -> None:
    """Follow no longer: the contact is erased at once. Raises NotFound."""
    follower = session.get(Follower, key)
    if follower is None or follower.erased_at is not None:
        raise NotFound()
    follower.sealed = follower.contact_hash = None
    follower.erased_at = at
    session.flush()
    matters.recount(session, follower.case_id)


def forget(session: Session, *, at: datetime) -> int:
    """Erase contacts that were never confirmed, or whose last news is long told; count them.

    What people followed keeps its number: it says how many had the problem.
    """
    due = (
        select(Follower.id)
        .where(Follower.erased_at.is_(None), Follower.erase_on < local_day(at))
        .limit(BATCH)
    )
    gone = session.scalars(
        update(Follower)
        .where(Follower.id.in_(due))
        .values(sealed=None, contact_hash=None, erased_at=at)
        .returning(Follower.id)
        .execution_options(synchronize_session=False)
    )
    return len(gone.all())


def number_of(session: Session, case_id: int) -> int:
    """Count who follows a case or has followed it until its last news."""
    return (
        session.scalar(
            select(func.count()).where(
                Follower.case_id == case_id, Follower.confirmed_at.is_not(None)
            )
        )
        or 0
    )


def _hashes(contact: str, rules: Rules) -> list[bytes]:
    return [rules.sealer.search_hash(kind, contact) for kind in ("phone", "email")]


def _of_contact(session: Session, case_id: int, hashed: bytes) -> Follower | None:
    return session.scalars(
        select(Follower).where(
            Follower.case_id == case_id,
            Follower.contact_hash == hashed,
            Follower.erased_at.is_(None),
        )
    ).one_or_none()


def _confirmation(case: Case, follower: Follower, *, at: datetime) -> OutboxMessage:
    """Return the notice with the number, for this follower alone."""
    return OutboxMessage(
        notice=Notice.FOLLOW_CONFIRM,
        case=case,
        payload={
            "audience": [audience.value for audience in AUDIENCE[Notice.FOLLOW_CONFIRM]],
            "department": None,
            "former": None,
            "follower": follower.id.hex,
            "data": {"nonce": follower.nonce},
        },
        dedupe_key=f"{Notice.FOLLOW_CONFIRM.value}:{follower.nonce}",
        created_at=at,
        next_at=at,
    )
