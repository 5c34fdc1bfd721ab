"""The public text of a case: prepared, published, corrected, withheld, taken down."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.errors import IllegalStep, NotPermitted
from casework.models import Case, Publication, PublicationState, PublicText, Reply
from casework.queries.rules import Rules
from casework.services import log, public_texts, steps
from casework.services.actors import Actor
from casework.services.attachments import reading as attachments
from casework.services.public_texts import Words, version_of
from casework.workflow.states import Action, Entry, Role, Sensitive, State

__all__ = ["version_of"]


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
    sensitive: Collection[Sensitive] = (),
    pictures: Collection[UUID] = (),
    by: Actor,
    at: datetime,
    rules: Rules,
) -> None:
    """Prepare the text that everybody may read; a colleague publishes it.

    ``may_stand`` are the details, word for word, that somebody has looked at and found harmless;
    ``sensitive`` says why a leader must approve it besides, ``pictures`` are the files that may
    stand beside it; with one of them no text is so clean that nobody need look. Raises IllegalStep
    unless the case is forwarded and not yet published, NotPermitted except for the office, and
    Invalid as ``public_texts.is_clean`` does.
    """
    if by.role is not Role.OFFICE:
        raise NotPermitted(action=Entry.REDACT.value)
    if case.state is not State.FORWARDED:
        raise IllegalStep(state=case.state.value, action=Entry.REDACT.value)
    words = Words(subject, body, reply)
    clean = public_texts.is_clean(session, case, words, may_stand, rules=rules)
    made = PublicText(
        **words.by_field(),
        sensitive=public_texts.why_sensitive(case, sensitive),
        clean=clean and not pictures,
    )
    attachments.mark_public(session, case, set(pictures))
    public_texts.add_draft(session, case, made, by=by, at=at)
    row = session.get(Publication, case.id)
    if row is None:
        row = Publication(case_id=case.id)
        session.add(row)
    row.state, row.number = PublicationState.PREPARED, case.number
    row.published_at = row.corrected_at = None
    fill_in(row, case, made)
    _record(session, case, Entry.REDACT, made, by=by, at=at, rules=rules)


def fill_in(row: Publication, case: Case, made: PublicText) -> None:
    """Make ``row``, which the public reads, say what ``made`` says."""
    row.kind, row.channel = case.kind, case.channel
    row.department_id, row.category_id = case.department_id, case.category_id
    row.street_id, row.received_on = case.street_id, case.received_on
    row.subject, row.body, row.reply = made.subject, made.body, made.reply
    row.sensitive, row.cleared_at = list(made.sensitive), made.cleared_at
    row.redacted_by_id, row.redacted_at = made.redacted_by_id, made.redacted_at


def _record(
    session: Session,
    case: Case,
    entry: Entry,
    made: PublicText,
    *,
    by: Actor,
    at: datetime,
    rules: Rules,
) -> None:
    data = {"version": made.version, "sensitive": list(made.sensitive)}
    log.record(session, case, entry, by=by, at=at, sealer=rules.sealer, data=data)
    session.flush()


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
    made = public_texts.as_read(session, case, read)
    public_texts.let_out(session, case, made, by=by, at=at)
    row = session.get_one(Publication, case.id)
    fill_in(row, case, made)
    row.state, row.published_at, row.taken_down_at = PublicationState.PUBLISHED, at, None
    session.flush()
    attachments.copy_public(session, row, sealer=rules.sealer)


def draft_correction(
    session: Session,
    case: Case,
    *,
    subject: str,
    body: str,
    reply: str,
    why: str,
    may_stand: Collection[str] = frozenset(),
    sensitive: Collection[Sensitive] = (),
    by: Actor,
    at: datetime,
    rules: Rules,
) -> None:
    """Prepare another text in the place of the one that is out, which stays until it is approved.

    ``why`` is for those who approve it. Raises as ``redact`` does, and IllegalStep unless the
    case is published.
    """
    if by.role is not Role.OFFICE:
        raise NotPermitted(action=Entry.DRAFT_CORRECTION.value)
    if case.state is not State.PUBLISHED:
        raise IllegalStep(state=case.state.value, action=Entry.DRAFT_CORRECTION.value)
    words = Words(subject, body, reply)
    made = PublicText(
        **words.by_field(),
        correction=True,
        why=why,
        sensitive=public_texts.why_sensitive(case, sensitive),
        clean=public_texts.is_clean(session, case, words, may_stand, rules=rules),
    )
    public_texts.add_draft(session, case, made, by=by, at=at)
    _record(session, case, Entry.DRAFT_CORRECTION, made, by=by, at=at, rules=rules)


def correct(
    session: Session,
    case: Case,
    *,
    read: str | None = None,
    by: Actor,
    at: datetime,
    rules: Rules,
) -> None:
    """Let everybody read the corrected text, with a note that and when it was corrected.

    Raises Conflict as ``publish`` does.
    """
    made = public_texts.as_read(session, case, read)
    data = {"version": made.version}
    steps.take(session, case, Action.CORRECT, by=by, at=at, rules=rules, data=data)
    public_texts.let_out(session, case, made, by=by, at=at)
    row = session.get_one(Publication, case.id)
    fill_in(row, case, made)
    row.corrected_at = at
    session.flush()


def clear(
    session: Session,
    case: Case,
    *,
    read: str | None = None,
    by: Actor,
    at: datetime,
    rules: Rules,
) -> None:
    """Approve a sensitive public text as a leader; the office publishes it.

    Raises Conflict as ``publish`` does.
    """
    steps.take(session, case, Action.CLEAR, by=by, at=at, rules=rules)
    made = public_texts.as_read(session, case, read)
    made.cleared_by_id, made.cleared_at = by.user_id, at
    session.flush()


def turn_down(
    session: Session,
    case: Case,
    *,
    reason: str,
    read: str | None = None,
    by: Actor,
    at: datetime,
    rules: Rules,
) -> None:
    """Refuse a sensitive public text as a leader; the office changes or withholds it.

    The reason stands with the text, not in the log. Raises Conflict as ``publish`` does.
    """
    steps.take(session, case, Action.TURN_DOWN, by=by, at=at, rules=rules, text=reason)
    made = public_texts.as_read(session, case, read)
    made.refused_by_id, made.refused_at, made.refusal = by.user_id, at, reason
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
    """Close a completed case without publishing it; a text that was prepared is laid aside."""
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
    take_down(session, case, at=at)


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
    """Empty the public text of ``case``; its row stays, so that its address can say so.

    What was never out leaves no row: an address that nobody could read says nothing.
    """
    row = session.get(Publication, case.id)
    if row is None or row.state is PublicationState.TAKEN_DOWN:
        return
    if row.state is PublicationState.PUBLISHED:
        row.taken_down_at = at
    if row.taken_down_at is None:
        session.delete(row)
    else:
        row.state, row.published_at = PublicationState.TAKEN_DOWN, None
        row.subject, row.body, row.reply = "", "", ""
    attachments.take_down_copies(session, case.id)
    public_texts.end_all(session, case, at=at)
    session.flush()
