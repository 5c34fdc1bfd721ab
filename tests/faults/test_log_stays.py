"""Not even the owner of the tables changes the log of a case."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from casework.models.engine import normalised
from casework.queries.rules import rules_in_force
from tests.database import Cluster
from tests.factories import SEALER, District


@pytest.fixture(scope="module")
def owner(cluster: Cluster) -> Iterator[Connection]:
    engine = create_engine(normalised(cluster.database("casework_log_stays").owner))
    with Session(engine) as session:
        District(session, rules_in_force(session, SEALER)).submitted()
        session.commit()
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.mark.parametrize(
    "statement",
    ["UPDATE case_events SET note = ''", "DELETE FROM case_events", "TRUNCATE case_events CASCADE"],
)
def test_the_owner_may_not(owner: Connection, statement: str) -> None:
    with pytest.raises(ProgrammingError, match="append-only"):
        owner.execute(text(statement))
    owner.rollback()
    assert owner.scalar(text("SELECT count(*) FROM case_events")) == 1
    owner.rollback()
