"""Every kind of page of every role: readable by all, at both widths, in both languages."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy.orm import Session

from casework.models.engine import application_engine
from casework.web.guard import RoleBlueprint
from tests import everything
from tests.crawl.conftest import CHAIRS, Whole
from tests.crawl.crawler import Crawl, narrowed_by, route_of
from tests.database import Cluster
from tests.everything import HOSTILE, NOW
from tests.journeys.conftest import application, served
from tests.journeys.reading import (
    AXE,
    DESK,
    PHONE,
    accessible,
    english_words,
    script_that_ran,
    too_wide,
)


@dataclass
class FullSite:
    """A served district in which everything occurs, and the kinds of pages already read."""

    url: str
    whole: Whole
    seen: set[tuple[object, ...]] = field(default_factory=set)

    def kinds(self, part: str) -> list[str]:
        """Return the addresses that ``part`` reaches and that show something new.

        New is a route that nobody of this role has read, a case in a state in which nobody has
        read it on that route, or a list narrowed in a new way.
        """
        crawl = self.whole.crawl(part)
        found = []
        for address, answer in crawl.answers.items():
            kind = self._kind(crawl, address)
            new = {kind, (kind[0], self._reader(kind[0], part))} - self.seen
            if new and answer.mimetype == "text/html" and answer.status_code == 200:
                self.seen |= new
                found.append(address)
        return found

    def _reader(self, endpoint: object, part: str) -> object:
        blueprint = self.whole.app.blueprints.get(str(endpoint).rpartition(".")[0])
        return CHAIRS[part] if isinstance(blueprint, RoleBlueprint) else "anybody"

    def _kind(self, crawl: Crawl, address: str) -> tuple[object, ...]:
        parts = urlsplit(address)
        endpoint, arguments = route_of(crawl.app, parts.path)
        state = self._state(str(arguments.get("number", "")))
        return endpoint, state, *narrowed_by(parts.query)

    def _state(self, number: str) -> str:
        filled = self.whole.everything
        named = {case.number: name for name, case in filled.named.items()}
        states = {case.number: state.value for state, case in filled.cases.items()}
        return states.get(number) or named.get(number, "")


@pytest.fixture(scope="module")
def full_site(cluster: Cluster, request: pytest.FixtureRequest) -> Iterator[FullSite]:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    file = request.module.__name__.rpartition(".")[2]  # more than one asks for such a site
    addresses = cluster.database(f"casework_full_{file}_{worker}")
    engine = application_engine(addresses.application)
    with Session(engine, expire_on_commit=False) as db:
        filled = everything.fill(db)
        db.commit()
        db.expunge_all()
    app = application(addresses.application, lambda: NOW)
    with served(app) as url:
        yield FullSite(url, Whole(app, engine, filled))
    engine.dispose()


def context_for(site: FullSite, browser: Browser, part: str) -> BrowserContext:
    """Return a browser with the session of ``part`` in it and axe in every page."""
    context = browser.new_context(base_url=site.url, bypass_csp=True)
    context.add_init_script(path=AXE)
    client = site.whole.sit(part)
    if cookie := client.get_cookie("casework"):
        context.add_cookies([{"name": "casework", "value": cookie.value, "url": site.url}])
    return context


def speak(context: BrowserContext, site: FullSite, language: str) -> None:
    context.add_cookies([{"name": "language", "value": language, "url": site.url}])


def faults(page: Page, address: str) -> Iterator[str]:
    """Read one page at a desk in Chinese and on a telephone in English."""
    page.set_viewport_size(DESK)
    page.goto(address)
    yield from accessible(page)
    yield from english_words(page, besides=HOSTILE)
    page.set_viewport_size(PHONE)
    yield from too_wide(page)
    if script_that_ran(page):
        yield "A SCRIPT OF A PETITIONER RAN"


@pytest.mark.parametrize("part", CHAIRS)
def test_no_page_keeps_anybody_out(full_site: FullSite, browser: Browser, part: str) -> None:
    context = context_for(full_site, browser, part)
    speak(context, full_site, "zh_CN")
    page = context.new_page()
    found = [
        f"{address}: {fault}"
        for address in full_site.kinds(part)
        for fault in faults(page, address)
    ]
    context.close()
    assert not found, "\n".join(found)


@pytest.mark.parametrize("part", CHAIRS)
def test_english_pages_fit_a_telephone(full_site: FullSite, browser: Browser, part: str) -> None:
    context = context_for(full_site, browser, part)
    speak(context, full_site, "en")
    page = context.new_page()
    page.set_viewport_size(PHONE)
    found = []
    for address in one_of_each_route(full_site, part):
        page.goto(address)
        found += [f"{address}: {fault}" for fault in (*too_wide(page), *accessible(page))]
    context.close()
    assert not found, "\n".join(found)


def one_of_each_route(site: FullSite, part: str) -> list[str]:
    crawl = site.whole.crawl(part)
    found = []
    for address, answer in crawl.answers.items():
        route = ("en", route_of(crawl.app, urlsplit(address).path)[0])
        readable = answer.mimetype == "text/html" and answer.status_code == 200
        if readable and route not in site.seen:
            site.seen.add(route)
            found.append(address)
    return found
