"""Large type and high contrast: on every page for everybody, measured in a real browser."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.conftest import Meet, Site
from tests.journeys.people import follow_case, type_letter, write_letter
from tests.journeys.reading import DESK, PHONE, accessible, too_wide
from tests.journeys.test_accessibility import (
    FullSite,
    context_for,
    one_of_each_route,
    speak,
)
from tests.journeys.test_accessibility import (
    full_site as full_site,
)

BOTH = "large-contrast"

# The weakest ratio of text to the nearest ground behind it, where it is under what is asked.
WEAK = """least => {
  const parsed = text => (text.match(/[\\d.]+/g) ?? [0, 0, 0, 0]).map(Number);
  const part = value => (value /= 255) <= .04045 ? value / 12.92 : ((value + .055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => .2126 * part(r) + .7152 * part(g) + .0722 * part(b);
  const ground = element => {
    for (let above = element; above; above = above.parentElement) {
      const colour = parsed(getComputedStyle(above).backgroundColor);
      if (colour.length < 4 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const shown = one => one.checkVisibility({visibilityProperty: true, opacityProperty: true});
  const ratio = (element, part) => {
    const colours = [parsed(getComputedStyle(element, part).color), ground(element)];
    const [one, other] = colours.map(light);
    return (Math.max(one, other) + .05) / (Math.min(one, other) + .05);
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.textContent.trim() || element.closest("svg, script, option")) continue;
    if (!shown(element)) continue;
    const value = ratio(element);
    if (value < least) found.push(`${value.toFixed(2)} ${element.outerHTML.slice(0, 120)}`);
  }
  for (const field of document.querySelectorAll("input, select, textarea")) {
    if (!shown(field)) continue;
    const value = Math.min(ratio(field), field.placeholder ? ratio(field, "::placeholder") : 21);
    if (value < least) found.push(`${value.toFixed(2)} ${field.outerHTML.slice(0, 120)}`);
  }
  return found.slice(0, 5);
}"""


def weak(page: Page, least: float = 7) -> list[str]:
    found: list[str] = page.evaluate(WEAK, least)
    return found


def display(context: BrowserContext, url: str, mode: str) -> None:
    context.add_cookies([{"name": "display", "value": mode, "url": url}])


def test_the_switch_works_without_scripts_and_comes_back_to_the_page(
    site: Site, browser: Browser
) -> None:
    context = browser.new_context(base_url=site.url, locale="en-GB", java_script_enabled=False)
    page = context.new_page()
    page.goto("/answers?q=street")
    page.get_by_role("link", name="Large type").click()
    expect(page).to_have_url(f"{site.url}/answers?q=street")
    page.get_by_role("link", name="High contrast").click()
    expect(page.locator("html.large.contrast")).to_have_count(1)
    assert {one["name"]: one["value"] for one in context.cookies()}["display"] == BOTH
    page.get_by_role("link", name="Normal type").click()
    expect(page.locator("html.contrast:not(.large)")).to_have_count(1)
    page.get_by_role("link", name="Normal colours").click()
    expect(page.locator("html.large, html.contrast")).to_have_count(0)
    assert "display" not in {one["name"] for one in context.cookies()}
    context.close()


def test_large_type_is_at_least_eighteen_points(site: Site, browser: Browser) -> None:
    context = browser.new_context(base_url=site.url, viewport=PHONE)  # type: ignore[arg-type]
    display(context, site.url, "large")
    page = context.new_page()
    page.goto("/letters/new")
    sizes = page.evaluate(
        "() => [...document.querySelectorAll('main p, main label, main legend, main .govuk-input')]"
        ".filter(one => one.checkVisibility())"
        ".map(one => parseFloat(getComputedStyle(one).fontSize))"
    )
    assert min(sizes) >= 18
    body = page.evaluate(
        "parseFloat(getComputedStyle(document.querySelector('.govuk-body')).fontSize)"
    )
    assert body >= 24  # eighteen points
    context.close()


def places(page: Page) -> Iterator[str]:
    yield from accessible(page)
    yield from too_wide(page)
    yield from (f"CONTRAST {one}" for one in weak(page))


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_page_for_citizens_is_usable_large_and_in_high_contrast_on_a_telephone(
    full_site: FullSite, browser: Browser, language: str
) -> None:
    context = context_for(full_site, browser, "petitioner")
    speak(context, full_site, language)
    display(context, full_site.url, BOTH)
    page = context.new_page()
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    found = []
    full_site.seen.clear()
    for address in one_of_each_route(full_site, "petitioner"):
        page.goto(address)
        found += [f"{address}: {fault}" for fault in places(page)]
    context.close()
    assert not found, "\n".join(found)


@pytest.mark.parametrize("part", ["clerk", "operator", "handler"])
def test_staff_can_work_in_high_contrast(full_site: FullSite, browser: Browser, part: str) -> None:
    context = context_for(full_site, browser, part)
    speak(context, full_site, "zh_CN")
    display(context, full_site.url, BOTH)
    page = context.new_page()
    page.set_viewport_size(DESK)  # type: ignore[arg-type]
    found = []
    full_site.seen.clear()
    for address in one_of_each_route(full_site, part):
        page.goto(address)
        found += [f"{address}: {fault}" for fault in (*weak(page), *too_wide(page))]
    context.close()
    assert not found, "\n".join(found)


def test_a_letter_is_written_and_followed_in_large_type(site: Site, meet: Meet) -> None:
    citizen = meet("", "zh_CN")
    display(citizen.page.context, site.url, BOTH)
    citizen.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    type_letter(citizen, subject="大字版写信")
    assert list(places_of(citizen.page)) == []
    receipt = write_letter(citizen, subject="大字版写信")
    assert list(places_of(citizen.page)) == []
    follow_case(citizen, receipt)
    assert list(places_of(citizen.page)) == []


def places_of(page: Page) -> Iterator[str]:
    yield from too_wide(page)
    yield from weak(page)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_the_empty_form_is_one_sheet_of_paper(site: Site, meet: Meet, language: str) -> None:
    citizen = meet("", language)
    display(citizen.page.context, site.url, BOTH)
    citizen.page.goto("/letters/paper")
    margins = dict.fromkeys(("top", "bottom", "left", "right"), "12mm")
    printed = citizen.page.pdf(format="A4", margin=margins)  # type: ignore[arg-type]
    assert len(re.findall(rb"/Type /Page\b", printed)) == 2
