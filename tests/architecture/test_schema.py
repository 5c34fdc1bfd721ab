"""The database and the models say the same, and migrations run both ways."""

import ast
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine, inspect, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from casework.models import Base
from casework.models.engine import normalised
from casework.postgres.migrations import downgrade, upgrade
from casework.services.defaults import seed_defaults
from tests.database import Cluster

MADE_BY_THE_DATABASE = {"grams", "number"}
VERSIONS = Path(__file__).parents[2] / "migrations" / "versions"


def unexpected(difference: object) -> bool:
    return not any(
        re.search(rf"\b{name}\b", str(difference)) for name in (*MADE_BY_THE_DATABASE, "ix_.*grams")
    )


def test_the_migrations_make_exactly_the_tables_of_the_models(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_name": lambda name, kind, _: name != "alembic_version"}
        )
        found = compare_metadata(context, Base.metadata)
    assert [difference for difference in found if unexpected(difference)] == []


def test_every_migration_runs_up_down_and_up_again_on_data(cluster: Cluster) -> None:
    addresses = cluster.empty_database("casework_up_and_down")
    upgrade(addresses.owner)
    owner = create_engine(normalised(addresses.owner))
    with Session(owner) as session:
        seed_defaults(session, at=datetime(2026, 3, 2, tzinfo=UTC))
        session.commit()
    tables = set(inspect(owner).get_table_names())
    downgrade(addresses.owner, "base")
    assert set(inspect(owner).get_table_names()) == {"alembic_version"}
    upgrade(addresses.owner)
    assert set(inspect(owner).get_table_names()) == tables
    owner.dispose()


def test_migrations_form_one_line() -> None:
    numbers = sorted(path.name[:4] for path in VERSIONS.glob("[0-9]*.py"))
    assert numbers == [f"{number:04d}" for number in range(1, len(numbers) + 1)]


def test_a_migration_does_nothing_when_it_is_only_read() -> None:
    """The pages that report health read the newest number, with no database behind ``op``."""
    acting = [
        f"{path.name}:{node.lineno}"
        for path in VERSIONS.glob("[0-9]*.py")
        for statement in ast.parse(path.read_text()).body
        if not isinstance(statement, ast.FunctionDef)
        for node in ast.walk(statement)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "op"
    ]
    assert acting == []


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE intruder (id int)",
        "DROP TABLE case_events",
        "ALTER TABLE case_events DISABLE TRIGGER ALL",
        "UPDATE case_events SET note = ''",
        "DELETE FROM case_events",
        "TRUNCATE case_events",
        "DELETE FROM cases",
        "UPDATE alembic_version SET version_num = ''",
    ],
)
def test_the_application_may_not(engine: Engine, statement: str) -> None:
    with (
        engine.connect() as connection,
        pytest.raises(ProgrammingError, match=r"must be owner|permission denied"),
    ):
        connection.execute(text(statement))


def test_every_foreign_key_that_lists_follow_is_indexed(engine: Engine) -> None:
    unindexed = """
        SELECT c.conrelid::regclass::text || '.' || a.attname
        FROM pg_constraint c
        JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
        WHERE c.contype = 'f' AND c.confrelid = 'cases'::regclass
          AND NOT EXISTS (
            SELECT FROM pg_index i
            WHERE i.indrelid = c.conrelid AND i.indkey[0] = c.conkey[1])
        ORDER BY 1
    """
    with engine.connect() as connection:
        assert list(connection.scalars(text(unindexed))) == ["petitioners.from_case_id"]
