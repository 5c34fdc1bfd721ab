"""What people do with notices: read them, put right what could not be delivered, word them."""

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import update
from sqlalchemy.orm import Session

from casework.errors import Conflict, Invalid
from casework.language import N_
from casework.models import Change, Delivery, Medium, MessageText, User, Webhook
from casework.notify import wording
from casework.notify.texts import DEFAULTS, Text, TextKey
from casework.queries.notices import text_versions
from casework.sealing import Sealer, row_name
from casework.services import admin_log
from casework.workflow.notices import Notice, NoticeGroup

NO_WORDS = N_("Write the text.")
NO_SUBJECT = N_("Write the subject.")


def mark_read(delivery: Delivery, *, at: datetime) -> None:
    """Note that its receiver has seen an entry; the first time counts."""
    delivery.read_at = delivery.read_at or at


def mark_all_read(session: Session, user: User, *, until: int, at: datetime) -> int:
    """Mark every entry of ``user`` up to the id ``until`` as read; return how many those were.

    What came in after the page was drawn stays unread, as nobody has seen it.
    """
    marked = session.execute(
        update(Delivery)
        .where(
            Delivery.user_id == user.id,
            Delivery.medium == Medium.INBOX,
            Delivery.read_at.is_(None),
            Delivery.id <= until,
        )
        .values(read_at=at)
        .execution_options(synchronize_session=False)
    )
    return int(marked.rowcount)  # type: ignore[attr-defined]


def send_again(delivery: Delivery, *, at: datetime) -> None:
    """Let a dead delivery be tried anew from the beginning."""
    delivery.dead_at, delivery.lease_until = None, None
    delivery.attempts, delivery.next_at = 0, at


def told_by_hand(delivery: Delivery, *, by: User, at: datetime) -> None:
    """Note that somebody has told the receiver in another way; nothing is sent any more."""
    delivery.dead_at, delivery.sent_at = None, at
    delivery.last_error = f"by hand: {by.username}"


def choose_ways(
    user: User, *, mailed: Collection[NoticeGroup], texted: Collection[NoticeGroup]
) -> None:
    """Keep which notices come to ``user`` beside the inbox, which nobody turns off.

    Raises Invalid without an address or a mobile number for them.
    """
    if mailed and not user.email:
        raise Invalid(
            "mailed",
            N_("There is no e-mail address in your account. The administrator can add one."),
        )
    if texted and not user.mobile:
        raise Invalid(
            "texted",
            N_("There is no mobile number in your account. The administrator can add one."),
        )
    user.mailed = [group.value for group in NoticeGroup if group in mailed]
    user.texted = [group.value for group in NoticeGroup if group in texted]


def add_webhook(
    session: Session,
    *,
    name: str,
    url: str,
    notices: Sequence[str],
    hosts: Sequence[str],
    sealer: Sealer,
    at: datetime,
) -> tuple[Webhook, str]:
    """Let a system be told by HTTP; return it with the secret that signs, shown only now.

    Raises Invalid for a host that the settings do not allow, or a notice that there is not.
    """
    target = urlsplit(url)
    if target.scheme != "https" or target.hostname not in hosts:
        raise Invalid(
            "url", N_("The address must begin with https:// and a host of WEBHOOK_HOSTS.")
        )
    if unknown := set(notices) - set(Notice):
        raise Invalid("notices", N_("There is no notice %(name)s."), name=min(unknown))
    hook = Webhook(name=name, url=url, secret_sealed=b"", notices=sorted(notices), created_at=at)
    session.add(hook)
    session.flush()
    secret = secrets.token_urlsafe(32)
    hook.secret_sealed = sealer.seal({"secret": secret}, row=row_name("webhooks", hook.id))
    session.flush()
    return hook, secret


def check_text(key: TextKey, text: Text) -> None:
    """Refuse a text that could not be sent. Raises Invalid for ``subject`` or ``body``."""
    if not text.body.strip():
        raise Invalid("body", NO_WORDS)
    wording.check(text.body, field="body")
    if key.medium is Medium.SMS:
        return
    if not text.subject.strip():
        raise Invalid("subject", NO_SUBJECT)
    wording.check(text.subject, field="subject", allowed=wording.IN_SUBJECTS)


def write_text(
    session: Session, key: TextKey, text: Text, *, seen: int, by: User, at: datetime
) -> MessageText:
    """Put a new version of a text in force. Raises Invalid, or Conflict if ``seen`` is old.

    ``seen`` is the number of the version that was read before writing, 0 for none.
    """
    check_text(key, text)
    return _add_version(session, key, text, seen=seen, by=by, at=at)


def reset_text(session: Session, key: TextKey, *, seen: int, by: User, at: datetime) -> MessageText:
    """Put the words that came with the product in force again; the versions stay to be read."""
    return _add_version(session, key, Text("", ""), seen=seen, by=by, at=at)


def text_of_version(key: TextKey, version: MessageText | None) -> Text:
    """Return the words of a version, or those that came with the product."""
    if version is None or not version.body:
        return DEFAULTS[key]
    return Text(version.subject, version.body)


def _add_version(
    session: Session, key: TextKey, text: Text, *, seen: int, by: User, at: datetime
) -> MessageText:
    versions = text_versions(session, key.notice, key.medium, key.language)
    newest = versions[0].version if versions else 0
    if newest != seen:
        raise Conflict()
    row = MessageText(
        notice=key.notice,
        medium=key.medium,
        language=key.language,
        version=newest + 1,
        subject=text.subject if key.medium is not Medium.SMS else "",
        body=text.body,
        at=at,
        by_id=by.id,
    )
    session.add(row)
    admin_log.flush(session, CLASHES)
    admin_log.note(session, row, Change.CHANGED, by=by, at=at)
    return row


CLASHES = {
    "uq_message_texts_version": (
        "body",
        N_("Somebody else has changed this in the meantime. Read it again before you go on."),
    )
}
