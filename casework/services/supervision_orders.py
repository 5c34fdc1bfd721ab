"""What every working day tells of itself: the digest of each unit, and orders nobody explains."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.language import LOCALES, N_, translate
from casework.models import Case, SupervisionNotice
from casework.notify import outbox
from casework.notify.outbox import Told
from casework.queries.digests import Digest, digests, open_order, with_its_unit
from casework.queries.rules import Rules
from casework.workflow.calendar import local_day
from casework.workflow.notices import Notice
from casework.workflow.supervision import times_chased

LISTS = {
    "overdue": N_("Overdue: %(count)d (%(numbers)s)"),
    "today": N_("Due today: %(count)d (%(numbers)s)"),
    "this_week": N_("Due later this week: %(count)d (%(numbers)s)"),
    "orders": N_("Orders without an explanation: %(count)d (%(numbers)s)"),
    "instructions": N_("Instructions without an answer: %(count)d (%(numbers)s)"),
}


def send_digests(session: Session, *, at: datetime) -> int:
    """Tell each unit that has anything to look at, once a day; return how many units those are."""
    today = local_day(at)
    found = digests(session, today=today)
    for unit, digest in found.items():
        outbox.enqueue_for_unit(
            session,
            Notice.DIGEST,
            department_id=unit,
            key=today.isoformat(),
            at=at,
            data={
                "count": digest.count,
                "details": {locale: _details(digest, locale) for locale in LOCALES},
                "lists": {name: count for name, (count, _) in digest.lists.items()},
            },
        )
    return len(found)


def _details(digest: Digest, locale: str) -> str:
    return "\n".join(
        translate(locale, words, count=count, numbers=_numbers(count, numbers))
        for name, words in LISTS.items()
        for count, numbers in [digest.lists.get(name, (0, []))]
        if count
    )


def _numbers(count: int, numbers: list[str]) -> str:
    return ", ".join(numbers) + (" …" if count > len(numbers) else "")


def chase_orders(session: Session, *, at: datetime, rules: Rules) -> int:
    """Chase the orders whose day for the explanation has passed; return how many those are.

    Each is chased on the working day after, then whenever the same span has passed again. An
    order to a unit that does not have the case any more is left to the supervisors.
    """
    today = local_day(at)
    late = session.execute(
        select(SupervisionNotice, Case.ref)
        .join(Case, Case.id == SupervisionNotice.case_id)
        .where(*open_order(), with_its_unit(), SupervisionNotice.explain_by < today)
        .order_by(SupervisionNotice.id)
    ).all()
    messages = [
        Told(
            Notice.ORDER_CHASED,
            case_id=order.case_id,
            case_ref=ref,
            department_id=order.department_id,
            key=f"{order.id}:{times}",
            data={"due": order.explain_by.isoformat()},
        )
        for order, ref in late
        if order.explain_by
        and (times := times_chased(order.explain_by, today, rules.calendar, rules.settings.ladder))
    ]
    outbox.enqueue_all(session, messages, at=at)
    return len(messages)
