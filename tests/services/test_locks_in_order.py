"""Two sessions at once: whoever comes second waits for the first, and neither undoes the other."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from hashlib import sha256
from threading import Event

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from casework.errors import NotFound
from casework.models import Attachment, Case, FileKind, Follower, FollowUp, Origin, Scan, User
from casework.models.engine import application_engine
from casework.queries.cases import for_update_by_id
from casework.queries.followed import Followed
from casework.queries.rules import Rules, rules_in_force
from casework.sealing import Sealer
from casework.services import follow_ups, followers, keys, petitioner
from casework.services.actors import staff
from casework.services.attachments import reading, scanning
from casework.services.defaults import seed_defaults
from casework.workflow.follow_ups import Ground, Result
from casework.workflow.states import State
from tests.database import Cluster
from tests.factories import DATA_KEYS, HASH_KEY, MONDAY, SEALER, District

WEDNESDAY = MONDAY + timedelta(days=2)
NEW_KEY = "k2:" + "A" * 43 + "="
WAITS = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")


@pytest.fixture
def own_engine(cluster: Cluster, request: pytest.FixtureRequest) -> Iterator[Engine]:
    own = sha256(request.node.nodeid.encode()).hexdigest()[:12]
    engine = application_engine(cluster.database(f"casework_order_{own}").application)
    yield engine
    engine.dispose()


@pytest.fixture
def settled(own_engine: Engine) -> District:
    """A district whose rows are committed."""
    session = Session(own_engine, expire_on_commit=False)
    seed_defaults(session, at=MONDAY)
    session.flush()
    district = District(session, rules_in_force(session, SEALER))
    session.commit()
    return district


def meanwhile(engine: Engine, work: Callable[[Session], object]) -> Future[object]:
    """Start ``work`` in a session of its own; return once it waits for a lock, or has ended."""
    ended = Event()

    def run() -> object:
        try:
            with Session(engine) as session, session.begin():
                return work(session)
        finally:
            ended.set()

    found = ThreadPoolExecutor(1).submit(run)
    with Session(engine) as watching:
        while not ended.is_set() and not watching.scalar(WAITS):
            watching.rollback()
            ended.wait(0.02)
    return found


def test_a_rating_and_a_call_about_the_same_answer_wait_for_each_other(
    own_engine: Engine, settled: District
) -> None:
    d, rules = settled, settled.rules
    case = d.case_in(State.FORWARDED)
    waiting = FollowUp(
        case_id=case.id,
        round=1,
        ground=Ground.RANDOM,
        phone_hash=b"hash",
        drawn_at=WEDNESDAY,
        until_on=(MONDAY + timedelta(days=15)).date(),
        next_at=WEDNESDAY,
    )
    d.session.add(waiting)
    d.session.flush()
    by = staff(d.operator)
    follow_ups.take(d.session, waiting.id, by=by, at=WEDNESDAY)
    d.session.commit()

    def call(session: Session) -> object:
        operator = staff(session.get_one(User, d.operator.id))
        return follow_ups.note_call(
            session, waiting.id, Result.BUSY, note="", by=operator, at=WEDNESDAY, rules=rules
        )

    with Session(own_engine) as online, online.begin():
        rated = for_update_by_id(online, case.id)
        called = meanwhile(own_engine, call)
        petitioner.rate(
            online, rated, satisfaction=5, solved=True, comment="", at=WEDNESDAY, rules=rules
        )
    with pytest.raises(NotFound):
        called.result(20)


def test_who_leaves_while_keys_are_changed_stays_erased(
    own_engine: Engine, settled: District
) -> None:
    case = settled.case_in(State.HANDLING)
    settled.session.commit()
    key = follow(own_engine, settled.rules, case)
    both = Sealer.from_text(f"{NEW_KEY},{DATA_KEYS}", HASH_KEY)
    with Session(own_engine) as leaving, leaving.begin():
        followers.leave(leaving, key, at=WEDNESDAY)
        rotated = meanwhile(
            own_engine, lambda session: keys.reseal_followers(session, both, after=None)
        )
    rotated.result(20)
    with Session(own_engine) as session:
        left = session.get_one(Follower, key)
        assert (left.sealed, left.contact_hash) == (None, None)


def test_a_verdict_about_a_file_that_is_erased_meanwhile_ends_quietly(
    own_engine: Engine, settled: District
) -> None:
    case = settled.case_in(State.ARCHIVED)
    file = Attachment(
        case_id=case.id,
        origin=Origin.LETTER,
        kind=FileKind.TEXT,
        size=1,
        name_sealed=b"name",
        content_hash=b"hash",
        scan=Scan.WAITING,
        added_at=MONDAY,
    )
    settled.session.add(file)
    settled.session.commit()
    with Session(own_engine) as erasing, erasing.begin():
        reading.erase(erasing, for_update_by_id(erasing, case.id))
        settling = meanwhile(
            own_engine,
            lambda session: scanning.settle(
                session, file.id, Scan.CLEAN, at=WEDNESDAY, sealer=SEALER
            ),
        )
    settling.result(20)


def follow(engine: Engine, rules: Rules, case: Case) -> object:
    with Session(engine) as session, session.begin():
        followers.join(
            session,
            Followed(case.id, ""),
            "13700137000",
            medium="sms",
            language="zh_CN",
            at=WEDNESDAY,
            rules=rules,
        )
        return session.scalars(select(Follower.id)).one()
