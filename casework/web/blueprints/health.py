"""Whether this process lives and whether it can do its work, for machines that watch it."""

import shutil
from datetime import timedelta

from flask import current_app, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import InterfaceError, OperationalError, ProgrammingError, TimeoutError

from casework.postgres import migrations
from casework.queries import health
from casework.services import timing
from casework.web import db
from casework.web.clock import now
from casework.web.guard import OpenBlueprint
from casework.workflow.calendar import local_day

LEAST_DISK = 200 * 1024 * 1024
LATE_MESSAGE = timedelta(minutes=15)

UNKNOWN = {"outbox": "unknown", "calendar": "unknown"}

bp = OpenBlueprint("health", __name__)


@bp.get("/healthz")
def alive() -> ResponseReturnValue:
    """Answer as long as the process can; asks nothing of anybody else."""
    return jsonify(status="ok")


@bp.get("/readyz")
def ready() -> ResponseReturnValue:
    """Say what is well. 503 tells a proxy to send readers elsewhere, until it is well again.

    Messages that wait and a year without its official days are told but are no reason for 503:
    the pages work without them.
    """
    checks = {"disk": _disk(), **_database()}
    needed = (checks["database"], checks["migrations"], checks["disk"])
    return jsonify(checks), 200 if set(needed) == {"ok"} else 503


def _disk() -> str:
    folder = current_app.extensions["settings"].var
    free = shutil.disk_usage(folder if folder.exists() else "/").free
    return "ok" if free > LEAST_DISK else "full"


def _database() -> dict[str, str]:
    try:
        version = health.schema_version(db.session())
        if version != migrations.head():
            return {"database": "ok", "migrations": "behind", **UNKNOWN}
        oldest = health.oldest_unsent(db.session())
    except (OperationalError, InterfaceError, TimeoutError):
        return {"database": "away", "migrations": "unknown", **UNKNOWN}
    except ProgrammingError:
        return {"database": "ok", "migrations": "missing", **UNKNOWN}
    late = oldest is not None and now() - oldest > LATE_MESSAGE
    missing = timing.year_to_enter(db.session(), local_day(now()))
    return {
        "database": "ok",
        "migrations": "ok",
        "outbox": "late" if late else "ok",
        "calendar": f"{missing} missing" if missing else "ok",
    }
