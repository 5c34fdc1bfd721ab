"""Carries notices out of the house beside the schedule: in every jobs process, all the time."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Protocol

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from casework.jobs.work import Work
from casework.notify.relay import Relay
from casework.notify.rendering import House
from casework.notify.transports import OutwardSettings, transports
from casework.queries.rules import Rules, rules_in_force
from casework.sealing import Sealer

EVERY = 3.0
RULES_HOLD = 20.0

log = structlog.get_logger()


class RelaySettings(OutwardSettings, Protocol):
    """What a relay needs to know of the configuration."""

    @property
    def public_url(self) -> str: ...


def house_of(rules: Rules, public_url: str) -> House:
    """Return what everything that leaves has in common, from the rules in force."""
    named = rules.settings
    return House(
        {"zh_CN": named.district_name, "en": named.district_name_en},
        named.hotline,
        public_url,
        rules.calendar,
        rules.sealer,
    )


def house_reader(sealer: Sealer, public_url: str) -> Callable[[Session], House]:
    """Return a function that reads the rules, and reads them again when they have grown old."""
    kept: dict[str, tuple[datetime, House]] = {}

    def read(session: Session) -> House:
        now = datetime.now(UTC)
        at, house = kept.get("house", (None, None))
        if at is None or house is None or (now - at).total_seconds() > RULES_HOLD:
            house = house_of(rules_in_force(session, sealer), public_url)
            kept["house"] = (now, house)
        return house

    return read


def relay_of(work: Work, settings: RelaySettings, stopped: threading.Event) -> Relay:
    """Return a relay with the ways out that the settings describe. Raises ValueError."""
    return Relay(
        work.sessions,
        house_reader(work.sealer, settings.public_url),
        transports(settings),
        now=lambda: datetime.now(UTC),
        stopped=stopped,
    )


@contextmanager
def carrying(work: Work, settings: RelaySettings, stopped: threading.Event) -> Iterator[None]:
    """Carry in a thread of its own until ``stopped``, and until what is being sent has left."""
    relay = relay_of(work, settings, stopped)
    thread = threading.Thread(target=_carry_on, args=(relay,), name="relay")
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()


def _carry_on(relay: Relay) -> None:
    while not relay.stopped.is_set():
        try:
            relay.carry()
        except (DBAPIError, PoolTimeout) as error:
            log.warning("the database is away", kind=type(error).__name__)
        relay.stopped.wait(EVERY)
