"""Follows every link and every search form of a site, from one chair."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from tests.web.client import LintingClient
from tests.web.page import Element, fields, parse

SEARCHED = "路灯"
NEVER = frozenset({"static", "language.switch", "display.switch"})
ALIKE = {"group": "department"}
MOST_ALIKE = 45
"""How many addresses of one route are read: enough for a page about every case there is."""

MOST_VARIANTS = 4
"""How many addresses are read that differ only in the values of their query."""


@dataclass
class Crawl:
    """What was read: the answer of each address, the routes reached, from where, and faults."""

    app: Flask
    client: LintingClient
    answers: dict[str, TestResponse] = field(default_factory=dict)
    endpoints: set[str] = field(default_factory=set)
    came_from: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    _alike: Counter[tuple[str, ...]] = field(default_factory=Counter)

    def walk(self, start: str) -> None:
        waiting = [start]
        while waiting:
            address = waiting.pop(0)
            if address in self.answers or not self._wanted(address):
                continue
            if (answer := self._read(address)) is None:
                continue
            self.answers[address] = answer
            for found in self._ways_on(address, answer):
                self.came_from.setdefault(found, address)
                waiting.append(found)

    def _read(self, address: str) -> TestResponse | None:
        """Return the answer; what the strict client has against it is kept with the faults."""
        try:
            return self.client.get(address)
        except AssertionError as fault:
            self.faults.append(str(fault))
            return None

    def pages(self) -> Iterator[tuple[str, str]]:
        """Return each address with the text of its answer, whatever its kind."""
        for address, answer in self.answers.items():
            yield address, answer.get_data().decode("utf-8", "replace")

    def _wanted(self, address: str) -> bool:
        parts = urlsplit(address)
        endpoint, arguments = route_of(self.app, parts.path)
        if endpoint in NEVER:
            return False
        self.endpoints.add(endpoint)
        keys = narrowed_by(parts.query)
        variant = (endpoint, str(sorted(arguments.items())), *keys)
        route = (endpoint, "", *keys)
        self._alike.update([variant, route] if keys else [route])
        most = MOST_VARIANTS if keys else MOST_ALIKE
        return self._alike[variant] <= most and self._alike[route] <= MOST_ALIKE

    def _ways_on(self, address: str, answer: TestResponse) -> Iterator[str]:
        if 300 <= answer.status_code < 400:
            yield from _inside(address, answer.headers["Location"])
        if answer.mimetype != "text/html":
            return
        page = parse(answer.text)[0]
        for link in page.all("a"):
            yield from _inside(address, link.attrs.get("href", ""))
        for form in page.all("form"):
            if form.attrs.get("method", "get").lower() == "get":
                yield from _inside(address, _filled_in(form))


def narrowed_by(query: str) -> list[str]:
    """Return what an address narrows its page by; a group narrows figures as a department does."""
    return sorted({ALIKE.get(name, name) for name, value in parse_qsl(query) if value})


def route_of(app: Flask, path: str, method: str = "GET") -> tuple[str, dict[str, object]]:
    """Return the endpoint behind ``path`` and its arguments; empty where there is none."""
    try:
        endpoint, arguments = app.url_map.bind("127.0.0.1").match(path, method=method)
    except HTTPException:
        return "", {}
    return endpoint, dict(arguments)


def _inside(here: str, href: str) -> Iterator[str]:
    """Return the address to which ``href`` leads, if it is one of the site itself."""
    parts = urlsplit(urljoin(f"http://localhost{here}", href))
    if parts.scheme in ("http", "https") and parts.netloc == "localhost" and href:
        yield parts.path + (f"?{parts.query}" if parts.query else "")


def _filled_in(form: Element) -> str:
    sent = fields(form)
    for control in form.all("input"):
        if control.attrs.get("type", "text") in ("text", "search"):
            sent[control.attrs.get("name", "")] = [SEARCHED]
    query = urlencode({name: values for name, values in sent.items() if name}, doseq=True)
    return f"{form.attrs.get('action', '')}?{query}"
