"""What people do with the pages, in the words that the pages use in their language."""

import re
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Locator, Page, expect

from casework.language import translate
from casework.workflow.states import Action, State
from casework.workflow.words import ACTIONS, STATES


@dataclass(frozen=True)
class Receipt:
    """What a petitioner copies from the last page."""

    number: str
    code: str


@dataclass
class Person:
    """Somebody at a browser, who reads ``language``. Names are given in English throughout."""

    page: Page
    language: str = "en"

    def says(self, sentence: str, **values: object) -> str:
        """Return ``sentence`` as the pages of this person say it."""
        return translate(self.language, sentence, **values)

    @property
    def main(self) -> Locator:
        return self.page.get_by_role("main")

    def field(self, label: str) -> Locator:
        """Return the field of exactly this label, optional or not."""
        named = re.compile(rf"^\s*{re.escape(self.says(label))}\s*(\(|（|$)")
        return self.main.get_by_label(named)

    def fill(self, label: str, text: str) -> None:
        self.field(label).fill(text)

    def choose(self, label: str) -> None:
        """Choose the radio or the box of this label."""
        self.main.get_by_label(self.says(label), exact=True).check()

    def pick(self, label: str, choice: int = 1) -> None:
        """Choose an entry of a list by its place."""
        self.field(label).select_option(index=choice)

    def press(self, name: str) -> None:
        self.main.get_by_role("button", name=self.says(name), exact=True).click()

    def follow(self, name: str) -> None:
        """Follow a link, be it drawn as a button or not."""
        named = re.compile(rf"^\s*{re.escape(self.says(name))}\s*$")
        self.main.locator("a").filter(has_text=named).first.click()

    def open(self, number: str) -> None:
        """Open the case page of a member of staff."""
        self.page.goto(f"/cases/{number}")

    def begin(self, number: str, action: Action) -> None:
        """Go to the page of a step from the page of its case."""
        self.open(number)
        self.follow(ACTIONS[action])
        # Scripts that answer to a choice are there once the page has loaded.
        self.page.wait_for_load_state("load")

    def sees(self, text: str, **values: object) -> None:
        """Expect ``text`` on the page: a sentence of the pages, or what somebody wrote."""
        expect(self.main.get_by_text(self.says(text, **values)).first).to_be_visible()

    def does_not_see(self, text: str) -> None:
        expect(self.page.locator("html")).not_to_contain_text(self.says(text))

    def sees_state(self, number: str, state: State) -> None:
        self.open(number)
        expect(self.main.locator(".govuk-tag").first).to_have_text(self.says(STATES[state]))

    def may(self, number: str) -> set[Action]:
        """Return the steps whose buttons stand on the case page."""
        self.open(number)
        buttons = self.main.locator(".case-actions").locator("a, button")
        shown = {text.strip() for text in buttons.all_inner_texts()}
        return {action for action, word in ACTIONS.items() if self.says(word) in shown}

    def cannot_open(self, address: str, status: int = 404) -> None:
        answer = self.page.goto(address)
        assert answer is not None
        assert answer.status == status, f"{address}: {answer.status}"

    def speak(self, language: str) -> None:
        """Use the language switch that stands on every page."""
        self.page.goto(self.page.url if self.page.url.startswith("http") else "/")
        name = {"zh_CN": "简体中文", "en": "English"}[language]
        self.page.get_by_role("link", name=name, exact=True).click()
        self.language = language


LETTER: dict[str, Any] = {
    "kind": "Complaint",
    "subject": "小区东门路灯不亮",
    "text": "东门外的路灯已经三天不亮，老人晚上出门很不安全，请尽快修理。",
    "place": "测试路 12 号东门",
    "name": "欧阳测试",
    "phone": "13912345678",
}


def write_letter(
    citizen: Person, *, to: str = "/letters/new", consent: bool = True, **changes: str
) -> Receipt:
    """Write a letter, read it once more, send it, and copy the receipt."""
    type_letter(citizen, to=to, consent=consent, **changes)
    citizen.press("Send the letter")
    return receipt_on(citizen)


def type_letter(
    citizen: Person, *, to: str = "/letters/new", consent: bool = True, **changes: str
) -> None:
    """Write a letter up to the page where it is read once more."""
    letter = LETTER | changes
    citizen.page.goto(to)
    citizen.choose(letter["kind"])
    citizen.fill("Subject", letter["subject"])
    citizen.fill("Your letter", letter["text"])
    citizen.fill("Where is it?", letter["place"])
    citizen.fill("Your name", letter["name"])
    citizen.fill("Phone number", letter["phone"])
    if consent:
        citizen.choose("I agree that my letter and the answer may be published")
    citizen.press("Read it once more")
    citizen.sees("Nothing has been sent yet")
    citizen.sees(letter["text"])


def receipt_on(citizen: Person) -> Receipt:
    citizen.sees("We have your letter")
    number, code = citizen.main.locator(".receipt__key").all_inner_texts()
    return Receipt(number, code)


def follow_case(citizen: Person, receipt: Receipt) -> None:
    """Open the own case with number and code."""
    citizen.page.goto("/follow")
    citizen.fill("Case number", receipt.number)
    citizen.fill("Access code", receipt.code)
    citizen.press("Open my case")
    expect(citizen.page).to_have_url(re.compile("/follow/case$"))


def dispatch(clerk: Person, number: str, lead: str, *, helpers: tuple[str, ...] = ()) -> None:
    clerk.begin(number, Action.DISPATCH)
    clerk.fill("Lead department", lead)
    if helpers:
        clerk.main.locator("summary", has_text=clerk.says("Co-handlers")).click()
        for helper in helpers:
            clerk.main.get_by_role("checkbox", name=helper).check()
    clerk.press("Dispatch")


def sign(handler: Person, number: str) -> None:
    handler.open(number)
    handler.press("Sign for it")
    handler.sees_state(number, State.HANDLING)


def draft(handler: Person, number: str, text: str) -> None:
    handler.begin(number, Action.DRAFT)
    handler.fill("The reply to the petitioner", text)
    handler.press("Hand in for review")


def approve(reviewer: Person, number: str) -> None:
    reviewer.open(number)
    reviewer.follow("Review the reply")
    reviewer.press("Approve the reply")


def forward(clerk: Person, number: str) -> None:
    clerk.begin(number, Action.FORWARD)
    clerk.press("Forward to the petitioner")


def answered(
    number: str, text: str, *, clerk: Person, handler: Person, reviewer: Person, lead: str
) -> None:
    """Bring a letter from the inbox to its petitioner, without any detour."""
    dispatch(clerk, number, lead)
    sign(handler, number)
    draft(handler, number, text)
    approve(reviewer, number)
    forward(clerk, number)
