"""The log of a case is only ever added to, and a change from below is found and named."""

import os
from collections.abc import Iterator
from contextlib import closing

import pytest
from sqlalchemy import Engine, create_engine, select, text
from sqlalchemy.exc import DBAPIError, ProgrammingError
from sqlalchemy.orm import Session

from casework.models import Case, User
from casework.models.engine import application_engine, normalised
from casework.queries.rules import Rules
from casework.sealing import Sealer
from casework.services import department, log
from casework.services.actors import staff
from casework.workflow.states import Action, Role, State
from tests.database import Cluster
from tests.factories import DATA_KEYS, MONDAY, SEALER, STEP, District

FORBIDDEN = (
    "UPDATE case_events SET note = 'x'",
    "DELETE FROM case_events",
    "TRUNCATE case_events",
)


@pytest.fixture(scope="module")
def name() -> str:
    """The name of a database of this file's own, in which rows are really committed."""
    return "casework_log_" + os.environ.get("PYTEST_XDIST_WORKER", "alone")


@pytest.fixture(scope="module")
def own(cluster: Cluster, name: str) -> Iterator[Engine]:
    engine = application_engine(cluster.database(name).application)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def case(own: Engine, rules: Rules) -> str:
    """The number of a case with six lines, beside another one."""
    with Session(own, expire_on_commit=False) as session:
        district = District(session, rules)
        district.case_in(State.HANDLING)
        made = district.case_in(State.REVIEWING)
        district.take(made, Action.REDRAFT, at=MONDAY + 5 * STEP)
        district.take(made, Action.DRAFT, at=MONDAY + 6 * STEP)
        session.commit()
        return made.number


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_the_application_can_only_add_to_the_log(own: Engine, case: str, statement: str) -> None:
    with own.connect() as connection, pytest.raises(ProgrammingError, match="permission denied"):
        connection.execute(text(statement))


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_not_even_the_owner_changes_the_log(
    cluster: Cluster, name: str, case: str, statement: str
) -> None:
    owner = create_engine(normalised(cluster.database(name).owner))
    with owner.connect() as connection, pytest.raises(DBAPIError, match="append-only"):
        connection.execute(text(statement + (" CASCADE" if "TRUNC" in statement else "")))
    owner.dispose()


def test_a_log_that_nobody_touched_holds(own: Engine, case: str) -> None:
    with Session(own) as session:
        assert list(log.broken_chains(session, SEALER)) == [None, None]


@pytest.mark.parametrize(
    ("damage", "seq", "what"),
    [
        (
            "UPDATE case_events SET note = note || '!' WHERE {line} AND seq = 5",
            5,
            "note was changed",
        ),
        (
            "UPDATE case_events SET at = at - interval '1 microsecond' WHERE {line} AND seq = 3",
            3,
            "line was changed",
        ),
        ("UPDATE case_events SET data = '{{}}' WHERE {line} AND seq = 4", 4, "line was changed"),
        ("DELETE FROM case_events WHERE {line} AND seq = 3", 3, "line is missing"),
        ("DELETE FROM case_events WHERE {line} AND seq = 6", 6, "end of the log is missing"),
        ("DELETE FROM case_events WHERE {line}", 1, "end of the log is missing"),
        (
            "UPDATE case_events SET seq = -seq WHERE {line} AND seq IN (4, 6);"
            "UPDATE case_events SET seq = 10 + seq WHERE {line} AND seq < 0",
            4,
            "the states do not follow|line was changed",
        ),
        ("UPDATE cases SET state = 'replied' WHERE number = '{number}'", 6, "not in the state"),
        (
            "UPDATE case_events SET hash = (SELECT hash FROM case_events WHERE {line} AND seq = 2)"
            " WHERE {line} AND seq = 3",
            3,
            "line was changed",
        ),
    ],
)
def test_damage_from_below_is_found_where_it_is(
    cluster: Cluster, name: str, case: str, damage: str, seq: int, what: str
) -> None:
    line = f"case_id = (SELECT id FROM cases WHERE number = '{case}')"
    with closing(cluster.server.connect(name)) as raw:
        engine = create_engine("postgresql+psycopg2://", creator=lambda: raw)
        with Session(engine) as session:
            session.execute(text("SET LOCAL session_replication_role = replica"))
            session.execute(
                text("ALTER TABLE case_events DROP CONSTRAINT ck_case_events_seq_positive")
            )
            for statement in damage.format(line=line, number=case).split(";"):
                session.execute(text(statement.replace(":", r"\:")))
            broken = [place for place in log.broken_chains(session, SEALER) if place]
            session.rollback()
    assert [(place.number, place.seq) for place in broken] == [(case, seq)]
    assert any(part in broken[0].what for part in what.split("|"))


def test_another_key_does_not_make_the_same_chain(own: Engine, case: str) -> None:
    stranger = Sealer.from_text(DATA_KEYS, "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY=")
    with Session(own) as session:
        broken = [place for place in log.broken_chains(session, stranger) if place]
        assert {place.seq for place in broken} == {1}


def test_a_step_that_is_rolled_back_leaves_no_line(own: Engine, rules: Rules, case: str) -> None:
    with Session(own) as session:
        found = session.scalars(select(Case).where(Case.number == case)).one()
        by = staff(session.scalars(select(User).where(User.role == Role.REVIEWER)).one())
        department.approve(session, found, by=by, at=MONDAY + 7 * STEP, rules=rules)
        assert found.state is State.REPLIED
        session.rollback()
        assert (found.state, found.head_seq) == (State.REVIEWING, 6)
        assert set(log.broken_chains(session, SEALER)) == {None}
