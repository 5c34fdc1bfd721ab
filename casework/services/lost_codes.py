"""A lost access code: a number goes to the contact on file, and to nowhere else.

Who asks learns nothing: the answer is the same whether case and contact fit or not.
"""

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from casework.errors import CaseworkError
from casework.language import N_
from casework.models import Case, CodeRequest, Medium, OutboxMessage, Petitioner
from casework.queries.cases import for_update_by_id
from casework.queries.rules import Rules
from casework.sealing import same
from casework.services import log
from casework.services.actors import PETITIONER
from casework.workflow.notices import AUDIENCE, Notice
from casework.workflow.states import Entry

HOLDS = timedelta(minutes=15)
TRIES = 5


class NotConfirmed(CaseworkError):
    """The number is wrong, was tried too often or is too old: nobody learns which."""

    message = N_(
        "This number is not right or holds no longer. Compare it with the message, or ask for a "
        "new one."
    )


def ask_for_code(
    session: Session,
    number: str,
    contact: str,
    *,
    media: Collection[Medium],
    at: datetime,
    rules: Rules,
) -> None:
    """Send a number to ``contact`` if it is on file with the case ``number``; tell nobody.

    A case that was merged has its petitioners with the other one, and is still found by its own
    number. ``media`` are the ways by which this district can send.
    """
    found = session.execute(
        select(Case, Petitioner.id, Petitioner.phone_hash)
        .join(Petitioner, Petitioner.own_case_id == Case.id)
        .where(
            Case.number == number,
            or_(
                Petitioner.phone_hash == rules.sealer.search_hash("phone", contact),
                Petitioner.email_hash == rules.sealer.search_hash("email", contact),
            ),
        )
        .order_by(Petitioner.position)
        .limit(1)
    ).one_or_none()
    if found is None:
        return
    case, petitioner_id, phone_hash = found
    by_phone = phone_hash == rules.sealer.search_hash("phone", contact)
    medium = Medium.SMS if by_phone else Medium.MAIL
    if medium not in media:
        return
    nonce = secrets.token_hex(16)
    fresh = {"nonce": nonce, "asked_at": at, "tries": 0}
    session.execute(
        insert(CodeRequest)
        .values(case_id=case.id, **fresh)
        .on_conflict_do_update(index_elements=[CodeRequest.case_id], set_=fresh)
    )
    session.add(_message(case, petitioner_id, medium, nonce, at=at))
    session.flush()


def _message(
    case: Case, petitioner_id: UUID, medium: Medium, nonce: str, *, at: datetime
) -> OutboxMessage:
    """Return the notice for one petitioner by one medium, whatever they chose for their news."""
    return OutboxMessage(
        notice=Notice.LOST_CODE,
        case=case,
        payload={
            "audience": [audience.value for audience in AUDIENCE[Notice.LOST_CODE]],
            "department": None,
            "former": None,
            "petitioner": petitioner_id.hex,
            "medium": medium.value,
            "data": {"nonce": nonce},
        },
        dedupe_key=f"{Notice.LOST_CODE.value}:{case.ref}:{nonce}",
        created_at=at,
        next_at=at,
    )


def count_try(session: Session, number: str) -> None:
    """Count a try of the number that was sent; the caller commits before it is compared."""
    session.execute(
        update(CodeRequest)
        .where(
            CodeRequest.case_id == select(Case.id).where(Case.number == number).scalar_subquery(),
            CodeRequest.tries <= TRIES,
        )
        .values(tries=CodeRequest.tries + 1)
    )


def new_code(session: Session, number: str, typed: str, *, at: datetime, rules: Rules) -> str:
    """Return a new access code of the case; the old one opens it no more, in any browser.

    Raises NotConfirmed. The try has been counted before, see ``count_try``.
    """
    request = session.execute(
        select(CodeRequest.case_id, CodeRequest.nonce, CodeRequest.asked_at, CodeRequest.tries)
        .join(Case, Case.id == CodeRequest.case_id)
        .where(Case.number == number)
    ).one_or_none()
    expected = rules.sealer.confirmation_number(request.nonce if request else number)
    right = same(expected.encode(), typed.encode())
    if request is None or not right or request.tries > TRIES or at - request.asked_at > HOLDS:
        raise NotConfirmed()
    case = for_update_by_id(session, request.case_id)
    code = rules.sealer.new_access_code()
    case.access_hash = rules.sealer.access_code_hash(code, str(case.ref))
    session.execute(delete(CodeRequest).where(CodeRequest.case_id == case.id))
    log.record(session, case, Entry.NEW_CODE, by=PETITIONER, at=at, sealer=rules.sealer)
    session.flush()
    return code
