"""A database of its own for the relay, whose transactions must really commit."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, create_engine, select, text
from sqlalchemy.orm import Session, sessionmaker

from casework.models import Case, Delivery, Medium
from casework.models.engine import application_engine, normalised, session_factory
from casework.notify.relay import Relay
from casework.notify.rendering import House
from casework.notify.transports import Transport
from casework.queries.rules import rules_in_force
from casework.services.petitioners import Contact
from tests.database import Cluster
from tests.factories import MONDAY, SEALER, District

PUBLIC_URL = "https://letters.example.cn"
BY_MAIL = Contact(name="王小明", phone="13800001111", email="wang@example.org", told_by="mail")
BY_SMS = Contact(name="李小红", phone="13800002222", email="li@example.org", told_by="sms")


@dataclass
class Clock:
    now: datetime = MONDAY

    def __call__(self) -> datetime:
        return self.now

    def wait(self, span: timedelta) -> None:
        self.now += span


def house_in(session: Session) -> House:
    rules = rules_in_force(session, SEALER)
    names = {"zh_CN": "区人民政府", "en": "District Government"}
    return House(names, "95100", PUBLIC_URL, rules.calendar, SEALER)


@dataclass
class Town:
    """A district whose rows are committed, with a clock that the tests move."""

    sessions: sessionmaker[Session]
    clock: Clock = field(default_factory=Clock)

    def relay(self, **ways: Transport) -> Relay:
        media = {Medium(name): way for name, way in ways.items()}
        return Relay(self.sessions, house_in, media, self.clock)

    def make(self, do: Callable[[District], Case]) -> Case:
        """Commit what ``do`` brings about in a district of its own."""
        with self.sessions.begin() as session:
            district = District(session, rules_in_force(session, SEALER))
            return do(district)

    def letters(self, count: int, contact: Contact = BY_MAIL) -> None:
        """Let ``count`` letters come in, whose writers want to be told by ``contact``'s way."""
        self.make(
            lambda d: [d.submitted(at=self.clock.now, contacts=(contact,)) for _ in range(count)][0]
        )

    def deliveries(self, medium: Medium = Medium.MAIL) -> list[Delivery]:
        with self.sessions() as session:
            chosen = select(Delivery).where(Delivery.medium == medium).order_by(Delivery.id)
            return list(session.scalars(chosen))


@pytest.fixture(scope="session")
def town_engine(cluster: Cluster) -> Iterator[Engine]:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    addresses = cluster.database(f"casework_notify_{worker}")
    engine = application_engine(addresses.application, pool_size=20)
    yield engine
    engine.dispose()


@pytest.fixture
def town(cluster: Cluster, town_engine: Engine) -> Iterator[Town]:
    yield Town(session_factory(town_engine))
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    _empty(cluster.database(f"casework_notify_{worker}").owner)


def _empty(owner: str) -> None:
    """Take everything away, as only the owner can; the next test finds a new district."""
    engine = create_engine(normalised(owner))
    with engine.begin() as connection:
        for log in ("case_events", "admin_events"):
            connection.execute(text(f"ALTER TABLE {log} DISABLE TRIGGER USER"))
        connection.execute(text("TRUNCATE departments, users, cases, message_texts CASCADE"))
        for log in ("case_events", "admin_events"):
            connection.execute(text(f"ALTER TABLE {log} ENABLE TRIGGER USER"))
    engine.dispose()
