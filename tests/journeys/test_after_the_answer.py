"""After the answer: dissatisfied, done again, satisfied, and then reviewed by another unit."""

import re

from casework.workflow.states import Action, State
from tests.journeys import people
from tests.journeys.conftest import Meet, Site
from tests.journeys.people import Person, follow_case, write_letter

FIRST, SECOND = "井盖已检查，没有问题。", "已更换防响井盖。"
REASON = "换了井盖以后，雨天仍然积水，答复没有提到。"


def test_dissatisfied_then_redone_then_satisfied_then_reviewed(site: Site, meet: Meet) -> None:
    citizen, clerk = meet("", "zh_CN"), meet("clerk", "zh_CN")
    handler, reviewer, other = meet("handler"), meet("reviewer"), meet("helping_handler", "zh_CN")
    staff = {"clerk": clerk, "handler": handler, "reviewer": reviewer}
    receipt = write_letter(citizen, subject="夜里井盖响")
    people.answered(receipt.number, FIRST, lead=site.units["lead"], **staff)

    follow_case(citizen, receipt)
    rate(citizen, "Very dissatisfied", "No", "Not truthful")
    citizen.sees(
        "The petition office decides whether it is done again. You read the decision here."
    )

    clerk.begin(receipt.number, Action.REDO)
    clerk.sees("The petitioner waits for a decision.")
    clerk.fill("Lead department", site.units["lead"])
    clerk.fill("What must be done again, and why", "夜间现场核实后更换井盖。")
    clerk.press("Have it done again")
    people.sign(handler, receipt.number)
    people.draft(handler, receipt.number, SECOND)
    people.approve(reviewer, receipt.number)
    people.forward(clerk, receipt.number)

    follow_case(citizen, receipt)
    citizen.sees(SECOND)
    rate(citizen, "Satisfied", "Yes", "Truthful")
    number = ask_for_review(citizen)
    review_elsewhere(number, receipt.number, site, clerk, handler, other)

    citizen.page.goto("/follow/case")
    citizen.sees(number)
    citizen.press("Open it")
    citizen.sees(REASON)
    citizen.sees("The first case")


def rate(citizen: Person, satisfaction: str, solved: str, truthful: str) -> None:
    for choice in (satisfaction, solved, truthful):
        citizen.choose(choice)
    citizen.press("Send my opinion")
    citizen.sees("Thank you for telling us.")


def ask_for_review(citizen: Person) -> str:
    """Ask for a review, first without enough words, and return its number."""
    citizen.follow("Ask for a review")
    citizen.fill("Why do you not agree with the answer?", "不同意")
    citizen.press("Ask for a review")
    assert citizen.field("Why do you not agree with the answer?").input_value() == "不同意"
    citizen.fill("Why do you not agree with the answer?", REASON)
    citizen.press("Ask for a review")
    citizen.sees("We have your request")
    found = re.search(r"\d{4}-\d{6}", citizen.main.inner_text())
    assert found is not None
    return found[0]


def review_elsewhere(
    number: str, first: str, site: Site, clerk: Person, handler: Person, other: Person
) -> None:
    """Dispatch the review: the unit that answered is refused, another one gets it and reads all."""
    clerk.page.goto("/reviews")
    clerk.sees(number)
    clerk.begin(number, Action.DISPATCH)
    clerk.fill("Lead department", site.units["lead"])
    clerk.press("Dispatch")
    clerk.sees("This department gave the answer that is to be reviewed. Another one must do it.")
    clerk.fill("Lead department", site.units["helper"])
    clerk.press("Dispatch")
    clerk.sees_state(number, State.DISPATCHED)

    handler.open(first)
    handler.sees(number)
    handler.cannot_open(f"/cases/{number}")
    other.open(number)
    other.sees(REASON)
    other.sees(SECOND)
