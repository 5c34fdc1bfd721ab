"""Scheduled work for the administrator: what ran when, how it ended, and what comes next."""

from datetime import datetime

from flask import current_app, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from casework.queries.job_slots import recent_runs
from casework.web.blueprints.admin.door import bp
from casework.web.clock import now
from casework.web.db import session

WORDS = {
    "return-unanswered": _l("Give back questions that nobody answered"),
    "draw-follow-ups": _l("Draw who is called afterwards"),
    "withhold-without-consent": _l("Archive answers that may not be published"),
    "tidy-up": _l("Clear away what nobody reads any more"),
    "learn-categories": _l("Learn which words belong to which category"),
    "forget-followers": _l("Follower contacts that are no longer needed are erased"),
    "scan-files": _l("Ask the virus scanner about the files that wait"),
    "throw-away-unsent-files": _l("Delete the files of forms that were never sent"),
    "supervise": _l("Set the levels of supervision"),
    "chase-orders": _l("Chase orders without an explanation"),
    "digest": _l("Send each unit its digest"),
    "forget-changes": _l("Forget which public pages changed long ago"),
    "renew-figures": _l("Count the days anew that have changed"),
    "erase-granted": _l("Carry out the erasures that were granted"),
    "erase-old": _l("Erase cases that are out of their retention time"),
    "verify-figures": _l("Compare the figures with the logs"),
    "tell-expiring-guides": _l("Tell who is responsible for guides that expire soon"),
    "calendar-missing": _l("Ask for the official days of next year"),
}
"""What each job does, in a few words."""


@bp.get("/jobs")
def jobs() -> ResponseReturnValue:
    following: dict[str, datetime] = current_app.extensions["schedule"](now())
    return render_template(
        "admin/jobs.html",
        following=following,
        runs=recent_runs(session()),
        words=WORDS,
    )
