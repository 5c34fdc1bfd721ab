"""Who has the same problem follows a matter with a contact, and leaves again."""

from datetime import timedelta
from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework.queries import followed
from casework.queries.followed import Followed
from casework.services import followers
from casework.web import db
from casework.web.clock import now
from casework.web.forms.matters import JoinedForm, JoinForm, LeaveForm
from casework.web.guard import OpenBlueprint
from casework.web.language import language
from casework.web.outward import BY_SMS, offered
from casework.web.rules import rules
from casework.web.saving import form_page, refusals_on, text_of
from casework.web.sources import source, spend

bp = OpenBlueprint("joining", __name__, url_prefix="/matters")

WINDOW = timedelta(hours=1)
OF_CONTACT, FROM_SOURCE = 3, 60
"""How many numbers are sent in an hour to one contact, and asked for from one address."""


@bp.route("/<int:matter_id>/join", methods=["GET", "POST"])
def join(matter_id: int) -> ResponseReturnValue:
    """Ask for a contact, and send a number to it."""
    return _join(_matter(matter_id), url_for(".confirm", matter_id=matter_id))


@bp.route("/<int:matter_id>/confirm", methods=["GET", "POST"])
def confirm(matter_id: int) -> ResponseReturnValue:
    """Take the number that was sent."""
    return _confirm(_matter(matter_id), url_for(".join", matter_id=matter_id))


@bp.route("/answers/<number>/join", methods=["GET", "POST"])
def join_answer(number: str) -> ResponseReturnValue:
    """Ask who has the problem of a published answer for a contact."""
    return _join(_answer(number), url_for(".confirm_answer", number=number))


@bp.route("/answers/<number>/confirm", methods=["GET", "POST"])
def confirm_answer(number: str) -> ResponseReturnValue:
    """Take the number that was sent."""
    return _confirm(_answer(number), url_for(".join_answer", number=number))


@bp.get("/following/<uuid:follower_key>")
def following(follower_key: UUID) -> ResponseReturnValue:
    """Show a follower what is followed; the address comes in each message."""
    found = followed.following(db.session(), follower_key)
    if found is None:
        return render_template("matters/left.html"), 410
    return render_template("matters/following.html", following=found, form=LeaveForm())


@bp.post("/following/<uuid:follower_key>")
def leave(follower_key: UUID) -> ResponseReturnValue:
    """Follow no longer."""
    form = LeaveForm()
    if form.validate_on_submit() and followed.following(db.session(), follower_key):
        with db.transaction() as current:
            followers.leave(current, follower_key, at=now())
        flash(_("You follow the matter no longer. Your contact is deleted."), "success")
        return redirect(url_for("matters.index"), 303)
    return following(follower_key)


def _join(found: Followed, confirm_at: str) -> ResponseReturnValue:
    form = JoinForm()
    if form.validate_on_submit():
        contact = text_of(form.contact)
        medium = form.medium_of(contact) or ""
        with refusals_on(form):
            spend(f"join:{_counted(contact, medium)}", OF_CONTACT, WINDOW)
            spend(f"join-from:{source()}", FROM_SOURCE, WINDOW)
            with db.transaction() as current:
                followers.join(
                    current,
                    found,
                    contact,
                    medium=medium,
                    language=language(),
                    at=now(),
                    rules=rules(),
                )
            sent = JoinedForm(formdata=None, contact=contact)
            return render_template(
                "matters/confirm.html",
                form=sent,
                title=found.title,
                action=confirm_at,
                again=request.path,
            )
    return form_page("matters/join.html", form, title=found.title, offered=offered())


def _counted(contact: str, medium: str) -> str:
    """Return what stands for a contact, however it is written: nobody reads it from the count."""
    field = "phone" if medium == BY_SMS else "email"
    return rules().sealer.search_hash(field, contact).hex()


def _confirm(found: Followed, again: str) -> ResponseReturnValue:
    form = JoinedForm()
    if not form.is_submitted() or not form.contact.data:
        return redirect(again, 303)
    contact = form.contact.data.replace("\0", "")
    if form.validate():
        with refusals_on(form):
            with db.transaction() as current:
                followers.count_try(current, found, contact, rules=rules())
            with db.transaction() as current:
                follower = followers.confirm(
                    current,
                    found,
                    contact,
                    text_of(form.confirmation),
                    at=now(),
                    rules=rules(),
                )
            flash(_("You follow the matter. We tell you when there is an answer."), "success")
            return redirect(url_for(".following", follower_key=follower.id), 303)
    return form_page("matters/confirm.html", form, title=found.title, action=None, again=again)


def _matter(matter_id: int) -> Followed:
    found = followed.matter(db.session(), matter_id)
    if found is None or found.closed_at is not None:
        abort(404 if found is None else 410)
    return Followed(found.case_id, found.title)


def _answer(number: str) -> Followed:
    found = followed.published_answer(db.session(), number) if "\0" not in number else None
    return found if found is not None else abort(404)
