"""A small made-up district, filled through the services, for figures and supervision."""

import os
from collections.abc import Iterator
from datetime import date, datetime

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from casework.demo.filling import fill
from casework.models import User
from casework.models.engine import application_engine
from casework.workflow.calendar import SHANGHAI
from tests.database import Cluster
from tests.factories import SEALER

AT = datetime(2026, 6, 17, 15, 0, tzinfo=SHANGHAI)
TODAY = date(2026, 6, 17)


@pytest.fixture(scope="module")
def empty(cluster: Cluster) -> Iterator[Engine]:
    """A database in which no other test leaves anything: the demo fills an empty one only."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    engine = application_engine(cluster.database(f"casework_figures_{worker}").application)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def filled(empty: Engine) -> Iterator[Session]:
    """A session on a district with cases in every state as it stands at ``AT``; only read it."""
    with empty.connect() as connection:
        outer = connection.begin()
        session = Session(connection, join_transaction_mode="create_savepoint")
        fill(session, SEALER, at=AT, count=120, seed=7)
        yield session
        session.close()
        outer.rollback()


def person(session: Session, login: str) -> User:
    """Return the member of staff with this login."""
    return session.scalars(select(User).where(User.username == login)).one()
