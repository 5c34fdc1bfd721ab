"""Every page of every role is read: none fails, none changes anything, none tells too much."""

from urllib.parse import urlsplit

import pytest
import structlog
from sqlalchemy import Engine, inspect, text

from tests.crawl.conftest import CHAIRS, Whole
from tests.crawl.crawler import Crawl, route_of
from tests.everything import ACCUSING, CANARIES, FOR_STAFF

WRITTEN_BY_READING = {"staff_sessions", "tallies"}
"""Tables that a GET may write: when a session was last used, how often somebody tried."""

REACHED_OTHERWISE = {
    "health.alive": "asked by machines",
    "health.ready": "asked by machines",
    "open_data.robots": "asked by machines",
    "guides.sitemap": "asked by machines",
    "account.code": "comes after the password of somebody with one-time codes",
    "petitioner.received": "comes after a letter was sent",
    "petitioner.ask_review": "stands on the page of a case with an answer",
    "petitioner.review_received": "comes after a review was asked for",
    "petitioner.confirm": "comes after a number was sent, where there is a way to send it",
    "petitioner.confirm_contact": "comes after a new contact was given, where it can be asked",
    "petitioner.erase": "stands on the page of one's data once the case is answered",
    "operator.read_back": "comes after a call was kept",
    "office.entered": "comes after a paper letter was entered",
    "petitioner.begin": "leads whoever typed the address of a button to the form",
    "office.next_letter": "leads on after a dispatch",
    "demo_outbox.index": "stands in the demonstration only",
    "office.reply_date": "a part of a page, asked for by its script",
}
"""Pages that no link leads to, and why."""

CLOSED_ON_PURPOSE = {"office_steps.publish"}
"""Steps whose page is read although they are closed: one's own public text, which another
person publishes."""

EVERY_CHAIR = pytest.mark.parametrize("part", CHAIRS)


def contents(engine: Engine) -> dict[str, str]:
    """Return a checksum of each table."""
    tables = set(inspect(engine).get_table_names()) - WRITTEN_BY_READING
    sums = {}
    with engine.connect() as connection:
        for table in sorted(tables):
            query = f"SELECT md5(string_agg(md5(t::text), '' ORDER BY md5(t::text))) FROM {table} t"
            sums[table] = str(connection.scalar(text(query)))
    return sums


def explained(crawl: Crawl, address: str, status: int) -> bool:
    return status == 422 and route_of(crawl.app, address)[0] in CLOSED_ON_PURPOSE


@EVERY_CHAIR
def test_every_link_leads_to_a_page(whole: Whole, part: str) -> None:
    before = contents(whole.engine)
    with structlog.testing.capture_logs() as lines:
        crawl = whole.crawl(part)
    dead = [
        f"{address} ({answer.status_code}), linked from {crawl.came_from.get(address)}"
        for address, answer in crawl.answers.items()
        if answer.status_code >= 400 and not explained(crawl, address, answer.status_code)
    ]
    assert not dead, "\n".join(dead)
    assert not crawl.faults, "\n".join(crawl.faults)
    assert contents(whole.engine) == before, "a GET has changed the database"
    told = [canary for canary in CANARIES for line in lines if canary in str(line)]
    assert not told, "\n".join(told)


@EVERY_CHAIR
def test_no_page_shows_contact_details_that_nobody_unmasked(whole: Whole, part: str) -> None:
    told = [
        f"{address}: {canary}"
        for address, page in whole.crawl(part).pages()
        for canary in CANARIES
        if canary in page
    ]
    assert not told, "\n".join(told)


@EVERY_CHAIR
def test_what_somebody_typed_stays_text(whole: Whole, part: str) -> None:
    """Markup would also break the nesting, which the client's lint finds on every page."""
    live = [
        address
        for address, page in whole.crawl(part).pages()
        for markup in ("<script>window", "<img src=x", "<svg/onload")
        if markup in page and not urlsplit(address).path.endswith((".csv", ".json", ".xlsx"))
    ]
    assert not live, "\n".join(live)


def test_a_department_finds_no_trace_of_a_case_about_it(whole: Whole) -> None:
    number = whole.everything.named["accusing"].number
    traces = [
        address
        for address, page in whole.crawl("helping_handler").pages()
        if ACCUSING in page or number in page
    ]
    assert traces == []
    assert any(number in page for _, page in whole.crawl("handler").pages())


@pytest.mark.parametrize("part", ["", "petitioner"])
def test_no_page_for_the_public_shows_what_is_for_staff_only(whole: Whole, part: str) -> None:
    told = [address for address, page in whole.crawl(part).pages() if FOR_STAFF in page]
    assert told == []
    assert any(FOR_STAFF in page for _, page in whole.crawl("operator").pages())


def test_every_page_is_reached_from_some_other(whole: Whole) -> None:
    reached = set().union(*(whole.crawl(part).endpoints for part in CHAIRS))
    lost = {
        rule.endpoint
        for rule in whole.app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.arguments
    } - reached
    assert sorted(lost - set(REACHED_OTHERWISE)) == []
