"""The one way to tell somebody something: a row, in the caller's transaction."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, String, Text, cast, literal, select
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Session

from casework.models import Case, OutboxMessage
from casework.models.bulk import rows_of
from casework.workflow.notices import AUDIENCE, Notice


def enqueue(
    session: Session,
    notice: Notice,
    case: Case,
    *,
    key: str,
    at: datetime,
    former_department_id: int | None = None,
    data: Mapping[str, object] | None = None,
) -> None:
    """Put ``notice`` about ``case`` in the outbox.

    It goes out if, and only if, the caller's transaction commits. ``key`` names the fact that
    is told; the database takes each key once. ``former_department_id`` had the case before.
    ``data`` fills placeholders of the text by their names (``notify.wording``), such as
    ``reason``, ``days`` or ``due`` (a day as ISO writes it). The dates of the case are kept as
    they stand now, so that whoever reads it later reads what was meant.
    """
    dates = {"due": case.due_on, "promised": case.promised_on}
    known = {name: day.isoformat() for name, day in dates.items() if day is not None}
    session.add(
        OutboxMessage(
            notice=notice,
            case=case,
            payload={
                "audience": [audience.value for audience in AUDIENCE[notice]],
                "department": case.department_id,
                "former": former_department_id,
                "data": {**known, **(data or {})},
            },
            dedupe_key=f"{notice.value}:{case.ref}:{key}",
            created_at=at,
            next_at=at,
        )
    )


def enqueue_for_unit(
    session: Session,
    notice: Notice,
    *,
    department_id: int | None,
    key: str,
    at: datetime,
    data: Mapping[str, object] | None = None,
) -> None:
    """Put a notice in the outbox that is about no single case, such as a digest.

    ``department_id`` is the unit it is for; none is the petition office. What is told already
    is not told again.
    """
    _put_once(
        session,
        notice,
        {"department": department_id, "data": dict(data or {})},
        key=f"{department_id or 'office'}:{key}",
        at=at,
    )


def enqueue_for_person(
    session: Session,
    notice: Notice,
    *,
    user_id: int,
    department_id: int | None,
    key: str,
    at: datetime,
    data: Mapping[str, object] | None = None,
) -> bool:
    """Put a notice for one member of staff in the outbox; say whether it was not there yet.

    Where that person works there no more, it goes to the unit ``department_id``, none is the
    petition office: what nobody is told of would be forgotten.
    """
    payload = {"department": department_id, "user": user_id, "data": dict(data or {})}
    return _put_once(session, notice, payload, key=key, at=at)


def _put_once(
    session: Session, notice: Notice, payload: Mapping[str, object], *, key: str, at: datetime
) -> bool:
    """Put a notice about no single case in the outbox; say whether it was not there yet."""
    audience = [audience.value for audience in AUDIENCE[notice]]
    added = session.scalar(
        insert(OutboxMessage)
        .values(
            notice=notice,
            payload={"audience": audience, "former": None, **payload},
            dedupe_key=f"{notice.value}:{key}",
            created_at=at,
            next_at=at,
            attempts=0,
        )
        .on_conflict_do_nothing()
        .returning(OutboxMessage.id)
    )
    return added is not None


@dataclass(frozen=True, slots=True)
class Told:
    """One notice among many; ``department_id`` is the unit that it is for, none the office."""

    notice: Notice
    case_id: int
    case_ref: UUID
    department_id: int | None
    key: str
    data: Mapping[str, object] = field(default_factory=dict)


def enqueue_all(session: Session, messages: Sequence[Told], *, at: datetime) -> None:
    """Put many notices in the outbox by one statement; a fact that is told already is left out."""
    if not messages:
        return
    rows = rows_of(
        "told",
        {
            "notice": (String(32), [told.notice.value for told in messages]),
            "case_id": (BigInteger(), [told.case_id for told in messages]),
            "payload": (Text(), [json.dumps(_payload(told)) for told in messages]),
            "dedupe_key": (
                Text(),
                [f"{told.notice.value}:{told.case_ref}:{told.key}" for told in messages],
            ),
        },
    )
    added = select(
        rows.c.notice,
        rows.c.case_id,
        cast(rows.c.payload, JSONB),
        rows.c.dedupe_key,
        literal(at),
        literal(at),
        literal(0),
    )
    names = ["notice", "case_id", "payload", "dedupe_key", "created_at", "next_at", "attempts"]
    session.execute(insert(OutboxMessage).from_select(names, added).on_conflict_do_nothing())


def _payload(told: Told) -> dict[str, object]:
    return {
        "audience": [audience.value for audience in AUDIENCE[told.notice]],
        "department": told.department_id,
        "former": None,
        "data": dict(told.data),
    }
