"""The first page of the service: every way in, and where to ask by phone."""

from flask import render_template
from flask.typing import ResponseReturnValue

from casework.web.guard import OpenBlueprint

bp = OpenBlueprint("home", __name__, shared=True)


@bp.get("/")
def index() -> ResponseReturnValue:
    return render_template("home/index.html")


@bp.get("/accessibility")
def accessibility() -> ResponseReturnValue:
    return render_template("home/accessibility.html")


@bp.get("/privacy")
def privacy() -> ResponseReturnValue:
    return render_template("home/privacy.html")
