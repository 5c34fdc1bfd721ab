"""The application on a district of its own in which everything occurs, read from every chair."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from casework.app import create_app
from casework.models.engine import application_engine
from casework.services import sessions
from casework.workflow.states import Role, State
from tests import everything
from tests.crawl.crawler import Crawl
from tests.database import Cluster
from tests.everything import NOW, Everything
from tests.web.client import LintingClient
from tests.web.conftest import client_of, settings

CHAIRS: dict[str, Role | None] = {
    "": None,
    "petitioner": None,
    "operator": Role.OPERATOR,
    "clerk": Role.OFFICE,
    "handler": Role.HANDLER,
    "reviewer": Role.REVIEWER,
    "helping_handler": Role.HANDLER,
    "supervisor": Role.SUPERVISOR,
    "leader": Role.LEADER,
    "administrator": Role.ADMINISTRATOR,
}
"""Who reads the site; the empty name is anybody, ``petitioner`` has opened the own case."""


@dataclass
class Whole:
    """The running application, and a way to sit down in each chair."""

    app: Flask
    engine: Engine
    everything: Everything
    crawls: dict[str, Crawl] = field(default_factory=dict)

    def sit(self, part: str) -> LintingClient:
        """Return a browser in which ``part`` is signed in, or nobody."""
        browser = client_of(self.app)
        browser.speak("zh_CN")
        if part == "petitioner":
            self.open_case(browser, "awaiting_petitioner")
        elif part:
            with Session(self.engine) as db:
                token = sessions.start_session(db, self.everything.people()[part], NOW)
                db.commit()
            with browser.session_transaction() as kept:
                kept["_user_id"] = token
        return browser

    def open_case(self, browser: LintingClient, name: str) -> None:
        """Open the case that the district calls ``name`` with its number and access code."""
        everything = self.everything
        case = everything.named.get(name) or everything.cases[State(name)]
        page = browser.fetch("/follow")
        typed = {"number": case.number, "code": everything.codes[name]}
        assert browser.submit(page, typed).status_code == 303, name

    def crawl(self, part: str) -> Crawl:
        """Return every page that can be reached from ``part``'s first page, read once."""
        if part not in self.crawls:
            self.crawls[part] = Crawl(self.app, self.sit(part))
            self.crawls[part].walk("/follow/case" if part == "petitioner" else "/")
        return self.crawls[part]


@contextmanager
def new_whole(cluster: Cluster, name: str) -> Iterator[Whole]:
    """Give an application on a new district in which everything occurs."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    addresses = cluster.database(f"casework_{name}_{worker}")
    engine = application_engine(addresses.application)
    with Session(engine, expire_on_commit=False) as db:
        filled = everything.fill(db)
        db.commit()
        db.expunge_all()
    application = create_app(settings(database_url=addresses.application), now=lambda: NOW)
    yield Whole(application, engine, filled)
    application.extensions["sessions"].kw["bind"].dispose()
    engine.dispose()


@pytest.fixture(scope="session")
def whole(cluster: Cluster) -> Iterator[Whole]:
    with new_whole(cluster, "crawl") as filled:
        yield filled
