"""The wish to have a case done again: asked after the answer, decided by the office."""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.errors import GuardFailed, Invalid, NotFound, NotPermitted
from casework.language import N_
from casework.models import Case, RedoRequest, Review
from casework.notify import outbox
from casework.queries.rules import Rules
from casework.services import log
from casework.services.actors import Actor
from casework.workflow.calendar import local_day
from casework.workflow.notices import Notice
from casework.workflow.states import COMPLETE, REVIEWS, Entry, Role


def can_be_asked(session: Session, case: Case, *, on: date, rules: Rules) -> bool:
    """Say whether the answer in force can lead to a redo: in its window, once, never a review."""
    if case.state not in COMPLETE or case.completed_on is None or case.channel in REVIEWS:
        return False
    if on > case.completed_on + timedelta(days=rules.settings.rating_window_days):
        return False
    known = request_of(session, case)
    reviewed = session.scalar(select(Review.case_id).where(Review.of_case_id == case.id).limit(1))
    return known is None and reviewed is None


def ask_redo(
    session: Session, case: Case, *, wish: str, by: Actor, at: datetime, rules: Rules
) -> RedoRequest:
    """Ask the office to have ``case`` done again; nothing moves until it has decided.

    Raises NotPermitted except for the petitioner and operators, who speak for them, and
    GuardFailed where it cannot be asked (any more).
    """
    if by.role not in (Role.PETITIONER, Role.OPERATOR):
        raise NotPermitted(action=Entry.ASK_REDO.value)
    if not can_be_asked(session, case, on=local_day(at), rules=rules):
        raise GuardFailed(N_("This case cannot be asked to be done again, or has been already."))
    request = RedoRequest(
        case_id=case.id, round=case.round, wish=wish, asked_by_id=by.user_id, asked_at=at
    )
    session.add(request)
    log.record(session, case, Entry.ASK_REDO, by=by, at=at, sealer=rules.sealer)
    session.flush()
    return request


def ask_if_possible(
    session: Session, case: Case, *, wish: str, by: Actor, at: datetime, rules: Rules
) -> None:
    """Ask for a redo where one can be asked for; a rating stands without it."""
    if can_be_asked(session, case, on=local_day(at), rules=rules):
        ask_redo(session, case, wish=wish, by=by, at=at, rules=rules)


def request_of(session: Session, case: Case) -> RedoRequest | None:
    """Return the request about the answer in force, decided or not."""
    return session.scalars(
        select(RedoRequest).where(RedoRequest.case_id == case.id, RedoRequest.round == case.round)
    ).one_or_none()


def refuse_redo(
    session: Session, case: Case, *, reason: str, by: Actor, at: datetime, rules: Rules
) -> None:
    """Leave the answer as it is; the petitioner is told why.

    Raises NotPermitted except for the office, NotFound where nothing was asked or it is decided,
    Invalid without a reason.
    """
    if by.role is not Role.OFFICE:
        raise NotPermitted(action=Entry.REFUSE_REDO.value)
    request = open_request(session, case)
    if request is None:
        raise NotFound()
    if not reason.strip():
        raise Invalid("reason", N_("Write the reason that the petitioner reads."))
    _decide(request, reason, by=by, at=at)
    request.granted = False
    log.record(session, case, Entry.REFUSE_REDO, by=by, at=at, sealer=rules.sealer, note=reason)
    outbox.enqueue(session, Notice.REDO_REFUSED, case, key=str(case.head_seq), at=at)
    session.flush()


def open_request(session: Session, case: Case) -> RedoRequest | None:
    """Return the request about the answer in force that the office has still to decide."""
    request = request_of(session, case)
    return request if request is not None and request.decided_at is None else None


def grant(request: RedoRequest, note: str, *, by: Actor, at: datetime) -> None:
    """Mark a request as granted; ``office.redo`` does the rest."""
    _decide(request, note, by=by, at=at)
    request.granted = True


def _decide(request: RedoRequest, decision: str, *, by: Actor, at: datetime) -> None:
    request.decision, request.decided_at, request.decided_by_id = decision, at, by.user_id
