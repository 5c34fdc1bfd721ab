"""Whatever is sent into any field of any form or address, the answer is a page, never a fault."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from tests.crawl.conftest import CHAIRS, Whole, new_whole
from tests.crawl.crawler import Crawl, route_of
from tests.database import Cluster
from tests.web.client import LintingClient
from tests.web.page import fields, parse

BAD = (
    "a\0b",
    "\udcff\udcfe",
    "9" * 30,
    "x" * 30_000,
    "2026-02-30",
    "\u202e<script>alert(1)</script>' OR 1=1 -- %s {0}",
    "",
)
"""NUL, bytes that are no text, numbers no column holds, too much, a day that is none, code."""


@dataclass(frozen=True)
class Form:
    """A form that posts, with all that a browser would send from it."""

    action: str
    sent: tuple[tuple[str, tuple[str, ...]], ...]


@pytest.fixture(scope="module")
def battered(cluster: Cluster) -> Iterator[Whole]:
    """A district of its own, because some of it will be accepted."""
    with new_whole(cluster, "battered") as whole:
        whole.app.config["WTF_CSRF_ENABLED"] = False
        whole.app.config["PROPAGATE_EXCEPTIONS"] = False
        yield whole


def forms_of(crawl: Crawl) -> dict[str, Form]:
    """Return one form for each route that takes a POST and that nobody has sent yet."""
    found: dict[str, Form] = {}
    for address, answer in crawl.answers.items():
        if answer.mimetype != "text/html":
            continue
        for form in parse(answer.text)[0].all("form", method="post"):
            action = form.attrs.get("action") or address
            endpoint, _ = route_of(crawl.app, urlsplit(action).path, "POST")
            names = {c.attrs["name"]: ("",) for c in form.walk() if c.attrs.get("name")}
            sent = names | {name: tuple(values) for name, values in fields(form).items()}
            found.setdefault(endpoint, Form(action, tuple(sorted(sent.items()))))
    fresh = {endpoint: form for endpoint, form in found.items() if endpoint not in SENT}
    SENT.update(fresh)
    return fresh


SENT = {"account.logout"}


def encoded(pairs: list[tuple[str, str]]) -> str:
    return urlencode(pairs, encoding="utf-8", errors="surrogateescape")


def posts(form: Form, bad: str) -> Iterator[str]:
    """Yield bodies with ``bad`` in every field, and in every field that is not preset."""
    yield encoded([(name, bad) for name, _ in form.sent])
    preset = [(name, value) for name, values in form.sent for value in values if value]
    blank = [(name, bad) for name, values in form.sent if not any(values)]
    yield encoded([*preset, *blank])


def fault(browser: LintingClient, method: str, address: str, body: str = "") -> str | None:
    kind = "application/x-www-form-urlencoded"
    try:
        answer = browser.open(address, method=method, data=body or None, content_type=kind)
    except AssertionError as error:
        return f"{method} {address} {body[:80]}: {error}"
    if answer.status_code >= 500:
        return f"{method} {address} {body[:80]}: {answer.status_code}"
    return None


@pytest.mark.parametrize("part", CHAIRS)
def test_no_form_fails_whatever_is_typed(battered: Whole, part: str) -> None:
    browser, found = battered.sit(part), []
    for form in forms_of(battered.crawl(part)).values():
        for bad in BAD:
            found += [fault(browser, "POST", form.action, body) for body in posts(form, bad)]
    faults = [one for one in found if one]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("part", CHAIRS)
def test_no_address_fails_whatever_its_query_says(battered: Whole, part: str) -> None:
    browser, queries = battered.sit(part), {}
    for address in battered.crawl(part).answers:
        parts = urlsplit(address)
        keys = tuple(sorted({name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}))
        endpoint, _ = route_of(battered.app, parts.path)
        if keys:
            queries.setdefault((endpoint, keys), parts.path)
    faults = [
        one
        for (_, keys), path in queries.items()
        for bad in BAD
        if (one := fault(browser, "GET", f"{path}?{encoded([(key, bad) for key in keys])}"))
    ]
    assert not faults, "\n".join(faults)
