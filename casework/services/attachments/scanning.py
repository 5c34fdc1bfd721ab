"""The virus scanner: asked about each file, where one is set up, and asked again while it is away.

It fails closed for the file, which nobody gets before it was found clean, and never for the
letter, which is taken in any case.
"""

import socket
import struct
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Attachment, AttachmentContent, Case, Scan
from casework.queries.cases import for_update_by_id
from casework.sealing import Sealer
from casework.services import log
from casework.services.actors import SYSTEM
from casework.services.attachments.content import opened_content
from casework.workflow.states import Entry

CHUNK = 64 * 1024
LONGEST_ANSWER = 4096
TIMEOUT = 10.0


class ScannerAway(Exception):
    """The scanner cannot be reached, or does not answer as it should."""


@dataclass(frozen=True, slots=True)
class Scanner:
    """A clamd, reached as ``unix:/run/clamav/clamd.ctl`` or ``tcp://127.0.0.1:3310``."""

    address: str
    timeout: float = TIMEOUT

    def verdict(self, content: bytes) -> Scan:
        """Return CLEAN or INFECTED. Raises ScannerAway; then nothing is known of the file."""
        try:
            with closing(self._connected()) as line:
                line.sendall(b"zINSTREAM\0")
                for start in range(0, len(content), CHUNK):
                    part = content[start : start + CHUNK]
                    line.sendall(struct.pack("!L", len(part)) + part)
                line.sendall(struct.pack("!L", 0))
                answer = self._answer(line)
        except OSError as error:
            raise ScannerAway from error
        if answer == b"stream: OK":
            return Scan.CLEAN
        if answer.endswith(b" FOUND"):
            return Scan.INFECTED
        raise ScannerAway

    def _connected(self) -> socket.socket:
        parts = urlsplit(self.address)
        if parts.scheme == "tcp":
            return socket.create_connection((parts.hostname, parts.port or 3310), self.timeout)
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(self.timeout)
        try:
            line.connect(parts.path)
        except OSError:
            line.close()
            raise
        return line

    @staticmethod
    def _answer(line: socket.socket) -> bytes:
        answer = b""
        while not answer.endswith(b"\0") and len(answer) < LONGEST_ANSWER:
            part = line.recv(LONGEST_ANSWER)
            if not part:
                break
            answer += part
        return answer.rstrip(b"\0\r\n")


def first_verdict(scanner: Scanner | None, content: bytes) -> Scan:
    """Return what is known of a file that has just come in; a scanner that is away says later."""
    if scanner is None:
        return Scan.UNSCANNED
    try:
        return scanner.verdict(content)
    except ScannerAway:
        return Scan.WAITING


def waiting(session: Session, *, limit: int) -> list[Attachment]:
    """Return the files of cases that wait for the scanner, the oldest first."""
    return list(
        session.scalars(
            select(Attachment)
            .where(Attachment.scan == Scan.WAITING, Attachment.case_id.is_not(None))
            .order_by(Attachment.added_at, Attachment.id)
            .limit(limit)
        )
    )


def content_to_scan(session: Session, file_id: UUID, *, sealer: Sealer) -> bytes | None:
    """Return what is in a file that waits, or None once it is gone."""
    kept = session.get(AttachmentContent, file_id)
    return opened_content(kept, sealer) if kept is not None else None


def settle(session: Session, file_id: UUID, found: Scan, *, at: datetime, sealer: Sealer) -> None:
    """Open a clean file to its readers; of an infected one nothing stays but that it was there."""
    file = session.get(Attachment, file_id)
    if file is None or file.case_id is None:
        return
    case: Case = for_update_by_id(session, file.case_id)
    file = session.get(Attachment, file_id, populate_existing=True, with_for_update=True)
    if file is None or file.scan is not Scan.WAITING:
        return
    file.scan = found
    if found is Scan.INFECTED:
        if (kept := session.get(AttachmentContent, file.id)) is not None:
            session.delete(kept)
        data = {"file": str(file.id), "why": "virus"}
        log.record(session, case, Entry.DROP_FILE, by=SYSTEM, at=at, sealer=sealer, data=data)
    session.flush()
