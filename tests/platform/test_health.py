"""The addresses for machines tell the truth and nothing else."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from casework.app import create_app
from casework.postgres import migrations
from casework.postgres.roles import Addresses
from casework.web.blueprints import health
from config import Settings
from tests.database import Cluster
from tests.factories import DATA_KEYS, HASH_KEY, MONDAY

SECRETS = {"secret_key": "only for tests 0123456789 abcdef", "hash_key": HASH_KEY}


def app_on(address: str) -> Flask:
    return create_app(
        Settings(database_url=address, data_keys=DATA_KEYS, testing=True, **SECRETS),
        now=lambda: MONDAY,
    )


def end(app: Flask) -> None:
    app.extensions["sessions"].kw["bind"].dispose()


def test_an_installation_that_is_well_says_so(addresses: Addresses) -> None:
    app = app_on(addresses.application)
    answer = app.test_client().get("/readyz")
    assert (answer.status_code, answer.json) == (
        200,
        {"database": "ok", "migrations": "ok", "outbox": "ok", "disk": "ok", "calendar": "ok"},
    )
    end(app)


def test_a_database_that_is_away_is_503_and_the_process_lives() -> None:
    app = app_on("postgresql://nobody:secretword@/gone?host=/nowhere")
    client = app.test_client()
    assert client.get("/healthz").status_code == 200
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json["database"] == "away"
    assert "secretword" not in answer.text
    assert "/nowhere" not in answer.text
    end(app)


def test_a_database_without_the_newest_tables_is_503(cluster: Cluster) -> None:
    empty = cluster.empty_database("casework_empty")
    app = app_on(empty.application)
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json["migrations"] in {"behind", "missing"}
    end(app)


def test_a_full_disk_is_503(addresses: Addresses, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "LEAST_DISK", 1 << 62)
    app = app_on(addresses.application)
    answer = app.test_client().get("/readyz")
    assert (answer.status_code, answer.json["disk"]) == (503, "full")
    end(app)


def test_the_database_has_the_version_that_the_code_expects(session: Session) -> None:
    assert migrations.current(session.connection()) == migrations.head()


def test_the_schema_goes_down_and_up_again(cluster: Cluster) -> None:
    addresses = cluster.database("casework_down_and_up")
    migrations.downgrade(addresses.owner, "base")
    migrations.upgrade(addresses.owner)
    migrations.upgrade(addresses.owner)


def test_the_application_can_read_but_not_change_the_version(session: Session) -> None:
    rights = "SELECT has_table_privilege('casework_app', 'alembic_version', :right)"
    assert session.scalar(text(rights), {"right": "SELECT"})
    for right in ("INSERT", "UPDATE", "DELETE"):
        assert not session.scalar(text(rights), {"right": right}), right


def test_a_message_that_waits_long_is_told(
    addresses: Addresses, monkeypatch: pytest.MonkeyPatch
) -> None:
    long_ago = MONDAY - timedelta(hours=1)
    monkeypatch.setattr(health.health, "oldest_unsent", lambda session: long_ago)
    app = app_on(addresses.application)
    answer = app.test_client().get("/readyz")
    assert (answer.status_code, answer.json["outbox"]) == (200, "late")
    end(app)
