"""Choosing the port and holding it: whoever holds the socket cannot lose it to a second start."""

import errno
import socket
import time

FIRST = 8000
TRIES = 100


class PortTaken(Exception):
    """The port that was asked for belongs to another program."""


def listen(host: str, port: int | None, *, patience: float = 0) -> socket.socket:
    """Return a listening socket on ``port``, or without one on the first free port from 8000.

    ``patience`` is how many seconds to wait for the first choice, for a predecessor that is just
    ending.
    """
    deadline = time.monotonic() + patience
    first = FIRST if port is None else port
    while (found := _bound(host, first)) is None and time.monotonic() < deadline:
        time.sleep(0.1)
    if found:
        return found
    if port is not None:
        raise PortTaken(
            f"Port {port} is taken by another program. Choose another one: make run PORT={port + 1}"
        )
    for other in range(FIRST + 1, FIRST + TRIES):
        if found := _bound(host, other):
            return found
    raise PortTaken(f"All ports from {FIRST} to {FIRST + TRIES - 1} are taken: make run PORT=...")


def _bound(host: str, port: int) -> socket.socket | None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    candidate = socket.socket(family, socket.SOCK_STREAM)
    candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        candidate.bind((host, port))
        candidate.listen(2048)
    except OSError as error:
        candidate.close()
        if error.errno == errno.EADDRINUSE:
            return None
        raise PortTaken(f"Port {port} on {host} cannot be used: {error.strerror}.") from error
    return candidate
