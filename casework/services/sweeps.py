"""What time itself does to cases: unanswered questions and answers that stay private."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.language import N_, translate
from casework.models import Case, CaseClock
from casework.queries.cases import for_update_by_id
from casework.queries.rules import Rules
from casework.services import petitioner, publication
from casework.services.actors import SYSTEM
from casework.workflow.calendar import local_day
from casework.workflow.states import Clock, State

NO_ANSWER = N_("No answer came in time. The case goes on without it.")
WITHHELD_WITHOUT_CONSENT = "withhold.no_consent"
BATCH = 500


def unanswered(session: Session, *, at: datetime) -> Sequence[int]:
    """Return the cases whose question nobody answered in time, the oldest first, some at once."""
    return session.scalars(
        select(CaseClock.case_id)
        .where(
            CaseClock.clock == Clock.ANSWER,
            CaseClock.stopped_at.is_(None),
            CaseClock.paused_on.is_(None),
            CaseClock.due_on < local_day(at),
        )
        .order_by(CaseClock.due_on)
        .limit(BATCH)
    ).all()


def return_unanswered(session: Session, *, at: datetime, rules: Rules) -> int:
    """Give cases back to their department whose question nobody answered in time; count them."""
    returned = 0
    for case_id in unanswered(session, at=at):
        case = for_update_by_id(session, case_id)
        if case.state is State.AWAITING_PETITIONER:
            answer = translate(case.language, NO_ANSWER)
            petitioner.supply(session, case, answer=answer, by=SYSTEM, at=at, rules=rules)
            returned += 1
    return returned


def withhold_without_consent(session: Session, *, at: datetime, rules: Rules) -> int:
    """Archive answered cases without consent once they can no longer be rated; count them."""
    before = local_day(at) - timedelta(days=rules.settings.rating_window_days)
    due = session.scalars(
        select(Case.id)
        .where(
            Case.state == State.FORWARDED,
            Case.consent.is_(False),
            Case.completed_at.is_not(None),
            Case.completed_on < before,
        )
        .order_by(Case.completed_at)
        .limit(BATCH)
    ).all()
    withheld = 0
    for case_id in due:
        case = for_update_by_id(session, case_id)
        if case.state is State.FORWARDED:
            publication.withhold(
                session,
                case,
                reason_code=WITHHELD_WITHOUT_CONSENT,
                by=SYSTEM,
                at=at,
                rules=rules,
            )
            withheld += 1
    return withheld
