"""Judges a file that somebody sends by what is in it; its name and its declared type say nothing.

Pictures are drawn anew, of a PDF only the pages are kept, documents are looked into, everything
else is refused with a reason that helps whoever sent it.
"""

import re
import unicodedata
from dataclasses import dataclass

from casework.errors import Invalid
from casework.language import N_
from casework.models.attachments import FileKind
from casework.services.attachments.documents import check_office, plain_text
from casework.services.attachments.papers import pages_only
from casework.services.attachments.pictures import redrawn
from casework.services.attachments.unfit import Unfit

MEGABYTE = 1024 * 1024
FILES, EACH, TOTAL = 10, 10 * MEGABYTE, 40 * MEGABYTE
"""How many files one letter or one reply can have, how large each may be and all together."""

NAME = 80
NAMELESS = "file"

PICTURE = re.compile(rb"\xff\xd8\xff|\x89PNG\r\n\x1a\n|GIF8[79]a|RIFF....WEBP", re.DOTALL)
REASONS: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (
        re.compile(rb"\xd0\xcf\x11\xe0"),
        N_("“%(name)s” was not taken: save it as a new Word or Excel file (.docx, .xlsx) or PDF."),
    ),
    (
        re.compile(rb"....ftyp(hei|hev|mif|msf|avi)", re.DOTALL),
        N_("“%(name)s” was not taken: save this photo as JPEG and add it again."),
    ),
    (
        re.compile(rb"....ftyp|\x1aE\xdf\xa3|RIFF....(AVI|WAVE)|ID3|OggS|#!AMR", re.DOTALL),
        N_("“%(name)s” was not taken: videos and sound cannot be added. Describe what they show."),
    ),
    (
        re.compile(rb"PK|Rar!|7z\xbc\xaf|\x1f\x8b|BZh|\xfd7zXZ"),
        N_("“%(name)s” was not taken: unpack the archive and add the files one by one."),
    ),
    (
        re.compile(rb"MZ|\x7fELF|\xca\xfe\xba\xbe|\xcf\xfa\xed\xfe|#!"),
        N_("“%(name)s” was not taken: it is a program."),
    ),
)
OTHERWISE = N_(
    "“%(name)s” was not taken: it is none of the kinds that we can read. Add photos, PDF, Word "
    "(.docx), Excel (.xlsx) or plain text (.txt)."
)


@dataclass(frozen=True, slots=True)
class Judged:
    """A file as it is kept: what it is, its content made harmless, a name that is only a name."""

    kind: FileKind
    content: bytes
    name: str


def judged(name: str, content: bytes) -> Judged:
    """Return the file as it may be kept.

    Raises Invalid for the field ``files``, with a reason for whoever sent it.
    """
    stem = clean_name(name)
    try:
        kind, kept = _kept(name, content)
    except Unfit as unfit:
        raise Invalid("files", unfit.message, name=shown_name(name)) from None
    return Judged(kind, kept, f"{stem}.{kind.value}")


def _kept(name: str, content: bytes) -> tuple[FileKind, bytes]:
    if not content:
        raise Unfit(N_("“%(name)s” was not taken: it is empty."))
    if len(content) > EACH:
        raise Unfit(N_("“%(name)s” was not taken: it is larger than 10 MB."))
    if PICTURE.match(content):
        return redrawn(content)
    if content.startswith(b"%PDF-"):
        return FileKind.PDF, pages_only(content)
    if content.startswith(b"PK\x03\x04") and (kind := check_office(content)):
        return kind, content
    for begins, reason in REASONS:
        if begins.match(content):
            raise Unfit(reason)
    if name.lower().endswith(".txt"):
        return FileKind.TEXT, plain_text(content)
    raise Unfit(OTHERWISE)


def shown_name(name: str) -> str:
    """Return a name as a message can show it, with the ending that it came with."""
    ending = _one_line(name).rpartition(".")[2][:8]
    stem = clean_name(name)
    return f"{stem}.{ending}" if "." in name and ending.isalnum() else stem


def clean_name(name: str) -> str:
    """Return the bare name of a file: no folder, no ending, nothing that hides or turns text."""
    last = re.split(r"[/\\]", name)[-1]
    stem = _one_line(last)
    stem = stem.rpartition(".")[0] or stem
    stem = re.sub(r'[<>:"|?*%]+', " ", stem)
    return re.sub(r"\s+", " ", stem).strip(" .")[:NAME].strip(" .") or NAMELESS


def _one_line(name: str) -> str:
    """Drop control, format and private characters, such as those that turn the writing round."""
    kept = (
        " " if char.isspace() else char
        for char in unicodedata.normalize("NFC", name)
        if char.isspace() or not unicodedata.category(char).startswith("C")
    )
    return "".join(kept)
