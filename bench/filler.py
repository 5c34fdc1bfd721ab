"""Fills a database with many cases, by COPY.

A few hundred cases are led through the real services first. Each further case is a copy of one
of them: moved back in time and into one of a hundred departments, with a number, a code,
petitioners and texts of its own, and with its log chained anew, so that ``casework verify log``
finds every chain whole.
"""

import io
import json
import re
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Connection, Engine, Table, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from bench.texts import RARE_CASES, Texts
from bench.units import Shares, Twins
from casework.demo.filling import fill
from casework.demo.texts import contact
from casework.models import Base, Case
from casework.queries.rules import rules_in_force
from casework.sealing import Sealer
from casework.services.figure_days import AT_ONCE, renew
from casework.services.log import covered
from casework.services.petitioners import sealed_petitioner
from casework.workflow.states import RUNNING, State

PROTOTYPES = 400
IN_HAND = frozenset(RUNNING | {State.FORWARDED})
CASES_IN_HAND = 3_000
"""How many cases run or wait to be published, whatever the number of all: what a district of
70 000 cases a year has in hand."""
A_YEAR = 70_000
YEARS = 3
"""Over how many years the cases are spread at most."""
BATCH = 2_000
LEFT_OUT = {"id", "grams"}
COPIED = (
    "petitioners",
    "case_events",
    "case_clocks",
    "replies",
    "reply_parts",
    "questions",
    "objections",
    "co_handlers",
    "ratings",
    "publications",
)
_DAY = re.compile(r'"(\d{4}-\d\d-\d\d)"')

Row = dict[str, Any]


@dataclass(slots=True)
class Prototype:
    """A case that went through the services, with all rows that hang on it."""

    case: Row
    parts: dict[str, list[Row]]


class Filler:
    """Copies prototypes into a database until it holds as many cases as wanted."""

    def __init__(self, engine: Engine, sealer: Sealer, *, at: datetime, seed: int = 1) -> None:
        self._engine = engine
        self._sealer = sealer
        self._at = at
        self._random = Random(seed)
        self._texts = Texts(self._random)

    def fill(self, count: int, told: Callable[[int], None]) -> None:
        """Bring the database to ``count`` cases; ``told`` hears how many there are."""
        with Session(self._engine) as session:
            fill(session, self._sealer, at=self._at, count=PROTOTYPES)
            self._calendar = rules_in_force(session, self._sealer).calendar
            self._shares = Shares(session, self._random)
            session.commit()
        with self._engine.begin() as db:
            prototypes = _prototypes(db)
            first = max(one.case["id"] for one in prototypes) + 1
            drawn = self._drawn(prototypes, count)
            with _without_index(db, "ix_cases_grams", "cases"):
                for start in range(first, count + 1, BATCH):
                    numbers = range(start, min(start + BATCH, count + 1))
                    self._copy(db, [(number, next(drawn)) for number in numbers], count)
                    told(numbers[-1])
            db.execute(
                text("SELECT setval(pg_get_serial_sequence('cases', 'id'), :last)"), {"last": count}
            )
        self._count_days()
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
            db.execute(text("VACUUM ANALYZE"))

    def _count_days(self) -> None:
        """Count every day, as the job does each hour."""
        days = AT_ONCE
        while days == AT_ONCE:
            with Session(self._engine) as session:
                days = renew(session)
                session.commit()

    def _drawn(
        self, prototypes: Sequence[Prototype], count: int
    ) -> Iterator[tuple[Prototype, timedelta]]:
        """Yield prototypes with how far back they are moved; those that run stay in time."""
        in_hand = [one for one in prototypes if one.case["state"] in IN_HAND]
        ended = [one for one in prototypes if one.case["state"] not in IN_HAND]
        days = max(1, round(365 * min(count / A_YEAR, YEARS)))
        share = min(0.3, (CASES_IN_HAND - len(in_hand)) / max(1, count - len(prototypes)))
        while True:
            if self._random.random() < share:
                yield self._random.choice(in_hand), timedelta()
            else:
                back = timedelta(days=self._random.randrange(days))
                yield self._random.choice(ended), back

    def _copy(
        self, db: Connection, batch: Iterable[tuple[int, tuple[Prototype, timedelta]]], count: int
    ) -> None:
        rows: dict[str, list[Row]] = {name: [] for name in ("cases", *COPIED)}
        for number, (prototype, back) in batch:
            twins = self._shares.drawn()
            for name, row in self._one(
                number, prototype, back, twins, rare=_is_rare(number, count)
            ):
                rows[name].append(row)
        for name, found in rows.items():
            _copy_rows(db, Base.metadata.tables[name], found)

    def _one(
        self, number: int, prototype: Prototype, back: timedelta, twins: Twins, *, rare: bool
    ) -> Iterator[tuple[str, Row]]:
        ref = uuid.uuid4()
        token = f"bench-{number}"
        code = self._sealer.access_code_from(token)
        case = twins.moved(_moved(prototype.case, back)) | {
            "id": number,
            "ref": ref,
            "form_token": token,
            "source_id": None,
            "access_hash": self._sealer.access_code_hash(code, str(ref)),
            "subject": self._texts.subject(),
            "body": self._texts.body(rare=rare),
            "worked_days": self._worked_days(prototype.case, back),
        }
        logged = [twins.moved(line) for line in prototype.parts["case_events"]]
        events = list(self._chained(case, logged, back))
        case["head_hash"] = events[-1]["hash"]
        yield "cases", case
        for event in events:
            yield "case_events", event
        for petitioner in prototype.parts["petitioners"]:
            yield "petitioners", self._petitioner(case, petitioner)
        for name in COPIED:
            if name not in ("case_events", "petitioners"):
                for row in prototype.parts[name]:
                    moved = twins.moved(_moved(row, back))
                    yield name, moved | {"case_id": number} | _own(name, case)

    def _worked_days(self, prototype: Row, back: timedelta) -> int | None:
        """Count anew: other weekends and holidays lie between days that were moved."""
        if prototype["worked_days"] is None:
            return None
        start, end = prototype["dispatched_on"] - back, prototype["completed_on"] - back
        return self._calendar.working_days_between(start, end)

    def _chained(self, case: Row, events: Sequence[Row], back: timedelta) -> Iterator[Row]:
        head = b""
        about = SimpleNamespace(ref=case["ref"])
        for line in events:
            row = _moved(line, back) | {"case_id": case["id"], "data": line["data"]}
            head = self._sealer.chain_hash(head, covered(about, SimpleNamespace(**row)))  # type: ignore[arg-type]
            yield row | {"hash": head}

    def _petitioner(self, case: Row, prototype: Row) -> Row:
        made = sealed_petitioner(
            Case(),
            contact(self._random),
            position=prototype["position"],
            at=case["received_at"],
            sealer=self._sealer,
        )
        given = {
            name: getattr(made, name)
            for name in ("id", "sealed", "phone_hash", "name_hash", "id_number_hash", "email_hash")
        }
        rest = {"case_id": case["id"], "from_case_id": None, "added_at": case["received_at"]}
        return prototype | given | rest


def _is_rare(number: int, count: int) -> bool:
    """Spread the few cases with the rare word over all of them."""
    return number % (count // RARE_CASES) == count // RARE_CASES - 1


def _own(table: str, case: Row) -> Row:
    if table != "publications":
        return {}
    number = f"{case['received_on'].year}-{case['id']:06d}"
    return {"number": number, "subject": case["subject"], "body": case["body"]}


def _prototypes(db: Connection) -> list[Prototype]:
    """Read the cases that the services made; merged ones point at each other and stay single."""
    found = {
        row["id"]: Prototype(dict(row), {name: [] for name in COPIED})
        for row in db.execute(select(*_columns("cases"))).mappings()
    }
    for name in COPIED:
        table = Base.metadata.tables[name]
        order = table.c.seq if name == "case_events" else table.c.case_id
        for row in db.execute(select(*_columns(name)).order_by(order)).mappings():
            found[row["case_id"]].parts[name].append(dict(row))
    return list(found.values())


def _columns(name: str) -> list[Any]:
    table = Base.metadata.tables[name]
    own_id = name in ("cases", "petitioners")
    return [
        column
        for column in table.columns
        if (own_id or column.name not in LEFT_OUT)
        and not (name == "cases" and column.name == "number")
    ]


def _moved(row: Row, back: timedelta) -> Row:
    """Return ``row`` with every instant and every day ``back`` in time, in its JSON too."""
    if not back:
        return dict(row)
    return {name: _moved_value(value, back) for name, value in row.items()}


def _moved_value(value: Any, back: timedelta) -> Any:
    if isinstance(value, date):
        return value - back
    if isinstance(value, dict | list):
        return json.loads(_DAY.sub(lambda day: _moved_day(day[1], back), json.dumps(value)))
    return value


def _moved_day(day: str, back: timedelta) -> str:
    return f'"{(date.fromisoformat(day) - back).isoformat()}"'


class _without_index:  # noqa: N801 - reads as a statement
    """Take an index away while many rows come in, and make it again in one piece."""

    def __init__(self, db: Connection, index: str, table: str) -> None:
        self._db, self._index, self._table = db, index, table

    def __enter__(self) -> None:
        self._made = self._db.execute(
            text("SELECT indexdef FROM pg_indexes WHERE indexname = :name"), {"name": self._index}
        ).scalar_one()
        self._db.execute(text(f"DROP INDEX {self._index}"))

    def __exit__(self, *_: object) -> None:
        self._db.execute(text(self._made))


_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def _copy_rows(db: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    if not rows:
        return
    names = list(rows[0])
    buffer = io.StringIO()
    for row in rows:
        cells = (_cell(row[name], table.c[name].type) for name in names)
        buffer.write("\t".join(cells) + "\n")
    buffer.seek(0)
    listed = ", ".join(names)
    with db.connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {table.name} ({listed}) FROM STDIN", buffer)  # type: ignore[attr-defined]


def _cell(value: Any, of: TypeEngine[Any]) -> str:
    match value:
        case list() if isinstance(of, ARRAY):
            return "{" + ",".join(f'"{one}"' for one in value) + "}"
        case None:
            return "\\N"
        case bool():
            return "t" if value else "f"
        case bytes() | memoryview():
            return "\\\\x" + bytes(value).hex()
        case dict() | list():
            return json.dumps(value, ensure_ascii=False).translate(_ESCAPES)
        case datetime() | date():
            return value.isoformat()
        case _:
            return str(value).translate(_ESCAPES)
