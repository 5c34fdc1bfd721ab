"""``python -m bench.supervision``: a morning's sweep against the plain SQL that it stands on.

100 000 cases run, 10 000 of them have reached the next level today. The plain statement finds
them and inserts notices and messages; it writes no log, keeps no order and locks nothing. A
second one writes lines of the log too, chained by the database without our key. The sweep does
all of it. All run on the same rows: the plain statements are rolled back.
"""

import argparse
import tempfile
import time
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.orm import Session

from bench.place import place
from casework.jobs import supervision
from casework.jobs.work import Work
from casework.models.engine import application_engine, session_factory
from casework.queries.rules import rules_in_force
from casework.sealing import Sealer
from casework.services.defaults import seed_defaults
from casework.workflow.calendar import SHANGHAI
from casework.workflow.supervision import Level, reached_until

DUE_ON = date(2026, 3, 3)
LATER = date(2026, 6, 30)
YESTERDAY, TODAY = (datetime(2026, 3, day, 8, tzinfo=SHANGHAI) for day in (3, 4))
KEY = "ASNFZ4mrze8QMlR2mLrc/hEzVXeZu93/IkRmiKrM7g8="

CASES = """
INSERT INTO cases (ref, access_hash, channel, kind, urgency, state, subject, body, place, unnamed,
  consent, language, received_at, received_on, due_on, promised_on, first_promised_on,
  on_the_spot, round, head_seq, head_hash)
SELECT gen_random_uuid(), '', 'letter', 'complaint', 'normal', 'submitted', '路灯不亮',
  '小区门口的路灯已经三天不亮', '', false, false, 'zh_CN', '2026-03-02 09:00+08', '2026-03-02',
  CASE WHEN n % :share = 0 THEN CAST(:due AS date) ELSE CAST(:later AS date) END,
  :later, :later, false, 1, 1, '\\x00'
FROM generate_series(1, :count) n
"""
CLOCKS = """
INSERT INTO case_clocks (case_id, clock, round, started_at, due_on, first_due_on, outcome, inputs,
  ledger)
SELECT id, 'sort', 1, received_at, due_on, due_on, 'running', '{}', '[]' FROM cases
"""
PLAIN = """
WITH set_now AS (
  INSERT INTO supervision_notices (case_id, clock, due_on, level, department_id, at, note,
    explanation, cancel_reason)
  SELECT k.case_id, k.clock, k.due_on, 'reminder', NULL, :at, '', '', ''
  FROM case_clocks k
  WHERE k.stopped_at IS NULL AND k.paused_on IS NULL AND k.due_on <= :until
    AND k.clock IN ('sort', 'sign', 'handle', 'forward', 'whole')
  ON CONFLICT DO NOTHING
  RETURNING case_id, clock, due_on)
INSERT INTO outbox (notice, case_id, payload, dedupe_key, created_at, next_at, attempts)
SELECT 'reminder', case_id, '{"audience": ["owner"]}',
  'reminder:' || gen_random_uuid() || clock || due_on, :at, :at, 0
FROM set_now
"""


LOGGED = """
WITH set_now AS (
  INSERT INTO supervision_notices (case_id, clock, due_on, level, department_id, at, note,
    explanation, cancel_reason)
  SELECT k.case_id, k.clock, k.due_on, 'reminder', NULL, :at, '', '', ''
  FROM case_clocks k
  WHERE k.stopped_at IS NULL AND k.paused_on IS NULL AND k.due_on <= :until
    AND k.clock IN ('sort', 'sign', 'handle', 'forward', 'whole')
  ON CONFLICT DO NOTHING
  RETURNING case_id, clock, due_on),
told AS (
  INSERT INTO outbox (notice, case_id, payload, dedupe_key, created_at, next_at, attempts)
  SELECT 'reminder', case_id, '{"audience": ["owner"]}',
    'reminder:' || gen_random_uuid() || clock || due_on, :at, :at, 0
  FROM set_now),
logged AS (
  INSERT INTO case_events (case_id, seq, action, from_state, to_state, actor_role, at, note,
    note_hash, data, hash)
  SELECT c.id, c.head_seq + 1, 'remind', c.state, c.state, 'system', :at, '',
    sha256('x'), '{"clock": "sort"}', sha256(c.head_hash)
  FROM set_now JOIN cases c ON c.id = set_now.case_id
  RETURNING case_id, seq, hash)
UPDATE cases SET head_seq = logged.seq, head_hash = logged.hash
FROM logged WHERE cases.id = logged.case_id
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--running", type=int, default=100_000)
    parser.add_argument("--due", type=int, default=10_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="casework-bench-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        with place(Path(name)) as where:
            addresses = where.database("sweep")
            fill(addresses.owner, given.running, given.running // given.due)
            engine = application_engine(addresses.application)
            work = Work(session_factory(engine), Sealer.from_text(f"k1:{KEY}", KEY))
            supervision.supervise(work, YESTERDAY)
            tidy(addresses.owner)
            measure(engine, work, addresses.owner)
            engine.dispose()


def fill(owner: str, count: int, share: int) -> None:
    """Make the cases and their clocks by two statements."""
    engine = create_engine(owner)
    with Session(engine) as session, session.begin():
        seed_defaults(session, at=YESTERDAY - timedelta(days=9))
        values = {"count": count, "share": share, "due": DUE_ON, "later": LATER}
        session.execute(text(CASES), values)
        session.execute(text(CLOCKS))
    engine.dispose()
    tidy(owner)


def tidy(owner: str) -> None:
    engine = create_engine(owner, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("VACUUM ANALYZE"))
    engine.dispose()


def measure(engine: Engine, work: Work, owner: str) -> None:
    """Print the times and their ratios."""
    with Session(engine) as session:
        rules = rules_in_force(session, work.sealer)
    ladder = rules.settings.ladder
    until = reached_until(Level.REMINDER, TODAY.date(), rules.calendar, ladder)
    with engine.connect() as connection:
        plain, found = timed(connection, PLAIN, until)
    tidy(owner)
    with engine.connect() as connection:
        logged, _ = timed(connection, LOGGED, until)
    tidy(owner)
    began = time.perf_counter()
    count = supervision.supervise(work, TODAY)
    swept = time.perf_counter() - began
    began = time.perf_counter()
    again = supervision.supervise(work, TODAY)
    idle = time.perf_counter() - began
    _say(f"plain SQL: {found} in {plain:.2f} s")
    _say(f"sweep:     {count} in {swept:.2f} s, {swept / plain:.1f} times the plain SQL")
    _say(f"plain SQL with lines of the log: {logged:.2f} s, {swept / logged:.1f} times")
    _say(f"again:     {again} in {idle:.2f} s")


def timed(connection: Connection, statement: str, until: date) -> tuple[float, int]:
    """Return how long a statement takes and how many rows it reaches; nothing of it stays."""
    began = time.perf_counter()
    found = connection.execute(text(statement), {"at": TODAY, "until": until}).rowcount
    spent = time.perf_counter() - began
    connection.rollback()
    return spent, found


def _say(line: str) -> None:
    print(line)  # noqa: T201 - what a command is for


if __name__ == "__main__":
    main()
