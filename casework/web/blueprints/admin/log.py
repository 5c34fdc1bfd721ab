"""The log of the administrators' changes, newest first."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from casework.queries import reference
from casework.web.blueprints.admin.door import bp, number_or_none
from casework.web.blueprints.admin.wording import in_words
from casework.web.db import session
from casework.web.forms.admin import TABLES, LogFilter


@bp.get("/log")
def log() -> ResponseReturnValue:
    filters = LogFilter(request.args)
    table = filters.table.data if filters.table.data in TABLES else None
    before = number_or_none(request.args.get("before"))
    events = reference.admin_events(session(), before=before, table=table)
    page, more = events[: reference.LOG_PAGE], events[reference.LOG_PAGE :]
    return render_template(
        "admin/log.html",
        form=filters,
        lines=[in_words(event) for event in page],
        first=url_for(".log", table=table) if before else None,
        following=url_for(".log", table=table, before=page[-1].id) if more else None,
    )
