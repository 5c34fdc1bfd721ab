"""What somebody typed into a form that could not be taken: nobody has to type it twice."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import g, request

SECRET = re.compile(r"pass|otp|secret|token|(access|login|one_time)_?code|^code$", re.IGNORECASE)
CODE_WORD = re.compile(r"[\w.-]{0,80}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Kept:
    """The fields to send again, and among them the texts that a person would recognise."""

    address: str
    fields: tuple[tuple[str, str], ...]
    texts: tuple[str, ...]
    files_lost: bool


def typed() -> Kept | None:
    """Return what this POST brought, or None where showing it back would do harm.

    Nothing comes back of a form with a secret in it, or of one that another site has sent:
    its author would be putting words into our visitor's mouth.
    """
    if request.method != "POST" or _came_from_elsewhere():
        return None
    fields = tuple(
        (name, value)
        for name, values in request.form.lists()
        if not name.endswith("csrf_token")
        for value in values
    )
    if any(SECRET.search(name) for name, _ in fields):
        return None
    texts = tuple(value for _, value in fields if not CODE_WORD.fullmatch(value))
    if not fields:
        return None
    return Kept(request.full_path.rstrip("?"), fields, texts, _files_are_lost())


def _files_are_lost() -> bool:
    """Say whether files came that lie in no basket; a field that was left empty sends none."""
    sent = any(file.filename for _, files in request.files.lists() for file in files)
    return sent and not g.get("files_kept", False)


def _came_from_elsewhere() -> bool:
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return True
    origin = request.headers.get("Origin")
    return bool(origin) and urlsplit(origin).netloc != request.host
