"""Brings a database to a version of the schema, and tells which version it has."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, NullPool, create_engine, text

SCRIPTS = Path(__file__).parents[2] / "migrations"
# Any number, always the same: one migration of a database at a time.
LOCK = 7_404_002


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    return config


@cache
def head() -> str | None:
    """Return the version that this code expects."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def current(connection: Connection) -> str | None:
    """Return the version that the database has, None before the first migration."""
    return MigrationContext.configure(connection).get_current_revision()


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database up to ``revision``; a second caller waits and finds it done."""
    with _alone(url) as config:
        command.upgrade(config, revision)


def downgrade(url: str, revision: str) -> None:
    """Take the database down to ``revision``."""
    with _alone(url) as config:
        command.downgrade(config, revision)


@contextmanager
def _alone(url: str) -> Iterator[Config]:
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
        connection.commit()
        config = _config()
        config.attributes["connection"] = connection
        yield config
