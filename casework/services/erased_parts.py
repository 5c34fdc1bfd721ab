"""What of a case holds the words or the data of people, and what is left of it after an erasure.

One function erases all of it. A table that keeps words about a case names its columns here;
``tests/architecture`` finds one that does not.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, func, literal, null, or_, select, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session
from sqlalchemy.sql.functions import coalesce

from casework.models import Base, Case, Petitioner
from casework.sealing import Sealer, row_name
from casework.services.attachments import reading

ERASED = "（已删除）"
"""Stands where a text must not be empty."""

TEXTS: Mapping[str, Mapping[str, str]] = {
    "cases": {"subject": ERASED, "body": ERASED, "place": ""},
    "questions": {"text": ERASED, "answer": ""},
    "replies": {"text": ERASED, "basis": ""},
    "reply_parts": {"text": ERASED},
    "ratings": {"comment": ""},
    "public_texts": {"subject": ERASED, "body": "", "reply": "", "why": "", "refusal": ""},
    "instructions": {"text": ERASED, "answer": ""},
    "extensions": {"reason": ERASED, "decision": ""},
    "supervision_notices": {"note": "", "explanation": "", "cancel_reason": ""},
    "deliveries": {"last_error": ""},
    "appeals": {"reason": ERASED, "evidence": "", "decision": ""},
    "redo_requests": {"wish": "", "decision": ERASED},
    "hearings": {"note": ""},
    "erasures": {"reason": "", "answer": ""},
}
"""The columns with words of a case, by table, and what stands there afterwards."""

GO: tuple[str, ...] = ("code_requests", "contact_changes", "follow_ups", "public_matters")
"""Tables whose rows of the case are deleted."""

KEPT: Mapping[str, str] = {
    "case_events": "its notes are emptied by the database, see forget_notes",
    "petitioners": "sealed anew with nothing in it, see below",
    "publications": "taken down before, where erasure was asked for",
    "attachments": "deleted with what is in them by services.attachments",
    "outbox": "holds keys and dates; what waits is laid aside",
    "legal_holds": "a case with one is not erased",
    "case_clocks": "dates only",
    "reviews": "links of cases and dates; a review is a case of its own",
    "followers": "contacts of others, which go when the last news is told",
    "co_handlers": "units only",
    "objections": "units only",
    "reader_opinions": "counts only",
}
"""Tables that point at a case and keep their rows, with the reason."""

HASHES = ("phone_hash", "name_hash", "id_number_hash", "email_hash")


def erase_parts(session: Session, case: Case, *, sealer: Sealer) -> None:
    """Erase every word and every detail of a person that is held about ``case``."""
    for name, columns in TEXTS.items():
        table = Base.metadata.tables[name]
        session.execute(update(table).where(_of_case(table, case.id)).values(dict(columns)))
    for name in GO:
        table = Base.metadata.tables[name]
        session.execute(delete(table).where(_of_case(table, case.id)))
    _lay_messages_aside(session, case)
    _forget_people(session, case, sealer)
    reading.erase(session, case)
    session.execute(select(func.forget_notes(case.id)))
    session.expire_all()


def held(session: Session, case: Case) -> dict[str, int]:
    """Return how many rows with words each table holds about ``case``: the dry run."""
    counts: list[ColumnElement[Any]] = []
    for name in (*TEXTS, *GO, "petitioners", "case_events"):
        table = Base.metadata.tables[name]
        counts.append(
            select(func.count())
            .select_from(table)
            .where(_of_case(table, case.id), _says_something(table))
            .scalar_subquery()
            .label(name)
        )
    row = session.execute(select(*counts)).one()
    return {name: count for name, count in row._mapping.items() if count}


def _of_case(table: Table, case_id: int) -> ColumnElement[bool]:
    if table.name == "cases":
        return table.c.id == case_id
    if table.name == "petitioners":
        return coalesce(table.c.from_case_id, table.c.case_id) == case_id
    return table.c.case_id == case_id


def _says_something(table: Table) -> ColumnElement[bool]:
    if table.name == "case_events":
        return func.coalesce(table.c.note, "") != ""
    if table.name == "petitioners":
        return func.num_nonnulls(*(table.c[name] for name in HASHES)) > 0
    words = TEXTS.get(table.name, {})
    return or_(literal(not words), *(table.c[name] != left for name, left in words.items()))


def _lay_messages_aside(session: Session, case: Case) -> None:
    """Let nothing leave about the case, and take what was said out of what has left."""
    outbox, deliveries = Base.metadata.tables["outbox"], Base.metadata.tables["deliveries"]
    empty = literal({}, JSONB)
    session.execute(
        update(outbox)
        .where(outbox.c.case_id == case.id, outbox.c.done_at.is_(None), outbox.c.dead_at.is_(None))
        .values(dead_at=func.now())
    )
    for table in (outbox, deliveries):
        session.execute(
            update(table)
            .where(table.c.case_id == case.id)
            .values(payload=func.jsonb_set(table.c.payload, "{data}", empty))
        )
    session.execute(
        update(deliveries)
        .where(
            deliveries.c.case_id == case.id,
            deliveries.c.petitioner_id.is_not(None),
            deliveries.c.sent_at.is_(None),
            deliveries.c.dead_at.is_(None),
        )
        .values(dead_at=func.now())
    )


def _forget_people(session: Session, case: Case, sealer: Sealer) -> None:
    """Seal nothing where the petitioners stood, and leave nothing to find them by."""
    nobody = dict.fromkeys(("name", "phone", "id_number", "address", "email"), "")
    people = session.scalars(select(Petitioner.id).where(Petitioner.own_case_id == case.id)).all()
    for key in people:
        session.execute(
            update(Petitioner)
            .where(Petitioner.id == key)
            .values(
                sealed=sealer.seal(nobody, row=row_name("petitioners", key)),
                told_by="none",
                **dict.fromkeys(HASHES, null()),
            )
            .execution_options(synchronize_session=False)
        )
