"""Clients that ask one after another over kept connections, and write down how long it took."""

import http.client
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

Headers = dict[str, str]
LIMIT = 8.0


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    path: str
    headers: Headers
    body: bytes = b""


@dataclass(slots=True)
class Times:
    """How long each answer took, in milliseconds, and what went wrong."""

    taken: list[float] = field(default_factory=list)
    wrong: dict[int, int] = field(default_factory=dict)
    seconds: float = 0.0

    def part(self, share: float) -> float:
        """Return the time that this share of the answers did not exceed."""
        ordered = sorted(self.taken)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0

    @property
    def each_second(self) -> float:
        return len(self.taken) / self.seconds if self.seconds else 0.0


def ask(
    port: int, clients: int, count: int, request_of: Callable[[int], Request], *, good: set[int]
) -> Times:
    """Send ``count`` requests from ``clients`` at once; stop after ``LIMIT`` seconds at most."""
    times = Times()
    lock = threading.Lock()
    numbers = iter(range(count))
    until = time.perf_counter() + LIMIT

    def client() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while time.perf_counter() < until:
            with lock:
                number = next(numbers, None)
            if number is None:
                break
            taken, status = _asked(connection, request_of(number))
            with lock:
                if status in good:
                    times.taken.append(taken)
                else:
                    times.wrong[status] = times.wrong.get(status, 0) + 1
        connection.close()

    threads = [threading.Thread(target=client) for _ in range(clients)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    times.seconds = time.perf_counter() - begun
    return times


def _asked(connection: http.client.HTTPConnection, request: Request) -> tuple[float, int]:
    begun = time.perf_counter()
    try:
        connection.request(request.method, request.path, request.body, request.headers)
        answer = connection.getresponse()
        answer.read()
    except (http.client.HTTPException, OSError):
        connection.close()
        return (time.perf_counter() - begun) * 1000, 0
    return (time.perf_counter() - begun) * 1000, answer.status
