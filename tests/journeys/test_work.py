"""While very many letters come in: a browser shows work by itself, and waits without scripts."""

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy.orm import Session

from casework.models import Setting
from casework.services import admission
from casework.services.admission import ALWAYS, WAIT
from casework.web import slips
from tests.factories import MONDAY
from tests.journeys.conftest import Meet, Site
from tests.journeys.people import Person, receipt_on, type_letter, write_letter
from tests.journeys.reading import AXE, PHONE, accessible, too_wide

SLOWLY = "const later = setTimeout; window.setTimeout = (call, wait) => later(call, wait ?? 20);"
"""A browser that takes a rest after each round of tries, as an old telephone does."""


@pytest.fixture(scope="module", autouse=True)
def _watched(site: Site) -> None:
    with Session(site.engine) as session:
        session.merge(Setting(name="letters_watch", value=ALWAYS, changed_at=MONDAY))
        session.commit()


def test_a_browser_finds_the_number_and_the_letter_leaves(meet: Meet) -> None:
    citizen = meet("", "zh_CN")
    type_letter(citizen, subject="有人攻击时写信")
    citizen.sees(
        "Very many letters are coming in at the moment, so your browser has to show a moment of "
        "work. Without scripts, please send two minutes after you began to write."
    )
    found = citizen.main.locator("input[name=work]")
    expect(found).not_to_have_value("")
    token = citizen.main.locator("input[name=slip]").input_value().partition(".")[0]
    assert admission.shows_work(token, found.input_value())
    citizen.press("Send the letter")
    receipt_on(citizen)


def test_whoever_presses_the_button_at_once_need_not_press_it_again(meet: Meet) -> None:
    citizen = meet("")
    citizen.page.add_init_script(SLOWLY)
    write_letter(citizen, subject="Pressed at once")


def test_without_scripts_a_letter_waits_and_then_leaves(
    site: Site, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = browser.new_context(
        base_url=site.url,
        locale="en-GB",
        java_script_enabled=False,
        viewport=PHONE,  # type: ignore[arg-type]
    )
    citizen = Person(context.new_page())
    type_letter(citizen, subject="No scripts, a little patience")
    citizen.press("Send the letter")
    citizen.sees("Nothing has been sent yet")
    expect(citizen.main.get_by_text("press the button again in 2 min").first).to_be_visible()
    monkeypatch.setattr(slips, "age_of", lambda _slip: WAIT)
    citizen.press("Send the letter")
    receipt_on(citizen)
    context.close()


def test_the_page_that_asks_for_work_is_for_everybody(site: Site, browser: Browser) -> None:
    context = browser.new_context(base_url=site.url, locale="en-GB", bypass_csp=True)
    context.add_init_script(path=AXE)
    citizen = Person(context.new_page())
    citizen.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    type_letter(citizen)
    assert [*accessible(citizen.page), *too_wide(citizen.page)] == []
    context.close()
