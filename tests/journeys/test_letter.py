"""A letter from its writing to its posting, through every role, and off the page again."""

from playwright.sync_api import Browser, expect

from casework.workflow.states import Action, State
from tests.journeys import people
from tests.journeys.conftest import Clock, Meet, Site
from tests.journeys.people import LETTER, Person, Receipt, follow_case, write_letter

ANSWER = "路灯的线路已于周二更换，东门的灯亮了。"
DRAFT = "已派人查看。"
PUBLIC = "某小区东门路灯三天不亮"


def test_a_letter_from_writing_to_posting(site: Site, meet: Meet) -> None:
    citizen, public = meet("", "zh_CN"), meet("", "zh_CN")
    clerk, second_clerk = meet("clerk", "zh_CN"), meet("second_clerk")
    handler, reviewer, helper = meet("handler"), meet("reviewer", "zh_CN"), meet("helping_handler")

    receipt = write_letter(citizen)
    number = receipt.number
    helper.cannot_open(f"/cases/{number}")

    people.dispatch(clerk, number, site.units["lead"], helpers=(site.units["helper"],))
    clerk.sees_state(number, State.DISPATCHED)
    assert clerk.may(number) == {Action.RECALL, Action.MERGE}
    assert handler.may(number) == {Action.SIGN, Action.SEND_BACK}
    assert helper.may(number) == set()

    ask_and_answer(site.clock, receipt, citizen, handler)
    reply_and_review(number, handler, reviewer, helper)

    people.forward(clerk, number)
    follow_case(citizen, receipt)
    citizen.sees(ANSWER)
    citizen.does_not_see(DRAFT)
    rate(citizen, "Satisfied")

    publish(number, clerk, second_clerk, public)
    take_down(number, clerk, public)


def ask_and_answer(clock: Clock, receipt: Receipt, citizen: Person, handler: Person) -> None:
    people.sign(handler, receipt.number)
    handler.sees(LETTER["text"])
    handler.does_not_see(LETTER["phone"])
    handler.begin(receipt.number, Action.ASK_PETITIONER)
    handler.fill("What you need to know", "请问是东门左边还是右边的路灯？")
    handler.press("Ask the petitioner")
    handler.sees_state(receipt.number, State.AWAITING_PETITIONER)
    clock.forward(minutes=20)

    follow_case(citizen, receipt)
    citizen.sees("Question to you")
    citizen.sees("请问是东门左边还是右边的路灯？")
    citizen.fill("Your answer", "左边的那一盏。")
    citizen.press("Send the answer")
    citizen.sees("Thank you. Your answer is with the department.")
    handler.sees_state(receipt.number, State.HANDLING)
    handler.sees("左边的那一盏。")


def reply_and_review(number: str, handler: Person, reviewer: Person, helper: Person) -> None:
    helper.open(number)
    helper.follow("Add our part")
    helper.fill("Our part of the reply", "灯杆由我局维护。")
    helper.press("Add our part")
    people.draft(handler, number, DRAFT)
    assert handler.may(number) == set()

    reviewer.open(number)
    reviewer.follow("Review the reply")
    reviewer.sees("灯杆由我局维护。")
    reviewer.follow("Return for redrafting")
    reviewer.fill("What must change", "请写明修复的日期。")
    reviewer.press("Return for redrafting")

    handler.begin(number, Action.DRAFT)
    handler.sees("请写明修复的日期。")
    handler.fill("The reply to the petitioner", ANSWER)
    handler.press("Hand in for review")
    people.approve(reviewer, number)
    reviewer.sees_state(number, State.REPLIED)


def rate(citizen: Person, satisfaction: str) -> None:
    citizen.choose(satisfaction)
    citizen.choose("Yes")
    citizen.press("Send my opinion")
    citizen.sees("Thank you for telling us.")


def publish(number: str, clerk: Person, second_clerk: Person, public: Person) -> None:
    public.cannot_open(f"/answers/{number}")
    assert Action.PUBLISH not in clerk.may(number)
    clerk.page.goto(f"/cases/{number}/redact")
    clerk.fill("Public subject", PUBLIC)
    clerk.fill("Public text of the letter", "东门外的路灯已经三天不亮，请尽快修理。")
    clerk.press("Keep the public text")
    public.cannot_open(f"/answers/{number}")
    assert Action.PUBLISH not in clerk.may(number)

    second_clerk.begin(number, Action.PUBLISH)
    second_clerk.sees(PUBLIC)
    second_clerk.press("Publish")
    second_clerk.sees_state(number, State.PUBLISHED)

    search(public, "东门路灯")
    public.follow(PUBLIC)
    public.sees(ANSWER)
    public.does_not_see(LETTER["name"])
    search(public, "东门电梯")
    public.sees("Nothing was found. Try fewer or other words.")


def search(public: Person, words: str) -> None:
    public.page.goto("/answers")
    public.fill("Words in letter or answer", words)
    public.press("Search")


def take_down(number: str, clerk: Person, public: Person) -> None:
    clerk.begin(number, Action.UNPUBLISH)
    clerk.pick("Reason")
    clerk.press("Take down")
    clerk.sees_state(number, State.ARCHIVED)
    answer = public.page.goto(f"/answers/{number}")
    assert answer is not None
    assert answer.status == 410
    public.sees("This letter was withdrawn from publication")
    for address in ("/", "/answers", "/answers?q=东门路灯"):
        public.page.goto(address)
        public.does_not_see(PUBLIC)


def test_a_letter_is_written_and_followed_without_scripts(
    site: Site, browser: Browser, meet: Meet
) -> None:
    context = browser.new_context(
        base_url=site.url, locale="en-GB", java_script_enabled=False, viewport=PHONE
    )
    citizen, clerk = Person(context.new_page()), meet("clerk")
    receipt = write_letter(citizen, to="/letters/leader", subject="No scripts, no account")
    follow_case(citizen, receipt)
    citizen.sees("No scripts, no account")
    clerk.open(receipt.number)
    clerk.sees("Leader's mailbox")
    citizen.follow("Take the letter back")
    citizen.main.get_by_role("radio").first.check()
    citizen.press("Take it back")
    clerk.sees_state(receipt.number, State.WITHDRAWN)
    assert clerk.may(receipt.number) == set()
    context.close()


PHONE = {"width": 390, "height": 844}


def test_an_impatient_finger_sends_one_letter(meet: Meet) -> None:
    citizen = meet("")
    people.type_letter(citizen, subject="Sent three times")
    citizen.page.evaluate(SEND_TWICE)
    citizen.press("Send the letter")
    receipt = people.receipt_on(citizen)
    follow_case(citizen, receipt)
    citizen.sees("Sent three times")
    clerk = meet("clerk")
    clerk.page.goto("/office?q=Sent three times")
    expect(clerk.main.locator(".row-title", has_text="Sent three times")).to_have_count(1)


SEND_TWICE = """() => {
  const form = document.querySelector("main form");
  const send = () => fetch(form.action, {method: "POST", body: new FormData(form)});
  return Promise.all([send(), send()]).then(() => null);
}"""


def test_a_wrong_code_and_an_unknown_number_are_told_alike(meet: Meet) -> None:
    citizen = meet("")
    receipt = write_letter(citizen)
    told = []
    for number, code in ((receipt.number, "0000-0000-00000"), ("2026-999999", receipt.code)):
        citizen.page.goto("/follow")
        citizen.fill("Case number", number)
        citizen.fill("Access code", code)
        citizen.press("Open my case")
        expect(citizen.main.get_by_role("alert")).to_be_visible()
        told.append(citizen.main.get_by_role("alert").inner_text())
    assert told[0] == told[1]
