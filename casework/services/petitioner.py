"""What a petitioner does with their own case, and what others do for them on the telephone."""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.errors import GuardFailed, Invalid
from casework.language import N_
from casework.models import Case, Question, Rating
from casework.queries.rules import Rules
from casework.services import erasure, follow_up_ends, log, redo_requests, steps
from casework.services.actors import PETITIONER, Actor
from casework.workflow.calendar import local_day
from casework.workflow.states import COMPLETE, DISSATISFIED, Action, Entry, Role


def supply(
    session: Session, case: Case, *, answer: str, by: Actor, at: datetime, rules: Rules
) -> None:
    """Answer the department's question; its clocks run again.

    The answer stands with the question, not in the log, which cannot forget what it says.
    """
    steps.take(session, case, Action.SUPPLY, by=by, at=at, rules=rules, text=answer)
    question = session.scalars(
        select(Question).where(Question.case_id == case.id, Question.answered_at.is_(None))
    ).one_or_none()
    if question is not None:
        question.answered_at, question.answer = at, answer
    session.flush()


def withdraw(
    session: Session,
    case: Case,
    *,
    reason_code: str,
    note: str = "",
    at: datetime,
    rules: Rules,
) -> None:
    """Take the request back, which ends the case without an answer."""
    steps.take(
        session,
        case,
        Action.WITHDRAW,
        by=PETITIONER,
        at=at,
        rules=rules,
        reason_code=reason_code,
        note=note,
        data={"department": case.department_id},
    )


def rate(
    session: Session,
    case: Case,
    *,
    satisfaction: int,
    solved: bool,
    truthful: bool | None = None,
    comment: str,
    by: Actor = PETITIONER,
    at: datetime,
    rules: Rules,
) -> None:
    """Say what the answer was worth, from 1 (very dissatisfied) to 5, once per round.

    ``truthful`` says whether the answer tells what was really done; ``by`` is the operator where
    it was said on the telephone. A dissatisfied rating asks the office to have the case done again.

    Raises GuardFailed before the answer, after the rating window and after an erasure, Invalid the
    second time.
    """
    _check_ratable(session, case, on=local_day(at), rules=rules)
    session.add(
        Rating(
            case_id=case.id,
            round=case.round,
            satisfaction=satisfaction,
            solved=solved,
            truthful=truthful,
            by_id=by.user_id,
            comment=comment,
            at=at,
        )
    )
    case.satisfaction, case.solved = satisfaction, solved
    log.record(
        session,
        case,
        Entry.RATE,
        by=by,
        at=at,
        sealer=rules.sealer,
        data={"satisfaction": satisfaction, "solved": solved, "truthful": truthful},
    )
    session.flush()
    _draw_conclusions(session, case, satisfaction, comment, by=by, at=at, rules=rules)


def _draw_conclusions(
    session: Session,
    case: Case,
    satisfaction: int,
    comment: str,
    *,
    by: Actor,
    at: datetime,
    rules: Rules,
) -> None:
    """Call nobody who has just said online what it was worth; ask for a redo if it was bad."""
    if by.role is Role.PETITIONER:
        follow_up_ends.rated_online(session, case, satisfaction=satisfaction, at=at)
    if satisfaction <= DISSATISFIED:
        redo_requests.ask_if_possible(session, case, wish=comment, by=by, at=at, rules=rules)


def _check_ratable(session: Session, case: Case, *, on: date, rules: Rules) -> None:
    if case.state not in COMPLETE or case.completed_on is None:
        raise GuardFailed(reason=N_("You can rate the answer once you have received it."))
    if on > case.completed_on + timedelta(days=rules.settings.rating_window_days):
        raise GuardFailed(reason=N_("The time for rating this answer has passed."))
    if session.scalar(
        select(Rating.id).where(Rating.case_id == case.id, Rating.round == case.round)
    ):
        raise Invalid("satisfaction", N_("You have already rated this answer. Thank you."))
    erasure.refuse_erased(session, case)
