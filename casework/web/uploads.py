"""Files that come with a form. They are kept before anything else of the form is looked at.

A form with files carries a basket, which is a signed token. What was kept stays in the basket
however often the page is drawn again; the case takes it over when the form is sent.
"""

import tempfile
from collections.abc import Callable
from datetime import timedelta
from typing import IO, Any, TypeVar
from uuid import UUID

from flask import Flask, Request, current_app, g, request
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from casework.errors import CaseworkError
from casework.models import Case, Origin
from casework.queries.attachments import FileLine
from casework.services.actors import Actor
from casework.services.attachments import baskets, scanning
from casework.services.attachments.judging import EACH, FILES, TOTAL, Judged, judged
from casework.services.attachments.scanning import Scanner
from casework.web import db
from casework.web.baskets import token_of_basket
from casework.web.clock import now
from casework.web.errors import wording
from casework.web.forms.files import FilesForm
from casework.web.guard import viewer
from casework.web.rules import rules
from casework.web.sources import source, spend

BODY_LIMIT = 128 * 1024 * 1024
"""How much a form with files may bring; what is above the limit of a file is read and dropped."""

FILES_OF_SOURCE, FILES_WINDOW = 300, timedelta(hours=1)
"""Files from one address in an hour, for those who have not signed in."""

OPENED = "casework.opened_files"

ADD, DROP = "add_files", "drop_file"
"""The buttons that change the list of files and nothing else."""

View = TypeVar("View", bound=Callable[..., Any])


class BoundedFile(tempfile.SpooledTemporaryFile[bytes]):
    """Keeps one byte more than a file may have, and lets the rest of it pass by."""

    def write(self, part: Any) -> int:
        room = EACH + 1 - self.tell()
        if room > 0:
            super().write(part[:room])
        return len(part)


class BoundedRequest(Request):
    """A request whose files cannot fill the disk, and never cost what was typed beside them."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        kept = BoundedFile(max_size=512 * 1024, mode="rb+")
        self.environ.setdefault(OPENED, []).append(kept)
        return kept

    def close(self) -> None:
        """Close every file, also of a request that was refused in the middle of it."""
        super().close()
        for kept in self.environ.pop(OPENED, ()):
            kept.close()


def takes_files(view: View) -> View:
    """Let a view be sent more than a form of words; no other view is."""
    view.takes_files = True  # type: ignore[attr-defined]
    return view


def may_be_large(endpoint: str | None) -> bool:
    """Say whether the view of ``endpoint`` takes files."""
    return getattr(current_app.view_functions.get(endpoint or ""), "takes_files", False)


def init_app(app: Flask) -> None:
    settings = app.extensions["settings"]
    app.extensions["scanner"] = Scanner(settings.clamd) if settings.clamd else None
    app.jinja_env.globals |= {
        "held_files": held_files,
        "file_limits": {"files": FILES, "each": EACH, "total": TOTAL},
    }
    app.jinja_env.filters["filesize"] = filesize


def filesize(size: int) -> str:
    """Write how large a file is."""
    if size >= 1024 * 1024:
        return f"{size / 1024 / 1024:.1f} MB"
    return f"{max(1, round(size / 1024))} kB"


def held_files(form: FilesForm) -> list[FileLine]:
    """Return the files that lie in the basket of a form."""
    token = token_of_basket(form.basket.data)
    if token is None or form.basket_is_new:
        return []
    return baskets.held_in(db.session(), token, sealer=rules().sealer)


def take_files(form: FilesForm) -> None:
    """Keep the files of this request, or drop the one that it names; faults stand beside them."""
    token = token_of_basket(form.basket.data)
    if request.method != "POST" or token is None:
        return
    form.only_files = ADD in request.form or DROP in request.form
    if dropped := _id_of(request.form.get(DROP)):
        with db.transaction() as current:
            baskets.drop(current, token, dropped)
    parts = request.files.getlist(form.files.name)
    faults = [fault for part in parts for fault in _keep(token, part)]
    g.files_kept = not form.basket_is_new  # whoever sends the form again brings this basket
    form.basket_is_new = form.basket_is_new and not parts
    form.files.process_errors = faults
    form.files.errors = faults


def throw_files_away(current: Session) -> None:
    """Keep none of the files that came with the form of this request."""
    if token := token_of_basket(request.form.get("basket")):
        baskets.empty(current, token)


def attach_files(
    current: Session, case: Case, form: FilesForm, origin: Origin, *, by: Actor
) -> None:
    """Make what lies in the basket of a form the case's, in the transaction of its step."""
    if not form.basket_is_new:
        baskets.attach(current, case, form.basket_token, origin, by=by, at=now(), rules=rules())


def _keep(token: str, part: FileStorage) -> list[str]:
    """Keep one file; return why it was not taken, if it was not."""
    name, content = part.filename or "", part.stream.read(EACH + 1)
    if not name and not content:
        return []  # a field that was left empty
    try:
        if viewer() is None:
            spend(f"files:{source()}", FILES_OF_SOURCE, FILES_WINDOW)
        _add(token, judged(name, content))
    except CaseworkError as error:
        return [wording(error)]
    return []


def _add(token: str, file: Judged) -> None:
    found = scanning.first_verdict(current_app.extensions["scanner"], file.content)
    with db.transaction() as current:
        baskets.add(current, token, file, found, at=now(), sealer=rules().sealer)


def _id_of(typed: str | None) -> UUID | None:
    try:
        return UUID(typed) if typed else None
    except ValueError:
        return None
