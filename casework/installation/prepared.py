"""Remembers that a database was prepared, so that a start that changes nothing is quick."""

import hashlib
import json
from pathlib import Path

import psycopg2

from casework.postgres.server import Server
from config import ROOT

VERSIONS = ROOT / "migrations" / "versions"


def _code() -> str:
    digest = hashlib.sha256()
    for file in sorted(VERSIONS.glob("*.py")):
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def _version(server: Server, database: str) -> str | None:
    """Return what the database itself says, as it may have been restored or taken back by hand."""
    connection = server.connect(database)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT version_num FROM alembic_version")
            found = cursor.fetchone()
    except psycopg2.errors.UndefinedTable:
        return None
    finally:
        connection.close()
    return str(found[0]) if found else None


def _note(var: Path) -> Path:
    return var / "prepared.json"


def is_prepared(server: Server, database: str) -> bool:
    """Tell whether this code prepared this database before, to its end."""
    try:
        noted = json.loads(_note(server.var).read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return False
    version = _version(server, database)
    return version is not None and noted == {"code": _code(), "version": version}


def note_prepared(server: Server, database: str) -> None:
    note = {"code": _code(), "version": _version(server, database)}
    _note(server.var).write_text(json.dumps(note), encoding="utf-8")
