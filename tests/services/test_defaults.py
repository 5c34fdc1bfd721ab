"""A new district has the rules without which no letter can be taken; later nobody adds any."""

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from casework.models import LimitRule, Reason
from casework.services.defaults import seed_when_empty
from casework.workflow.states import Clock
from tests.factories import MONDAY


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(LimitRule)) or 0


def test_a_district_without_rules_gets_the_defaults(session: Session) -> None:
    session.execute(delete(LimitRule))
    session.execute(delete(Reason))
    seed_when_empty(session, at=MONDAY)
    assert count(session) > 0
    assert session.scalars(select(Reason.code)).first()


def test_what_an_administrator_has_removed_does_not_come_back(session: Session) -> None:
    session.execute(delete(LimitRule).where(LimitRule.clock == Clock.SIGN))
    before = count(session)
    seed_when_empty(session, at=MONDAY)
    assert count(session) == before
