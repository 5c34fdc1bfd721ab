"""``python -m bench.public``: what everybody reads, with very many published answers.

The cases behind the answers hold no words: public pages read the table of public texts alone.
Each page is asked for by one client over a kept connection and stands beside a page that only
says hello, on a server of the same kind.
"""

import argparse
import pickle
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from random import Random
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.orm import Session

from bench.clients import Request, ask
from bench.place import Place, place, served
from bench.recorded import RECORDED
from bench.texts import COMMON, RARE, Texts
from casework.postgres.roles import Addresses
from casework.queries.published import key_text
from casework.services.defaults import seed_defaults

BATCH = 20_000
DAYS = 5 * 365
"""Over how many days the publications are spread."""
RARE_ANSWERS = 5
GOAL = 3.0

UNITS = """
INSERT INTO departments (code, name, name_en, phone, type, position)
SELECT 'u' || n, '测试单位' || n, 'Unit ' || n, '',
  CASE WHEN n > 20 THEN 'street' ELSE 'department' END,
  n FROM generate_series(1, 40) n
"""
CATEGORIES = """
INSERT INTO categories (level, name, name_en, path, position)
SELECT 1, '分类' || n, '', '分类' || n, n FROM generate_series(1, 20) n
"""
CASES = """
INSERT INTO cases (ref, access_hash, channel, kind, urgency, state, subject, body, place, unnamed,
  consent, language, received_at, received_on, promised_on, first_promised_on, dispatched_at,
  dispatched_on, completed_at, completed_on, department_id, on_the_spot, round, sent_back,
  extended, left_out, head_seq, head_hash)
SELECT gen_random_uuid(), '', 'letter', 'help', 'normal', 'published', '', '', '', false, true,
  'zh_CN', :at, :on, :on, :on, :at, :on, :at, :on, :unit, false, 1, false, false, false, 1, '\\x00'
FROM generate_series(1, :count)
"""


@dataclass(frozen=True, slots=True)
class Page:
    """One public page; ``path`` is built anew for each request."""

    title: str
    path: Callable[[int], str]


def main() -> None:
    """Fill once for each size, measure, and print a table for docs/benchmarks.md."""
    parser = argparse.ArgumentParser(prog="python -m bench.public", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--requests", type=int, default=100)
    parser.add_argument("--folder", help="keep the filled databases here for the next run")
    parser.add_argument("--port", type=int, default=8097)
    given = parser.parse_args()
    if given.folder:
        _measured(Path(given.folder).absolute(), given)
        return
    with tempfile.TemporaryDirectory(prefix="casework-bench-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        _measured(Path(name), given)


def _measured(folder: Path, given: argparse.Namespace) -> None:
    with place(folder) as where:
        for size in given.sizes:
            addresses = where.database(f"public_{size}")
            engine = create_engine(addresses.owner)
            _fill(engine, size)
            _measure(where, addresses, engine, size, given)
            engine.dispose()


def _fill(engine: Engine, count: int) -> None:
    with engine.connect() as db:
        if db.execute(text("SELECT count(*) FROM publications")).scalar_one():
            return
    begun = time.monotonic()
    with Session(engine) as session, session.begin():
        seed_defaults(session, at=datetime(2020, 1, 1, tzinfo=UTC))
        session.execute(text(UNITS))
        session.execute(text(CATEGORIES))
    random = Random(1)
    texts = Texts(random)
    at = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)
    with engine.begin() as db:
        unit = db.execute(text("SELECT min(id) FROM departments")).scalar_one()
        values = {"at": at, "on": at.date(), "unit": unit, "count": count}
        db.execute(text("ALTER TABLE cases DISABLE TRIGGER USER"))
        db.execute(text(CASES), values)
        db.execute(text("ALTER TABLE cases ENABLE TRIGGER USER"))
        index = db.execute(
            text("SELECT indexdef FROM pg_indexes WHERE indexname = 'ix_publications_grams'")
        ).scalar_one()
        db.execute(text("DROP INDEX ix_publications_grams"))
        for start in range(1, count + 1, BATCH):
            _copy(db, _rows(start, min(start + BATCH, count + 1), count, texts, random, at))
        db.execute(text(index))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
        db.execute(text("VACUUM ANALYZE"))
    _say(f"{count} answers filled in {time.monotonic() - begun:.0f} s")


def _rows(
    start: int, end: int, count: int, texts: Texts, random: Random, at: datetime
) -> Iterator[list[object]]:
    kinds = ("help", "consultation", "complaint", "suggestion", "praise")
    for number in range(start, end):
        rare = number % (count // RARE_ANSWERS) == 1
        out = at - timedelta(seconds=int(DAYS * 86_400 * (count - number) / count))
        yield [
            number,
            f"{out.year}-{number:06d}",
            "published",
            random.choice(kinds),
            "letter",
            random.randint(1, 20),
            random.randint(1, 20),
            random.randint(21, 40),
            out.date(),
            texts.subject(),
            texts.body(rare=rare),
            texts.body(rare=False),
            "{}",
            out,
            out,
        ]


def _copy(db: Connection, rows: Iterator[list[object]]) -> None:
    columns = (
        "case_id, number, state, kind, channel, department_id, category_id, street_id, "
        "received_on, subject, body, reply, sensitive, redacted_at, published_at"
    )
    buffer = StringIO()
    for row in rows:
        buffer.write("\t".join(str(cell).replace("\n", " ") for cell in row) + "\n")
    buffer.seek(0)
    with db.connection.cursor() as cursor:
        cursor.copy_expert(f"COPY publications ({columns}) FROM STDIN", buffer)


def _measure(
    where: Place, addresses: Addresses, engine: Engine, size: int, given: argparse.Namespace
) -> None:
    environment = where.environment(addresses, given.port)
    nothing = Path(environment["VAR"]).with_name("nothing.pickle")
    nothing.parent.mkdir(parents=True, exist_ok=True)
    nothing.write_bytes(pickle.dumps({}))
    floor_environment = environment | {RECORDED: str(nothing)}
    with (
        served("wsgi:app", environment, given.port),
        served("bench.floors:app", floor_environment, given.port + 1),
    ):
        hello = _median(given.port + 1, lambda _number: "/hello", given.requests)
        _say(f"{size} answers. Hello: {hello:.1f} ms")
        _say("| page | median | of hello |\n|---|---|---|")
        for page in _pages(engine):
            taken = _median(given.port, page.path, given.requests)
            _say(f"| {page.title} | {taken:.1f} | {taken / hello:.1f} |")


def _median(port: int, path: Callable[[int], str], count: int) -> float:
    def request(number: int) -> Request:
        sender = f"10.0.{number % 250}.{number // 250 + 1}"
        headers = {"Accept-Language": "zh-CN", "X-Forwarded-For": sender}
        return Request("GET", quote(path(number), safe="/?=&%"), headers)

    ask(port, 1, 8, request, good={200})
    times = ask(port, 1, count, request, good={200})
    if times.wrong or not times.taken:
        raise RuntimeError(f"{path(0)} answers {times.wrong}")
    return times.part(0.5)


def _pages(engine: Engine) -> list[Page]:
    with engine.connect() as db:
        rows = db.execute(
            text("SELECT number, published_at, case_id FROM publications ORDER BY case_id")
        ).all()
    numbers = [row.number for row in rows[:: max(1, len(rows) // 500)]]
    deep = key_text((rows[len(rows) // 2].published_at, rows[len(rows) // 2].case_id))
    month = f"{rows[len(rows) // 2].published_at:%Y-%m}"
    fixed = {
        "First page": "/",
        "List": "/answers",
        "List, half way down": f"/answers?after={deep}",
        "List of a department": "/answers?department=7",
        "List of a subject area": "/answers?category=7",
        "List of a kind": "/answers?kind=complaint",
        "List of a street": "/answers?street=27",
        "List of a month": f"/answers?month={month}",
        "Department, kind and month": f"/answers?department=7&kind=complaint&month={month}",
        "Search, rare word": f"/answers?q={RARE}",
        "Search, common word": f"/answers?q={COMMON}",
        "Search in a department": f"/answers?q={COMMON}&department=7",
        "Search, no such word": "/answers?q=魑魅魍魉",
        "Feed": "/answers.atom",
        "Open data, the list of files": "/open-data",
        "Sitemap": "/sitemap.xml",
    }
    pages = [Page(title, lambda _number, path=path: path) for title, path in fixed.items()]
    pages.insert(3, Page("An answer", lambda number: f"/answers/{numbers[number % len(numbers)]}"))
    return pages


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
