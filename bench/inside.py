"""The application in this process: for signing in, for slips, and to record its statements."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from flask import Flask, render_template_string
from flask.testing import FlaskClient
from psycopg2.extensions import Binary
from sqlalchemy import Engine, event, select

from bench.recorded import Recorded
from casework.app import create_app
from casework.models import User
from casework.services import sessions
from casework.web.slips import new_slip
from config import Settings

HELLO = """{% extends "layout.html" %}
{% block title %}Hello{% endblock %}
{% block content %}hello{% endblock %}
"""


def add_hello(app: Flask) -> None:
    """Add a page of one word: session, rights, menu and layout of every other page around it."""
    app.get("/bench/hello")(lambda: render_template_string(HELLO))


class Inside:
    """The application with the settings of the measured one, so that its cookies fit."""

    def __init__(self, settings: Settings) -> None:
        self.app: Flask = create_app(settings)
        add_hello(self.app)
        self._factory = self.app.extensions["sessions"]
        self.engine: Engine = self._factory.kw["bind"]
        self.cookie_name: str = self.app.config["SESSION_COOKIE_NAME"]

    def client(self, who: str) -> FlaskClient:
        """Return a browser of this process, signed in unless ``who`` is empty."""
        browser = self.app.test_client()
        if who and who != "petitioner":
            with self._factory() as db:
                user = db.scalars(select(User).where(User.username == who)).one()
                token = sessions.start_session(db, user, datetime.now(UTC))
                db.commit()
            with browser.session_transaction() as kept:
                kept["_user_id"] = token
        return browser

    def cookie(self, browser: FlaskClient) -> str:
        """Return the cookie of this browser as the header that sends it."""
        found = browser.get_cookie(self.cookie_name)
        return f"{self.cookie_name}={found.value}" if found else ""

    def slips(self, count: int) -> list[str]:
        """Return slips for so many letters."""
        with self.app.app_context():
            return [new_slip() for _ in range(count)]

    @contextmanager
    def recording(self) -> Iterator[Recorded]:
        """Keep every statement of the block."""
        recorded = Recorded()

        def statement(_c: object, _cur: object, sql: str, given: Any, *_: object) -> None:
            recorded.statements.append((sql, _plain(given)))

        def commit(_connection: object) -> None:
            recorded.commits += 1

        event.listen(self.engine, "before_cursor_execute", statement)
        event.listen(self.engine, "commit", commit)
        try:
            yield recorded
        finally:
            event.remove(self.engine, "before_cursor_execute", statement)
            event.remove(self.engine, "commit", commit)


def _plain(given: Any) -> Any:
    """Return parameters without the driver's wrappers, so that they can be kept in a file."""
    if isinstance(given, dict):
        return {name: _plain(value) for name, value in given.items()}
    if isinstance(given, list | tuple):
        return type(given)(_plain(value) for value in given)
    return bytes(given.adapted) if isinstance(given, Binary) else given
