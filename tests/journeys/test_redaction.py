"""The workspace in which a public text is made: every detail by one click, and back again."""

import pytest
from playwright.sync_api import Locator, expect

from tests.journeys import people
from tests.journeys.conftest import Meet, Site
from tests.journeys.people import Person, write_letter

LETTER = "我的车粤A12345在八月起漏水的车库里被滴水腐蚀，物业经理李建国的电话是020-38765432。"
HIDDEN = "我的车※※在八月起漏水的车库里被滴水腐蚀，物业经理※※的电话是※※。"
MARKED = """words => {
  for (const node of document.querySelector("[data-redacts=body] .prose").childNodes) {
    const start = node.nodeType === Node.TEXT_NODE ? node.textContent.indexOf(words) : -1;
    if (start >= 0) getSelection().setBaseAndExtent(node, start, node, start + words.length);
  }
}"""


@pytest.fixture(scope="module")
def numbers() -> dict[str, str]:
    """The answered letter that the tests of this file share."""
    return {}


@pytest.fixture
def clerk(site: Site, meet: Meet, numbers: dict[str, str]) -> Person:
    clerk = meet("clerk")
    if not numbers:
        numbers["answered"] = write_letter(meet(""), text=LETTER).number
        people.answered(
            numbers["answered"],
            "车库已修好。",
            clerk=clerk,
            handler=meet("handler"),
            reviewer=meet("reviewer"),
            lead=site.units["lead"],
        )
    clerk.page.goto(f"/cases/{numbers['answered']}/redact")
    return clerk


def text_of(clerk: Person) -> Locator:
    return clerk.field("Public text of the letter")


def detail(clerk: Person, words: str) -> Locator:
    return clerk.main.get_by_role("button", name=words, exact=True)


def press(clerk: Person, name: str) -> None:
    clerk.press(f"{name} (Public text of the letter)")


def test_a_detail_is_shown_and_hidden_again_by_one_click(clerk: Person) -> None:
    expect(text_of(clerk)).to_have_value(HIDDEN)
    plate = detail(clerk, "粤A12345")
    expect(plate).to_have_attribute("aria-pressed", "true")
    plate.click()
    expect(text_of(clerk)).to_have_value(HIDDEN.replace("※※", "粤A12345", 1))
    expect(plate).to_have_attribute("aria-pressed", "false")
    plate.press("Enter")
    expect(text_of(clerk)).to_have_value(HIDDEN)


def test_words_marked_in_the_original_are_hidden_and_each_click_can_be_undone(
    clerk: Person,
) -> None:
    clerk.page.evaluate(MARKED, "八月")
    press(clerk, "Hide the marked words")
    expect(text_of(clerk)).to_have_value(HIDDEN.replace("八月", "※※"))
    detail(clerk, "八月").click()
    expect(text_of(clerk)).to_have_value(HIDDEN)
    press(clerk, "Undo")
    press(clerk, "Undo")
    expect(text_of(clerk)).to_have_value(HIDDEN)
    press(clerk, "Hide the marked words")
    clerk.sees("Mark words first, in the original or in the public text.")


def test_a_click_leaves_what_was_written_by_hand(clerk: Person) -> None:
    text_of(clerk).press("Control+End")
    text_of(clerk).press_sequentially("谢谢")
    detail(clerk, "粤A12345").click()
    shown = HIDDEN.replace("※※", "粤A12345", 1)
    expect(text_of(clerk)).to_have_value(f"{shown}谢谢")


def test_a_shown_detail_must_be_allowed_before_it_is_kept(clerk: Person) -> None:
    detail(clerk, "李建国").click()
    clerk.press("Keep the public text")
    clerk.sees("What may everybody read?")
    expect(text_of(clerk)).to_have_value(HIDDEN.replace("经理※※", "经理李建国"))
