"""The public text of a case: prepared, published, withheld, taken down."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.errors import IllegalStep
from casework.models import Case, Publication, PublicationState, Reply
from casework.queries.rules import Rules
from casework.services import log, steps
from casework.services.actors import Actor
from casework.workflow.states import Action, Entry, State


def approved_reply(session: Session, case: Case) -> Reply | None:
    """Return the version of the reply that counts."""
    return session.scalars(
        select(Reply)
        .where(Reply.case_id == case.id, Reply.approved_at.is_not(None))
        .order_by(Reply.version.desc())
        .limit(1)
    ).one_or_none()


def redact(
    session: Session,
    case: Case,
    *,
    subject: str,
    body: str,
    reply: str,
    by: Actor,
    at: datetime,
    rules: Rules,
) -> None:
    """Prepare the text that everybody may read; a colleague publishes it.

    Raises IllegalStep unless the case is forwarded and not yet published.
    """
    if case.state is not State.FORWARDED:
        raise IllegalStep(state=case.state.value, action=Entry.REDACT.value)
    row = session.get(Publication, case.id)
    if row is None:
        row = Publication(case_id=case.id)
        session.add(row)
    row.state, row.number = PublicationState.PREPARED, case.number
    row.kind, row.channel = case.kind, case.channel
    row.department_id, row.category_id = case.department_id, case.category_id
    row.received_on = case.received_on
    row.subject, row.body, row.reply = subject, body, reply
    row.redacted_by_id, row.redacted_at = by.user_id, at
    row.published_at = row.taken_down_at = None
    log.record(session, case, Entry.REDACT, by=by, at=at, sealer=rules.sealer)
    session.flush()


def publish(session: Session, case: Case, *, by: Actor, at: datetime, rules: Rules) -> None:
    """Let everybody read the prepared text of ``case``."""
    steps.take(session, case, Action.PUBLISH, by=by, at=at, rules=rules)
    row = session.get_one(Publication, case.id)
    row.state, row.published_at = PublicationState.PUBLISHED, at
    session.flush()


def withhold(
    session: Session,
    case: Case,
    *,
    reason_code: str,
    note: str = "",
    by: Actor,
    at: datetime,
    rules: Rules,
) -> None:
    """Close a completed case without publishing it."""
    steps.take(
        session,
        case,
        Action.WITHHOLD,
        by=by,
        at=at,
        rules=rules,
        reason_code=reason_code,
        note=note,
    )


def unpublish(
    session: Session,
    case: Case,
    *,
    reason_code: str,
    note: str = "",
    by: Actor,
    at: datetime,
    rules: Rules,
) -> None:
    """Take a published case down at once; its address says that it was withdrawn."""
    steps.take(
        session,
        case,
        Action.UNPUBLISH,
        by=by,
        at=at,
        rules=rules,
        reason_code=reason_code,
        note=note,
    )
    take_down(session, case, at=at)


def take_down(session: Session, case: Case, *, at: datetime) -> None:
    """Empty the public text of ``case``; the row stays, so that its address can say so."""
    row = session.get(Publication, case.id)
    if row is not None and row.state is not PublicationState.TAKEN_DOWN:
        row.state, row.published_at, row.taken_down_at = PublicationState.TAKEN_DOWN, None, at
        row.subject, row.body, row.reply = "", "", ""
        session.flush()
