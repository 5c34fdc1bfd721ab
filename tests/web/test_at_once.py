"""Several people take the same step at the same moment: one wins, the others can read why not."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.test import TestResponse

from casework.app import create_app
from casework.models import Case, CaseEvent, OutboxMessage, User
from casework.models.engine import application_engine
from casework.queries.rules import Rules
from casework.services import log, sessions
from casework.workflow.states import Action, State
from tests.database import Cluster
from tests.factories import MONDAY, SEALER, District, UserFactory
from tests.web.client import LintingClient
from tests.web.conftest import Clock, client_of, settings

AT_ONCE = 8


@pytest.fixture(scope="module")
def own(cluster: Cluster) -> Iterator[Engine]:
    """A database of this file's own, with a connection for everybody."""
    name = "casework_at_once_" + os.environ.get("PYTEST_XDIST_WORKER", "alone")
    engine = application_engine(cluster.database(name).application, pool_size=AT_ONCE + 2)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def people(own: Engine, rules: Rules) -> District:
    session = Session(own, expire_on_commit=False)
    district = District(session, rules)
    session.commit()
    return district


@pytest.fixture(scope="module")
def pages(own: Engine) -> Flask:
    return create_app(settings(), now=Clock(), sessions=sessionmaker(own, expire_on_commit=False))


def browsers(pages: Flask, district: District, user: User) -> list[LintingClient]:
    """Return browsers in which ``user`` is signed in, each with a session of its own."""
    found = []
    for _ in range(AT_ONCE):
        token = sessions.start_session(district.session, user, MONDAY)
        browser = client_of(pages)
        with browser.session_transaction() as kept:
            kept["_user_id"] = token
        found.append(browser)
    district.session.commit()
    return found


def all_at_once(
    clients: list[LintingClient], page: str, address: str, typed: dict[str, str]
) -> list[TestResponse]:
    """Let every client open ``page`` and then post to ``address`` at the same moment."""
    ready = Barrier(len(clients))

    def press(number: int, client: LintingClient) -> TestResponse:
        opened = client.fetch(page)
        token = opened.all("input", name="csrf_token")[0].attrs["value"]
        ready.wait(timeout=30)
        data = {name: value.format(number) for name, value in typed.items()}
        return client.post(address, data={**data, "csrf_token": token})

    with ThreadPoolExecutor(len(clients)) as pool:
        return list(pool.map(press, range(len(clients)), clients))


def lines(own: Engine, case: Case, action: Action) -> int:
    with Session(own) as session:
        return (
            session.scalar(
                select(func.count())
                .select_from(CaseEvent)
                .where(CaseEvent.case_id == case.id, CaseEvent.action == action.value)
            )
            or 0
        )


def test_eight_who_sign_at_once_have_one_winner(
    own: Engine, people: District, pages: Flask
) -> None:
    case = people.case_in(State.DISPATCHED)
    clients = browsers(pages, people, people.handler)

    answers = all_at_once(clients, f"/cases/{case.number}", f"/cases/{case.number}/sign", {})

    assert sorted(answer.status_code for answer in answers) == [302] + [409] * (AT_ONCE - 1)
    for answer in answers:
        assert answer.status_code == 302 or "已" in answer.text
    assert lines(own, case, Action.SIGN) == 1


def test_eight_who_hand_in_at_once_lose_no_text(
    own: Engine, people: District, pages: Flask
) -> None:
    case = people.case_in(State.HANDLING)
    address = f"/cases/{case.number}/draft"
    clients = browsers(pages, people, people.handler)

    answers = all_at_once(clients, address, address, {"text": "第{}人写的批复", "seen": "0"})

    assert sorted(answer.status_code for answer in answers) == [302] + [409] * (AT_ONCE - 1)
    for number, answer in enumerate(answers):
        assert answer.status_code == 302 or f"第{number}人写的批复" in answer.text
    assert lines(own, case, Action.DRAFT) == 1


def test_two_different_steps_at_once_leave_a_case_that_its_log_explains(
    own: Engine, people: District, pages: Flask
) -> None:
    case = people.case_in(State.REVIEWING)
    reviewer = UserFactory(reviewer=True, department=people.lead)
    people.session.commit()
    clients = browsers(pages, people, people.reviewer)[:4]
    others = browsers(pages, people, reviewer)[:4]
    ready = Barrier(8)

    def press(client: LintingClient, step: str) -> int:
        token = client.fetch(f"/cases/{case.number}/{step}").all("input", name="csrf_token")[0]
        ready.wait(timeout=30)
        data = {"csrf_token": token.attrs["value"], "note": "请修改"}
        return client.post(f"/cases/{case.number}/{step}", data=data).status_code

    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(press, clients + others, ["approve"] * 4 + ["redraft"] * 4))

    assert sorted(codes) == [302] + [409] * 7
    with Session(own) as session:
        assert set(log.broken_chains(session, SEALER)) == {None}
        told = session.scalar(
            select(func.count()).select_from(OutboxMessage).where(OutboxMessage.case_id == case.id)
        )
        written = session.scalar(
            select(func.count()).select_from(CaseEvent).where(CaseEvent.case_id == case.id)
        )
    assert (told, written) == (3 + 1, 5)
