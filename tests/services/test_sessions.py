"""Sessions of staff live in the database: short, ended at once, never known by their row."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from casework.models import StaffSession, User
from casework.services import sessions
from tests.factories import MONDAY, UserFactory

MINUTE = timedelta(minutes=1)


@pytest.fixture
def user(session: Session) -> User:
    found: User = UserFactory()
    return found


def owner(session: Session, token: str, at: datetime) -> User | None:
    return sessions.session_user(session, token, at)


def test_the_database_keeps_only_a_hash_of_the_token(session: Session, user: User) -> None:
    token = sessions.start_session(session, user, MONDAY)
    row = session.scalars(select(StaffSession)).one()
    assert len(token) >= 43
    assert token.encode() not in bytes(row.token_hash)
    assert len(row.token_hash) == 32


def test_every_session_has_a_token_of_its_own(session: Session, user: User) -> None:
    tokens = {sessions.start_session(session, user, MONDAY) for _ in range(20)}
    assert len(tokens) == 20


def test_a_token_opens_its_session_with_one_statement(session: Session, user: User) -> None:
    token = sessions.start_session(session, user, MONDAY)
    session.expunge_all()
    statements: list[str] = []
    connection = session.connection()

    def count(*args: object) -> None:
        statements.append(str(args[2]))

    event.listen(connection, "before_cursor_execute", count)
    found = owner(session, token, MONDAY)
    assert found is not None
    assert found.department is not None
    event.remove(connection, "before_cursor_execute", count)
    assert len(statements) == 1


def test_half_an_hour_without_use_ends_it(session: Session, user: User) -> None:
    token = sessions.start_session(session, user, MONDAY)
    assert owner(session, token, MONDAY + 29 * MINUTE) == user
    session.rollback()
    assert owner(session, token, MONDAY + 30 * MINUTE) is None


def test_use_keeps_it_open_for_twelve_hours_and_no_longer(session: Session, user: User) -> None:
    token = sessions.start_session(session, user, MONDAY)
    for quarter in range(1, 48):
        assert owner(session, token, MONDAY + quarter * 15 * MINUTE) == user
        session.flush()
    assert owner(session, token, MONDAY + 12 * 60 * MINUTE) is None


def test_that_it_was_used_is_noted_once_a_minute(session: Session, user: User) -> None:
    token = sessions.start_session(session, user, MONDAY)
    row = session.scalars(select(StaffSession)).one()
    owner(session, token, MONDAY + timedelta(seconds=59))
    assert row not in session.dirty
    owner(session, token, MONDAY + MINUTE)
    assert row in session.dirty


@pytest.mark.parametrize("token", ["", "x", "\ud800", "None", "a" * 5_000])
def test_a_token_that_was_never_given_opens_nothing(
    session: Session, user: User, token: str
) -> None:
    sessions.start_session(session, user, MONDAY)
    assert owner(session, token, MONDAY) is None


def test_a_disabled_person_has_no_session(session: Session, user: User) -> None:
    token = sessions.start_session(session, user, MONDAY)
    user.disabled_at = MONDAY
    session.flush()
    assert owner(session, token, MONDAY) is None


def test_one_browser_or_all_can_be_signed_out(session: Session, user: User) -> None:
    first, second, third = (sessions.start_session(session, user, MONDAY) for _ in range(3))
    sessions.end_session(session, first, MONDAY)
    assert owner(session, first, MONDAY) is None
    assert owner(session, second, MONDAY) == user
    sessions.end_all_sessions(session, user, MONDAY, but=third)
    assert owner(session, second, MONDAY) is None
    assert owner(session, third, MONDAY) == user
    sessions.end_all_sessions(session, user, MONDAY)
    assert owner(session, third, MONDAY) is None


def test_old_rows_of_a_person_are_cleared_away(session: Session, user: User) -> None:
    sessions.start_session(session, user, MONDAY)
    sessions.start_session(session, user, MONDAY + timedelta(days=8))
    assert len(session.scalars(select(StaffSession)).all()) == 1


def test_what_is_long_over_is_cleared_away(session: Session, user: User) -> None:
    sessions.start_session(session, user, MONDAY)
    fresh = sessions.start_session(session, user, MONDAY + timedelta(hours=1))
    assert sessions.clear_away(session, before=MONDAY + MINUTE) == 1
    assert owner(session, fresh, MONDAY + timedelta(hours=1)) == user
