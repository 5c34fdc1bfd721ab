"""Letters that are sent at the same moment, over connections of their own that really commit."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from secrets import token_hex

import pytest
from flask import Flask
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from casework.app import create_app
from casework.models import Case, Petitioner
from casework.models.engine import application_engine, session_factory
from casework.web.blueprints import following
from tests.database import Cluster
from tests.web.citizen import CODE, checked, open_case, receipt, send
from tests.web.conftest import Clock, client_of, settings
from tests.web.counting import statements

AT_ONCE = 20


@pytest.fixture
def own_engine(cluster: Cluster) -> Iterator[Engine]:
    """A database for one test alone: what is committed here cannot be undone."""
    addresses = cluster.database(f"casework_{token_hex(4)}")
    engine = application_engine(addresses.application, pool_size=AT_ONCE)
    yield engine
    engine.dispose()


@pytest.fixture
def busy_app(own_engine: Engine, clock: Clock) -> Flask:
    return create_app(settings(), now=clock, sessions=session_factory(own_engine))


def test_twenty_sendings_at_once_are_one_case_and_one_receipt(
    busy_app: Flask, own_engine: Engine
) -> None:
    browser = client_of(busy_app)
    page = checked(browser)
    cookie = browser.get_cookie("casework")
    assert cookie

    def sent(_position: int) -> str:
        own = client_of(busy_app)
        own.set_cookie("casework", cookie.value)
        answer = send(own, page)
        assert answer.status_code == 303
        found = CODE.search(own.fetch("/letters/received").text)
        assert found
        return found.group()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        codes = set(pool.map(sent, range(AT_ONCE)))
    assert len(codes) == 1
    with Session(own_engine) as session:
        assert session.scalar(select(func.count()).select_from(Case)) == 1
        assert session.scalar(select(func.count()).select_from(Petitioner)) == 1


def test_a_letter_takes_six_statements_and_one_commit(busy_app: Flask, own_engine: Engine) -> None:
    browser = client_of(busy_app)
    receipt(browser)
    page = checked(browser)
    with statements(own_engine) as counted:
        assert send(browser, page).status_code == 303
    assert len(counted) <= 6, counted


def test_wrong_codes_at_once_are_all_counted(
    busy_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "TRIES_OF_NUMBER", 5)
    number, _code = receipt(client_of(busy_app))

    def tried(_position: int) -> int:
        return open_case(client_of(busy_app), number, "0000-0000-00000").status_code

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(tried, range(AT_ONCE)))
    assert answers.count(422) == 5
    assert answers.count(429) == AT_ONCE - 5
