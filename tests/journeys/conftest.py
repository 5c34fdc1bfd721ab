"""A real server on loopback, a real browser, and a district whose people can sign in."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from casework.app import create_app
from casework.models import User
from casework.models.engine import application_engine
from casework.queries.rules import rules_in_force
from casework.services.defaults import seed_defaults
from casework.services.passwords import hash_password
from config import Settings
from tests.database import Cluster
from tests.factories import DATA_KEYS, HASH_KEY, MONDAY, SEALER, District
from tests.journeys.people import Person

PASSWORD = "a quiet lane with 7 lamps"
PATIENCE = 30_000
"""Milliseconds: how long a journey waits for what must come, on a machine that is busy too."""
expect.set_options(timeout=PATIENCE)
BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs a browser where there is none; in CI that is a failure."""
    if BROWSER or os.environ.get("CI") == "true":
        return
    missing = pytest.mark.skip(reason="NO BROWSER: install Debian's chromium to run this test")
    for item in items:
        if "journeys" in item.nodeid:
            item.add_marker(missing)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    quiet = [
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
        "--disable-quic",
    ]
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {"executable_path": BROWSER, "args": [*quiet, *sandbox]}


@dataclass
class Clock:
    """The time that the pages are told; a journey moves it on."""

    now: datetime = MONDAY

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **lapse: float) -> None:
        self.now += timedelta(**lapse)


@dataclass
class Site:
    """The running system as a journey sees it."""

    url: str
    clock: Clock
    engine: Engine
    names: dict[str, str]
    units: dict[str, str]


@pytest.fixture(scope="module")
def site(cluster: Cluster, request: pytest.FixtureRequest) -> Iterator[Site]:
    """A server with a district of its own for the tests of one file."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    addresses = cluster.database(f"casework_{request.module.__name__.split('.')[-1]}_{worker}")
    engine, clock = application_engine(addresses.application), Clock()
    with Session(engine, expire_on_commit=False) as session:
        names, units = _people(session)
    with served(application(addresses.application, clock)) as url:
        yield Site(url, clock, engine, names, units)
    engine.dispose()


def application(database_url: str, now: Callable[[], datetime]) -> Flask:
    settings = Settings(
        database_url=database_url,
        secret_key="only for the journeys of the tests 0123456789",
        data_keys=DATA_KEYS,
        hash_key=HASH_KEY,
        trusted_hosts=("127.0.0.1", "localhost"),
        testing=True,
    )
    app = create_app(settings, now=now)
    app.config["PROPAGATE_EXCEPTIONS"] = False  # a fault is a page here, as in production
    return app


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serve ``app`` on loopback and give its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        app.extensions["sessions"].kw["bind"].dispose()


def _people(session: Session) -> tuple[dict[str, str], dict[str, str]]:
    """Make the district and return its login names by part, and its units' names."""
    seed_defaults(session, at=MONDAY)
    session.flush()
    district = District(session, rules_in_force(session, SEALER))
    password_hash = hash_password(PASSWORD)
    names = {}
    for part, person in vars(district).items():
        if isinstance(person, User):
            person.password_hash = password_hash
            names[part] = person.username
    units = {part: getattr(district, part).name for part in ("lead", "helper", "street")}
    session.commit()
    return names, units


Enter = Callable[[str], Page]
Meet = Callable[..., Person]


@pytest.fixture
def enter(site: Site, browser: Browser) -> Iterator[Enter]:
    """Give a browser of their own to whoever takes part: ``enter("clerk")``, ``enter("")``.

    With SHOTS=folder a picture of the page where each of them ended is kept there.
    """
    contexts: list[BrowserContext] = []

    def entered(part: str) -> Page:
        context = browser.new_context(base_url=site.url, locale="en-GB")
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        if part:
            page.goto("/account/login")
            page.get_by_label("User name").fill(site.names[part])
            page.get_by_role("textbox", name="Password").fill(PASSWORD)
            page.get_by_role("main").get_by_role("button", name="Sign in").click()
            expect(page.get_by_role("button", name="Sign out")).to_be_visible()
        return page

    yield entered
    for number, context in enumerate(contexts):
        if folder := os.environ.get("SHOTS"):
            context.pages[0].screenshot(path=f"{folder}/{number}.png", full_page=True)
        context.close()


@pytest.fixture
def meet(enter: Enter) -> Meet:
    """Give everybody a browser and a language: ``meet("clerk", "zh_CN")``, ``meet("")``."""

    def met(part: str, language: str = "en") -> Person:
        person = Person(enter(part))
        if language != "en":
            person.speak(language)
        return person

    return met
