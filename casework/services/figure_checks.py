"""The figures reckoned again from the logs alone, by other SQL than the pages'.

The pages count columns of the cases. This reads what each log says those columns should be and
compares; the promised dates have their own check, ``clock_checks``.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from casework.queries.rules import Rules
from casework.services.clock_checks import changes_of_the_calendar

BATCH = 5_000

TOLD = text("""
WITH chosen AS (
  SELECT * FROM cases
  WHERE id > :after AND received_on BETWEEN :first AND :last
  ORDER BY id LIMIT :batch
),
read AS (
  SELECT e.case_id,
    min(e.at) FILTER (WHERE e.seq = 1) AS received_at,
    (array_agg(e.to_state ORDER BY e.seq DESC))[1] AS state,
    bool_or(e.action = 'answer_now' AND e.seq = 1) AS at_once,
    max(e.seq) FILTER (WHERE e.action IN ('forward', 'answer_now')) AS answered_seq,
    coalesce(max(e.seq) FILTER (WHERE e.action = 'redo'), 0) AS redo_seq,
    count(*) FILTER (WHERE e.action = 'redo') + 1 AS round,
    min(e.at) FILTER (WHERE e.action = 'dispatch') AS dispatched_at,
    bool_or(e.action = 'send_back') AS sent_back,
    bool_or(e.action = 'grant_extension') AS extended,
    max(e.seq) FILTER (WHERE e.action = 'rate') AS rated_seq,
    max(e.seq) FILTER (WHERE e.action = 'grant_appeal') AS left_out_seq
  FROM case_events e JOIN chosen c ON c.id = e.case_id
  GROUP BY e.case_id
),
told AS (
  SELECT r.*,
    (r.received_at AT TIME ZONE 'Asia/Shanghai')::date AS received_on,
    (r.dispatched_at AT TIME ZONE 'Asia/Shanghai')::date AS dispatched_on,
    a.at AS answered_at,
    CASE WHEN r.answered_seq > r.redo_seq
      THEN (a.at AT TIME ZONE 'Asia/Shanghai')::date END AS completed_on,
    CASE WHEN r.rated_seq > r.redo_seq THEN (v.data ->> 'satisfaction')::int END AS satisfaction,
    CASE WHEN r.rated_seq > r.redo_seq THEN (v.data ->> 'solved')::boolean END AS solved
  FROM read r
  LEFT JOIN case_events a ON a.case_id = r.case_id AND a.seq = r.answered_seq
  LEFT JOIN case_events v ON v.case_id = r.case_id AND v.seq = r.rated_seq
)
SELECT c.id, c.number, c.worked_days,
  t.dispatched_on AS told_dispatched, t.completed_on AS told_completed, t.answered_at,
  array_remove(ARRAY[
    CASE WHEN c.received_on IS DISTINCT FROM t.received_on THEN 'received_on' END,
    CASE WHEN c.state IS DISTINCT FROM t.state THEN 'state' END,
    CASE WHEN c.completed_on IS DISTINCT FROM t.completed_on THEN 'completed_on' END,
    CASE WHEN c.dispatched_on IS DISTINCT FROM t.dispatched_on THEN 'dispatched_on' END,
    CASE WHEN c.on_the_spot IS DISTINCT FROM (t.at_once AND t.round = 1) THEN 'on_the_spot' END,
    CASE WHEN c.round IS DISTINCT FROM t.round THEN 'round' END,
    CASE WHEN c.sent_back IS DISTINCT FROM t.sent_back THEN 'sent_back' END,
    CASE WHEN c.extended IS DISTINCT FROM t.extended THEN 'extended' END,
    CASE WHEN c.satisfaction IS DISTINCT FROM t.satisfaction THEN 'satisfaction' END,
    CASE WHEN c.solved IS DISTINCT FROM t.solved THEN 'solved' END,
    CASE WHEN c.left_out IS DISTINCT FROM (coalesce(t.left_out_seq, 0) > t.redo_seq)
      THEN 'left_out' END
  ], NULL) AS wrong
FROM chosen c LEFT JOIN told t ON t.case_id = c.id
ORDER BY c.id
""")


@dataclass(frozen=True, slots=True)
class Wrong:
    """A case of which figures count something else than its log says; ``columns`` name what."""

    number: str
    columns: tuple[str, ...]


def wrong_figures(
    session: Session, rules: Rules, *, first: date = date.min, last: date = date.max
) -> Iterator[Wrong | None]:
    """Yield for each case received in the period, in order, what is wrong with it, or None."""
    after, changed = 0, changes_of_the_calendar(session)
    while True:
        asked = {"after": after, "first": first, "last": last, "batch": BATCH}
        rows = session.execute(TOLD, asked).all()
        for row in rows:
            wrong = [*row.wrong, *_worked(row, rules, changed)]
            yield Wrong(row.number, tuple(wrong)) if wrong else None
        if len(rows) < BATCH:
            return
        after = rows[-1].id


def _worked(row: Any, rules: Rules, changed: Sequence[tuple[datetime, date]]) -> Sequence[str]:
    """Say whether the working days differ; the calendar knows them, the database does not.

    Days that were changed after the answer leave it the working days of its own time.
    """
    start, end, expected = row.told_dispatched, row.told_completed, None
    if start is not None and end is not None:
        expected = rules.calendar.working_days_between(start, end)
        if any(at > row.answered_at and start < day <= end for at, day in changed):
            return ()
    return () if row.worked_days == expected else ("worked_days",)
