"""Builds the web application."""

import traceback
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Protocol

import structlog
from flask import Flask
from flask_wtf import CSRFProtect
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.middleware.proxy_fix import ProxyFix

from casework.models.engine import application_engine, session_factory
from casework.sealing import Sealer
from casework.web import (
    assets,
    components,
    db,
    display,
    drawn,
    errors,
    guard,
    headers,
    language,
    uploads,
)
from casework.web.blueprints import BLUEPRINTS

FORM_TEXT_LIMIT = 1024 * 1024
FORM_PARTS_LIMIT = 500

log = structlog.get_logger()


class WebSettings(Protocol):
    """What the pages need to know of the configuration."""

    @property
    def database_url(self) -> str: ...
    @property
    def pool_size(self) -> int: ...
    @property
    def data_keys(self) -> str: ...
    @property
    def hash_key(self) -> str: ...
    @property
    def secret_key(self) -> str: ...
    @property
    def trusted_hosts(self) -> tuple[str, ...]: ...
    @property
    def proxies(self) -> int: ...
    @property
    def https(self) -> bool: ...
    @property
    def demo(self) -> bool: ...
    @property
    def testing(self) -> bool: ...
    @property
    def clamd(self) -> str: ...
    @property
    def session_idle(self) -> timedelta: ...
    @property
    def session_longest(self) -> timedelta: ...


class Application(Flask):
    """Flask, whose log of a fault names the place and never what somebody typed."""

    request_class = uploads.BoundedRequest

    def log_exception(
        self,
        exc_info: tuple[type[BaseException], BaseException, TracebackType | None]
        | tuple[None, None, None],
    ) -> None:
        kind, _, trace = exc_info
        places = [f"{f.filename}:{f.lineno} {f.name}" for f in traceback.extract_tb(trace)]
        log.error("fault", kind=kind.__name__ if kind else None, places=places[-12:])


def create_app(
    settings: WebSettings,
    *,
    now: Callable[[], datetime] | None = None,
    sessions: sessionmaker[Session] | None = None,
) -> Flask:
    """Return the application. Tests bring their own clock and their own sessions."""
    app = Application("casework.web")
    _configure(app, settings)
    app.extensions |= {
        "settings": settings,
        "now": now or (lambda: datetime.now(UTC)),
        "sessions": sessions
        or session_factory(application_engine(settings.database_url, pool_size=settings.pool_size)),
        "sealer": Sealer.from_text(settings.data_keys, settings.hash_key),
        "schedule": _schedule,
    }
    headers.init_app(app)
    CSRFProtect(app)
    for part in (db, guard, language, display, assets, components, uploads, errors, drawn):
        part.init_app(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    if settings.proxies:
        trusted = settings.proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=trusted, x_proto=trusted, x_host=trusted
        )
    return app


def _schedule(after: datetime) -> dict[str, datetime]:
    """Return when each job runs next; the schedule is loaded by the one page that shows it."""
    from casework.jobs.registry import schedule

    return schedule(after)


def _configure(app: Flask, settings: WebSettings) -> None:
    app.config.update(
        SECRET_KEY=settings.secret_key,
        TESTING=settings.testing,
        TRUSTED_HOSTS=list(settings.trusted_hosts) or None,
        PROXIES=settings.proxies,
        DEMO=settings.demo,
        SESSION_COOKIE_NAME="__Host-casework" if settings.https else "casework",
        SESSION_COOKIE_SECURE=settings.https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=settings.session_longest,
        WTF_CSRF_TIME_LIMIT=12 * 3600,
        MAX_CONTENT_LENGTH=FORM_TEXT_LIMIT,
        MAX_FORM_MEMORY_SIZE=FORM_TEXT_LIMIT,
        MAX_FORM_PARTS=FORM_PARTS_LIMIT,
        SEND_FILE_MAX_AGE_DEFAULT=0,
        PREFERRED_URL_SCHEME="https" if settings.https else "http",
    )
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
