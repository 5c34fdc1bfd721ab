"""Runs the migrations on a connection given by the caller, or on the address in ``-x url=``."""

import os

from alembic import context
from sqlalchemy import Connection, NullPool, create_engine

from casework.models import Base
from casework.models.engine import normalised


def run(connection: Connection) -> None:
    """Run every step in one transaction: a migration that fails leaves nothing behind."""
    context.configure(connection=connection, target_metadata=Base.metadata, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()


def address() -> str:
    given = context.get_x_argument(as_dictionary=True).get("url")
    return given or os.environ.get("DATABASE_OWNER_URL") or os.environ["DATABASE_URL"]


def run_offline() -> None:
    context.configure(url=normalised(address()), target_metadata=Base.metadata, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()


def run_online() -> None:
    given = context.config.attributes.get("connection")
    if given is not None:
        run(given)
        return
    engine = create_engine(normalised(address()), poolclass=NullPool)
    with engine.connect() as connection:
        run(connection)


if context.is_offline_mode():
    run_offline()
else:
    run_online()
