"""The texts of the coded reasons, by the step for which they are given."""

from itertools import groupby

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework.errors import NotFound
from casework.models import Reason
from casework.queries import reference
from casework.services import administration
from casework.web.blueprints.admin.door import bp, keep_seen, saved
from casework.web.clock import now
from casework.web.db import session
from casework.web.forms.admin import NewReasonForm, ReasonForm
from casework.web.guard import me
from casework.web.saving import form_page, saving, text_of
from casework.workflow.states import Action


@bp.get("/reasons")
def reasons() -> ResponseReturnValue:
    found = reference.reasons(session())
    by_action = [(action, list(rows)) for action, rows in groupby(found, key=lambda r: r.action)]
    return render_template("admin/reasons.html", by_action=by_action)


@bp.route("/reasons/new/<action>", methods=["GET", "POST"])
def new_reason(action: str) -> ResponseReturnValue:
    """Add a reason for a step that has reasons already; others ask for none."""
    if not _asks_for_reasons(action):
        raise NotFound()
    form = NewReasonForm()
    if form.validate_on_submit():
        with saving(form) as db:
            administration.add_reason(
                db,
                code=text_of(form.code),
                action=Action(action),
                text=text_of(form.text),
                text_en=text_of(form.text_en),
                position=form.position.data or 0,
                by=me(),
                at=now(),
            )
            return saved(_("The reason is added."), ".reasons")
    return form_page("admin/new_reason.html", form, action=Action(action))


@bp.route("/reasons/<reason_code>", methods=["GET", "POST"])
def reason(reason_code: str) -> ResponseReturnValue:
    row = reference.reason(session(), reason_code)
    form = ReasonForm(obj=row)
    if form.validate_on_submit():
        with saving(form) as db:
            administration.change_reason(
                db,
                row,
                text=text_of(form.text),
                text_en=text_of(form.text_en),
                position=form.position.data or 0,
                seen=form.seen.data,
                by=me(),
                at=now(),
            )
            return saved(_("The changes are saved."), ".reasons")
    return _page_of(row, form)


@bp.post("/reasons/<reason_code>/close")
def close_reason(reason_code: str) -> ResponseReturnValue:
    row = reference.reason(session(), reason_code)
    form = ReasonForm(formdata=None, obj=row)
    with saving(form) as db:
        administration.close_reason(db, row, by=me(), at=now())
        return saved(_("The reason is not offered any more."), ".reasons")
    return _page_of(row, form)


@bp.post("/reasons/<reason_code>/reopen")
def reopen_reason(reason_code: str) -> ResponseReturnValue:
    row = reference.reason(session(), reason_code)
    form = ReasonForm(formdata=None, obj=row)
    with saving(form) as db:
        administration.reopen_reason(db, row, by=me(), at=now())
        return saved(_("The reason is offered again."), ".reasons")
    return _page_of(row, form)


def _page_of(row: Reason, form: ReasonForm) -> ResponseReturnValue:
    return form_page("admin/reason.html", form, row=row, there=keep_seen(form, row))


def _asks_for_reasons(action: str) -> bool:
    return action in set(Action) and bool(reference.reasons(session(), Action(action)))
