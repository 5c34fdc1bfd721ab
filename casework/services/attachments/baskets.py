"""Files of a form that has not been sent: kept from the first page on, so that none is lost.

A basket is named by a token that only the form knows; nobody can read what lies in it. With the
form it becomes a case's, in the same transaction; what is never sent is thrown away.
"""

import hashlib
import uuid
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from casework.errors import Invalid
from casework.language import N_
from casework.models import Attachment, AttachmentContent, Case, Origin, Scan
from casework.queries.attachments import FileLine, file_line, name_row
from casework.queries.rules import Rules
from casework.sealing import Sealer
from casework.services import log
from casework.services.actors import Actor
from casework.services.attachments.content import content_row
from casework.services.attachments.judging import FILES, TOTAL, Judged
from casework.workflow.states import Entry

KEPT = timedelta(hours=24)
"""How long files wait for a form to be sent, which holds for twelve hours itself."""


def basket_of(token: str) -> bytes:
    """Return the name under which the files of a form are kept."""
    return hashlib.sha256(b"basket\0" + token.encode()).digest()


def add(
    session: Session, token: str, file: Judged, scan: Scan, *, at: datetime, sealer: Sealer
) -> None:
    """Keep a file for a form that has not been sent; the same file twice is kept once.

    Raises Invalid for an infected file, and for one too many or too much.
    """
    if scan is Scan.INFECTED:
        raise Invalid(
            "files",
            N_("“%(name)s” was not taken: the scanner found a virus in it."),
            name=file.name,
        )
    basket = basket_of(token)
    count = _room_for(session, basket, file, sealer=sealer)
    file_id = uuid.uuid4()
    row = {
        "id": file_id,
        "basket": basket,
        "position": count + 1,
        "kind": file.kind,
        "size": len(file.content),
        "name_sealed": sealer.seal({"name": file.name}, row=name_row(file_id)),
        "content_hash": sealer.content_hash(file.content),
        "scan": scan,
        "added_at": at,
    }
    added = session.scalar(
        insert(Attachment)
        .values(row)
        .on_conflict_do_nothing(
            index_elements=[Attachment.basket, Attachment.content_hash],
            index_where=Attachment.basket.is_not(None),
        )
        .returning(Attachment.id)
    )
    if added is not None:
        sealed = sealer.seal_bytes(file.content, row=content_row(file_id))
        session.add(AttachmentContent(attachment_id=file_id, sealed=sealed))
        session.flush()


def _room_for(session: Session, basket: bytes, file: Judged, *, sealer: Sealer) -> int:
    """Return how many files lie in a basket, which no other request fills meanwhile."""
    lock = int.from_bytes(basket[:8], signed=True)
    session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": lock})
    count, size = session.execute(
        select(func.count(), func.coalesce(func.sum(Attachment.size), 0)).where(
            Attachment.basket == basket,
            Attachment.content_hash != sealer.content_hash(file.content),
        )
    ).one()
    if count >= FILES:
        raise Invalid(
            "files",
            N_("“%(name)s” was not taken: there are %(most)d files already, and no more fit."),
            name=file.name,
            most=FILES,
        )
    if size + len(file.content) > TOTAL:
        raise Invalid(
            "files",
            N_("“%(name)s” was not taken: all files together would be larger than 40 MB."),
            name=file.name,
        )
    return int(count)


def drop(session: Session, token: str, file_id: uuid.UUID) -> None:
    """Take a file out of a form that has not been sent."""
    session.execute(
        delete(Attachment).where(Attachment.id == file_id, Attachment.basket == basket_of(token))
    )


def empty(session: Session, token: str) -> None:
    """Throw away all files of a form that will not be sent."""
    session.execute(delete(Attachment).where(Attachment.basket == basket_of(token)))


def held_in(session: Session, token: str, *, sealer: Sealer) -> list[FileLine]:
    """Return the files of a form that has not been sent."""
    rows = session.scalars(_in_basket(token))
    return [file_line(row, sealer) for row in rows]


def attach(
    session: Session,
    case: Case,
    token: str,
    origin: Origin,
    *,
    by: Actor,
    at: datetime,
    rules: Rules,
) -> int:
    """Make the files of a form those of ``case``, whose log keeps what they are; count them.

    The caller has locked the case, or has just made it. A second sending finds nothing left.
    """
    session.flush()
    files = session.scalars(_in_basket(token).with_for_update()).all()
    if not files:
        return 0
    for file in files:
        file.case_id, file.basket, file.origin = case.id, None, origin
        file.round, file.added_by_id, file.added_at = case.round, by.user_id, at
    data = {"with": origin.value, "hashes": [file.content_hash.hex() for file in files]}
    log.record(session, case, Entry.ADD_FILES, by=by, at=at, sealer=rules.sealer, data=data)
    session.flush()
    return len(files)


def throw_away_unsent(session: Session, *, at: datetime) -> int:
    """Delete the files of forms that were never sent; count them."""
    gone = session.scalars(
        delete(Attachment)
        .where(Attachment.case_id.is_(None), Attachment.added_at < at - KEPT)
        .returning(Attachment.id)
    )
    return len(gone.all())


def _in_basket(token: str) -> Select[Attachment]:
    return (
        select(Attachment)
        .where(Attachment.basket == basket_of(token))
        .order_by(Attachment.position, Attachment.id)
    )
