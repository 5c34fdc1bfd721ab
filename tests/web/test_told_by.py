"""Petitioners choose how they are told, and the demonstration shows what would have left."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from casework.app import create_app
from casework.models import Petitioner
from casework.notify.spread import spread
from casework.services import sessions
from tests.factories import District
from tests.web.citizen import LETTER, page_of, send
from tests.web.client import LintingClient
from tests.web.conftest import Clock, client_of, settings

MOBILE, LANDLINE, ADDRESS = "13800001111", "020 8765 4321", "wang@example.org"


@pytest.fixture
def demo(session: Session, clock: Clock) -> Flask:
    opened = sessionmaker(
        session.connection(), join_transaction_mode="create_savepoint", expire_on_commit=False
    )
    return create_app(settings(demo=True), now=clock, sessions=opened)


@pytest.fixture
def citizen(demo: Flask, district: District) -> LintingClient:
    district.session.commit()
    browser = client_of(demo)
    browser.speak("en")
    return browser


def write(citizen: LintingClient, **typed: str) -> str:
    """Write, read back and send a letter; return the page that came last."""
    answer = send(citizen, citizen.fetch("/letters/new"), LETTER | {"phone": ""} | typed)
    if answer.status_code != 200:
        return answer.text
    assert send(citizen, page_of(answer)).status_code == 303
    return citizen.get("/letters/received").text


def way(session: Session) -> str:
    return session.scalars(select(Petitioner.told_by)).one()


@pytest.mark.parametrize(
    ("typed", "told_by"),
    [
        ({"phone": MOBILE, "email": ADDRESS, "told_by": "mail"}, "mail"),
        ({"phone": MOBILE, "email": ADDRESS, "told_by": "none"}, "none"),
        ({"phone": MOBILE, "email": ADDRESS}, "sms"),
        ({"phone": LANDLINE, "email": ADDRESS}, "mail"),
        ({"phone": LANDLINE}, "none"),
        ({"email": ADDRESS}, "mail"),
    ],
)
def test_who_chooses_is_heard_and_who_does_not_is_told_where_it_works(
    citizen: LintingClient, session: Session, typed: dict[str, str], told_by: str
) -> None:
    write(citizen, **typed)
    assert way(session) == told_by


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"phone": LANDLINE, "told_by": "sms"}, "write the number of a mobile above"),
        ({"phone": MOBILE, "told_by": "mail"}, "write your e-mail address above"),
    ],
)
def test_a_way_without_its_address_is_asked_for(
    citizen: LintingClient, typed: dict[str, str], said: str
) -> None:
    assert said in write(citizen, **typed)


def test_the_receipt_says_how_one_is_told(citizen: LintingClient) -> None:
    assert "We tell you of news: By text message to my mobile." in write(citizen, phone=MOBILE)


def test_where_nothing_can_be_sent_nothing_is_offered(
    client: LintingClient, district: District, session: Session
) -> None:
    district.session.commit()
    assert "How shall we tell you" not in client.get("/letters/new").text
    write(client, phone=MOBILE)
    assert way(session) == "none"


def test_the_demonstration_shows_what_would_have_left(
    citizen: LintingClient, district: District, session: Session, clock: Clock
) -> None:
    write(citizen, phone=MOBILE)
    assert "Nothing has left yet" in citizen.get("/demo/outbox").text
    spread(session, calendar=district.rules.calendar, at=clock.now + timedelta(minutes=1))
    session.commit()
    page = citizen.get("/demo/outbox").text
    assert "We have your letter 2026-" in page
    assert "138****1111" in page
    assert MOBILE not in page


def test_who_enters_for_somebody_else_is_not_asked_about_their_own_mobile(
    demo: Flask, session: Session, district: District, clock: Clock
) -> None:
    token = sessions.start_session(session, district.clerk, clock.now)
    session.commit()
    clerk = client_of(demo)
    with clerk.session_transaction() as kept:
        kept["_user_id"] = token
    clerk.speak("en")
    page = clerk.get("/office/new").text
    assert "How does the petitioner want to be told of news?" in page
    assert "my mobile" not in page
    assert "I look for myself" not in page
