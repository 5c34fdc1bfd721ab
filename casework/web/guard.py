"""Who may enter which part of the site. A blueprint is a door, and has one lock.

Staff sign in; their cookie holds an opaque token, and the session behind it lives in the
database, so that it can be ended from there (controls A6).
"""

from typing import Any

from flask import Blueprint, Flask, abort, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from casework.models import User
from casework.services import sessions
from casework.web import db
from casework.web.clock import now
from casework.workflow.states import Role

LOGIN = "account.login"


class OpenBlueprint(Blueprint):
    """A blueprint that is open to everybody, on purpose.

    ``shared`` says that its pages hold nothing personal, so that a browser may keep them as
    long as it asks again before it shows them.
    """

    def __init__(
        self, name: str, import_name: str, *, shared: bool = False, **options: Any
    ) -> None:
        super().__init__(name, import_name, **options)
        self.shared = shared


class RoleBlueprint(Blueprint):
    """A blueprint that lets nobody in but the signed-in holders of its roles."""

    def __init__(self, name: str, import_name: str, *roles: Role, **options: Any) -> None:
        super().__init__(name, import_name, **options)
        if not roles:
            raise ValueError(f"blueprint {name} names no role")
        self.roles = frozenset(roles)
        self.before_request(self._check)

    def _check(self) -> ResponseReturnValue | None:
        user = viewer()
        if user is None:
            if request.method not in ("GET", "HEAD"):
                abort(401)
            return redirect(url_for(LOGIN, next=request.full_path.rstrip("?")))
        if user.role not in self.roles:
            abort(403)
        return None


class SignedIn(UserMixin):  # type: ignore[misc]
    """Flask-Login's idea of a user, wrapped around ours, which knows no Flask."""

    def __init__(self, user: User, token: str) -> None:
        self.user = user
        self.token = token

    def get_id(self) -> str:
        return self.token


def init_app(app: Flask) -> None:
    login = LoginManager()
    login.session_protection = None  # the session in the database is what counts
    login.init_app(app, add_context_processor=False)

    @login.user_loader  # type: ignore[untyped-decorator]
    def load(token: str) -> SignedIn | None:
        settings = app.extensions["settings"]
        opened = db.session()
        nothing_under_way = not opened.in_transaction()
        user = sessions.session_user(
            opened, token, now(), idle=settings.session_idle, longest=settings.session_longest
        )
        if opened.dirty and nothing_under_way:
            opened.commit()  # that the session was used, noted once a minute
        g.viewer = user
        return SignedIn(user, token) if user else None


def viewer() -> User | None:
    """Return who is signed in, or None; asks the database once a request."""
    if "_user_id" not in session or g.get("database_gone"):
        return None
    if current_user.is_authenticated:
        found: User = current_user.user
        return found
    return None


def loaded_viewer() -> User | None:
    """Return who is signed in if this request has asked already; never asks the database."""
    found: User | None = g.get("viewer")
    return found


def me() -> User:
    """Return the person who sent this request to a page behind a lock."""
    user = viewer()
    if user is None:
        abort(401)
    return user


def token() -> str | None:
    """Return the token of this browser's session, be it over or not."""
    held: str | None = session.get("_user_id")
    return held


def sign_in(user: User, token: str) -> None:
    """Begin a new browser session for ``user``; what the old one held is dropped."""
    kept = {key: session[key] for key in ("_flashes",) if key in session}
    session.clear()
    session.update(kept)
    login_user(SignedIn(user, token))
    g.viewer = user


def sign_out() -> None:
    """End the browser's session; the one in the database is ended by its service."""
    logout_user()
    session.clear()
    g.viewer = None
