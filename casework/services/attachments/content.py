"""What is in a file: sealed for its own row, opened for whoever may read it."""

from casework.models import Attachment, AttachmentContent
from casework.sealing import SealBroken, Sealer, row_name, same


def content_row(file_id: object) -> str:
    """Return the row to which the content of a file is bound."""
    return row_name("attachment_contents", file_id)


def opened_content(kept: AttachmentContent, sealer: Sealer) -> bytes:
    """Return what is in a file. Raises SealBroken if it was changed or moved."""
    return sealer.open_bytes(kept.sealed, row=content_row(kept.attachment_id))


def checked_content(file: Attachment, kept: AttachmentContent, sealer: Sealer) -> bytes:
    """Return what is in a file, which is what its case's log says it is. Raises SealBroken."""
    content = opened_content(kept, sealer)
    if not same(sealer.content_hash(content), file.content_hash):
        raise SealBroken(f"the content of {content_row(file.id)} is another file's")
    return content
