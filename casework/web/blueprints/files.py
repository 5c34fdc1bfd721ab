"""Keeps the files that a page with a form sends ahead by script, and answers with their list."""

from flask import render_template
from flask.typing import ResponseReturnValue

from casework.web.forms.files import FilesForm
from casework.web.guard import OpenBlueprint
from casework.web.uploads import take_files, takes_files

bp = OpenBlueprint("files", __name__)


@bp.post("/files")
@takes_files
def keep() -> ResponseReturnValue:
    """Keep files for a form that has not been sent; nobody can read them here again."""
    form = FilesForm()
    take_files(form)
    page = render_template("components/files_kept.html", form=form)
    return page, 422 if form.files.errors else 200
