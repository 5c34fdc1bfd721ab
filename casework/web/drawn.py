"""Pages for everybody are drawn once and shown until anything that they read has changed.

The database counts every change of the tables that such pages read, in the transaction that makes
it. Each request asks for that count first, so what is taken down is gone with its commit, in every
process. Only what holds nothing of its reader is kept: no session, no cookie that is set.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from time import monotonic

from flask import Flask, Response, current_app, g, request
from flask import session as cookie
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from casework.queries.changes import PublicState, public_state
from casework.web import db
from casework.web.clock import today
from casework.web.display import display_classes
from casework.web.guard import OpenBlueprint
from casework.web.language import language
from casework.web.rules import forget_rules

KEPT_SECONDS = 300.0
"""After so long a page is drawn again whatever the count says; counts are tidied much later."""

MOST = 16 * 1024 * 1024
"""Bytes that one process keeps; what was shown longest ago goes first."""

LARGEST = 512 * 1024
KEPT_HEADERS = ("Content-Type", "ETag", "Link", "X-Robots-Tag")

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A page as it was drawn when ``state`` held."""

    state: PublicState
    at: float
    body: bytes
    headers: tuple[tuple[str, str], ...]


class Pages:
    """The pages that one process keeps."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._pages: OrderedDict[Key, Drawn] = OrderedDict()
        self._size = 0
        self._state: PublicState | None = None

    def note(self, state: PublicState, changed: Callable[[], None]) -> None:
        """Remember the state, and call ``changed`` if another one was seen last.

        Whoever sees the same state meanwhile waits: a page of it is drawn by nothing older.
        """
        with self._lock:
            if self._state != state:
                changed()
            self._state = state

    def get(self, key: Key, state: PublicState) -> Drawn | None:
        """Return the page if it still says what the tables say."""
        with self._lock:
            page = self._pages.get(key)
            if page is None or page.state != state or monotonic() - page.at > KEPT_SECONDS:
                return None
            self._pages.move_to_end(key)
            return page

    def keep(self, key: Key, page: Drawn) -> None:
        """Keep a page and let the oldest go that do not fit any more."""
        with self._lock:
            self._drop(key)
            self._pages[key] = page
            self._size += _size(key, page)
            while self._size > MOST:
                self._drop(next(iter(self._pages)))

    def _drop(self, key: Key) -> None:
        page = self._pages.pop(key, None)
        self._size -= _size(key, page) if page else 0


def _size(key: Key, page: Drawn) -> int:
    """Return the bytes of a page and of its address, which anybody can make long."""
    return len(page.body) + sum(map(len, key))


def init_app(app: Flask) -> None:
    app.extensions["drawn"] = Pages()
    app.before_request(_show)
    app.after_request(_keep)


def _show() -> Response | None:
    if not _is_for_everybody():
        return None
    pages: Pages = current_app.extensions["drawn"]
    try:
        state = public_state(db.session())
    except (DBAPIError, PoolTimeout):
        db.session().rollback()
        return None  # the page itself says what to do while the database is away
    pages.note(state, forget_rules)
    g.public_state, g.public_key = state, _key()
    page = pages.get(g.public_key, state)
    if page is None:
        return None
    g.public_key = None
    response = Response(page.body, headers=list(page.headers))
    if "ETag" in response.headers:
        response.make_conditional(request)
    return response


def _is_for_everybody() -> bool:
    blueprint = current_app.blueprints.get(request.blueprint or "")
    shared = isinstance(blueprint, OpenBlueprint) and blueprint.shared
    named = current_app.config["SESSION_COOKIE_NAME"] in request.cookies
    return shared and request.method == "GET" and not named


def _key() -> Key:
    return (request.full_path, language(), display_classes(), today().isoformat())


def _keep(response: Response) -> Response:
    key: Key | None = g.pop("public_key", None)
    if key is None or response.status_code != 200 or response.is_streamed:
        return response
    if cookie or "Set-Cookie" in response.headers or "Content-Disposition" in response.headers:
        return response  # a token of a form, say, is for one reader
    body = response.get_data()
    if len(body) <= LARGEST:
        headers = tuple((k, v) for k, v in response.headers.items() if k in KEPT_HEADERS)
        page = Drawn(g.public_state, monotonic(), body, headers)
        current_app.extensions["drawn"].keep(key, page)
    return response
