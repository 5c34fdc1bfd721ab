"""The two floors: a page that only says hello, and bare views that do the same SQL.

A bare view sends the statements that its page was seen to send, reads all rows and says how
many there were: no form, no template, no objects. It runs on the same server, pool and rights.
"""

import os
import pickle
import re
import uuid
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy.orm import sessionmaker

from bench.recorded import RECORDED, Recorded
from casework.models.engine import application_engine

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def _application() -> Flask:
    app = Flask(__name__)
    engine = application_engine(os.environ["DATABASE_URL"])
    app.extensions["sessions"] = sessionmaker(engine)
    recorded: dict[str, Recorded] = pickle.loads(Path(os.environ[RECORDED]).read_bytes())

    @app.get("/hello")
    @app.get("/healthz")
    def hello() -> str:
        return "hello"

    @app.route("/bare/<key>", methods=["GET", "POST"])
    def bare(key: str) -> str:
        seen = recorded[key]
        with engine.connect() as connection:
            rows = _writes(connection, seen) if seen.commits else _reads(connection, seen)
            if seen.commits:
                connection.commit()
        return f"{rows} rows"

    return app


def _reads(connection: Any, seen: Recorded) -> int:
    rows = 0
    for sql, given in seen.statements:
        rows += len(connection.exec_driver_sql(sql, given).fetchall())
    return rows


def _writes(connection: Any, seen: Recorded) -> int:
    """Send the statements with ids of their own: what was recorded stands there already."""
    fresh = _Fresh()
    rows = 0
    for sql, given in seen.statements:
        result = connection.exec_driver_sql(sql, fresh.given(sql, given))
        if result.returns_rows:
            found = result.fetchall()
            rows += len(found)
            fresh.learn(sql, found)
    return rows


class _Fresh:
    """Replaces what must be new in each run: ids, tokens, and the id of the case that came."""

    def __init__(self) -> None:
        self._known: dict[Any, Any] = {}
        self._case: Any = None

    def given(self, sql: str, given: Any) -> Any:
        if isinstance(given, dict):
            return {name: self._value(name, value) for name, value in given.items()}
        if isinstance(given, list):
            return [self.given(sql, one) for one in given]
        return given

    def learn(self, sql: str, rows: Any) -> None:
        if sql.startswith("INSERT INTO cases") and rows:
            self._case = rows[0][0]

    def _value(self, name: str, value: Any) -> Any:
        plain = re.sub(r"__?\d+$", "", name)
        if plain == "case_id" and self._case is not None:
            return self._case
        if plain in ("cases_id", "id") and isinstance(value, int) and self._case is not None:
            return self._case
        if plain in ("form_token", "key") and isinstance(value, str):
            return self._known.setdefault(value, uuid.uuid4().hex)
        if isinstance(value, uuid.UUID):
            return self._known.setdefault(str(value), uuid.uuid4())
        if isinstance(value, str):
            return _UUID.sub(self._same, value)
        return value

    def _same(self, found: re.Match[str]) -> str:
        return str(self._known.setdefault(found[0], uuid.uuid4()))


app = _application()
