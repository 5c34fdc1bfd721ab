"""The files of a case, for everybody on the staff who may see it: each reading is in its log."""

from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework.queries import cases
from casework.services.attachments import reading
from casework.web.blueprints.cases import bp as bp
from casework.web.db import transaction
from casework.web.downloads import as_download
from casework.web.guard import me
from casework.web.steps import mine


@bp.post("/<number>/files/<uuid:file_id>")
def open_file(number: str, file_id: UUID) -> ResponseReturnValue:
    """Send a file of the case; that it was opened, and by whom, stands in the log."""
    with transaction() as db:
        case = cases.for_update(db, me(), number)
        name, kind, content = reading.read_file(db, case, file_id, reader=me(), **mine())
    return as_download(name, kind, content)


@bp.post("/<number>/files/<uuid:file_id>/take-out")
def take_out(number: str, file_id: UUID) -> ResponseReturnValue:
    """Take a file out of the reply that is being written."""
    with transaction() as db:
        case = cases.for_update(db, me(), number)
        reading.take_out(db, case, file_id, **mine())
    flash(_("The file was taken out of the reply."), "success")
    return redirect(url_for("department_steps.draft", number=number))
