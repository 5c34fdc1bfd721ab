"""What every test may ask for: the cluster, an engine, a session that leaves no trace."""

import os
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from casework.models.engine import application_engine
from casework.postgres.roles import Addresses
from casework.queries.rules import Rules, rules_in_force
from tests import factories
from tests.database import Cluster, joined_cluster, start_cluster
from tests.factories import District

FOLDER = "cluster_folder"
SHARED = pytest.StashKey[Cluster]()


def pytest_sessionstart(session: pytest.Session) -> None:
    """With several workers the first process starts the cluster, as it outlives them all."""
    config = session.config
    if getattr(config.option, "numprocesses", None) and not hasattr(config, "workerinput"):
        config.stash[SHARED] = start_cluster()


def pytest_sessionfinish(session: pytest.Session) -> None:
    if cluster := session.config.stash.get(SHARED, None):
        cluster.remove()


class ForWorkers:
    """Tells each worker where the shared cluster lies; known only where workers are."""

    def pytest_configure_node(self, node: object) -> None:
        cluster = node.config.stash[SHARED]  # type: ignore[attr-defined]
        node.workerinput[FOLDER] = str(cluster.server.var)  # type: ignore[attr-defined]


def pytest_configure(config: pytest.Config) -> None:
    if config.pluginmanager.hasplugin("xdist"):
        config.pluginmanager.register(ForWorkers())


@pytest.fixture(scope="session")
def cluster(request: pytest.FixtureRequest) -> Iterator[Cluster]:
    """The cluster of this run, started when the first test asks for it."""
    given = getattr(request.config, "workerinput", {}).get(FOLDER)
    if given:
        yield joined_cluster(given)
        return
    own = start_cluster()
    yield own
    own.remove()


@pytest.fixture(scope="session")
def addresses(cluster: Cluster) -> Addresses:
    """The addresses, as owner and as application, of this worker's own migrated database."""
    return cluster.database("casework_" + os.environ.get("PYTEST_XDIST_WORKER", "alone"))


@pytest.fixture(scope="session")
def engine(addresses: Addresses) -> Iterator[Engine]:
    """Connections with the application's rights, as in production."""
    engine = application_engine(addresses.application)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session whose commits are savepoints: the test's end undoes everything."""
    with engine.connect() as connection:
        outer = connection.begin()
        session = Session(
            connection, join_transaction_mode="create_savepoint", expire_on_commit=False
        )
        factories.bind(session)
        yield session
        session.close()
        outer.rollback()


@pytest.fixture(scope="session")
def rules(engine: Engine) -> Rules:
    """The rules of a new district, which the template of the test databases holds."""
    with Session(engine) as session:
        return rules_in_force(session, factories.SEALER)


@pytest.fixture
def district(session: Session, rules: Rules) -> District:
    """A small district with people of every role, who can bring cases into every state."""
    return District(session, rules)
