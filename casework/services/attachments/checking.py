"""Checks that every file is what the log of its case says it is."""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.models import Attachment, AttachmentContent, Case, CaseEvent
from casework.sealing import SealBroken, Sealer
from casework.services.attachments.content import checked_content
from casework.workflow.states import Entry


def file_count(session: Session) -> int:
    """Return how many files of cases there are to check."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Attachment)
            .join(AttachmentContent)
            .where(Attachment.case_id.is_not(None))
        )
        or 0
    )


def wrong_files(session: Session, sealer: Sealer) -> Iterator[str | None]:
    """Read every file; yield None for one that is whole, else the number of its case."""
    last: UUID | None = None
    while True:
        wanted = (
            select(Attachment, AttachmentContent, Case.number)
            .join(AttachmentContent)
            .join(Case, Case.id == Attachment.case_id)
            .order_by(Attachment.id)
            .limit(1)
        )
        if last is not None:
            wanted = wanted.where(Attachment.id > last)
        row = session.execute(wanted).one_or_none()
        if row is None:
            return
        file, kept, number = row
        last = file.id
        yield None if _is_whole(session, file, kept, sealer) else number
        session.expunge_all()


def _is_whole(session: Session, file: Attachment, kept: AttachmentContent, sealer: Sealer) -> bool:
    logged = session.scalar(
        select(CaseEvent.id)
        .where(
            CaseEvent.case_id == file.case_id,
            CaseEvent.action == Entry.ADD_FILES.value,
            CaseEvent.data["hashes"].contains([file.content_hash.hex()]),
        )
        .limit(1)
    )
    try:
        checked_content(file, kept, sealer)
    except SealBroken:
        return False
    return logged is not None
