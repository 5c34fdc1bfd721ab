"""Carries deliveries out: every one in the end, twice only where an answer was lost.

A delivery is leased in one short transaction, sent outside of any, and noted in another. Who is
killed in between loses the lease, and somebody else sends it again under the same Message-ID.
"""

import hashlib
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session, joinedload, sessionmaker

from casework.models import Delivery, Medium
from casework.notify.message import Message
from casework.notify.quiet import may_leave_at
from casework.notify.rendering import House, Rendering
from casework.notify.spread import BATCH, drop_old_news, spread
from casework.notify.transports import Later, Refused, SendFailed, Transport
from casework.sealing import SealBroken

LEASE = timedelta(minutes=5)
MARGIN = timedelta(minutes=2)
"""Nothing is begun when less than this is left of the lease: a sending may take that long."""

CLAIMED_AT_ONCE = 10
MOST_ATTEMPTS = 20
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=6)
JITTER = 0.2

log = structlog.get_logger()

_WAITING = (
    Delivery.sent_at.is_(None),
    Delivery.dead_at.is_(None),
    Delivery.medium != Medium.INBOX,
)


@dataclass(frozen=True, slots=True)
class Leased:
    """A delivery that is ours until ``until``, ready to leave, or why it cannot be made ready."""

    id: int
    medium: Medium
    until: datetime
    message: Message | SendFailed


def wait_after(key: str, attempts: int) -> timedelta:
    """Return how long to wait after a failed attempt: twice as long each time, a little apart.

    The jitter is made from the key, so that it is spread over deliveries and the same each time.
    """
    plain = min(FIRST_WAIT * (1 << min(attempts - 1, 16)), LONGEST_WAIT)
    digest = hashlib.sha256(f"{key}:{attempts}".encode()).digest()
    share = int.from_bytes(digest[:8]) / 2**64
    return plain * (1 - JITTER + 2 * JITTER * share)


def claim(session: Session, *, house: House, at: datetime) -> list[Leased]:
    """Lease the deliveries that are due longest, and make them ready; others skip them.

    What has come into quiet time waits for the morning. What was leased too often without any
    result is laid aside as dead.
    """
    rows = list(
        session.scalars(
            select(Delivery)
            .where(
                *_WAITING,
                Delivery.next_at <= at,
                or_(Delivery.lease_until.is_(None), Delivery.lease_until <= at),
            )
            .order_by(Delivery.next_at)
            .limit(CLAIMED_AT_ONCE)
            .options(joinedload(Delivery.case), joinedload(Delivery.user))
            .with_for_update(of=Delivery, skip_locked=True)
            .execution_options(populate_existing=True)
        )
    )
    until = at + LEASE
    mine = [row for row in rows if _is_due(row, house=house, at=at)]
    for row in mine:
        row.lease_until, row.attempts = until, row.attempts + 1
    rendering = Rendering(session, mine, house)
    leased = [Leased(row.id, row.medium, until, _ready(rendering, row)) for row in mine]
    session.flush()
    return leased


def _is_due(row: Delivery, *, house: House, at: datetime) -> bool:
    if row.attempts >= MOST_ATTEMPTS:
        row.dead_at, row.last_error = at, row.last_error or "no result"
        return False
    row.next_at = _leaves_at(row, at, house)
    return row.next_at <= at


def _leaves_at(row: Delivery, at: datetime, house: House) -> datetime:
    if row.medium is Medium.WEBHOOK:
        return at
    urgency = row.case.urgency if row.case else None
    return may_leave_at(at, calendar=house.calendar, notice=row.notice, urgency=urgency)


def _ready(rendering: Rendering, row: Delivery) -> Message | SendFailed:
    try:
        return rendering.message(row)
    except SendFailed as failure:
        return failure
    except (SealBroken, LookupError, ValueError) as error:
        log.error("a delivery cannot be made ready", delivery=row.id, kind=type(error).__name__)
        return Later(type(error).__name__)


def note_sent(session: Session, leased: Leased, *, at: datetime) -> None:
    """Note that a delivery left, even where its lease is over: it did leave."""
    session.execute(
        update(Delivery)
        .where(Delivery.id == leased.id, Delivery.sent_at.is_(None))
        .values(sent_at=at, lease_until=None, last_error="")
    )


def note_failed(
    session: Session, leased: Leased, failure: SendFailed, *, house: House, at: datetime
) -> None:
    """Note a failure, unless the lease is lost: when to try again, or that nobody will."""
    row = _held(session, leased)
    if row is None:
        return
    row.lease_until, row.last_error = None, failure.reason[:500]
    if isinstance(failure, Refused) or row.attempts >= MOST_ATTEMPTS:
        row.dead_at = at
        log.warning("a delivery is dead", delivery=row.id, reason=failure.reason)
    else:
        row.next_at = _leaves_at(row, at + wait_after(row.dedupe_key, row.attempts), house)


def give_back(session: Session, leased: Leased) -> None:
    """Give up a lease without having tried."""
    row = _held(session, leased)
    if row is not None:
        row.lease_until, row.attempts = None, row.attempts - 1


def _held(session: Session, leased: Leased) -> Delivery | None:
    return session.scalars(
        select(Delivery)
        .where(
            Delivery.id == leased.id,
            Delivery.lease_until == leased.until,
            Delivery.sent_at.is_(None),
        )
        .options(joinedload(Delivery.case))
        .with_for_update(of=Delivery)
    ).one_or_none()


@dataclass
class Relay:
    """One that carries; any number of them may run at once."""

    sessions: sessionmaker[Session]
    house: Callable[[Session], House]
    ways: Mapping[Medium, Transport]
    now: Callable[[], datetime]
    stopped: threading.Event = field(default_factory=threading.Event)

    def carry(self) -> int:
        """Spread and send everything that is due now; return how many deliveries left."""
        self._spread_all()
        sent = 0
        while not self.stopped.is_set():
            with self.sessions.begin() as session:
                house = self.house(session)
                leased = claim(session, house=house, at=self.now())
            if not leased:
                break
            sent += self._send_all(leased, house)
        return sent

    def _spread_all(self) -> None:
        with self.sessions.begin() as session:
            drop_old_news(session, at=self.now())
        count = BATCH
        while count == BATCH and not self.stopped.is_set():
            with self.sessions.begin() as session:
                calendar = self.house(session).calendar
                count = spread(session, calendar=calendar, at=self.now())

    def _send_all(self, leased: Sequence[Leased], house: House) -> int:
        sent = 0
        for one in leased:
            if self.stopped.is_set() or self.now() > one.until - MARGIN:
                with self.sessions.begin() as session:
                    give_back(session, one)
                continue
            sent += self._send(one, house)
        return sent

    def _send(self, leased: Leased, house: House) -> bool:
        failure = self._failure(leased)
        with self.sessions.begin() as session:
            if failure is None:
                note_sent(session, leased, at=self.now())
            else:
                note_failed(session, leased, failure, house=house, at=self.now())
        return failure is None

    def _failure(self, leased: Leased) -> SendFailed | None:
        if isinstance(leased.message, SendFailed):
            return leased.message
        transport = self.ways.get(leased.medium)
        if transport is None:
            return Later(f"no way for {leased.medium.value}")
        try:
            transport(leased.message)
        except SendFailed as failure:
            return failure
        except Exception as error:  # a fault of one delivery must not keep the others
            log.error("a transport failed", medium=leased.medium.value, kind=type(error).__name__)
            return Later(type(error).__name__)
        return None
