"""The log of a case: the one place that adds a line, and the walk that checks the chain."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import SimpleNamespace
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Integer,
    LargeBinary,
    Text,
    cast,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session
from sqlalchemy.orm.util import identity_key

from casework.language import N_
from casework.models import Case, CaseEvent
from casework.models.bulk import rows_of
from casework.sealing import Sealer
from casework.services.actors import Actor
from casework.workflow.states import Action, Entry, Role, State


def append(
    session: Session,
    case: Case,
    action: Action | Entry,
    *,
    by: Actor,
    capacity: Role,
    at: datetime,
    sealer: Sealer,
    from_state: State | None,
    reason_code: str | None = None,
    note: str = "",
    data: Mapping[str, object] | None = None,
) -> CaseEvent:
    """Add a line to the log of ``case``, which the caller has locked, and move its head.

    ``case.state`` is already what it is after the line. ``data`` holds what JSON can hold, and
    never anything that identifies the petitioner.
    """
    event = CaseEvent(
        case=case,
        seq=case.head_seq + 1,
        action=action.value,
        from_state=from_state,
        to_state=case.state,
        actor_role=capacity,
        actor_id=by.user_id,
        at=at,
        reason_code=reason_code,
        note=note,
        note_hash=sealer.chain_hash(b"", {"note": note}),
        data=dict(data or {}),
    )
    event.hash = sealer.chain_hash(case.head_hash, covered(case, event))
    case.head_seq, case.head_hash = event.seq, event.hash
    session.add(event)
    return event


def record(
    session: Session,
    case: Case,
    entry: Entry,
    *,
    by: Actor,
    at: datetime,
    sealer: Sealer,
    note: str = "",
    data: Mapping[str, object] | None = None,
) -> CaseEvent:
    """Add a line that moves nothing: a reading of contact details, a note, a rating."""
    return append(
        session,
        case,
        entry,
        by=by,
        capacity=by.role,
        at=at,
        sealer=sealer,
        from_state=case.state,
        note=note,
        data=data,
    )


@dataclass(slots=True)
class Head:
    """The end of the log of a case that the caller has locked, without the case around it."""

    id: int
    ref: UUID
    state: State
    head_seq: int
    head_hash: bytes


@dataclass(frozen=True, slots=True)
class Line:
    """What is to be added to a log by ``record_all``."""

    head: Head
    entry: Entry
    data: Mapping[str, object]


def record_all(
    session: Session, lines: Sequence[Line], *, by: Actor, at: datetime, sealer: Sealer
) -> None:
    """Add lines that move nothing to the logs of many locked cases, in two statements."""
    if not lines:
        return
    no_note = sealer.chain_hash(b"", {"note": ""})
    events = [_chained(line, no_note, by=by, at=at, sealer=sealer) for line in lines]
    _insert(session, events)
    _move_heads(session, list({line.head.id: line.head for line in lines}.values()))


def _chained(
    line: Line, note_hash: bytes, *, by: Actor, at: datetime, sealer: Sealer
) -> SimpleNamespace:
    """Return a line as it will stand, and move its head, from which the next line goes on."""
    head = line.head
    head.head_seq += 1
    event = SimpleNamespace(
        case_id=head.id,
        seq=head.head_seq,
        action=line.entry.value,
        from_state=head.state,
        to_state=head.state,
        actor_role=by.role,
        actor_id=by.user_id,
        at=at,
        reason_code=None,
        note="",
        note_hash=note_hash,
        data=dict(line.data),
    )
    event.hash = head.head_hash = sealer.chain_hash(head.head_hash, covered(head, event))
    return event


def _insert(session: Session, events: Sequence[SimpleNamespace]) -> None:
    """Add the lines, which differ in their case, state, action, data and hash only."""
    one = events[0]
    rows = rows_of(
        "lines",
        {
            "case_id": (BigInteger(), [event.case_id for event in events]),
            "seq": (Integer(), [event.seq for event in events]),
            "action": (Text(), [event.action for event in events]),
            "state": (Text(), [event.to_state.value for event in events]),
            "data": (Text(), [json.dumps(event.data) for event in events]),
            "hash": (LargeBinary(), [event.hash for event in events]),
        },
    )
    cells = {
        "case_id": rows.c.case_id,
        "seq": rows.c.seq,
        "action": rows.c.action,
        "from_state": rows.c.state,
        "to_state": rows.c.state,
        "actor_role": literal(one.actor_role.value),
        "actor_id": literal(one.actor_id, BigInteger()),
        "at": literal(one.at),
        "note": literal(one.note),
        "note_hash": literal(one.note_hash, LargeBinary()),
        "data": cast(rows.c.data, JSONB),
        "hash": rows.c.hash,
    }
    added = select(*cells.values()).order_by(rows.c.case_id, rows.c.seq)
    session.execute(insert(CaseEvent).from_select(list(cells), added))


def _move_heads(session: Session, heads: Sequence[Head]) -> None:
    moved = rows_of(
        "moved",
        {
            "id": (BigInteger(), [head.id for head in heads]),
            "seq": (Integer(), [head.head_seq for head in heads]),
            "hash": (LargeBinary(), [head.head_hash for head in heads]),
        },
    )
    session.execute(
        update(Case)
        .where(Case.id == moved.c.id)
        .values(head_seq=moved.c.seq, head_hash=moved.c.hash)
        .execution_options(synchronize_session=False)
    )
    for head in heads:
        loaded = session.identity_map.get(identity_key(Case, head.id))
        if loaded is not None:
            session.expire(loaded, ["head_seq", "head_hash"])


def covered(case: Case | Head, event: CaseEvent | SimpleNamespace) -> dict[str, object]:
    """Return what the hash of ``event`` covers."""
    return {
        "case": str(case.ref),
        "seq": event.seq,
        "action": event.action,
        "from": event.from_state.value if event.from_state else None,
        "to": event.to_state.value,
        "role": event.actor_role.value,
        "actor": event.actor_id,
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "reason": event.reason_code,
        "note": event.note_hash.hex(),
        "data": event.data,
    }


@dataclass(frozen=True, slots=True)
class Broken:
    """The first place at which the log of a case does not hold."""

    number: str
    seq: int
    what: str


BATCH = 1_000


def broken_chains(session: Session, sealer: Sealer) -> Iterator[Broken | None]:
    """Walk every case's log; yield None for a case that holds, else its first broken place."""
    last_id = 0
    while True:
        cases = session.scalars(
            select(Case).where(Case.id > last_id).order_by(Case.id).limit(BATCH)
        ).all()
        if not cases:
            return
        lines: dict[int, list[CaseEvent]] = {case.id: [] for case in cases}
        for event in session.scalars(
            select(CaseEvent)
            .where(CaseEvent.case_id.in_(lines))
            .order_by(CaseEvent.case_id, CaseEvent.seq)
        ):
            lines[event.case_id].append(event)
        for case in cases:
            yield first_break(case, lines[case.id], sealer)
        last_id = cases[-1].id
        session.expunge_all()


def first_break(case: Case, events: list[CaseEvent], sealer: Sealer) -> Broken | None:
    """Return the first place where the chain, the states or the head do not agree."""
    previous, state = b"", None
    for position, event in enumerate(events, start=1):
        if event.seq != position:
            return Broken(case.number, position, N_(N_("a line is missing")))
        if event.from_state != state:
            return Broken(case.number, position, N_(N_("the states do not follow each other")))
        if event.hash != sealer.chain_hash(previous, covered(case, event)):
            return Broken(case.number, position, N_(N_("the line was changed")))
        if event.note is not None and event.note_hash != sealer.chain_hash(
            b"", {"note": event.note}
        ):
            return Broken(case.number, position, N_(N_("the note was changed")))
        previous, state = event.hash, event.to_state
    if case.head_seq != len(events) or case.head_hash != previous:
        return Broken(case.number, len(events) + 1, N_(N_("the end of the log is missing")))
    if case.state != state:
        return Broken(case.number, len(events), N_(N_("the case is not in the state its log says")))
    return None
