"""The figures done again in plain Python, from nothing but the log and the promised dates."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Case, CaseEvent
from casework.workflow.calendar import local_day
from casework.workflow.states import REVIEWS, Action, Entry, State


@dataclass(frozen=True)
class Told:
    """What the log tells about one case."""

    number: str
    department_id: int | None
    received_on: date
    completed_on: date | None
    promised_on: date | None
    state: State
    on_the_spot: bool
    consent: bool
    dispatched_on: date | None
    round: int
    done: frozenset[str]
    rating: dict[str, object] | None
    left_out: bool
    is_review: bool

    @property
    def days(self) -> int:
        assert self.completed_on is not None
        return (self.completed_on - self.received_on).days


def told(session: Session) -> list[Told]:
    """Return every case as its log tells it."""
    lines: dict[int, list[CaseEvent]] = {}
    for event in session.scalars(select(CaseEvent).order_by(CaseEvent.case_id, CaseEvent.seq)):
        lines.setdefault(event.case_id, []).append(event)
    return [_told(case, lines[case.id]) for case in session.scalars(select(Case))]


def _told(case: Case, events: Iterable[CaseEvent]) -> Told:
    completed = dispatched = rating = None
    left_out = False
    actions = []
    for event in events:
        actions.append(event.action)
        state = event.to_state
        if event.action in (Action.FORWARD.value, Action.ANSWER_NOW.value):
            completed = local_day(event.at)
        if event.action == Action.DISPATCH.value and dispatched is None:
            dispatched = local_day(event.at)
        if event.action == Entry.RATE.value:
            rating = event.data
        if event.action == Action.REDO.value:
            completed, rating, left_out = None, None, False
        if event.action == Entry.GRANT_APPEAL.value:
            left_out = True
    return Told(
        number=case.number,
        department_id=case.department_id,
        received_on=local_day(case.received_at),
        completed_on=completed,
        promised_on=case.promised_on,
        state=state,
        on_the_spot=actions[0] == Action.ANSWER_NOW.value and Action.REDO.value not in actions,
        consent=case.consent,
        dispatched_on=dispatched,
        round=actions.count(Action.REDO.value) + 1,
        done=frozenset(actions),
        rating=rating,
        left_out=left_out,
        is_review=case.channel in REVIEWS,
    )


def figures(cases: list[Told], first: date, last: date, today: date) -> dict[str, object]:
    """Return the figures of a period by the words of the definitions."""
    ended = {State.DECLINED, State.MERGED, State.WITHDRAWN}
    submitted = [case for case in cases if not case.on_the_spot and not case.is_review]
    came = [case for case in submitted if first <= case.received_on <= last]
    valid = [case for case in came if case.state not in ended]
    done = [case for case in submitted if case.completed_on and first <= case.completed_on <= last]
    over = min(last, today - timedelta(days=1))
    open_late = [
        case
        for case in submitted
        if case.received_on <= last
        and case.state not in ended
        and case.state is not State.AWAITING_PETITIONER
        and (case.completed_on is None or case.completed_on > last)
        and case.promised_on is not None
        and case.promised_on <= over
        and not case.left_out
    ]
    sent = [
        case
        for case in submitted
        if case.dispatched_on is not None and first <= case.dispatched_on <= last
    ]
    ratings = [case.rating for case in done if case.rating is not None]
    agreed = [case for case in done if case.consent]
    return {
        "dispatched": len(sent),
        "sent_back": sum(Action.SEND_BACK.value in case.done for case in sent),
        "extended": sum(Entry.GRANT_EXTENSION.value in case.done for case in sent),
        "redone": sum(case.round > 1 for case in sent),
        "rated": len(ratings),
        "satisfied": sum(rating["satisfaction"] in (4, 5) for rating in ratings),
        "solved": sum(rating["solved"] is True for rating in ratings),
        "consented": len(agreed),
        "published": sum(case.state is State.PUBLISHED for case in agreed),
        "received": len(came),
        "declined": sum(case.state is State.DECLINED for case in came),
        "merged": sum(case.state is State.MERGED for case in came),
        "withdrawn": sum(case.state is State.WITHDRAWN for case in came),
        "valid": len(valid),
        "valid_completed": sum(case.completed_on is not None for case in valid),
        "valid_open": sum(case.completed_on is None for case in valid),
        "on_the_spot": sum(
            case.on_the_spot and first <= case.received_on <= last for case in cases
        ),
        "completed": len(done),
        "on_time": sum(_by(case) for case in done),
        "late": sum(not _by(case) for case in done),
        "appraised": sum(not case.left_out for case in done),
        "left_out": sum(case.left_out for case in done),
        "within_15": sum(case.days <= 15 for case in done),
        "within_60": sum(case.days <= 60 for case in done),
        "open_late": len(open_late),
        "median": float(median(case.days for case in done)) if done else None,
    }


def _by(case: Told) -> bool:
    assert case.completed_on is not None
    assert case.promised_on is not None
    return case.completed_on <= case.promised_on
