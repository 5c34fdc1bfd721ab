"""Who reads a file, and what is left of it: every reading by staff stands in the case's log."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from casework.errors import GuardFailed, NotFound, NotPermitted
from casework.language import N_
from casework.models import (
    Attachment,
    AttachmentContent,
    Case,
    FileKind,
    Origin,
    Publication,
    PublishedFile,
    User,
)
from casework.models.attachments import (
    READABLE,
    TO_OR_FROM_THE_PETITIONER,
    TO_THE_PETITIONER,
)
from casework.queries.attachments import FileLine, file_of_case
from casework.queries.rules import Rules
from casework.sealing import Sealer
from casework.services import log
from casework.services.actors import Actor
from casework.services.attachments.content import checked_content
from casework.workflow.states import DEPARTMENT_ROLES, Entry, State

GONE = N_("This file was taken out.")
BEING_CHECKED = N_("This file is still being checked for viruses. Try again later.")


def read_file(
    session: Session,
    case: Case,
    file_id: UUID,
    *,
    reader: User,
    by: Actor,
    at: datetime,
    rules: Rules,
) -> tuple[str, FileKind, bytes]:
    """Return name, kind and content of a file of ``case``, which the caller has locked.

    Who opened it is logged. Raises NotFound for a file that the reader does not find on the page
    of the case, and GuardFailed for one that is gone or still being checked.
    """
    line = file_of_case(session, case, reader, file_id, sealer=rules.sealer)
    if line is None:
        raise NotFound()
    opened = own_content(session, line, sealer=rules.sealer)
    data = {"file": str(file_id)}
    if line.origin is Origin.APPEAL:  # no reading of anything that is the petitioner's
        data["with"] = Origin.APPEAL.value
    log.record(session, case, Entry.READ_FILE, by=by, at=at, sealer=rules.sealer, data=data)
    session.flush()
    return opened


def own_content(session: Session, line: FileLine, *, sealer: Sealer) -> tuple[str, FileKind, bytes]:
    """Return name, kind and content of a file that stands on the reader's own page.

    Raises NotFound once it is gone, and GuardFailed while it is being checked.
    """
    file = session.get(Attachment, line.id)
    if file is None:
        raise NotFound()
    return line.name, line.kind, readable_content(session, file, sealer=sealer)


def readable_content(session: Session, file: Attachment, *, sealer: Sealer) -> bytes:
    """Return what is in a file. Raises GuardFailed for one that is gone or being checked."""
    if file.removed_at is None and file.scan not in READABLE:
        raise GuardFailed(BEING_CHECKED)
    kept = session.get(AttachmentContent, file.id)
    if kept is None:
        raise GuardFailed(GONE)
    return checked_content(file, kept, sealer)


def may_take_out(case: Case, file_round: int, by: Actor) -> bool:
    """Say whether ``by`` still writes the reply with which a file would go out."""
    return (
        by.role in DEPARTMENT_ROLES
        and by.department_id == case.department_id
        and case.state is State.HANDLING
        and file_round == case.round
    )


def take_out(
    session: Session, case: Case, file_id: UUID, *, by: Actor, at: datetime, rules: Rules
) -> None:
    """Take a file out of the reply that the department is writing; its content is deleted.

    Raises NotFound for any other file, NotPermitted once the reply has been handed in.
    """
    file = session.get(Attachment, file_id)
    if file is None or file.case_id != case.id or file.origin not in TO_THE_PETITIONER:
        raise NotFound()
    if not may_take_out(case, file.round, by):
        raise NotPermitted(action=Entry.DROP_FILE.value)
    if file.removed_at is not None:
        return
    file.removed_at = at
    session.execute(delete(AttachmentContent).where(AttachmentContent.attachment_id == file.id))
    data = {"file": str(file.id)}
    log.record(session, case, Entry.DROP_FILE, by=by, at=at, sealer=rules.sealer, data=data)
    session.flush()


def erase(session: Session, case: Case) -> int:
    """Delete every file of ``case`` and every public copy, as the end of its retention asks.

    The log keeps that there were files and their keyed hashes, which tell nothing of them.
    """
    session.execute(delete(PublishedFile).where(PublishedFile.case_id == case.id))
    gone = session.scalars(
        delete(Attachment).where(Attachment.case_id == case.id).returning(Attachment.id)
    )
    return len(gone.all())


def mark_public(session: Session, case: Case, chosen: set[UUID]) -> None:
    """Note which pictures of ``case`` may be public; all others may not."""
    may_be = (
        Attachment.case_id == case.id,
        Attachment.origin.in_(TO_OR_FROM_THE_PETITIONER),
    )
    for file in session.scalars(select(Attachment).where(*may_be)):
        file.public = file.id in chosen


def copy_public(session: Session, text: Publication, *, sealer: Sealer) -> None:
    """Lay copies of the pictures that may be public beside the public text, by numbers only."""
    files = session.scalars(
        select(Attachment)
        .where(
            Attachment.case_id == text.case_id,
            Attachment.public,
            Attachment.scan.in_(READABLE),
            Attachment.removed_at.is_(None),
        )
        .order_by(Attachment.added_at, Attachment.position, Attachment.id)
    ).all()
    take_down_copies(session, text.case_id)
    for position, file in enumerate(files, start=1):
        content = readable_content(session, file, sealer=sealer)
        session.add(
            PublishedFile(case_id=text.case_id, position=position, kind=file.kind, content=content)
        )
    session.flush()


def take_down_copies(session: Session, case_id: int) -> None:
    """Delete the pictures beside a public text."""
    session.execute(delete(PublishedFile).where(PublishedFile.case_id == case_id))
