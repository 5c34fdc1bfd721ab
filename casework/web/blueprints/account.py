"""Signing in and out: the doors that stand open to everybody."""

from datetime import datetime, timedelta

import structlog
from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework.errors import CaseworkError
from casework.models import User
from casework.services import accounts, sessions
from casework.web import guard
from casework.web.clock import now
from casework.web.db import session as reading
from casework.web.db import transaction
from casework.web.forms.account import CodeForm, LoginForm, NewPasswordForm
from casework.web.guard import OpenBlueprint, viewer
from casework.web.menu import first_page
from casework.web.rules import rules
from casework.web.saving import form_page, refusals_on, saving, text_of
from casework.web.sources import source
from casework.web.ways import own_address

bp = OpenBlueprint("account", __name__, url_prefix="/account")
log = structlog.get_logger()

HALFWAY = "halfway"
CODE_WITHIN = timedelta(minutes=5)


@bp.route("/login", methods=["GET", "POST"])
def login() -> ResponseReturnValue:
    if request.method != "POST" and (user := viewer()):
        return redirect(_way_on(user))
    form = LoginForm()
    if form.validate_on_submit():
        with refusals_on(form):
            user = _password_fits(text_of(form.username), text_of(form.password))
            if accounts.has_second_step(user):
                session[HALFWAY] = {
                    "id": user.id,
                    "proof": accounts.password_proof(user),
                    "until": (now() + CODE_WITHIN).isoformat(),
                }
                return redirect(url_for(".code", next=request.args.get("next")))
            return _enter(user)
    return form_page("account/login.html", form)


@bp.route("/code", methods=["GET", "POST"])
def code() -> ResponseReturnValue:
    """Ask for the one-time code of somebody whose password was right a moment ago."""
    user = _halfway()
    if user is None:
        return redirect(url_for(".login", next=request.args.get("next")))
    form = CodeForm()
    if form.validate_on_submit():
        with refusals_on(form):
            with transaction() as db:
                accounts.count_code_try(db, user, now())
            with transaction() as db:
                accounts.check_code(db, user, text_of(form.code), at=now(), sealer=rules().sealer)
            return _enter(user)
    return form_page("account/code.html", form)


@bp.post("/logout")
def logout() -> ResponseReturnValue:
    if token := guard.token():
        with transaction() as db:
            sessions.end_session(db, token, now())
    guard.sign_out()
    flash(_("You have signed out."), "success")
    return redirect(url_for(".login"))


@bp.route("/reset/<token>", methods=["GET", "POST"])
def reset(token: str) -> ResponseReturnValue:
    """Set a password by a link; looking at the page does not use the link up."""
    try:
        user = accounts.link_owner(reading(), token, now())
    except accounts.DeadLink:
        return render_template("account/dead_link.html"), 404
    form = NewPasswordForm()
    if form.validate_on_submit():
        with saving(form) as db:
            accounts.use_reset_link(
                db, token, text_of(form.password), at=now(), words=district_words()
            )
            guard.sign_out()
            flash(_("Your password is set. Sign in with it now."), "success")
            return redirect(url_for(".login"))
    return form_page("account/reset.html", form, user=user)


def district_words() -> list[str]:
    """Return the names of the district, of which no password may consist."""
    settings = rules().settings
    return [settings.district_name, settings.district_name_en, settings.hotline]


def _password_fits(username: str, password: str) -> User:
    """Return whose name and password these are; the try counts even if the page fails."""
    place = source()
    with transaction() as db:
        accounts.count_try(db, username, place, now())
    try:
        with transaction() as db:
            return accounts.sign_in(db, username, password, source=place, at=now())
    except CaseworkError:
        log.warning("sign_in_refused")
        raise


def _halfway() -> User | None:
    half = session.get(HALFWAY)
    if not isinstance(half, dict) or datetime.fromisoformat(half["until"]) < now():
        session.pop(HALFWAY, None)
        return None
    return accounts.still_proven(reading(), half["id"], half["proof"])


def _enter(user: User) -> ResponseReturnValue:
    """Begin a session with an id of its own; what this browser had before is over."""
    with transaction() as db:
        if old := guard.token():
            sessions.end_session(db, old, now())
        token = sessions.start_session(db, user, now())
    guard.sign_in(user, token)
    log.info("signed_in", user=user.id)
    return redirect(_way_on(user))


def _way_on(user: User) -> str:
    """Return the page that was asked for before signing in, else where the work begins."""
    if user.must_change_password:
        return url_for("profile.password")
    wanted = request.args.get("next")
    if wanted and (own := own_address(wanted)) == wanted:
        return own
    return url_for(first_page(user))
