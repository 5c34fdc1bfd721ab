"""Erasing a case: asked by its petitioner, decided by the office, carried out by the system.

The number, the dates, the steps and every figure stay, and the chain of the log still holds: it
covers the hash of each note, not the note.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import exists, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from casework.errors import Conflict, GuardFailed, NotPermitted
from casework.language import N_
from casework.models import Appeal, Case, Erasure, LegalHold, RedoRequest, Review
from casework.notify import outbox
from casework.queries.cases import for_update_by_id
from casework.queries.rules import Rules
from casework.services import log, publication
from casework.services.actors import PETITIONER, SYSTEM, Actor
from casework.services.erased_parts import erase_parts
from casework.workflow.calendar import local_day
from casework.workflow.notices import Notice
from casework.workflow.states import COMPLETE, ENDED_OTHERWISE, RUNNING, Entry, Role, State

AFTER = timedelta(days=1)
"""How long after it was granted an erasure is carried out: until then a hold can stop it."""

BATCH = 100
UNPUBLISHED_BY, WITHHELD_BY = "unpublish.erased", "withhold.erased"
OVER = COMPLETE | ENDED_OTHERWISE


def ask_erasure(session: Session, case: Case, *, reason: str, at: datetime, rules: Rules) -> None:
    """Ask as the petitioner that everything said in ``case`` is erased; the office decides.

    Raises GuardFailed while the case runs, while a request waits, and where it was granted.
    """
    if case.state not in OVER:
        raise GuardFailed(
            reason=N_(
                "Your case is still being worked on. Wait for the answer or take the letter back."
            )
        )
    there = session.get(Erasure, case.id)
    if there is not None and there.granted is not False:
        raise GuardFailed(reason=N_("You have asked for this already."))
    if there is None:
        there = Erasure(case_id=case.id)
        session.add(there)
    there.asked_at, there.reason, there.answer = at, reason, ""
    there.decided_at = there.decided_by_id = there.granted = None
    event = log.record(session, case, Entry.ASK_ERASURE, by=PETITIONER, at=at, sealer=rules.sealer)
    outbox.enqueue(session, Notice.ERASURE_ASKED, case, key=str(event.seq), at=at)
    session.flush()


def decide(
    session: Session,
    case: Case,
    *,
    granted: bool,
    answer: str,
    by: Actor,
    at: datetime,
    rules: Rules,
) -> None:
    """Grant or refuse the request of the petitioner, who reads ``answer``.

    Raises NotPermitted except for the office, Conflict where no request waits, and GuardFailed
    for granting what a legal hold keeps, and while something else about the case waits.
    """
    entry = Entry.GRANT_ERASURE if granted else Entry.REFUSE_ERASURE
    if by.role is not Role.OFFICE:
        raise NotPermitted(action=entry.value)
    asked = session.get(Erasure, case.id)
    if asked is None or asked.decided_at is not None or asked.carried_out_at is not None:
        raise Conflict()
    if granted and session.get(LegalHold, case.id) is not None:
        raise GuardFailed(reason=N_("A legal hold keeps this case. Lift it first, or refuse."))
    if granted and _is_reviewed(session, case):
        raise GuardFailed(reason=N_("The answer to this case is being reviewed. Wait or refuse."))
    if granted and _is_undecided(session, case):
        raise GuardFailed(
            reason=N_(
                "A wish to have this case done again, or an appeal, still waits. Decide on it "
                "first."
            )
        )
    asked.granted, asked.answer = granted, answer
    asked.decided_at, asked.decided_by_id = at, by.user_id
    event = log.record(session, case, entry, by=by, at=at, sealer=rules.sealer)
    notice = Notice.ERASURE_GRANTED if granted else Notice.ERASURE_REFUSED
    outbox.enqueue(session, notice, case, key=str(event.seq), at=at)
    session.flush()


def hold(
    session: Session, case: Case, *, reason: str, by: Actor, at: datetime, rules: Rules
) -> None:
    """Keep ``case`` from being erased. Raises NotPermitted except for the office."""
    if by.role is not Role.OFFICE or by.user_id is None:
        raise NotPermitted(action=Entry.HOLD.value)
    refuse_erased(session, case)
    session.merge(LegalHold(case_id=case.id, since=at, by_id=by.user_id, reason=reason))
    log.record(session, case, Entry.HOLD, by=by, at=at, sealer=rules.sealer, note=reason)
    session.flush()


def release(
    session: Session, case: Case, *, reason: str, by: Actor, at: datetime, rules: Rules
) -> None:
    """Lift the legal hold of ``case``. Raises Conflict where there is none."""
    if by.role is not Role.OFFICE:
        raise NotPermitted(action=Entry.RELEASE.value)
    held = session.get(LegalHold, case.id)
    if held is None:
        raise Conflict()
    session.delete(held)
    log.record(session, case, Entry.RELEASE, by=by, at=at, sealer=rules.sealer, note=reason)
    session.flush()


def why_erased(session: Session, case: Case) -> GuardFailed | None:
    """Return what keeps everybody from writing more about ``case``: it would never be erased."""
    there = session.get(Erasure, case.id)
    if there is None or there.carried_out_at is None:
        return None
    return GuardFailed(reason=N_("This case has been erased already."))


def refuse_erased(session: Session, case: Case) -> None:
    """Let nothing more be written about an erased case. Raises GuardFailed."""
    if refusal := why_erased(session, case):
        raise refusal


def granted_and_due(session: Session, *, at: datetime) -> Sequence[int]:
    """Return the cases whose erasure was granted long enough ago and that nothing holds."""
    return session.scalars(
        select(Erasure.case_id)
        .where(
            Erasure.granted.is_(True),
            Erasure.carried_out_at.is_(None),
            Erasure.decided_at <= at - AFTER,
            ~exists().where(LegalHold.case_id == Erasure.case_id),
        )
        .order_by(Erasure.decided_at)
        .limit(BATCH)
    ).all()


def out_of_retention(session: Session, *, at: datetime, rules: Rules, after: int = 0) -> list[int]:
    """Return cases that ended longer ago than the retention time, by id, from ``after`` on.

    None where the district has set no time. What waits for a decision or is held is left out.
    """
    years = rules.settings.retention_years
    if years <= 0:
        return []
    today = local_day(at)
    before = today.replace(year=today.year - years, day=min(today.day, 28))
    return list(
        session.scalars(
            select(Case.id)
            .where(
                Case.id > after,
                Case.received_on < before,
                Case.state.in_(sorted(OVER)),
                Case.completed_on.is_(None) | (Case.completed_on < before),
                ~exists().where(LegalHold.case_id == Case.id),
                ~exists().where(
                    Erasure.case_id == Case.id,
                    Erasure.carried_out_at.is_not(None) | Erasure.decided_at.is_(None),
                ),
            )
            .order_by(Case.id)
            .limit(BATCH)
        )
    )


def carry_out(session: Session, case_id: int, *, at: datetime, rules: Rules) -> bool:
    """Erase a case now; what was asked for goes from the public too. Say whether it was done.

    It is not done, however it was found, where a hold or a request has come or a new round began
    meanwhile. A refusal keeps a case until its retention time has passed, and stays in the log.
    """
    case = for_update_by_id(session, case_id)
    kept = session.get(LegalHold, case_id) is not None or _is_reviewed(session, case)
    if case.state not in OVER or kept or _is_undecided(session, case):
        return False
    asked = session.get(Erasure, case_id)
    if asked is not None and (asked.carried_out_at is not None or asked.decided_at is None):
        return False
    if asked is not None and asked.granted:
        _leave_the_public(session, case, at=at, rules=rules)
    elif asked is not None:
        asked.granted = asked.decided_at = asked.decided_by_id = None
    if case.state is not State.PUBLISHED:
        publication.take_down(session, case, at=at)
    log.record(session, case, Entry.ERASE, by=SYSTEM, at=at, sealer=rules.sealer)
    session.flush()
    session.execute(
        insert(Erasure)
        .values(case_id=case_id, carried_out_at=at, reason="", answer="")
        .on_conflict_do_update(index_elements=[Erasure.case_id], set_={"carried_out_at": at})
    )
    erase_parts(session, case, sealer=rules.sealer)
    session.flush()
    return True


def _is_reviewed(session: Session, case: Case) -> bool:
    """Say whether a review or re-review still runs, which needs all that came before it."""
    running = (
        select(Review.case_id)
        .join(Case, Case.id == Review.case_id)
        .where(
            (Review.of_case_id == case.id) | (Review.first_id == case.id),
            Case.state.in_(sorted(RUNNING)),
        )
    )
    return session.scalar(running.limit(1)) is not None


def _is_undecided(session: Session, case: Case) -> bool:
    """Say whether a wish for a redo or an appeal waits, which nobody could decide on afterwards."""
    wish = exists().where(RedoRequest.case_id == case.id, RedoRequest.decided_at.is_(None))
    appeal = exists().where(Appeal.case_id == case.id, Appeal.decided_at.is_(None))
    return bool(session.scalar(select(or_(wish, appeal))))


def _leave_the_public(session: Session, case: Case, *, at: datetime, rules: Rules) -> None:
    if case.state is State.PUBLISHED:
        publication.unpublish(
            session, case, reason_code=UNPUBLISHED_BY, by=SYSTEM, at=at, rules=rules
        )
    elif case.state is State.FORWARDED:
        publication.withhold(session, case, reason_code=WITHHELD_BY, by=SYSTEM, at=at, rules=rules)
