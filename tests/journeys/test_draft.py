"""An unsent letter outlives what goes wrong, on the writer's device and nowhere else."""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import pytest
from playwright.sync_api import BrowserContext, BrowserType, Page, Route, expect
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.models import Case
from tests.factories import MONDAY
from tests.journeys import people
from tests.journeys.conftest import Enter, Meet, Site
from tests.journeys.people import LETTER, Person
from tests.journeys.reading import PHONE

OWN_DEVICE = "This is my own device: keep my draft here for 7 days"
STORED = """store => Object.keys(window[store])
  .filter(key => key.startsWith("casework.draft."))
  .map(key => window[store].getItem(key)).join()"""
KEPT = """([store, text]) => Object.keys(window[store])
  .some(key => window[store].getItem(key).includes(text))"""
ID_NUMBER = "11010119900307803X"

Device = Callable[[], BrowserContext]


@pytest.fixture
def device(
    site: Site, browser_type: BrowserType, browser_type_launch_args: dict[str, Any], tmp_path: Path
) -> Iterator[Device]:
    """A telephone whose browser can be closed and opened again."""
    opened: list[BrowserContext] = []

    def browser() -> BrowserContext:
        context = browser_type.launch_persistent_context(
            tmp_path / "device",
            base_url=site.url,
            locale="en-GB",
            viewport=PHONE,  # type: ignore[arg-type]
            **browser_type_launch_args,
        )
        opened.append(context)
        return context

    yield browser
    for context in opened:
        context.close()


def begin(page: Page, *, own: bool, to: str = "/letters/new") -> Person:
    writer = Person(page)
    page.goto(to)
    if own:
        writer.choose(OWN_DEVICE)
    writer.choose("Complaint")
    writer.fill("Subject", LETTER["subject"])
    writer.fill("Your letter", LETTER["text"])
    writer.fill("Your name", LETTER["name"])
    writer.fill("ID number", ID_NUMBER)
    writer.fill("Phone number", LETTER["phone"])
    expect(page.locator("[data-draft-said]")).to_contain_text("Draft kept")
    page.wait_for_function(KEPT, arg=["localStorage" if own else "sessionStorage", LETTER["phone"]])
    return writer


def go_on(writer: Person, *, to: str = "/letters/new") -> None:
    writer.page.goto(to)
    expect(writer.field("Your letter")).to_have_value("")
    writer.sees("A letter that was begun here has not been sent. Last written:")
    writer.press("Go on with it")
    expect(writer.field("Your letter")).to_have_value(LETTER["text"])
    expect(writer.field("Your name")).to_have_value(LETTER["name"])
    expect(writer.main.get_by_label("Complaint", exact=True)).to_be_checked()


def offers_nothing(page: Page) -> None:
    page.goto("/letters/new")
    expect(page.locator("[data-draft-kept]")).to_be_visible()
    expect(page.locator("[data-draft-offer]")).to_be_hidden()
    for store in ("localStorage", "sessionStorage"):
        assert page.evaluate(STORED, store) == ""


def letters(site: Site) -> int:
    with Session(site.engine) as db:
        return db.scalar(select(func.count()).select_from(Case)) or 0


def test_a_draft_on_ones_own_device_survives_a_closed_browser_and_ends_with_sending(
    device: Device,
) -> None:
    with closing(device()) as context:
        begin(context.pages[0], own=True)
    page = device().pages[0]
    writer = Person(page)
    go_on(writer)
    assert ID_NUMBER not in page.evaluate(STORED, "localStorage")
    writer.press("Read it once more")
    writer.sees("Nothing has been sent yet")
    assert LETTER["subject"] in page.evaluate(STORED, "localStorage")
    writer.press("Send the letter")
    people.receipt_on(writer)
    offers_nothing(page)


def test_a_draft_holds_nothing_of_the_other_delegates(enter: Enter) -> None:
    page = enter("")
    writer = begin(page, own=True)
    page.get_by_text("Do several people ask for the same thing?").click()
    writer.fill("Name of delegate 2", "李代表")
    writer.fill("Phone number of delegate 2", "13800002222")
    writer.fill("Subject", "Written last")
    page.wait_for_function(KEPT, arg=["localStorage", "Written last"])
    kept = page.evaluate(STORED, "localStorage")
    assert not [mark for mark in ("李代表", "13800002222") if mark in kept]


def test_without_the_writers_wish_nothing_stays_when_the_browser_is_closed(device: Device) -> None:
    with closing(device()) as context:
        begin(context.pages[0], own=False)
        assert context.pages[0].evaluate(STORED, "localStorage") == ""
    offers_nothing(device().pages[0])


def test_another_window_does_not_see_a_draft_of_this_window(enter: Enter) -> None:
    page = enter("")
    begin(page, own=False)
    offers_nothing(page.context.new_page())


def lose_the_session(page: Page) -> None:
    page.context.clear_cookies()


def wear_out_the_token(page: Page) -> None:
    page.evaluate("document.querySelector('main [name=csrf_token]').value = 'worn out'")


def answer_503(page: Page) -> None:
    page.route("**/letters/check", lambda route: route.fulfill(status=503, body="Away"))


def cut_the_line(page: Page) -> None:
    page.route("**/letters/check", lambda route: route.abort())


@pytest.mark.parametrize("own", [False, True])
@pytest.mark.parametrize("fault", [lose_the_session, wear_out_the_token, answer_503, cut_the_line])
def test_a_draft_survives(enter: Enter, fault: Callable[[Page], None], own: bool) -> None:
    page = enter("")
    writer = begin(page, own=own)
    fault(page)
    writer.press("Read it once more")
    expect(page.get_by_text("Nothing has been sent yet")).to_have_count(0)
    page.unroute_all()
    go_on(writer)
    writer.press("Read it once more")
    writer.press("Send the letter")
    people.receipt_on(writer)
    offers_nothing(page)


def test_no_letter_leaves_the_browser_while_it_is_written(enter: Enter) -> None:
    page = enter("")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(unquote_plus(request.post_data or "")))
    begin(page, own=True)
    assert asked
    for mark in (LETTER["text"], LETTER["name"], LETTER["phone"], ID_NUMBER):
        assert not [body for body in asked if mark in body]


@pytest.mark.parametrize(
    ("own", "held", "gone"),
    [
        (True, timedelta(days=6), timedelta(days=8)),
        (False, timedelta(minutes=20), timedelta(minutes=31)),
    ],
)
def test_a_draft_is_gone_after_its_time(
    enter: Enter, own: bool, held: timedelta, gone: timedelta
) -> None:
    page = enter("")
    begun = MONDAY
    page.clock.set_fixed_time(begun)
    begin(page, own=own)
    page.clock.set_fixed_time(begun + held)
    page.goto("/letters/new")
    expect(page.locator("[data-draft-offer]")).to_be_visible()
    page.clock.set_fixed_time(begun + gone)
    page.goto("/")  # any page of the site forgets it
    offers_nothing(page)


def test_one_button_erases_the_draft(enter: Enter) -> None:
    page = enter("")
    page.on("dialog", lambda dialog: dialog.accept())
    writer = begin(page, own=True)
    writer.press("Erase the draft")
    expect(writer.field("Your letter")).to_have_value("")
    offers_nothing(page)
    begin(page, own=True)
    page.goto("/letters/new")
    page.locator("[data-draft-offer]").get_by_role("button", name="Erase the draft").click()
    expect(page.locator("[data-draft-offer]")).to_be_hidden()
    offers_nothing(page)


def test_whoever_goes_back_to_the_form_that_stands_filled_is_offered_nothing(enter: Enter) -> None:
    page = enter("")
    writer = begin(page, own=False)
    writer.press("Read it once more")
    writer.sees("Nothing has been sent yet")
    page.go_back()
    expect(writer.field("Your letter")).to_have_value(LETTER["text"])
    expect(page.locator("[data-draft-offer]")).to_be_hidden()
    expect(page.locator("[data-draft-kept]")).to_be_visible()


def test_what_is_written_beside_a_draft_does_not_write_over_it(enter: Enter) -> None:
    page = enter("")
    writer = begin(page, own=True)
    page.goto("/letters/new")
    writer.fill("Subject", "Something else")
    page.goto("/letters/new")
    expect(writer.field("Subject")).to_have_value("")
    go_on(writer)


def test_a_letter_to_the_leaders_has_a_draft_of_its_own(enter: Enter) -> None:
    page = enter("")
    writer = begin(page, own=True, to="/letters/leader")
    page.goto("/letters/new")
    expect(page.locator("[data-draft-offer]")).to_be_hidden()
    go_on(writer, to="/letters/leader")


def test_a_letter_that_was_sent_after_all_is_not_sent_again_from_its_draft(
    site: Site, enter: Enter
) -> None:
    page = enter("")
    writer = begin(page, own=True)
    writer.press("Read it once more")
    writer.sees("Nothing has been sent yet")
    before = letters(site)

    def lose_the_answer(route: Route) -> None:
        route.fetch(max_redirects=0)
        route.abort()

    page.route("**/letters/send", lose_the_answer)
    writer.main.get_by_role("button", name="Send the letter").click()
    expect(page.get_by_text("Nothing has been sent yet")).to_have_count(0)
    page.unroute_all()
    assert letters(site) == before + 1
    go_on(writer)
    writer.press("Read it once more")
    writer.press("Send the letter")
    people.receipt_on(writer)
    assert letters(site) == before + 1
    offers_nothing(page)


def test_whoever_has_no_scripts_sees_nothing_of_drafts(site: Site, meet: Meet) -> None:
    browser = meet("").page.context.browser
    assert browser
    context = browser.new_context(base_url=site.url, locale="en-GB", java_script_enabled=False)
    page = context.new_page()
    page.goto("/letters/new")
    expect(page.locator("[data-draft]")).to_be_hidden()
    context.close()
