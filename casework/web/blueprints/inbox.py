"""What a member of staff was told: the newest first, each leading to its case."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from casework.queries import notices as told
from casework.services import notices
from casework.web.blueprints import undelivered
from casework.web.clock import now
from casework.web.db import session, transaction
from casework.web.guard import RoleBlueprint, me
from casework.web.language import language
from casework.web.outward import rendering
from casework.workflow.states import STAFF_ROLES

bp = RoleBlueprint("inbox", __name__, *STAFF_ROLES, url_prefix="/inbox")

UNREAD, ALL = "unread", "all"


@bp.get("")
def index() -> ResponseReturnValue:
    """Show what is unread, or with ``show=all`` everything that there was."""
    unread = request.args.get("show") != ALL
    entries = told.inbox(session(), me(), unread=unread, before=_before())
    page, more = entries[: told.PAGE], len(entries) > told.PAGE
    for entry in page:
        session().expunge(entry.delivery)
        entry.delivery.language = language()
    words = rendering([entry.delivery for entry in page])
    return render_template(
        "inbox/index.html",
        entries=[(entry, words.text(entry.delivery)) for entry in page],
        unread=unread,
        sees_undelivered=me().role in undelivered.bp.roles,
        first=_before() is None,
        newest=max((entry.delivery.id for entry in page), default=0),
        older=page[-1].delivery.id if more else None,
    )


@bp.post("/<int:delivery_id>/open")
def open_entry(delivery_id: int) -> ResponseReturnValue:
    """Mark an entry as read and go to its case or article, if it has one that may be seen."""
    with transaction() as db:
        entry = told.entry(db, me(), delivery_id)
        notices.mark_read(entry.delivery, at=now())
    if entry.may_open and entry.delivery.case:
        return redirect(url_for("cases.show", number=entry.delivery.case.number), 303)
    if entry.article_id:
        return redirect(url_for("articles.show", article_id=entry.article_id), 303)
    return redirect(url_for(".index"), 303)


@bp.post("/read")
def read_all() -> ResponseReturnValue:
    """Mark everything as read that stood on the page or below it."""
    until = request.form.get("until", "")
    newest = int(until) if until.isdecimal() and len(until) < 19 else 0
    with transaction() as db:
        count = notices.mark_all_read(db, me(), until=newest, at=now())
    flash(
        ngettext("%(num)d entry is marked as read.", "%(num)d entries are marked as read.", count),
        "success",
    )
    return redirect(url_for(".index"), 303)


def _before() -> int | None:
    given = request.args.get("before", "")
    return int(given) if given.isdecimal() and len(given) < 19 else None
