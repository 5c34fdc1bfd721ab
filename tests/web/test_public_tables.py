"""No page for everybody reads anything but the public texts and the lists around them."""

import re

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.orm import Session

from tests.articles import in_force
from tests.factories import District
from tests.web.client import LintingClient
from tests.web.test_public_answers import published

PUBLIC = {
    "publications",
    "reader_opinions",
    "public_articles",
    "public_matters",
    "article_opinions",
    "published_files",
    "departments",
    "categories",
    "settings",
    "limit_rules",
    "calendar_days",
    "calendar_years",
    "reasons",
    "rules_version",
    "figure_days",
    "public_changes",
}
EVERY_TABLE = text("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
TABLES = re.compile(r"\b(?:FROM|JOIN|INTO|UPDATE)\s+(?:ONLY\s+)?\"?(\w+)\"?", re.IGNORECASE)
ADDRESSES = (
    "/",
    "/answers",
    "/answers?q=路灯",
    "/answers?kind=help&month=2026-03",
    "/answers.atom",
    "/open-data",
    "/open-data/answers-2026-03.csv",
    "/open-data/answers-2026-03.json",
    "/sitemap.xml",
    "/sitemap-2026-03.xml",
    "/robots.txt",
    "/guides",
    "/matters",
    "/guides?q=居住证",
    "/guides?readers=citizens",
    "/guides.atom",
    "/sitemap-guides.xml",
    "/about",
    "/answers/figures",
    "/privacy",
    "/accessibility",
)


@pytest.fixture
def number(district: District) -> str:
    return published(district, "路灯不亮").number


def test_public_pages_read_public_tables_only(
    client: LintingClient, engine: Engine, session: Session, district: District, number: str
) -> None:
    read: set[tuple[str, str]] = set()
    here = [""]

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        read.update((here[0], table) for table in TABLES.findall(statement))

    guide = f"/guides/{in_force(district).id}"
    answer = f"/answers/{number}"
    of_one = (answer, f"{answer}/opinion", guide, f"{guide}/opinion")
    event.listen(engine, "before_cursor_execute", note)
    try:
        for address in (*ADDRESSES, *of_one):
            here[0] = address
            assert client.get(address).status_code == 200, address
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert any(table == "publications" for _, table in read)
    names = {row[0] for row in session.execute(EVERY_TABLE)}
    assert {(at, table) for at, table in read if table in names and table not in PUBLIC} == set()


def test_what_is_offered_to_a_writer_is_read_from_public_tables_only(
    client: LintingClient, engine: Engine, session: Session, district: District, number: str
) -> None:
    in_force(district)
    page = client.fetch("/letters/new")
    token = page.one("main").all("input", name="csrf_token")[0].attrs["value"]
    read: set[str] = set()

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        read.update(TABLES.findall(statement))

    event.listen(engine, "before_cursor_execute", note)
    try:
        asked = {"subject": "路灯和居住证", "csrf_token": token}
        assert client.post("/letters/similar", data=asked).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", note)
    names = {row[0] for row in session.execute(EVERY_TABLE)}
    assert read & names <= PUBLIC | {"tallies"}
    assert {"publications", "public_articles"} <= read
