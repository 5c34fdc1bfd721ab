"""Tries are counted in windows that end by themselves, each key for itself."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from casework.errors import TooMany
from casework.services import tallies
from tests.factories import MONDAY

WINDOW = timedelta(minutes=15)


def test_a_key_is_spent_up_to_its_limit_and_waiting_ends_it(session: Session) -> None:
    for _ in range(3):
        tallies.spend(session, "a", 3, WINDOW, MONDAY)
    with pytest.raises(TooMany) as refusal:
        tallies.spend(session, "a", 3, WINDOW, MONDAY)
    tallies.spend(session, "b", 3, WINDOW, MONDAY)
    later = MONDAY + timedelta(seconds=refusal.value.retry_after)
    tallies.spend(session, "a", 3, WINDOW, later)


def test_a_refused_try_does_not_make_the_wait_longer(session: Session) -> None:
    tallies.spend(session, "a", 1, WINDOW, MONDAY)
    waits = []
    for minute in range(0, 15, 5):
        with pytest.raises(TooMany) as refusal:
            tallies.spend(session, "a", 1, WINDOW, MONDAY + timedelta(minutes=minute))
        waits.append(refusal.value.retry_after)
    assert waits == [901, 601, 301]


def test_a_good_try_is_given_back_and_never_more(session: Session) -> None:
    tallies.give_back(session, "a", WINDOW, MONDAY)
    tallies.spend(session, "a", 1, WINDOW, MONDAY)
    for _ in range(3):
        tallies.give_back(session, "a", WINDOW, MONDAY)
    tallies.spend(session, "a", 1, WINDOW, MONDAY)
    with pytest.raises(TooMany):
        tallies.spend(session, "a", 1, WINDOW, MONDAY)


def test_old_windows_are_cleared_away(session: Session) -> None:
    tallies.spend(session, "a", 1, WINDOW, MONDAY)
    assert tallies.forget(session, before=MONDAY) == 0
    assert tallies.forget(session, before=MONDAY + WINDOW) == 1
