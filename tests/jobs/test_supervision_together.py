"""Sweeps and people's steps at the same moment: every log holds, every level stands once."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from hashlib import sha256

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from casework.jobs import supervision
from casework.jobs.work import Work
from casework.models import CaseEvent, SupervisionNotice, User
from casework.models.engine import application_engine, session_factory
from casework.queries import cases
from casework.queries.rules import rules_in_force
from casework.services import department, log
from casework.services.actors import staff
from casework.services.defaults import seed_defaults
from casework.workflow.states import State
from tests.database import Cluster
from tests.factories import MONDAY, SEALER, SHANGHAI, District

LATER = datetime(2026, 3, 16, 8, 0, tzinfo=SHANGHAI)
SWEEPS, CASES = 4, 12


@pytest.fixture
def own_engine(cluster: Cluster, request: pytest.FixtureRequest) -> Iterator[Engine]:
    own = sha256(request.node.nodeid.encode()).hexdigest()[:12]
    engine = application_engine(cluster.database(f"casework_together_{own}").application)
    yield engine
    engine.dispose()


def settle(engine: Engine) -> tuple[int, list[str]]:
    """Return the handler and the numbers of cases that wait to be signed for."""
    with Session(engine, expire_on_commit=False) as session:
        seed_defaults(session, at=MONDAY)
        session.flush()
        district = District(session, rules_in_force(session, SEALER))
        waiting = district.cases_in(State.DISPATCHED, CASES)
        session.commit()
        return district.handler.id, [case.number for case in waiting]


def all_at_once(*works: Callable[[], object]) -> list[BaseException]:
    """Start everything at the same moment; return what went wrong."""
    gate, wrong = threading.Barrier(len(works)), list[BaseException]()

    def run(work: Callable[[], object]) -> None:
        gate.wait(20)
        try:
            work()
        except BaseException as error:  # a thread's fault must not get lost
            wrong.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return wrong


def test_sweeps_and_steps_at_once_leave_whole_logs_and_single_levels(own_engine: Engine) -> None:
    handler_id, numbers = settle(own_engine)
    work = Work(session_factory(own_engine), SEALER)

    def sign(number: str) -> None:
        with work.sessions.begin() as session:
            rules = rules_in_force(session, SEALER)
            handler = session.get_one(User, handler_id)
            case = cases.for_update(session, handler, number)
            department.sign(session, case, by=staff(handler), at=LATER, rules=rules)

    sweeps = [lambda: supervision.supervise(work, LATER)] * SWEEPS
    signs = [lambda number=number: sign(number) for number in numbers]
    assert all_at_once(*sweeps, *signs) == []

    with Session(own_engine) as session:
        rows = session.scalars(select(SupervisionNotice)).all()
        keys = Counter((row.case_id, row.clock, row.due_on, row.level) for row in rows)
        assert max(keys.values()) == 1
        signed = session.scalars(select(CaseEvent.case_id).where(CaseEvent.action == "sign")).all()
        assert len(signed) == CASES
        assert set(log.broken_chains(session, SEALER)) == {None}
