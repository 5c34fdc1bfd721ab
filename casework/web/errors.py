"""Turns refusals into pages. The only module that pairs them with HTTP codes."""

from collections.abc import Callable

import structlog
from flask import Flask, Response, g, make_response, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import InterfaceError, NoResultFound, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, SecurityError

from casework import errors as domain
from casework.language import translate
from casework.web.kept import typed
from casework.web.language import language
from casework.web.menu import show_counts
from casework.web.ways import way_back

log = structlog.get_logger()

REFUSALS: dict[type[domain.CaseworkError], int] = {
    domain.NotPermitted: 403,
    domain.NotFound: 404,
    domain.IllegalStep: 409,
    domain.Conflict: 409,
    domain.GuardFailed: 422,
    domain.Invalid: 422,
    domain.TooMany: 429,
    domain.CaseworkError: 422,
}

TITLES = {
    400: _l("This page has been open for too long"),
    401: _l("Sign in first"),
    403: _l("This is not open to you"),
    404: _l("Page not found"),
    405: _l("This page cannot be opened like that"),
    409: _l("Somebody else was first"),
    413: _l("This is too much at once"),
    422: _l("This cannot be done"),
    429: _l("Too many tries"),
    500: _l("Something went wrong on our side"),
    503: _l("The service is not available for a moment"),
}

MESSAGES = {
    400: _l("For your safety a form can be sent only from a page that was opened recently."),
    401: _l("Your session has ended. Sign in in another window, then try again from here."),
    403: _l("Your role does not include this page."),
    404: _l(
        "There is nothing at this address, or it is not yours to read. "
        "Check the address, or start again from the home page."
    ),
    405: _l("Go back to the page before and use its buttons."),
    409: _l("Somebody else has changed this in the meantime. Read it again before you go on."),
    413: _l("The text or the files are larger than we can take. Shorten them and send them again."),
    422: _l("What was sent cannot be read. Go back and try again."),
    429: _l("Please wait a moment and try again."),
    500: _l("The fault has been recorded. Please try again later."),
    503: _l("Your text has not been sent yet. Please try again in a minute."),
}

TRY_AGAIN = frozenset({400, 401, 429, 503})
"""After these the same thing may be sent once more; after others the page must be read first."""


def init_app(app: Flask) -> None:
    for kind, status in REFUSALS.items():
        app.register_error_handler(kind, _refusal(status))
    for fault in (OperationalError, InterfaceError, PoolTimeout):
        app.register_error_handler(fault, _database_gone)
    app.register_error_handler(StaleDataError, lambda _error: page(409))
    app.register_error_handler(NoResultFound, lambda _error: page(404))
    app.register_error_handler(ValueError, _unstorable)
    app.register_error_handler(CSRFError, lambda _error: page(400))
    app.register_error_handler(SecurityError, _unknown_host)
    app.register_error_handler(HTTPException, _http)


def page(status: int, message: str | None = None, retry_after: int | None = None) -> Response:
    """Return the page for ``status``; it shows back what was typed, where that is safe."""
    show_counts(unread=None)  # a page about a fault asks the database for nothing
    shown = status if status in TITLES else 500 if status >= 500 else 422
    lost = status in (405, 413) or (status == 404 and request.url_rule is None)
    kept = None if lost else typed()
    html = render_template(
        "error.html",
        status=status,
        title=TITLES[shown],
        message=message or MESSAGES[shown],
        kept=kept,
        try_again=status in TRY_AGAIN,
        way_back=way_back(),
        reference=g.get("request_id"),
    )
    response = make_response(html, status)
    if retry_after:
        response.headers["Retry-After"] = str(retry_after)
    return response


def wording(error: domain.CaseworkError) -> str:
    """Return the error's message in the language of the page."""
    return translate(language(), error.message, **error.details)


def _refusal(status: int) -> Callable[[domain.CaseworkError], Response]:
    def show(error: domain.CaseworkError) -> Response:
        wait = error.retry_after if isinstance(error, domain.TooMany) else None
        return page(status, wording(error), wait)

    return show


def _database_gone(error: Exception) -> Response:
    g.database_gone = True  # the page about it must not ask the database who reads it
    log.error("database_gone", kind=type(error).__name__)
    message = None
    if request.method in ("GET", "HEAD"):
        message = _("Please try again in a minute.")
    return page(503, message, retry_after=30)


def _unstorable(error: Exception) -> Response:
    """Answer what no form has refused: the driver says of a NUL only that it is a ValueError."""
    if "NUL (0x00)" not in str(error):
        raise error
    return page(422)


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    if status < 400:
        return make_response(error.get_response())
    if status == 400 and not isinstance(error, CSRFError):
        return page(status, _("What was sent cannot be read. Go back and try again."))
    response = page(status, retry_after=60 if status == 429 else None)
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    return response


def _unknown_host(_error: SecurityError) -> Response:
    """Answer in plain words: no address of ours can be written for a host that is not ours."""
    return Response("400: unknown host\n", 400, content_type="text/plain; charset=utf-8")
