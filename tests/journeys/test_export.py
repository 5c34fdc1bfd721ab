"""A large table leaves as a file with a word about how far it is, and can be stopped."""

import re
from pathlib import Path

from playwright.sync_api import expect
from sqlalchemy.orm import Session

from casework.queries.rules import rules_in_force
from casework.services import submission
from casework.services.actors import PETITIONER
from casework.services.submission import Submission
from casework.workflow.states import Channel, Kind
from tests.factories import CANARY, MONDAY, SEALER
from tests.figures.many import copies
from tests.journeys.conftest import Enter, Site

LISTED = "/figures/cases?measure=received&from=2026-03-01&to=2026-03-02"
ROWS = 6_000


def many(site: Site) -> None:
    with Session(site.engine) as session:
        letter = Submission(
            Channel.LETTER, Kind.COMPLAINT, "路灯不亮", "三天不亮，晚上很不安全。", (CANARY,)
        )
        rules = rules_in_force(session, SEALER)
        made = submission.submit(session, letter, by=PETITIONER, at=MONDAY, rules=rules)
        copies(session, made.case, ROWS - 1)
        session.commit()


def test_a_large_file_says_how_far_it_is_and_holds_every_row(site: Site, enter: Enter) -> None:
    many(site)
    page = enter("supervisor")
    page.goto(LISTED)
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"{ROWS:,}")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert download.value.suggested_filename.endswith(".csv")
    text = Path(download.value.path()).read_text("utf-8")
    assert text.startswith("\ufeff")
    assert text.count("\n") == ROWS + 1
    expect(page.locator("#export-progress")).to_be_hidden()
    expect(page.locator("#export-failed")).to_be_hidden()

    page.route("**/cases.csv**", lambda route: None)  # an answer that does not come
    page.get_by_role("link", name="CSV").click()
    expect(page.locator("#export-progress")).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("#export-progress")).to_be_hidden()
    expect(page.locator("#export-failed")).to_be_hidden()

    page.unroute("**/cases.csv**")
    page.route("**/cases.csv**", lambda route: route.abort())
    page.get_by_role("link", name="CSV").click()
    expect(page.locator("#export-failed")).to_be_visible()

    page.unroute("**/cases.csv**")
    page.context.clear_cookies()  # the session is over
    page.get_by_role("link", name="CSV").click()
    expect(page).to_have_url(re.compile(r"/account/login\?next=/figures/cases.csv"))
