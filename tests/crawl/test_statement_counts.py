"""No page asks the database more often because there are more rows."""

import os
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from casework.app import create_app
from casework.models.engine import application_engine
from casework.queries.rules import rules_in_force
from casework.services.defaults import seed_defaults
from casework.workflow.states import State
from tests.crawl.conftest import CHAIRS, Whole
from tests.database import Cluster
from tests.everything import NOW, Everything
from tests.factories import MONDAY, SEALER, CategoryFactory, District, UserFactory
from tests.web.conftest import settings

FEW, MANY = 3, 9
LISTED = (
    State.SUBMITTED,
    State.RETURNED,
    State.DISPATCHED,
    State.HANDLING,
    State.REVIEWING,
    State.REPLIED,
    State.FORWARDED,
    State.PUBLISHED,
)
ROLES = [part for part in CHAIRS if part not in ("petitioner", "helping_handler")]
LARGEST = 12
"""More statements than this no page needs at all, its session included."""


@pytest.fixture(scope="module")
def growing(cluster: Cluster) -> Iterator[Whole]:
    """A district with few cases, units, people and categories; ``grow`` makes them many."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    addresses = cluster.database(f"casework_growing_{worker}")
    engine = application_engine(addresses.application)
    with Session(engine, expire_on_commit=False) as db:
        seed_defaults(db, at=MONDAY)
        db.flush()
        everything = Everything(District(db, rules_in_force(db, SEALER)))
        add(everything, FEW)
        db.commit()
        app = create_app(settings(database_url=addresses.application), now=lambda: NOW)
        yield Whole(app, engine, everything)
        app.extensions["sessions"].kw["bind"].dispose()
    engine.dispose()


def add(everything: Everything, count: int) -> None:
    for state in LISTED:
        everything.district.cases_in(state, count)
    for _ in range(count):
        everything.district.answered_call()
        UserFactory(handler=True)
        CategoryFactory()


def lists(whole: Whole, part: str) -> list[str]:
    """Return the addresses without arguments that the role of ``part`` may enter."""
    found = []
    for rule in whole.app.url_map.iter_rules():
        blueprint = whole.app.blueprints.get(rule.endpoint.rpartition(".")[0])
        if "GET" not in (rule.methods or ()) or rule.arguments or blueprint is None:
            continue
        roles = getattr(blueprint, "roles", {None})
        if CHAIRS[part] in roles:
            found.append(rule.rule)
    return found


def statements(engine: Engine, whole: Whole, part: str) -> dict[str, int]:
    """Return how many statements each page takes once the lists that seldom change are kept."""
    browser, counted = FlaskClient(whole.app), {}
    browser.set_cookie("casework", whole.sit(part).get_cookie("casework").value if part else "")
    asked: list[str] = []

    def note(*call: object) -> None:
        asked.append(str(call[2]))

    event.listen(engine, "before_cursor_execute", note)
    for address in lists(whole, part):
        reads = []
        for _ in range(3):
            asked.clear()
            answer = browser.get(address)
            reads.append(len(asked))
        if answer.status_code == 200:
            counted[address] = min(reads)
    event.remove(engine, "before_cursor_execute", note)
    return counted


def test_no_page_asks_more_often_when_there_is_more(growing: Whole) -> None:
    pages = growing.app.extensions["sessions"].kw["bind"]
    few = {part: statements(pages, growing, part) for part in ROLES}
    add(growing.everything, MANY)
    growing.everything.session.commit()
    many = {part: statements(pages, growing, part) for part in ROLES}
    grown = [
        f"{part or 'anybody'} {address}: {count} statements, then {many[part].get(address)}"
        for part, counts in few.items()
        for address, count in counts.items()
        if many[part].get(address, 0) > count or count > LARGEST
    ]
    assert not grown, "\n".join(grown)
