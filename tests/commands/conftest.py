"""Commands run against a database of their own, as somebody at a terminal runs them."""

import os
from collections.abc import Callable, Iterator

import click
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, create_engine, text

from casework.postgres.roles import Addresses
from tests.database import Cluster
from tests.factories import DATA_KEYS, HASH_KEY

Run = Callable[..., Result]


@pytest.fixture(scope="module")
def own_addresses(cluster: Cluster, request: pytest.FixtureRequest) -> Addresses:
    """The addresses of a fresh migrated database for this module."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    name = str(request.node.name).rpartition("/")[2].removesuffix(".py")
    return cluster.database(f"casework_{name}_{worker}")


@pytest.fixture(scope="module")
def owner(own_addresses: Addresses) -> Iterator[Engine]:
    """Connections as the owner of the tables, who can do what the application cannot."""
    engine = create_engine(own_addresses.owner)
    yield engine
    engine.dispose()


@pytest.fixture
def run(own_addresses: Addresses) -> Run:
    """Return a function that runs a command with the settings of an installation."""
    environment = {
        "DATABASE_URL": own_addresses.application,
        "DATABASE_OWNER_URL": own_addresses.owner,
        "SECRET_KEY": "only for the tests of the commands 0123456789",
        "DATA_KEYS": DATA_KEYS,
        "HASH_KEY": HASH_KEY,
        "DEMO": "1",
        "LANG": "en_US.UTF-8",
        "LC_ALL": "",
    }

    def invoke(command: click.Command, *arguments: str) -> Result:
        return CliRunner().invoke(command, list(arguments), env=environment)

    return invoke


def count(owner: Engine, table: str) -> int:
    """Return how many rows ``table`` has."""
    with owner.connect() as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())
