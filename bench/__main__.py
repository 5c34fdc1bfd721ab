"""``make bench``: fill, measure, and write the figures down."""

import argparse
import signal
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from bench.filler import BATCH, Filler
from bench.measuring import measure
from bench.place import place
from bench.report import written
from casework import logs
from casework.models import Setting
from casework.sealing import Sealer
from casework.services.admission import NEVER

SIZES = (10_000, 100_000, 1_000_000)


def main() -> None:
    """Measure each size in a database of its own; the folder is kept only when it was named."""
    logs.start("WARNING")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # else servers would stay behind
    given = _arguments()
    if given.folder:
        _measured(Path(given.folder).absolute(), given)
        return
    with tempfile.TemporaryDirectory(prefix="casework-bench-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        _measured(Path(name), given)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench BENCH=...", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="numbers of cases")
    parser.add_argument("--requests", type=int, default=150, help="requests for each page")
    parser.add_argument("--folder", help="keep the filled databases here for the next run")
    parser.add_argument("--port", type=int, default=8099)
    parser.add_argument("--write", default="docs/benchmarks.md", help="where the figures go")
    return parser.parse_args()


def _measured(folder: Path, given: argparse.Namespace) -> None:
    found = []
    with place(folder) as where:
        for size in given.sizes:
            addresses = where.database(f"bench_{size}")
            environment = where.environment(addresses, given.port)
            _fill(addresses.owner, environment, size)
            _say(f"{size} cases")
            found.append(
                measure(
                    where,
                    addresses,
                    size,
                    port=given.port,
                    count=given.requests,
                    told=_say,
                )
            )
    if given.write:
        path = Path(given.write)
        path.write_text(written(path, found), encoding="utf-8")
        _say(f"The figures stand in {path}.")


def _fill(owner: str, environment: dict[str, str], size: int) -> None:
    """Fill an empty database; one that was filled for an earlier run is taken as it is."""
    engine = create_engine(owner)
    with engine.connect() as db:
        there = db.execute(text("SELECT count(*) FROM cases")).scalar_one()
    _let_all_in(engine)
    if there == 0:
        begun = time.monotonic()
        sealer = Sealer.from_text(environment["DATA_KEYS"], environment["HASH_KEY"])
        Filler(engine, sealer, at=datetime.now(UTC)).fill(
            size, lambda done: _say(f"  filled {done} of {size}") if done % 20_000 < BATCH else None
        )
        _say(f"  {size} cases filled in {time.monotonic() - begun:.0f} s")
    engine.dispose()


def _let_all_in(engine: Engine) -> None:
    """Measure letters without the work that a browser shows when so many come in at once."""
    with Session(engine) as session:
        now = datetime.now(UTC)
        session.merge(Setting(name="letters_watch", value=NEVER, changed_at=now))
        session.commit()


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
