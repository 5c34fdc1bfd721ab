"""``casework users``: the first administrator, and everybody after."""

import os
from collections.abc import Callable, Iterator

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from casework.commands import users
from casework.models import AdminEvent, User
from casework.models.engine import application_engine
from casework.postgres.roles import Addresses
from casework.services import accounts
from tests.database import Cluster
from tests.factories import DATA_KEYS, HASH_KEY, MONDAY, DepartmentFactory, bind

Run = Callable[..., Result]
ENVIRONMENT = {
    "SECRET_KEY": "dqGk3vQ0y7n1m5XwZc8sLr2tBf6hJp9u",
    "DATA_KEYS": DATA_KEYS,
    "HASH_KEY": HASH_KEY,
    "PUBLIC_URL": "https://letters.example.cn",
    "LC_ALL": "C.UTF-8",
}


@pytest.fixture(scope="module")
def fresh(cluster: Cluster) -> Iterator[tuple[Addresses, Engine]]:
    """A new district's database with one department and nobody in it."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    addresses = cluster.database(f"casework_users_{worker}")
    engine = application_engine(addresses.application)
    with Session(engine) as session:
        bind(session)
        DepartmentFactory(code="roads")
        session.commit()
    yield addresses, engine
    engine.dispose()


@pytest.fixture
def run(fresh: tuple[Addresses, Engine], monkeypatch: pytest.MonkeyPatch) -> Run:
    addresses, _ = fresh
    given = ENVIRONMENT | {"DATABASE_URL": addresses.application}
    for name, value in given.items():
        monkeypatch.setenv(name, value)

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(users.command, list(arguments), catch_exceptions=False)

    return invoke


def test_a_district_begins_without_anybody_and_gets_one_first_administrator(
    run: Run, fresh: tuple[Addresses, Engine]
) -> None:
    _, engine = fresh
    with Session(engine) as session:
        assert session.scalar(select(func.count()).select_from(User)) == 0
    done = run("first-administrator", "boss", "--name", "王管理")
    assert done.exit_code == 0
    link = done.output.strip().splitlines()[-1]
    assert link.startswith("https://letters.example.cn/account/reset/")
    again = run("first-administrator", "boss2", "--name", "王管理")
    assert again.exit_code == 1
    assert "already" in again.output
    with Session(engine) as session:
        user = session.scalars(select(User)).one()
        assert (user.username, user.password_hash) == ("boss", accounts.NO_PASSWORD)
        token = link.rpartition("/")[2]
        assert token not in str([e.after for e in session.scalars(select(AdminEvent))])


def test_people_are_added_listed_helped_and_disabled(
    run: Run, fresh: tuple[Addresses, Engine]
) -> None:
    words = ["--name", "张经办", "--role", "handler", "--department", "roads"]
    assert run("add", "Zhang", *words).exit_code == 0
    assert run("add", "zhang", *words).exit_code == 1
    listed = run("list", "--department", "roads").output
    assert listed == "zhang\tHandler\troads\t张经办\tno password yet\n"
    assert "/account/reset/" in run("reset-link", "zhang").output
    assert run("disable", "zhang").exit_code == 0
    assert "disabled" in run("list").output
    assert run("reset-link", "zhang").exit_code == 1
    with Session(fresh[1]) as session:
        lines = session.scalars(select(AdminEvent).order_by(AdminEvent.id)).all()
        assert {line.actor_id for line in lines} == {None}


@pytest.mark.parametrize(
    "arguments",
    [
        ("add", "li", "--name", "李", "--role", "handler"),
        ("add", "li", "--name", "李", "--role", "handler", "--department", "nowhere"),
        ("add", "李", "--name", "李", "--role", "leader"),
        ("disable", "nobody"),
        ("reset-link", "nobody"),
    ],
)
def test_a_fault_is_told_in_a_sentence(run: Run, arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert done.exit_code == 1
    assert done.output.startswith("Error: ")
    assert "Traceback" not in done.output


def test_the_last_administrator_cannot_be_disabled_here_either(
    fresh: tuple[Addresses, Engine], run: Run
) -> None:
    with Session(fresh[1]) as session:
        if session.scalars(select(User).where(User.username == "boss")).first() is None:
            session.add(
                User(
                    username="boss",
                    display_name="王管理",
                    role="administrator",
                    password_hash=accounts.NO_PASSWORD,
                    created_at=MONDAY,
                )
            )
            session.commit()
    done = run("disable", "boss")
    assert done.exit_code == 1
    assert "last administrator" in done.output
