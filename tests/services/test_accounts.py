"""Signing in, one-time codes, reset links: what controls A1 to A6 ask for, seen from the core."""

import os
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from statistics import median

import pyotp
import pytest
from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from casework.errors import Invalid, TooMany
from casework.models import ResetLink, Tally, User
from casework.models.engine import application_engine
from casework.services import accounts, sessions
from casework.services.accounts import DeadLink, WrongCode, WrongLogin
from casework.services.passwords import hash_password
from casework.workflow.states import Role
from tests.database import Cluster
from tests.factories import MONDAY, SEALER, UserFactory

PASSWORD = "a quiet lane with 7 lamps"
MINUTE = timedelta(minutes=1)
HERE, ELSEWHERE = "192.0.2.1", "192.0.2.2"


@pytest.fixture
def user(session: Session) -> User:
    found: User = UserFactory(username="mei.lin", password_hash=hash_password(PASSWORD))
    return found


def enter(
    session: Session, username: str, password: str, *, source: str = HERE, later: timedelta = MINUTE
) -> User:
    accounts.count_try(session, username, source, MONDAY + later)
    return accounts.sign_in(session, username, password, source=source, at=MONDAY + later)


def with_codes(session: Session, user: User) -> pyotp.TOTP:
    seed = pyotp.random_base32()
    totp = pyotp.TOTP(seed)
    accounts.set_up_totp(session, user, seed, totp.at(MONDAY), at=MONDAY, sealer=SEALER)
    return totp


def test_name_and_password_sign_in(session: Session, user: User) -> None:
    assert enter(session, "mei.lin", PASSWORD) == user
    assert enter(session, " Mei.Lin ", PASSWORD) == user
    assert user.password_hash.startswith("$argon2id$")


@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("mei.lin", "wrong"),
        ("mei.lin", ""),
        ("mei.lin", PASSWORD[:-1]),
        ("nobody", PASSWORD),
        ("", ""),
        ("mei\0lin", PASSWORD),
        ("' or 1=1 --", PASSWORD),
    ],
)
def test_all_that_is_wrong_is_refused_alike(
    session: Session, user: User, username: str, password: str
) -> None:
    with pytest.raises(WrongLogin) as refusal:
        enter(session, username, password)
    assert str(refusal.value) == WrongLogin.message


def test_63_of_64_characters_do_not_sign_in(session: Session, user: User) -> None:
    password = "".join(chr(0x4E00 + 7 * number) for number in range(64))
    accounts.change_password(session, user, password, at=MONDAY)
    with pytest.raises(WrongLogin):
        enter(session, "mei.lin", password[:63])
    assert enter(session, "mei.lin", password) == user


def test_a_disabled_account_and_one_without_a_password_are_refused(
    session: Session, user: User
) -> None:
    UserFactory(username="new.one")
    user.disabled_at = MONDAY
    session.flush()
    for username in ("mei.lin", "new.one"):
        for password in (PASSWORD, "!", ""):
            with pytest.raises(WrongLogin):
                enter(session, username, password)


def test_an_unknown_name_takes_as_long_as_a_known_one(session: Session, user: User) -> None:
    def cost(username: str) -> float:
        spent = []
        for number in range(7):
            began = time.process_time()
            with pytest.raises(WrongLogin):
                accounts.sign_in(session, username, "wrong", source=str(number), at=MONDAY)
            spent.append(time.process_time() - began)
        return median(spent)

    assert 0.5 < cost("nobody") / cost("mei.lin") < 2


def test_twenty_wrong_tries_slow_down_the_right_one_until_the_window_ends(
    session: Session, user: User
) -> None:
    refused = 0
    for _ in range(20):
        try:
            enter(session, "mei.lin", "wrong")
        except WrongLogin:
            continue
        except TooMany:
            refused += 1
    assert refused == 20 - accounts.TRIES_AT_ONE_PLACE
    with pytest.raises(TooMany) as slowed:
        enter(session, "mei.lin", PASSWORD)
    assert 0 < slowed.value.retry_after <= accounts.WINDOW.total_seconds() + 1
    assert enter(session, "mei.lin", PASSWORD, later=MINUTE + accounts.WINDOW) == user


def test_a_stranger_cannot_keep_the_owner_out(session: Session, user: User) -> None:
    for _ in range(accounts.TRIES_AT_ONE_PLACE + 5):
        with pytest.raises((WrongLogin, TooMany)):
            enter(session, "mei.lin", "wrong", source=ELSEWHERE)
    assert enter(session, "mei.lin", PASSWORD, source=HERE) == user


def test_many_sources_together_are_slowed_down_too(session: Session, user: User) -> None:
    for number in range(accounts.TRIES_OF_ACCOUNT):
        with pytest.raises(WrongLogin):
            enter(session, "mei.lin", "wrong", source=f"198.51.100.{number}")
    with pytest.raises(TooMany):
        enter(session, "mei.lin", "wrong", source="203.0.113.9")


def test_names_that_do_not_exist_are_counted_alike(session: Session) -> None:
    for _ in range(accounts.TRIES_AT_ONE_PLACE):
        with pytest.raises(WrongLogin):
            enter(session, "nobody", "wrong")
    with pytest.raises(TooMany):
        enter(session, "nobody", "wrong")


def test_a_whole_house_behind_one_address_signs_in(session: Session, user: User) -> None:
    for _ in range(accounts.TRIES_OF_SOURCE // 10):
        for _ in range(3):
            enter(session, "mei.lin", PASSWORD)
    assert all(tally.count == 0 for tally in session.scalars(select(Tally)))


def test_tallies_hold_no_name_and_no_address(session: Session, user: User) -> None:
    with pytest.raises(WrongLogin):
        enter(session, "mei.lin", "wrong")
    keys = " ".join(session.scalars(select(Tally.key)))
    assert "mei" not in keys
    assert HERE not in keys


def test_a_code_is_taken_once(session: Session, user: User) -> None:
    totp = with_codes(session, user)
    code, at = totp.at(MONDAY + MINUTE), MONDAY + MINUTE
    accounts.check_code(session, user, code, at=at, sealer=SEALER)
    for again in (code, totp.at(MONDAY)):
        with pytest.raises(WrongCode):
            accounts.check_code(session, user, again, at=at, sealer=SEALER)
    later = at + MINUTE
    accounts.check_code(session, user, totp.at(later), at=later, sealer=SEALER)


def test_the_code_that_set_it_up_does_not_sign_in(session: Session, user: User) -> None:
    totp = with_codes(session, user)
    with pytest.raises(WrongCode):
        accounts.check_code(session, user, totp.at(MONDAY), at=MONDAY, sealer=SEALER)


def test_the_seed_is_sealed_for_its_person(session: Session, user: User) -> None:
    totp = with_codes(session, user)
    other = UserFactory()
    assert user.totp_sealed is not None
    assert totp.secret.encode() not in user.totp_sealed
    other.totp_sealed = user.totp_sealed
    with pytest.raises(Exception, match="changed or moved"):
        accounts.check_code(session, other, totp.at(MONDAY), at=MONDAY, sealer=SEALER)


def test_wrong_codes_are_slowed_down(session: Session, user: User) -> None:
    with_codes(session, user)
    for _ in range(accounts.TRIES_AT_ONE_PLACE):
        accounts.count_code_try(session, user, MONDAY)
        with pytest.raises(WrongCode):
            accounts.check_code(session, user, "000000", at=MONDAY, sealer=SEALER)
    with pytest.raises(TooMany):
        accounts.count_code_try(session, user, MONDAY)


@pytest.fixture(scope="module")
def engine(cluster: Cluster) -> Iterator[Engine]:
    """A database of this file's own: its people stay, as nobody may delete them."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    engine = application_engine(cluster.database(f"casework_accounts_{worker}").application)
    yield engine
    engine.dispose()


@pytest.fixture
def lasting_user(engine: Engine) -> Iterator[int]:
    """Somebody whom several connections see; gone after the test as far as rights allow."""
    with Session(engine) as session:
        user = User(
            username=f"race{time.time_ns()}",
            display_name="并发",
            role=Role.OPERATOR,
            password_hash=hash_password(PASSWORD),
            created_at=MONDAY,
        )
        session.add(user)
        session.commit()
        user_id = user.id
    yield user_id
    with Session(engine) as session:
        session.execute(delete(ResetLink).where(ResetLink.user_id == user_id))
        session.get_one(User, user_id).disabled_at = MONDAY
        session.commit()


def at_the_same_moment(engine: Engine, work: object, threads: int = 6) -> list[str]:
    """Run ``work(session)`` in several transactions at once; say how each ended."""
    ready, ends = threading.Barrier(threads), []

    def run() -> None:
        with Session(engine) as session:
            ready.wait()
            try:
                work(session)  # type: ignore[operator]
                session.commit()
            except Exception as error:  # noqa: BLE001 - how it ended is what is asked
                session.rollback()
                ends.append(type(error).__name__)
            else:
                ends.append("done")

    running = [threading.Thread(target=run) for _ in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join(timeout=30)
    return ends


def test_one_code_at_the_same_moment_is_taken_once(engine: Engine, lasting_user: int) -> None:
    with Session(engine) as session:
        totp = with_codes(session, session.get_one(User, lasting_user))
        session.commit()
    at = MONDAY + MINUTE

    def use(session: Session) -> None:
        user = session.get_one(User, lasting_user)
        accounts.check_code(session, user, totp.at(at), at=at, sealer=SEALER)

    ends = at_the_same_moment(engine, use)
    assert sorted(ends) == ["WrongCode"] * 5 + ["done"]


def test_one_link_at_the_same_moment_is_used_once(engine: Engine, lasting_user: int) -> None:
    with Session(engine) as session:
        user = session.get_one(User, lasting_user)
        link = accounts.make_reset_link(session, user, public_url="https://x.cn", at=MONDAY)
        session.commit()

    def use(session: Session) -> None:
        accounts.use_reset_link(session, link.rpartition("/")[2], PASSWORD, at=MONDAY)

    ends = at_the_same_moment(engine, use)
    assert sorted(ends) == ["DeadLink"] * 5 + ["done"]


def test_tries_at_the_same_moment_are_all_counted(engine: Engine) -> None:
    name = f"crowd{time.time_ns()}"

    def guess(session: Session) -> None:
        accounts.count_try(session, name, HERE, MONDAY)

    ends = at_the_same_moment(engine, guess, threads=10) + at_the_same_moment(engine, guess)
    assert sorted(ends) == ["TooMany"] * 6 + ["done"] * 10
    with Session(engine) as session:
        session.execute(delete(Tally))
        session.commit()


def test_a_reset_link_works_once_and_ends_all_sessions(session: Session, user: User) -> None:
    browser = sessions.start_session(session, user, MONDAY)
    link = accounts.make_reset_link(session, user, public_url="https://x.cn/", at=MONDAY)
    assert link.startswith("https://x.cn/account/reset/")
    token = link.rpartition("/")[2]
    assert accounts.link_owner(session, token, MONDAY) == user
    accounts.use_reset_link(session, token, "three old boats at dawn", at=MONDAY)
    assert sessions.session_user(session, browser, MONDAY) is None
    assert enter(session, "mei.lin", "three old boats at dawn") == user
    with pytest.raises(DeadLink):
        accounts.use_reset_link(session, token, "four old boats at dawn", at=MONDAY)


def test_a_reset_link_is_stored_as_a_hash_and_ends_after_an_hour(
    session: Session, user: User
) -> None:
    link = accounts.make_reset_link(session, user, public_url="https://x.cn", at=MONDAY)
    token = link.rpartition("/")[2]
    assert token.encode() not in bytes(session.scalars(select(ResetLink.token_hash)).one())
    accounts.link_owner(session, token, MONDAY + 59 * MINUTE)
    with pytest.raises(DeadLink):
        accounts.link_owner(session, token, MONDAY + 60 * MINUTE)


def test_a_newer_link_a_new_password_and_disabling_end_a_link(session: Session, user: User) -> None:
    first, second = (
        accounts.make_reset_link(session, user, public_url="", at=MONDAY).rpartition("/")[2]
        for _ in range(2)
    )
    with pytest.raises(DeadLink):
        accounts.link_owner(session, first, MONDAY)
    accounts.change_password(session, user, "three old boats at dawn", at=MONDAY)
    with pytest.raises(DeadLink):
        accounts.link_owner(session, second, MONDAY)
    third = accounts.make_reset_link(session, user, public_url="", at=MONDAY).rpartition("/")[2]
    user.disabled_at = MONDAY
    session.flush()
    with pytest.raises(DeadLink):
        accounts.link_owner(session, third, MONDAY)


def test_a_password_that_will_not_do_leaves_the_link_usable(session: Session, user: User) -> None:
    token = accounts.make_reset_link(session, user, public_url="", at=MONDAY).rpartition("/")[2]
    with pytest.raises(Invalid), session.begin_nested():
        accounts.use_reset_link(session, token, "mei.lin", at=MONDAY)
    assert accounts.link_owner(session, token, MONDAY) == user


@pytest.mark.parametrize("password", ["short", "mei.lin123", "password123", "天河热线95100"])
def test_names_of_the_person_and_the_district_are_no_password(
    session: Session, user: User, password: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        accounts.change_password(
            session, user, password, at=MONDAY, words=["天河", "热线", "95100"]
        )
    assert refusal.value.field == "password"
