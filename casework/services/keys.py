"""A change of encryption keys: what is sealed with an old key is sealed with the current one."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.models import (
    Attachment,
    AttachmentContent,
    ContactChange,
    Follower,
    Petitioner,
    User,
    Webhook,
)
from casework.queries.attachments import name_row
from casework.sealing import Sealer, row_name
from casework.services.accounts import seed_row
from casework.services.attachments.content import content_row

BATCH = 500


def sealed_count(session: Session) -> int:
    """Return how many petitioners there are, for a bar that shows the way."""
    return session.scalar(select(func.count()).select_from(Petitioner)) or 0


def reseal_petitioners(
    session: Session, sealer: Sealer, *, after: UUID | None
) -> tuple[UUID | None, int, int]:
    """Seal the next rows after ``after`` with the current key.

    Returns the last id read (None at the end), how many rows were read, and how many changed.
    Raises SealBroken for a row that cannot be opened; nothing of the batch is changed then.
    """
    rows = session.scalars(
        select(Petitioner)
        .where(Petitioner.id > after if after is not None else Petitioner.id.is_not(None))
        .order_by(Petitioner.id)
        .limit(BATCH)
        .with_for_update()
    ).all()
    changed = 0
    for row in rows:
        if not sealer.is_current(row.sealed):
            row.sealed = sealer.reseal(row.sealed, row=row_name("petitioners", row.id))
            changed += 1
    session.flush()
    return (rows[-1].id if rows else None), len(rows), changed


def reseal_followers(
    session: Session, sealer: Sealer, *, after: UUID | None
) -> tuple[UUID | None, int]:
    """Seal the contacts of the next followers after ``after`` with the current key.

    Returns the last id read, None at the end, and how many changed. The rows are locked, so that
    nobody who leaves meanwhile is brought back.
    """
    rows = session.scalars(
        select(Follower)
        .where(
            Follower.erased_at.is_(None),
            Follower.id > after if after is not None else Follower.id.is_not(None),
        )
        .order_by(Follower.id)
        .limit(BATCH)
        .with_for_update()
    ).all()
    changed = 0
    for row in rows:
        if row.sealed is not None and not sealer.is_current(row.sealed):
            row.sealed = sealer.reseal(row.sealed, row=row_name("followers", row.id))
            changed += 1
    session.flush()
    return (rows[-1].id if rows else None), changed


def reseal_contact_changes(session: Session, sealer: Sealer) -> int:
    """Seal the contacts of changes under way with the current key; return how many changed."""
    changed = 0
    for row in session.scalars(select(ContactChange).with_for_update()):
        if not sealer.is_current(row.sealed):
            row.sealed = sealer.reseal(
                row.sealed, row=row_name("contact_changes", row.petitioner_id)
            )
            changed += 1
    session.flush()
    return changed


def reseal_code_seeds(session: Session, sealer: Sealer) -> int:
    """Seal the seeds of all one-time codes with the current key; return how many changed."""
    changed = 0
    for user in session.scalars(
        select(User).where(User.totp_sealed.is_not(None)).with_for_update()
    ):
        if user.totp_sealed is not None and not sealer.is_current(user.totp_sealed):
            user.totp_sealed = sealer.reseal(user.totp_sealed, row=seed_row(user))
            changed += 1
    session.flush()
    return changed


def reseal_webhooks(session: Session, sealer: Sealer) -> int:
    """Seal the secrets of all webhooks with the current key; return how many changed."""
    changed = 0
    for hook in session.scalars(select(Webhook).with_for_update()):
        if not sealer.is_current(hook.secret_sealed):
            row = row_name("webhooks", hook.id)
            hook.secret_sealed = sealer.reseal(hook.secret_sealed, row=row)
            changed += 1
    session.flush()
    return changed


def reseal_files(
    session: Session, sealer: Sealer, *, after: UUID | None
) -> tuple[UUID | None, int]:
    """Seal the next file after ``after``, its name and its content, with the current key.

    Returns its id, None at the end, and how many values changed. One at a time: files are large.
    """
    file = session.scalars(
        select(Attachment)
        .where(Attachment.id > after if after is not None else Attachment.id.is_not(None))
        .order_by(Attachment.id)
        .limit(1)
        .with_for_update()
    ).one_or_none()
    if file is None:
        return None, 0
    changed = 0
    if not sealer.is_current(file.name_sealed):
        file.name_sealed = sealer.reseal(file.name_sealed, row=name_row(file.id))
        changed += 1
    kept = session.get(AttachmentContent, file.id)
    if kept is not None and not sealer.is_current(kept.sealed[:64]):
        kept.sealed = sealer.reseal(kept.sealed, row=content_row(file.id))
        changed += 1
    session.flush()
    session.expunge_all()
    return file.id, changed
