"""Everything arrives in the end, whatever the other side does and whoever is killed."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import update

from casework.models import Medium, OutboxMessage
from casework.notify.message import Message
from casework.notify.relay import (
    LEASE,
    LONGEST_WAIT,
    MOST_ATTEMPTS,
    Relay,
    claim,
    wait_after,
)
from casework.notify.spread import spread
from casework.notify.transports import Later, Refused
from casework.notify.transports.mail import MailTransport, SmtpServer
from casework.queries.rules import rules_in_force
from casework.services import lost_codes
from casework.workflow.states import Urgency
from tests.factories import MONDAY, SEALER
from tests.notify.conftest import BY_SMS, Town, house_in
from tests.notify.smtp import Postman, free_port, silent_server, smtp_server

HOUR = timedelta(hours=1)


def by_mail(url: str, timeout: float = 5.0) -> MailTransport:
    return MailTransport(SmtpServer.parse(url), "notices@example.cn", timeout=timeout)


class Kept:
    """A way out that only remembers."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    def __call__(self, message: Message) -> None:
        self.messages.append(message)


def test_a_letter_is_told_to_its_writer_once(town: Town) -> None:
    town.letters(1)
    postman = Postman()
    with smtp_server(postman) as url:
        relay = town.relay(mail=by_mail(url))
        assert relay.carry() == 1
        assert relay.carry() == 0
    (mail,) = postman.taken
    assert mail["To"] == "wang@example.org"
    assert mail["Subject"].startswith("已收到您的信访件")
    assert "https://letters.example.cn/follow" in mail.get_content()


def test_while_the_server_is_down_everything_waits_and_then_arrives(town: Town) -> None:
    town.letters(3)
    nobody = town.relay(mail=by_mail(f"smtp://127.0.0.1:{free_port()}"))
    assert nobody.carry() == 0
    assert {row.last_error for row in town.deliveries()} == {"ConnectionRefusedError"}
    town.clock.wait(HOUR)
    postman = Postman()
    with smtp_server(postman) as url:
        assert town.relay(mail=by_mail(url)).carry() == 3
    assert len(set(postman.ids)) == 3


def test_a_server_that_never_answers_is_given_up_and_tried_again(town: Town) -> None:
    town.letters(1)
    with silent_server() as url:
        assert town.relay(mail=by_mail(url, timeout=0.2)).carry() == 0
    (row,) = town.deliveries()
    assert row.last_error in {"TimeoutError", "SMTPServerDisconnected"}
    assert row.dead_at is None
    assert row.next_at > town.clock.now


def test_451_is_tried_again(town: Town) -> None:
    town.letters(1)
    postman = Postman(rcpt=lambda count: "451 greylisted" if count == 1 else None)
    with smtp_server(postman) as url:
        relay = town.relay(mail=by_mail(url))
        assert relay.carry() == 0
        assert town.deliveries()[0].last_error == "SMTP 451"
        town.clock.wait(timedelta(minutes=2))
        assert relay.carry() == 1
    assert len(postman.taken) == 1


@pytest.mark.parametrize("stage", ["rcpt", "data"])
def test_550_goes_to_the_dead_list_and_stops_nobody_else(town: Town, stage: str) -> None:
    town.letters(2)
    postman = Postman(**{stage: lambda count: "550 no such user" if count == 1 else None})
    with smtp_server(postman) as url:
        relay = town.relay(mail=by_mail(url))
        assert relay.carry() == 1
        town.clock.wait(24 * HOUR)
        assert relay.carry() == 0
    dead = [row for row in town.deliveries() if row.dead_at]
    assert [row.last_error for row in dead] == ["SMTP 550"]


def test_an_answer_lost_after_the_data_doubles_under_one_message_id(town: Town) -> None:
    town.letters(1)
    postman = Postman(drop_after_data=lambda count: count == 1)
    with smtp_server(postman) as url:
        relay = town.relay(mail=by_mail(url))
        assert relay.carry() == 0
        town.clock.wait(timedelta(minutes=2))
        assert relay.carry() == 1
        town.clock.wait(HOUR)
        assert relay.carry() == 0
    assert len(postman.ids) == 2
    assert len(set(postman.ids)) == 1


def test_two_relays_at_once_send_nothing_twice(town: Town) -> None:
    town.letters(40)
    postman = Postman()
    with smtp_server(postman) as url:
        relays = [town.relay(mail=by_mail(url)) for _ in range(3)]
        threads = [threading.Thread(target=relay.carry) for relay in relays]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    assert len(postman.ids) == 40
    assert set(Counter(postman.ids).values()) == {1}


class Killed(BaseException):
    """The process ends here; nothing of it runs any more."""


@pytest.mark.parametrize("instant", ["before sending", "after sending"])
def test_a_killed_relay_loses_nothing(town: Town, instant: str) -> None:
    town.letters(5)
    kept = Kept()

    def dies(message: Message) -> None:
        if instant == "after sending" or len(kept.messages) < 2:
            kept(message)
        if len(kept.messages) == 2:
            raise Killed

    with pytest.raises(Killed):
        town.relay(mail=dies).carry()
    other = town.relay(mail=kept)
    assert other.carry() == 0, "what is leased is left alone"
    town.clock.wait(LEASE)
    other.carry()
    counted = Counter(message.key for message in kept.messages)
    assert len(counted) == 5
    assert sum(counted.values()) <= 6, "only what was on its way may come twice"


def test_killed_while_spreading_nothing_is_told_and_nothing_is_lost(town: Town) -> None:
    town.letters(3)
    with town.sessions() as session:
        spread(session, calendar=house_in(session).calendar, at=town.clock.now)
    assert town.deliveries() == []
    kept = Kept()
    assert town.relay(mail=kept).carry() == 3


def test_spreading_again_adds_nobody(town: Town) -> None:
    town.letters(2)
    kept = Kept()
    town.relay(mail=kept).carry()
    with town.sessions.begin() as session:
        session.execute(update(OutboxMessage).values(done_at=None))
    town.relay(mail=kept).carry()
    assert len(kept.messages) == 2


def test_what_leaves_at_night_waits_for_the_morning_of_a_working_day(town: Town) -> None:
    friday_night = MONDAY.replace(day=6, hour=22)
    town.clock.now = friday_night
    town.letters(1)
    kept = Kept()
    relay = town.relay(mail=kept)
    assert relay.carry() == 0
    assert town.deliveries()[0].next_at == MONDAY.replace(day=9, hour=8)
    town.clock.now = MONDAY.replace(day=9, hour=8)
    assert relay.carry() == 1


def test_a_relay_that_was_off_does_not_make_up_for_it_at_night(town: Town) -> None:
    town.letters(1)
    kept = Kept()
    with town.sessions.begin() as session:
        spread(session, calendar=house_in(session).calendar, at=town.clock.now)
    town.clock.now = MONDAY.replace(hour=23)
    assert town.relay(mail=kept).carry() == 0
    town.clock.now = MONDAY.replace(day=3, hour=8)
    assert town.relay(mail=kept).carry() == 1


def test_urgent_cases_know_no_night(town: Town) -> None:
    town.clock.now = MONDAY.replace(hour=23)
    town.make(lambda d: d.submitted(at=town.clock.now, contacts=(BY_SMS,), urgency=Urgency.URGENT))
    kept = Kept()
    assert town.relay(sms=kept).carry() == 1


def test_a_number_for_a_lost_code_leaves_at_night_while_its_asker_waits(town: Town) -> None:
    case = town.make(lambda d: d.submitted(at=town.clock.now, contacts=(BY_SMS,)))
    town.clock.now = MONDAY.replace(hour=23)
    with town.sessions.begin() as session:
        lost_codes.ask_for_code(
            session,
            case.number,
            BY_SMS.phone or "",
            media=[Medium.SMS],
            at=town.clock.now,
            rules=rules_in_force(session, SEALER),
        )
    kept = Kept()
    assert town.relay(sms=kept).carry() == 1
    assert case.number in kept.messages[0].body


def test_after_many_tries_somebody_has_to_look(town: Town) -> None:
    town.letters(1)

    def down(_message: Message) -> None:
        raise Later("HTTP 503")

    relay = town.relay(mail=down)
    for _ in range(MOST_ATTEMPTS):
        relay.carry()
        town.clock.now = max(town.clock.now, town.deliveries()[0].next_at)
    (row,) = town.deliveries()
    assert (row.attempts, row.dead_at is not None) == (MOST_ATTEMPTS, True)


def test_a_delivery_that_kills_its_relay_every_time_is_laid_aside(town: Town) -> None:
    town.letters(1)
    for _ in range(MOST_ATTEMPTS + 1):
        with town.sessions.begin() as session:
            house = house_in(session)
            spread(session, calendar=house.calendar, at=town.clock.now)
            claim(session, house=house, at=town.clock.now)
        town.clock.wait(LEASE)
        town.clock.now = max(town.clock.now, town.deliveries()[0].next_at)
    assert town.deliveries()[0].dead_at is not None


def test_a_fault_in_one_transport_keeps_nothing_else(town: Town) -> None:
    town.letters(2)
    kept = Kept()

    def faulty(message: Message) -> None:
        if not kept.messages:
            kept(message)
            raise RuntimeError("13800001111")
        kept(message)

    assert town.relay(mail=faulty).carry() == 1
    failed = [row for row in town.deliveries() if not row.sent_at]
    assert [row.last_error for row in failed] == ["RuntimeError"]


def test_a_refusal_is_never_tried_again(town: Town) -> None:
    town.letters(1, BY_SMS)

    def refuses(_message: Message) -> None:
        raise Refused("gateway refuses the number")

    town.relay(sms=refuses).carry()
    assert town.deliveries(Medium.SMS)[0].dead_at == town.clock.now


def test_what_is_not_begun_when_the_relay_stops_is_given_back(town: Town) -> None:
    town.letters(3)
    kept = Kept()
    relay: Relay

    def stops(message: Message) -> None:
        kept(message)
        relay.stopped.set()

    relay = town.relay(mail=stops)
    assert relay.carry() == 1
    waiting = [row for row in town.deliveries() if not row.sent_at]
    assert {(row.attempts, row.lease_until) for row in waiting} == {(0, None)}
    assert town.relay(mail=kept).carry() == 2


def test_waits_grow_with_a_jitter_that_is_the_same_each_time() -> None:
    waits = [wait_after("a", attempt) for attempt in range(1, 12)]
    assert waits == [wait_after("a", attempt) for attempt in range(1, 12)]
    assert waits[0] < timedelta(minutes=1)
    assert all(wait <= LONGEST_WAIT * 1.2 for wait in waits)
    assert wait_after("a", 3) != wait_after("b", 3)
