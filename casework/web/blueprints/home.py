"""The first page of the service: every way in, and where to ask by phone."""

import structlog
from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from casework.queries.published import newest_answers
from casework.queries.rules import DistrictSettings
from casework.web.db import session
from casework.web.guard import OpenBlueprint
from casework.web.rules import rules

bp = OpenBlueprint("home", __name__, shared=True)
log = structlog.get_logger()


@bp.get("/")
def index() -> ResponseReturnValue:
    """Show every way in; without a database the hotline is still there to be read."""
    try:
        newest, district = newest_answers(session()), rules().settings
    except (OperationalError, InterfaceError, PoolTimeout) as error:
        log.error("database_gone", kind=type(error).__name__)
        newest, district = (), DistrictSettings()
    return render_template("home/index.html", newest=newest, district=district)


@bp.get("/accessibility")
def accessibility() -> ResponseReturnValue:
    return render_template("home/accessibility.html")


@bp.get("/privacy")
def privacy() -> ResponseReturnValue:
    return render_template("home/privacy.html")
