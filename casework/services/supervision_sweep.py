"""What time itself does to cases that wait: warnings, reminders, orders and cards, each once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from casework.models import Case, SupervisionNotice
from casework.notify import outbox
from casework.notify.outbox import Told
from casework.queries.rules import Rules
from casework.queries.supervision_levels import COLUMNS, new_levels
from casework.services import log
from casework.services.actors import SYSTEM
from casework.services.log import Head, Line
from casework.workflow.calendar import local_day
from casework.workflow.supervision import ENTRIES, NOTICES, Level


def raise_levels(session: Session, case_ids: Sequence[int], *, at: datetime, rules: Rules) -> int:
    """Set every level that the cases have reached by ``at``; return how many are new.

    The cases are locked, the smallest id first, before anything is compared, so that a step
    taken at the same moment comes wholly before or wholly after. Notices, lines of the log and
    messages commit together; the unique index of the notices refuses what stands already.
    """
    heads = _locked(session, case_ids)
    if not heads:
        return 0
    added = session.execute(
        insert(SupervisionNotice)
        .from_select(list(COLUMNS), new_levels(list(heads), at=at, rules=rules))
        .on_conflict_do_nothing()
        .returning(
            SupervisionNotice.id,
            SupervisionNotice.case_id,
            SupervisionNotice.clock,
            SupervisionNotice.due_on,
            SupervisionNotice.level,
            SupervisionNotice.department_id,
            SupervisionNotice.explain_by,
        )
    ).all()
    rows = sorted(added, key=lambda row: row.id)
    lines = [Line(heads[row.case_id], ENTRIES[row.level], _facts(row)) for row in rows]
    log.record_all(session, lines, by=SYSTEM, at=at, sealer=rules.sealer)
    told = [_told(row, heads[row.case_id]) for row in rows if _still_true(row, at)]
    outbox.enqueue_all(session, told, at=at)
    return len(rows)


def _locked(session: Session, case_ids: Sequence[int]) -> dict[int, Head]:
    rows = session.execute(
        select(Case.id, Case.ref, Case.state, Case.head_seq, Case.head_hash)
        .where(Case.id.in_(case_ids))
        .order_by(Case.id)
        .with_for_update(of=Case)
    )
    return {row.id: Head(*row) for row in rows}


def _still_true(row: Row[*tuple[Any, ...]], at: datetime) -> bool:
    """Say whether telling it makes sense: nobody is warned of a date that has passed."""
    return row.level is not Level.WARNING or local_day(at) <= row.due_on


def _facts(row: Row[*tuple[Any, ...]]) -> dict[str, object]:
    """Return what the log keeps of a level."""
    facts: dict[str, object] = {"clock": row.clock.value, "due_on": row.due_on.isoformat()}
    if row.explain_by:
        facts["explain_by"] = row.explain_by.isoformat()
    return facts


def _told(row: Row[*tuple[Any, ...]], head: Head) -> Told:
    data: dict[str, object] = {"clock": row.clock.value, "due": row.due_on.isoformat()}
    if row.explain_by:
        data["explain_by"] = row.explain_by.isoformat()
    return Told(
        NOTICES[row.level],
        case_id=row.case_id,
        case_ref=head.ref,
        department_id=row.department_id,
        key=f"{row.clock.value}:{row.due_on.isoformat()}",
        data=data,
    )
