"""The citizen's letter and the operator's call with nothing but the keyboard."""

import re

from playwright.sync_api import expect

from casework.workflow.states import State
from tests.journeys import people
from tests.journeys.conftest import Meet
from tests.journeys.keys import Keyboard
from tests.journeys.people import Person

CALLER = "13800138000"


def test_a_citizen_writes_a_letter_by_keyboard(meet: Meet) -> None:
    citizen = meet("", "zh_CN")
    keys, says = Keyboard(citizen.page), citizen.says
    citizen.page.goto("/")
    keys.enter(says("Skip to main content"))
    keys.enter(says("Write a letter"))
    expect(citizen.page).to_have_url(re.compile("/letters/new"))
    keys.choose(says("Consultation"), down=1)
    keys.write(says("Subject"), "求助：楼道堆放杂物")
    keys.write(says("Your letter"), "三楼楼道堆满纸箱，消防通道被堵住了。")
    keys.write(says("Your name"), "欧阳测试")
    keys.write(says("Phone number"), CALLER)
    keys.tick(says("I agree that my letter and the answer may be published"))
    keys.enter(says("Read it once more"))
    citizen.sees("Nothing has been sent yet")
    citizen.sees("Request for help")
    keys.enter(says("Send the letter"))
    receipt = people.receipt_on(citizen)
    keys.enter(says("Follow your case"))
    expect(citizen.page).to_have_url(re.compile("/follow$"))
    keys.write(says("Case number"), receipt.number)
    keys.write(says("Access code"), receipt.code)
    keys.enter(says("Open my case"))
    citizen.sees("求助：楼道堆放杂物")


def test_a_forgotten_field_is_named_and_reached_by_keyboard(meet: Meet) -> None:
    citizen = meet("")
    keys = Keyboard(citizen.page)
    citizen.page.goto("/letters/new")
    keys.write("Subject", "Forgot the rest")
    keys.enter("Read it once more")
    expect(citizen.main.locator(".govuk-error-summary")).to_be_focused()
    keys.enter("Write your letter.")
    expect(citizen.field("Your letter")).to_be_focused()
    expect(citizen.field("Subject")).to_have_value("Forgot the rest")


def call(operator: Person, keys: Keyboard, *, subject: str, down: int) -> None:
    """Type a call on the screen that has just opened, with the cursor in the caller's number."""
    expect(operator.field("Caller's number")).to_be_focused()
    operator.page.keyboard.insert_text(CALLER)
    keys.write("Caller's name", "欧阳测试")
    keys.write("Subject", subject)
    keys.choose("Consultation", down=down)
    keys.write("What was said", f"来电人说：{subject}")


def test_an_operator_takes_calls_by_keyboard(meet: Meet) -> None:
    operator, clerk = meet("operator"), meet("clerk", "zh_CN")
    keys = Keyboard(operator.page)

    operator.page.goto("/operator")
    call(operator, keys, subject="办居住证要什么材料", down=0)
    keys.write("Answer given on the spot", "身份证和住址证明。")
    keys.write("What the answer rests on", "居住证办事指南")
    keys.enter("Answered on the spot")
    operator.sees("The call is kept")
    answered, _ = operator.main.locator(".read-out").all_inner_texts()
    clerk.sees_state(answered, State.ARCHIVED)
    assert clerk.may(answered) == set()

    expect(operator.main.get_by_text("Next call")).to_be_focused()
    operator.page.keyboard.press("Enter")
    call(operator, keys, subject="楼下烧烤油烟扰民", down=2)
    expect(operator.page.locator("#caller")).to_contain_text("办居住证要什么材料")
    keys.enter("Open a case")
    operator.sees("Read this to the caller")
    opened, code = operator.main.locator(".read-out").all_inner_texts()
    clerk.sees_state(opened, State.SUBMITTED)
    clerk.sees("来电人说：楼下烧烤油烟扰民")

    caller = meet("", "zh_CN")
    people.follow_case(caller, people.Receipt(opened, code))
    caller.sees("楼下烧烤油烟扰民")
