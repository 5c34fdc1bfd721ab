"""Publishing many consultations whose texts show nothing personal, each by two people."""

from datetime import datetime

from sqlalchemy.orm import Session

from casework.errors import GuardFailed
from casework.language import N_
from casework.models import Case
from casework.queries.rules import Rules
from casework.services import public_texts, publication
from casework.services.actors import Actor
from casework.services.public_texts import Words
from casework.services.publication import approved_reply
from casework.services.redaction.sensitive import signs_of
from casework.services.redaction.suggestions import contacts_of, findings
from casework.workflow.states import Kind


def why_not_clean(session: Session, case: Case, *, rules: Rules) -> str | None:
    """Return why ``case`` must be prepared by itself, None where letter and reply may stand."""
    words = original_words(session, case)
    if case.kind is not Kind.CONSULTATION or public_texts.is_accusation(case):
        return N_("Only consultations are published several at once.")
    if not case.consent:
        return N_("The petitioner has not consented to publication.")
    if words is None:
        return N_("There is no reply.")
    texts = words.by_field().values()
    contacts = contacts_of(session, case, rules=rules)
    if any(findings(text, contacts) for text in texts):
        return N_("Something in it looks personal. Prepare its public text by itself.")
    if signs_of(texts):
        return N_("It may concern minors or somebody's health. Prepare its public text by itself.")
    return None


def original_words(session: Session, case: Case) -> Words | None:
    """Return the letter and its reply as they are."""
    reply = approved_reply(session, case)
    return Words(case.subject, case.body, reply.text) if reply else None


def prepare_clean(session: Session, case: Case, *, by: Actor, at: datetime, rules: Rules) -> None:
    """Prepare letter and reply as they are, which somebody has looked at in the list.

    Raises GuardFailed with the reason where the text must be prepared by itself, or is being
    prepared already, and what ``publication.redact`` raises.
    """
    if public_texts.draft_of(session, case) is not None:
        raise GuardFailed(reason=N_("A public text of this case is being prepared already."))
    reason = why_not_clean(session, case, rules=rules)
    words = original_words(session, case)
    if reason is not None or words is None:
        raise GuardFailed(reason=reason or N_("There is no reply."))
    publication.redact(
        session,
        case,
        subject=words.subject,
        body=words.body,
        reply=words.reply,
        by=by,
        at=at,
        rules=rules,
    )


def publish_clean(
    session: Session, case: Case, *, read: str, by: Actor, at: datetime, rules: Rules
) -> None:
    """Publish a text that is still clean, by the rules as they are now.

    Raises GuardFailed where it no longer is, and what ``publication.publish`` raises.
    """
    reason = why_not_clean(session, case, rules=rules)
    if reason is not None:
        raise GuardFailed(reason=reason)
    publication.publish(session, case, read=read, by=by, at=at, rules=rules)
