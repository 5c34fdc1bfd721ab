"""Sends a file that somebody has added: to be saved, never shown by the browser as a page."""

import io

from flask import Response, send_file

from casework.models import FileKind

TYPES = {
    FileKind.JPEG: "image/jpeg",
    FileKind.PNG: "image/png",
    FileKind.PDF: "application/pdf",
    FileKind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileKind.TEXT: "text/plain; charset=utf-8",
}
LOCKED_UP = "default-src 'none'; base-uri 'none'; form-action 'none'; sandbox"


def as_download(name: str, kind: FileKind, content: bytes) -> Response:
    """Return a file for whoever may read it; nothing of it is kept on the way."""
    response = send_file(
        io.BytesIO(content), TYPES[kind], as_attachment=True, download_name=name, etag=False
    )
    response.direct_passthrough = False
    response.headers["Content-Security-Policy"] = LOCKED_UP
    response.headers["Cache-Control"] = "no-store"
    return response
