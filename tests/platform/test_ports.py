"""A port is either held or said to be taken."""

import socket
from collections.abc import Iterator

import pytest

from casework.installation import ports


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_port_that_was_asked_for_and_is_taken_is_refused_by_name(taken: int) -> None:
    with pytest.raises(ports.PortTaken, match=str(taken)):
        ports.listen("127.0.0.1", taken)


def test_without_a_wish_the_next_free_port_is_taken(
    taken: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ports, "FIRST", taken)
    with ports.listen("127.0.0.1", None) as found:
        assert taken < found.getsockname()[1] < taken + ports.TRIES


def test_a_held_port_cannot_be_taken_by_a_second_start() -> None:
    with (
        ports.listen("127.0.0.1", None) as first,
        ports.listen("127.0.0.1", None) as second,
    ):
        assert first.getsockname()[1] != second.getsockname()[1]


def test_an_address_of_another_machine_is_refused_in_words() -> None:
    with pytest.raises(ports.PortTaken, match=r"192\.0\.2\.1"):
        ports.listen("192.0.2.1", 8000)
