"""The circular of a month is issued once and stays as it was (通报)."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from casework.errors import GuardFailed, NotPermitted
from casework.language import N_
from casework.models import Circular
from casework.notify import outbox
from casework.queries import circulars
from casework.queries.circulars import Content, last_day
from casework.queries.rules import Rules
from casework.sealing import Sealer, same
from casework.services.actors import Actor
from casework.workflow.calendar import local_day
from casework.workflow.notices import Notice
from casework.workflow.states import Role


def why_not_issued(session: Session, month: date, *, at: datetime) -> GuardFailed | None:
    """Return why no circular of ``month`` can be issued now, or None if it can."""
    if last_day(month) >= local_day(at):
        return GuardFailed(N_("This month is not over yet."))
    first = circulars.first_month(session)
    if first is None or month < first:
        return GuardFailed(N_("No case had come in by the end of this month."))
    if circulars.circular_of(session, month) is not None:
        return GuardFailed(N_("The circular of this month has been issued already."))
    return None


def issue(
    session: Session, month: date, *, foreword: str, by: Actor, at: datetime, rules: Rules
) -> Circular:
    """Issue the circular of ``month``, keep it, and tell leaders and units.

    Raises NotPermitted except for supervisors, GuardFailed for a month that is not over, that ended
    before the first case or that has its circular.
    """
    if by.role is not Role.SUPERVISOR or by.user_id is None:
        raise NotPermitted()
    if (refusal := why_not_issued(session, month, at=at)) is not None:
        raise refusal
    content = circulars.content_of(session, month, at=at, today=local_day(at))
    circular = Circular(
        month=month,
        issued_at=at,
        issued_by_id=by.user_id,
        foreword=foreword,
        content=content,
        hash=_hash(month, foreword, content, rules.sealer),
    )
    session.add(circular)
    outbox.enqueue_for_unit(
        session,
        Notice.CIRCULAR,
        department_id=None,
        key=f"{month:%Y-%m}",
        at=at,
        data={
            "details": {
                "zh_CN": f"{month.year}年{month.month}月信访工作通报",
                "en": f"The circular of {month:%B %Y}",
            }
        },
    )
    session.flush()
    return circular


def is_as_issued(circular: Circular, sealer: Sealer) -> bool:
    """Say whether a circular reads as on the day it was issued."""
    return same(circular.hash, _hash(circular.month, circular.foreword, circular.content, sealer))


def _hash(month: date, foreword: str, content: Content, sealer: Sealer) -> bytes:
    return sealer.chain_hash(
        b"", {"circular": month.isoformat(), "foreword": foreword, "content": content}
    )
