"""One size, measured: every page and both floors, at one client and at eight."""

import pickle
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from http.client import HTTPConnection
from pathlib import Path
from random import Random
from urllib.parse import quote, urlencode

from sqlalchemy import text

from bench import processes
from bench.clients import Request, Times, ask
from bench.inside import Inside
from bench.place import Place, served
from bench.recorded import RECORDED, Recorded
from bench.scenarios import SCENARIOS, Scenario, letter_fields, somebody
from casework.postgres.roles import Addresses
from config import Settings

CLIENTS = (1, 8)
WARM_UP = 12
CASES_SHOWN = 200
OPENED = 16
SENT = "/letters/send"
EXPORTED = 100_000
"""Rows that are taken as a file; of a smaller database all there are."""
CHUNK = 2**20
EXPORT = Scenario(
    "export", "Cases as CSV", "/figures/cases.csv?measure=received&from=2000-01-01", "supervisor"
)


@dataclass(slots=True)
class Measured:
    """One page or floor: its times by number of clients, and CPU time of one request."""

    times: dict[int, Times]
    cpu_ms: float
    statements: int = 0


@dataclass(slots=True)
class Size:
    """All that was measured with one number of cases."""

    cases: int
    pages: dict[str, Measured]
    bare: dict[str, Measured]
    hello: Measured
    memory: int
    database: int
    export: tuple[float, int]


class Asker:
    """Makes the requests of each scenario: signed in, with slips, numbers and codes."""

    def __init__(self, inside: Inside, *, seed: int) -> None:
        self._inside = inside
        self._random = Random(seed)
        self._cookies: dict[str, str] = {}
        with inside.engine.connect() as db:
            self._last = db.execute(text("SELECT max(id) FROM cases")).scalar_one()
            self._numbers = [
                row[0]
                for row in db.execute(
                    text(
                        "SELECT number FROM cases WHERE id % :step = 0 "
                        "AND form_token LIKE 'bench-%' ORDER BY id LIMIT :many"
                    ),
                    {"step": max(1, self._last // CASES_SHOWN), "many": CASES_SHOWN},
                )
            ]
            self._deep = db.execute(
                text(
                    "SELECT received_at, id FROM cases WHERE NOT on_the_spot "
                    "ORDER BY received_at DESC, id DESC OFFSET least(:far, :last * 3 / 4) LIMIT 1"
                ),
                {"far": 999 * 50 - 1, "last": self._last},
            ).one()
            self._own = db.execute(
                text(
                    "SELECT number, form_token FROM cases WHERE form_token LIKE 'bench-%' "
                    "AND state = 'forwarded' ORDER BY id DESC LIMIT :many"
                ),
                {"many": OPENED},
            ).all()
        self._opened = [self._open(number, token) for number, token in self._own]
        self._letter = self._form()

    def requests(self, scenario: Scenario, count: int) -> Callable[[int], Request]:
        """Return what builds the n-th request; whatever costs time is made before."""
        if scenario.posts:
            return self._letters(count)
        headers = {"Accept-Language": "zh-CN"}
        if scenario.who and scenario.who != "petitioner":
            headers["Cookie"] = self._cookie(scenario.who)
        senders = [somebody(self._random) for _ in range(count)]

        def request(number: int) -> Request:
            own = headers | {"X-Forwarded-For": senders[number]}
            if scenario.who == "petitioner":
                own["Cookie"] = self._opened[number % len(self._opened)]
            return Request("GET", self.path(scenario, number), own)

        return request

    def path(self, scenario: Scenario, number: int = 0) -> str:
        """Return the address with what differs from request to request."""
        today = date.today()  # noqa: DTZ011 - the last 90 days, on whichever machine
        period = urlencode({"from": today - timedelta(days=89), "to": today})
        month = urlencode({"from": today.replace(day=1), "to": today})
        filled = scenario.path.format(
            number=self._numbers[number % len(self._numbers)],
            period=period,
            month=month,
            deep=f"{self._deep.received_at.isoformat()}~{self._deep.id}",
        )
        return quote(filled, safe="/?=&%")

    def record(self, scenario: Scenario) -> Recorded:
        """Let the application answer once in this process, and keep its statements."""
        request = self.requests(scenario, 3)
        browser = self._inside.app.test_client(use_cookies=False)
        for number in (0, 1):  # rules, units and the first compilation of each statement
            self._send(browser, request(number))
        with self._inside.recording() as recorded:
            self._send(browser, request(2))
        return recorded

    def _send(self, browser: object, request: Request) -> None:
        answer = browser.open(  # type: ignore[attr-defined]
            request.path, method=request.method, headers=request.headers, data=request.body
        )
        if answer.status_code not in (200, 302, 303):
            raise RuntimeError(f"{request.path} answers {answer.status_code}")

    def _cookie(self, who: str) -> str:
        if who not in self._cookies:
            browser = self._inside.client(who)
            self._cookies[who] = self._inside.cookie(browser)
        return self._cookies[who]

    def _open(self, number: str, token: str) -> str:
        """Open a case with its number and code, as its petitioner does; return the cookie."""
        browser = self._inside.app.test_client()
        page = browser.get("/follow").text
        code = self._inside.app.extensions["sealer"].access_code_from(token)
        fields = {"csrf_token": _token(page), "number": number, "code": code}
        sender = {"X-Forwarded-For": somebody(self._random)}
        answer = browser.post("/follow", data=fields, headers=sender)
        if answer.status_code != 303:
            raise RuntimeError(f"the case {number} does not open: {answer.status_code}")
        return self._inside.cookie(browser)

    def _form(self) -> tuple[str, str]:
        """Fetch the empty form once, for its token and the cookie that belongs to it."""
        browser = self._inside.app.test_client()
        token = _token(browser.get("/letters/new").text)
        return token, self._inside.cookie(browser)

    def _letters(self, count: int) -> Callable[[int], Request]:
        token, cookie = self._letter
        bodies = [
            urlencode(letter_fields(self._random) | {"slip": slip, "csrf_token": token}).encode()
            for slip in self._inside.slips(count)
        ]
        senders = [somebody(self._random) for _ in range(count)]

        def request(number: int) -> Request:
            headers = {
                "Content-Type": "application/x-www-form-urlencoded",
                "Cookie": cookie,
                "X-Forwarded-For": senders[number],
            }
            return Request("POST", SENT, headers, bodies[number])

        return request


def _token(page: str) -> str:
    return page.partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]


def measure(
    place: Place,
    addresses: Addresses,
    cases: int,
    *,
    port: int,
    count: int,
    told: Callable[[str], None],
) -> Size:
    """Measure the pages and their floors, each on a server of the same kind."""
    environment = place.environment(addresses, port)
    inside = Inside(Settings.from_environment(environment))
    asker = Asker(inside, seed=cases)
    recorded = {one.key: asker.record(one) for one in SCENARIOS}
    kept = Path(environment["VAR"]).with_name("recorded.pickle")
    kept.write_bytes(pickle.dumps(recorded))
    floor_environment = environment | {RECORDED: str(kept)}
    pages: dict[str, Measured] = {}
    bare: dict[str, Measured] = {}
    with (
        served("bench.framed:app", environment, port) as pid,
        served("bench.floors:app", floor_environment, port + 1) as floor,
    ):
        hello = _times(
            floor, port + 1, count, lambda _n: lambda _number: Request("GET", "/hello", {})
        )
        for one in SCENARIOS:  # page and floor in turn, so that both meet the same load
            pages[one.key] = _times(pid, port, count, lambda n, one=one: asker.requests(one, n))
            pages[one.key].statements = len(recorded[one.key].statements)
            bare[one.key] = _times(floor, port + 1, count, _bare(one))
            told(_line(one.title, pages[one.key]))
            told(_line("  bare", bare[one.key]))
        export = _export(asker, pid, port)
        told(f"  export: {export[0]:.1f} s, {export[1] / 2**20:.0f} MB more")
        memory = processes.memory(pid)
    with inside.engine.connect() as db:
        size = db.execute(text("SELECT pg_database_size(current_database())")).scalar_one()
    inside.engine.dispose()
    return Size(cases, pages, bare, hello, memory, size, export)


def _export(asker: Asker, pid: int, port: int) -> tuple[float, int]:
    """Take ``EXPORTED`` rows as CSV; return the seconds and by how many bytes memory grew."""
    headers = asker.requests(EXPORT, 1)(0).headers
    before, most, lines = processes.memory(pid), 0, 0
    connection = HTTPConnection("127.0.0.1", port, timeout=600)
    begun = time.monotonic()
    connection.request("GET", EXPORT.path, headers=headers)
    answer = connection.getresponse()
    if answer.status != 200:
        raise RuntimeError(f"{EXPORT.path} answers {answer.status}")
    while lines < EXPORTED and (part := answer.read(CHUNK)):
        lines += part.count(b"\n")
        most = max(most, processes.memory(pid))
    taken = time.monotonic() - begun
    connection.close()
    return taken, max(0, most - before)


def _bare(one: Scenario) -> Callable[[int], Callable[[int], Request]]:
    method = "POST" if one.posts else "GET"
    return lambda _n: lambda _number: Request(method, f"/bare/{one.key}", {})


def _times(
    pid: int, port: int, count: int, prepared: Callable[[int], Callable[[int], Request]]
) -> Measured:
    """Measure one page. Only a page counts, or for what was sent the way on from it."""
    good = {303} if prepared(1)(0).path == SENT else {200}
    ask(port, 2, WARM_UP, prepared(WARM_UP), good=good)
    times: dict[int, Times] = {}
    cpu_ms = 0.0
    for clients in CLIENTS:
        many = count if clients == 1 else 2 * count
        requests = prepared(many)
        before = processes.cpu_seconds(pid)
        times[clients] = ask(port, clients, many, requests, good=good)
        if clients == 1:
            asked = len(times[clients].taken) or 1
            cpu_ms = (processes.cpu_seconds(pid) - before) * 1000 / asked
    return Measured(times, cpu_ms)


def _line(title: str, found: Measured) -> str:
    one, eight = found.times[1], found.times[8]
    wrong = {**one.wrong, **eight.wrong}
    return (
        f"  {title:<34} 1: {one.part(0.5):7.1f} / {one.part(0.95):7.1f} ms   "
        f"8: {eight.part(0.5):7.1f} / {eight.part(0.95):7.1f} ms   "
        f"cpu {found.cpu_ms:5.1f} ms" + (f"   WRONG {wrong}" if wrong else "")
    )


def scenario_titles() -> Sequence[str]:
    """Return the names of all pages, in the order in which they are measured."""
    return [one.title for one in SCENARIOS]
