"""The public text of a case: prepared, published, withheld, taken down."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.errors import Conflict, IllegalStep, Invalid, NotPermitted
from casework.language import N_
from casework.models import Case, Publication, PublicationState, Reply
from casework.queries.rules import Rules
from casework.services import log, steps
from casework.services.actors import Actor
from casework.services.redaction.suggestions import contacts_of, left_in
from casework.workflow.states import Action, Entry, Role, State


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
    may_stand: Collection[str] = frozenset(),
    by: Actor,
    at: datetime,
    rules: Rules,
) -> None:
    """Prepare the text that everybody may read; a colleague publishes it.

    ``may_stand`` are the details, word for word, that somebody has looked at and found harmless.
    Raises IllegalStep unless the case is forwarded and not yet published, NotPermitted except for
    the office, and Invalid while a text shows a number or mail address of the petitioner's, or
    any other detail of anybody that is not in ``may_stand``.
    """
    if by.role is not Role.OFFICE:
        raise NotPermitted(action=Entry.REDACT.value)
    if case.state is not State.FORWARDED:
        raise IllegalStep(state=case.state.value, action=Entry.REDACT.value)
    _refuse_personal(
        session, case, {"subject": subject, "body": body, "reply": reply}, may_stand, rules=rules
    )
    row = session.get(Publication, case.id)
    if row is None:
        row = Publication(case_id=case.id)
        session.add(row)
    row.state, row.number = PublicationState.PREPARED, case.number
    row.kind, row.channel = case.kind, case.channel
    row.department_id, row.category_id = case.department_id, case.category_id
    row.street_id, row.received_on = case.street_id, case.received_on
    row.subject, row.body, row.reply = subject, body, reply
    row.redacted_by_id, row.redacted_at = by.user_id, at
    row.published_at = row.taken_down_at = None
    log.record(session, case, Entry.REDACT, by=by, at=at, sealer=rules.sealer)
    session.flush()


def _refuse_personal(
    session: Session,
    case: Case,
    texts: Mapping[str, str],
    may_stand: Collection[str],
    *,
    rules: Rules,
) -> None:
    contacts = contacts_of(session, case, rules=rules)
    left = {field: left_in(text, contacts) for field, text in texts.items()}
    for field, details in left.items():
        for detail in details:
            if detail.never:
                raise Invalid(
                    field,
                    N_("This still shows “%(value)s”, which is the petitioner's. Take it out."),
                    value=detail.value,
                )
    if any(detail.value not in may_stand for details in left.values() for detail in details):
        raise Invalid(
            "may_stand",
            N_("Take these details out, or tick those that everybody may read."),
        )


def version_of(text: Publication) -> str:
    """Return what tells one version of a public text from the next."""
    return text.redacted_at.astimezone(UTC).isoformat()


def publish(
    session: Session,
    case: Case,
    *,
    read: str | None = None,
    by: Actor,
    at: datetime,
    rules: Rules,
) -> None:
    """Let everybody read the prepared text of ``case``.

    ``read`` is the version that ``by`` has read. Raises Conflict if the text has changed since,
    or a second person would answer for what nobody but its author has seen.
    """
    steps.take(session, case, Action.PUBLISH, by=by, at=at, rules=rules)
    row = session.get_one(Publication, case.id)
    if read is not None and read != version_of(row):
        raise Conflict()
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
