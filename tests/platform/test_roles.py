"""The application's login may do nothing but read and write rows."""

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from casework.models.engine import application_engine, normalised
from casework.postgres.roles import Addresses


@pytest.mark.parametrize("statement", ["CREATE TABLE t ()", "CREATE TEMP TABLE t ()"])
def test_the_application_makes_no_tables(session: Session, statement: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        session.execute(text(statement))


def test_the_engine_acts_as_the_application_role(engine: Engine) -> None:
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT current_user")) == "casework_app"


def test_another_login_takes_on_the_application_role(addresses: Addresses) -> None:
    engine = application_engine(addresses.application.replace("postgresql+psycopg2", "postgres"))
    with engine.connect() as connection:
        assert connection.scalar(text("SHOW role")) == "casework_app"
    engine.dispose()


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg2"])
def test_every_usual_scheme_means_our_driver(scheme: str) -> None:
    assert normalised(f"{scheme}://u:p@h/d").drivername == "postgresql+psycopg2"
