"""From one notice in the outbox to a row for everybody who is told, each once."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, joinedload

from casework.language import DEFAULT_LOCALE
from casework.models import Delivery, Medium, OutboxMessage, Webhook
from casework.notify.quiet import may_leave_at
from casework.notify.recipients import AddressBook, Receiver
from casework.workflow.calendar import WorkCalendar

BATCH = 200
OLD_NEWS = timedelta(days=30)
"""Older notices are told to nobody: a register was imported, or a year was played."""

READ_ALREADY = timedelta(days=7)
"""Older entries come into an inbox as read, so that its count says what is new."""

TABLE: Any = Delivery.__table__
_WAITING = (OutboxMessage.done_at.is_(None), OutboxMessage.dead_at.is_(None))


def drop_old_news(session: Session, *, at: datetime) -> int:
    """Lay aside, all at once, what is too old to be told."""
    dropped = session.execute(
        update(OutboxMessage)
        .where(*_WAITING, OutboxMessage.created_at < at - OLD_NEWS)
        .values(dead_at=at)
        .execution_options(synchronize_session=False)
    )
    return int(dropped.rowcount)  # type: ignore[attr-defined]


def spread(session: Session, *, calendar: WorkCalendar, at: datetime, batch: int = BATCH) -> int:
    """Write the deliveries of the oldest waiting notices; return how many notices those were.

    Rows and the note that it is done go into the caller's one transaction. Others who spread at
    the same moment take other notices, and a delivery that is there already is left alone.
    """
    messages = list(
        session.scalars(
            select(OutboxMessage)
            .where(*_WAITING, OutboxMessage.next_at <= at)
            .order_by(OutboxMessage.next_at)
            .limit(batch)
            .options(joinedload(OutboxMessage.case))
            .with_for_update(of=OutboxMessage, skip_locked=True)
            .execution_options(populate_existing=True)
        )
    )
    if not messages:
        return 0
    book = AddressBook(session, [message.case for message in messages if message.case])
    hooks = list(session.scalars(select(Webhook).where(Webhook.disabled_at.is_(None))))
    rows = [
        row
        for message in messages
        for row in (*_to_people(message, book, calendar, at), *_to_systems(message, hooks, at))
    ]
    if rows:
        # By the table, not the class: so many rows go in by one statement.
        session.execute(insert(TABLE).on_conflict_do_nothing(), rows)
    for message in messages:
        message.done_at, message.attempts = at, message.attempts + 1
    session.flush()
    return len(messages)


def _to_people(
    message: OutboxMessage, book: AddressBook, calendar: WorkCalendar, at: datetime
) -> Iterator[dict[str, object]]:
    urgency = message.case.urgency if message.case else None
    leaves = may_leave_at(at, calendar=calendar, notice=message.notice, urgency=urgency)
    for receiver in book.receivers(message):
        inbox = receiver.medium is Medium.INBOX
        yield _row(message, receiver, at=at, next_at=at if inbox else leaves) | {
            "user_id": receiver.user_id,
            "petitioner_id": receiver.petitioner_id,
            "follower_id": receiver.follower_id,
            "webhook_id": None,
            "sent_at": at if inbox else None,
            "read_at": at if inbox and at - message.created_at > READ_ALREADY else None,
        }


def _to_systems(
    message: OutboxMessage, hooks: list[Webhook], at: datetime
) -> Iterator[dict[str, object]]:
    """Tell connected systems, but of no accusation."""
    case = message.case
    if case is None or case.accused_department_id or case.accused_user_id:
        return
    for hook in hooks:
        if message.notice.value in hook.notices:
            receiver = Receiver(Medium.WEBHOOK, DEFAULT_LOCALE)
            yield _row(message, receiver, at=at, next_at=at) | {
                "dedupe_key": f"{message.dedupe_key}:webhook:{hook.id}",
                "user_id": None,
                "petitioner_id": None,
                "follower_id": None,
                "webhook_id": hook.id,
                "sent_at": None,
                "read_at": None,
            }


def _row(
    message: OutboxMessage, receiver: Receiver, *, at: datetime, next_at: datetime
) -> dict[str, object]:
    return {
        "notice": message.notice,
        "medium": receiver.medium,
        "case_id": message.case_id,
        "language": receiver.language,
        "payload": {
            "department": message.payload.get("department"),
            "data": message.payload.get("data", {}),
        },
        "dedupe_key": f"{message.dedupe_key}:{receiver.key}",
        "created_at": message.created_at,
        "next_at": next_at,
        "attempts": 0,
        "last_error": "",
    }
