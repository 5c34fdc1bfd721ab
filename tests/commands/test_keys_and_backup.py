"""Keys change and databases come back without losing a word."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from casework.commands import backup, keys, restore, verify
from casework.models import (
    Attachment,
    AttachmentContent,
    Case,
    CaseEvent,
    Origin,
    Petitioner,
    Scan,
)
from casework.models.engine import application_engine
from casework.postgres.roles import Addresses
from casework.queries.attachments import opened_name
from casework.queries.rules import rules_in_force
from casework.sealing import SealBroken, Sealer
from casework.services.actors import PETITIONER
from casework.services.attachments import baskets
from casework.services.attachments.content import content_row
from casework.services.attachments.judging import judged
from casework.services.attachments.reading import readable_content
from casework.services.defaults import seed_defaults
from casework.services.petitioners import opened_contact
from casework.workflow.states import State
from tests.database import Cluster
from tests.factories import CANARY, DATA_KEYS, HASH_KEY, MONDAY, SEALER, District
from tests.files.samples import pdf

NEW_KEY = "k2:ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8="
ENVIRONMENT = {
    "SECRET_KEY": "dqGk3vQ0y7n1m5XwZc8sLr2tBf6hJp9u",
    "DATA_KEYS": DATA_KEYS,
    "HASH_KEY": HASH_KEY,
    "LC_ALL": "C.UTF-8",
}


@pytest.fixture(scope="module")
def filled(cluster: Cluster) -> Iterator[tuple[Addresses, Engine]]:
    """A database of its own with a case in every state."""
    addresses = cluster.database("casework_commands")
    engine = application_engine(addresses.application)
    with Session(engine) as session:
        seed_defaults(session, at=MONDAY)
        session.flush()
        district = District(session, rules_in_force(session, SEALER))
        for state in State:
            district.case_in(state)
        add_file(session, district)
        session.commit()
    yield addresses, engine
    engine.dispose()


def add_file(session: Session, district: District) -> None:
    case, rules = district.case_in(State.SUBMITTED), district.rules
    file = judged("身份证.pdf", pdf())
    baskets.add(session, "form", file, Scan.UNSCANNED, at=MONDAY, sealer=SEALER)
    baskets.attach(session, case, "form", Origin.LETTER, by=PETITIONER, at=MONDAY, rules=rules)


def run(
    monkeypatch: pytest.MonkeyPatch,
    addresses: Addresses,
    command: object,
    *arguments: str,
    **changed: str,
) -> Result:
    given = ENVIRONMENT | changed
    given |= {"DATABASE_URL": addresses.application, "DATABASE_OWNER_URL": addresses.owner}
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    return CliRunner().invoke(command, list(arguments), catch_exceptions=False)  # type: ignore[arg-type]


def test_a_restored_database_differs_in_nothing_and_its_log_holds(
    cluster: Cluster,
    filled: tuple[Addresses, Engine],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    addresses, engine = filled
    file = tmp_path / "casework.dump"
    saved = run(monkeypatch, addresses, backup.command, str(file))
    assert saved.exit_code == 0, saved.output
    assert file.stat().st_mode & 0o077 == 0
    other = cluster.empty_database("casework_restored")
    restored = run(monkeypatch, other, restore.command, str(file))
    assert restored.exit_code == 0, restored.output
    checked = run(monkeypatch, other, verify.command, "log")
    assert checked.exit_code == 0, checked.output
    whole = run(monkeypatch, other, verify.command, "files")
    assert "1. Every file" in whole.output
    fresh = application_engine(other.application)
    assert _contents(fresh) == _contents(engine)
    with fresh.connect() as connection, pytest.raises(Exception, match="permission denied"):
        connection.execute(text("DELETE FROM case_events"))
    fresh.dispose()


def _contents(engine: Engine) -> list[object]:
    with Session(engine) as session:
        return [
            session.execute(select(Case.number, Case.head_hash).order_by(Case.id)).all(),
            session.execute(select(CaseEvent.hash).order_by(CaseEvent.id)).all(),
            session.execute(select(Petitioner.id, Petitioner.sealed).order_by(Petitioner.id)).all(),
            session.execute(select(AttachmentContent.sealed)).all(),
        ]


def test_a_database_that_holds_something_is_not_overwritten(
    filled: tuple[Addresses, Engine], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    addresses, engine = filled
    file = tmp_path / "casework.dump"
    run(monkeypatch, addresses, backup.command, str(file))
    refused = run(monkeypatch, addresses, restore.command, str(file))
    assert refused.exit_code == 1
    assert "not empty" in refused.output
    replaced = run(monkeypatch, addresses, restore.command, str(file), "--replace")
    assert replaced.exit_code == 0, replaced.output
    assert len(_contents(engine)[0]) >= len(State)  # type: ignore[arg-type]


def test_a_file_that_is_no_backup_changes_nothing(
    filled: tuple[Addresses, Engine], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    addresses, engine = filled
    before = _contents(engine)
    file = tmp_path / "letter.dump"
    file.write_text("not a dump")
    refused = run(monkeypatch, addresses, restore.command, str(file), "--replace")
    assert refused.exit_code == 1
    assert "pg_restore" in refused.output
    assert _contents(engine) == before


def test_after_a_rotation_the_old_key_is_not_needed(
    filled: tuple[Addresses, Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    addresses, engine = filled
    both = f"{NEW_KEY},{DATA_KEYS}"
    turned = run(monkeypatch, addresses, keys.command, "rotate", DATA_KEYS=both)
    assert turned.exit_code == 0, turned.output
    only_new = Sealer.from_text(NEW_KEY, HASH_KEY)
    with Session(engine) as session:
        rows = session.scalars(select(Petitioner)).all()
        assert len(rows) == session.scalar(select(func.count()).select_from(Petitioner)) > 0
        assert {opened_contact(row, only_new) for row in rows} == {CANARY}
        with pytest.raises(SealBroken):
            opened_contact(rows[0], SEALER)
        file = session.scalars(select(Attachment)).one()
        assert readable_content(session, file, sealer=only_new) == judged("a.pdf", pdf()).content
        assert opened_name(file.name_sealed, file.id, only_new) == "身份证.pdf"
    again = run(monkeypatch, addresses, keys.command, "rotate", DATA_KEYS=both)
    assert ": 0." in again.output


def test_an_exchanged_file_is_named(
    filled: tuple[Addresses, Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    addresses, engine = filled
    sealers = Sealer.from_text(f"{NEW_KEY},{DATA_KEYS}", HASH_KEY)
    with Session(engine) as session:
        file = session.scalars(select(Attachment)).one()
        kept = session.get_one(AttachmentContent, file.id)
        kept.sealed = sealers.seal_bytes(pdf(b"another"), row=content_row(file.id))
        session.commit()
    found = run(monkeypatch, addresses, verify.command, "files", DATA_KEYS=f"{NEW_KEY},{DATA_KEYS}")
    assert found.exit_code == 1
    assert "Broken: 1." in found.output
