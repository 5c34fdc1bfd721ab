"""What stands behind one unit's figures: its oldest cases, what it sent back and why."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Integer, and_, case, cast, func, literal, select
from sqlalchemy.orm import Session

from casework.models import Case, CaseEvent, Objection, Reason, User
from casework.queries.cases import not_about
from casework.queries.figures import Scope
from casework.queries.measures import SUBMITTED
from casework.workflow.calendar import midnight
from casework.workflow.states import RUNNING, Action, State

WORST = 10
AGES = (1, 5, 15, 30, 60)
"""The last days of each span of ages but the last, which has no end; in days since arrival."""


def age_spans(today: date, first: date) -> list[tuple[date, date]]:
    """Return the days of arrival of each span of ``AGES``, the oldest from ``first`` on."""
    ends = [today - timedelta(days=last) for last in AGES]
    newest = [today, *(end - timedelta(days=1) for end in ends)]
    return list(zip([*ends, first], newest, strict=True))


@dataclass(frozen=True, slots=True)
class Worst:
    """A case that runs although the petitioner was promised the answer by then."""

    number: str
    subject: str
    state: State
    department_id: int | None
    received_on: date
    promised_on: date | None


def worst(session: Session, scope: Scope, *, today: date) -> list[Worst]:
    """Return the running cases that have been past the promised date longest."""
    rows = session.execute(
        select(
            Case.number,
            Case.subject,
            Case.state,
            Case.department_id,
            Case.received_on,
            Case.promised_on,
        )
        .where(
            scope.condition(),
            SUBMITTED,
            Case.state.in_(sorted(RUNNING - {State.AWAITING_PETITIONER})),
            Case.promised_on < today,
        )
        .order_by(Case.promised_on, Case.id)
        .limit(WORST)
    )
    return [Worst(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class SentBackFor:
    """How often a unit sent cases back for one coded reason."""

    reason: str
    reason_en: str
    count: int


def sent_back_for(
    session: Session, user: User, department_id: int, first: date, last: date
) -> list[SentBackFor]:
    """Return why the unit sent cases back between the days, the most frequent reason first."""
    count = func.count()
    rows = session.execute(
        select(Reason.text, Reason.text_en, count)
        .select_from(Objection)
        .join(Case, Case.id == Objection.case_id)
        .join(
            CaseEvent,
            and_(
                CaseEvent.case_id == Objection.case_id,
                CaseEvent.at == Objection.at,
                CaseEvent.action == Action.SEND_BACK.value,
            ),
        )
        .join(Reason, Reason.code == CaseEvent.reason_code)
        .where(
            Objection.department_id == department_id,
            Objection.at >= midnight(first),
            Objection.at < midnight(last + timedelta(days=1)),
            not_about(user),
        )
        .group_by(Reason.code, Reason.text, Reason.text_en)
        .order_by(count.desc(), Reason.code)
    )
    return [SentBackFor(*row) for row in rows]


def queue_ages(session: Session, scope: Scope, *, today: date) -> dict[State, list[int]]:
    """Return for each state that cases run in how many are how old, in the spans of ``AGES``.

    Reviews are counted apart, as in every figure.
    """
    age = literal(today) - Case.received_on
    span = cast(
        case(*((age <= last, place) for place, last in enumerate(AGES)), else_=len(AGES)), Integer
    )
    rows = session.execute(
        select(Case.state, span, func.count())
        .where(scope.condition(), SUBMITTED, Case.state.in_(sorted(RUNNING)))
        .group_by(Case.state, span)
    )
    found: dict[State, list[int]] = {}
    for state, place, count in rows:
        found.setdefault(state, [0] * (len(AGES) + 1))[place] = count
    return {state: found[state] for state in State if state in found}
