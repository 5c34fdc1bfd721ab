"""The application on the test's own session, and clients that read what they fetch."""

from collections.abc import Callable
from datetime import datetime
from typing import cast

import pytest
from flask import Flask
from sqlalchemy.orm import Session, sessionmaker

from casework.app import create_app
from casework.models import User
from casework.services import sessions
from config import Settings
from tests.factories import DATA_KEYS, HASH_KEY, MONDAY
from tests.web.client import LintingClient

SECRET = "only for the tests of the pages 0123456789"
NOWHERE = "postgresql+psycopg2://nobody@127.0.0.1:1/nothing?connect_timeout=1"


def settings(**changes: object) -> Settings:
    """Return settings for a test, which point at no database unless one is named."""
    values: dict[str, object] = {
        "database_url": NOWHERE,
        "secret_key": SECRET,
        "data_keys": DATA_KEYS,
        "hash_key": HASH_KEY,
        "testing": True,
    }
    return Settings(**(values | changes))  # type: ignore[arg-type]


def client_of(app: Flask) -> LintingClient:
    app.test_client_class = LintingClient
    return cast(LintingClient, app.test_client())


class Clock:
    """The time that the pages are told."""

    now: datetime = MONDAY

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def app(session: Session, clock: Clock) -> Flask:
    """The application on the connection of the test's session, whose end undoes everything."""
    opened = sessionmaker(
        session.connection(), join_transaction_mode="create_savepoint", expire_on_commit=False
    )
    return create_app(settings(), now=clock, sessions=opened)


@pytest.fixture
def client(app: Flask) -> LintingClient:
    """A browser in which nobody has signed in."""
    return client_of(app)


SignIn = Callable[[User], LintingClient]


@pytest.fixture
def sign_in(app: Flask, session: Session, clock: Clock) -> SignIn:
    """Return a function that opens a browser of its own in which ``user`` is signed in."""

    def signed_in(user: User) -> LintingClient:
        token = sessions.start_session(session, user, clock.now)
        session.commit()
        browser = client_of(app)
        with browser.session_transaction() as kept:
            kept["_user_id"] = token
        return browser

    return signed_in


@pytest.fixture
def bare_app() -> Flask:
    """The application without any database behind it."""
    return create_app(settings(), now=Clock())


@pytest.fixture
def bare_client(bare_app: Flask) -> LintingClient:
    return client_of(bare_app)
