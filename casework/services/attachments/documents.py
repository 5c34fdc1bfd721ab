"""Looks into Word, Excel and text files: what could do harm by being opened is refused."""

import io
import re
import zipfile
from typing import Final
from xml.etree import ElementTree

from casework.language import N_
from casework.models.attachments import FileKind
from casework.services.attachments.unfit import Unfit

MOST_PARTS: Final = 1_000
MOST_UNPACKED: Final = 100 * 1024 * 1024
MOST_PACKED: Final = 200
"""How many times larger than its packed form a part of a document may be."""

LARGEST_LIST: Final = 1024 * 1024
LARGEST_TEXT: Final = 1024 * 1024
CHUNK: Final = 256 * 1024

DAMAGED = N_("“%(name)s” was not taken: it is damaged. Save it once more.")
BOMB = N_("“%(name)s” was not taken: unpacked it would be too large.")
MACROS = N_(
    "“%(name)s” was not taken: it holds macros or other programs. Save it as PDF and add that."
)
NESTED = N_(
    "“%(name)s” was not taken: it holds other files. Save it as PDF, or add the files one by one."
)
OUTSIDE = N_(
    "“%(name)s” was not taken: it fetches something from elsewhere when it is opened. Save it as "
    "PDF and add that."
)
LOCKED = N_("“%(name)s” was not taken: it is locked with a password. Save it without one.")
NO_TEXT = N_("“%(name)s” was not taken: it is no plain text. Save it as PDF and add that.")

TYPES: Final = "[Content_Types].xml"
MAIN: Final = (
    (b"wordprocessingml.document.main+xml", FileKind.DOCX),
    (b"spreadsheetml.sheet.main+xml", FileKind.XLSX),
)
PROGRAMS = re.compile(r"vba|macro|activex|\.(bin|exe|dll|js|vbs|bat|cmd|ps1|hta|jar|swf)$", re.I)
HARMLESS_BINARY = re.compile(r"(printerSettings|thumbnail)\w*\.(bin|emf|jpeg)$", re.I)
OTHER_FILES = re.compile(
    r"/(embeddings|package)/|\.(zip|rar|7z|docx?|xlsx?|pptx?|pdf|html?)$", re.I
)
BAD_NAME = re.compile(r"^[/\\]|(^|[/\\])\.\.([/\\]|$)|[:\\\x00-\x1f]")


def check_office(content: bytes) -> FileKind | None:
    """Return whether this is a Word or Excel file; None for any other archive.

    Raises Unfit for one that holds macros, other files or far more than it seems to.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if TYPES not in {part.filename for part in parts}:
                return None
            _check_parts(parts)
            _unpack(archive, parts)
            return _kind_of(archive)
    except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError, ValueError):
        raise Unfit(DAMAGED) from None
    except Exception as error:  # zlib and the reader of lists have errors of their own
        if isinstance(error, Unfit):
            raise
        raise Unfit(DAMAGED) from error


def _check_parts(parts: list[zipfile.ZipInfo]) -> None:
    names = [part.filename for part in parts]
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Unfit(BOMB)
    if len(set(names)) != len(names) or any(BAD_NAME.search(name) for name in names):
        raise Unfit(DAMAGED)
    if any(part.flag_bits & 1 for part in parts):
        raise Unfit(LOCKED)
    for name in names:
        if PROGRAMS.search(name) and not HARMLESS_BINARY.search(name):
            raise Unfit(MACROS)
        if OTHER_FILES.search(name):
            raise Unfit(NESTED)


def _unpack(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> None:
    """Unpack everything once and throw it away: what the list of parts says may be a lie."""
    total = 0
    for part in parts:
        read = 0
        with archive.open(part) as unpacked:
            while chunk := unpacked.read(CHUNK):
                if not read and chunk.startswith(b"PK\x03\x04"):
                    raise Unfit(NESTED)
                read += len(chunk)
                if total + read > MOST_UNPACKED or _swells(read, part.compress_size):
                    raise Unfit(BOMB)
        total += read


def _swells(read: int, packed: int) -> bool:
    return read > 4 * CHUNK and read > MOST_PACKED * max(packed, 1)


def _kind_of(archive: zipfile.ZipFile) -> FileKind:
    types = _list(archive, TYPES)
    if b"macroEnabled" in types or b"vbaProject" in types:
        raise Unfit(MACROS)
    for name in archive.namelist():
        if name.lower().endswith(".rels"):
            _check_links(_list(archive, name))
    found = [kind for mark, kind in MAIN if mark in types]
    if len(found) != 1:
        raise Unfit(DAMAGED)
    return found[0]


def _list(archive: zipfile.ZipFile, name: str) -> bytes:
    """Return one of the short lists of a document: UTF-8, and without entities of its own."""
    if archive.getinfo(name).file_size > LARGEST_LIST:
        raise Unfit(BOMB)
    listed = archive.read(name)
    listed.decode("utf-8")
    if b"<!" in listed:
        raise Unfit(DAMAGED)
    return listed


def _check_links(listed: bytes) -> None:
    for link in ElementTree.fromstring(listed):
        outside = link.get("TargetMode", "").lower() == "external"
        if outside and not link.get("Type", "").endswith("/hyperlink"):
            raise Unfit(OUTSIDE)


def plain_text(content: bytes) -> bytes:
    """Return a text in UTF-8. Raises Unfit for what is no text, or is the text of a web page."""
    if len(content) > LARGEST_TEXT:
        raise Unfit(NO_TEXT)
    text = _decoded(content)
    if any(ord(char) < 32 and char not in "\t\n\r\f" for char in text):
        raise Unfit(NO_TEXT)
    if re.match(r"\s*<[!?a-z]", text, re.I) or re.search(r"<(script|iframe|object)\b", text, re.I):
        raise Unfit(NO_TEXT)
    return text.encode("utf-8")


def _decoded(content: bytes) -> str:
    wide = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unfit(NO_TEXT)
