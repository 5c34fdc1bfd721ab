"""What happens beside the straight way: objections, refusals, merging, doing it again."""

from playwright.sync_api import expect

from casework.workflow.states import Action, State
from tests.journeys import people
from tests.journeys.conftest import Meet, Site
from tests.journeys.people import follow_case, write_letter

WHERE_ELSE = "请向市水务集团反映，电话 96968。"


def test_an_objection_is_upheld_once_and_the_date_stays(site: Site, meet: Meet) -> None:
    citizen, clerk, handler = meet("", "zh_CN"), meet("clerk", "zh_CN"), meet("handler")
    receipt = write_letter(citizen, subject="谁来修路灯")
    number = receipt.number
    people.dispatch(clerk, number, site.units["lead"])
    promised = promise(clerk, number)

    handler.begin(number, Action.SEND_BACK)
    handler.pick("Reason")
    handler.fill("Why it is not your matter", "路灯由街道管理。")
    handler.press("Send back")
    clerk.sees_state(number, State.RETURNED)
    clerk.sees("路灯由街道管理。")

    clerk.begin(number, Action.UPHOLD)
    clerk.fill("Why the case stays with the department", "职责清单第 12 条写明由贵局负责。")
    clerk.press("Uphold the dispatch")
    clerk.sees_state(number, State.DISPATCHED)
    assert handler.may(number) == {Action.SIGN}
    handler.sees("职责清单第 12 条写明由贵局负责。")
    assert promise(clerk, number) == promised


def promise(clerk: people.Person, number: str) -> str:
    clerk.open(number)
    said = clerk.says("Promised to the petitioner")
    return clerk.main.locator("li", has_text=said).locator("strong").inner_text()


def test_a_declined_letter_tells_why_and_where_else(meet: Meet) -> None:
    citizen, clerk, handler = meet(""), meet("clerk"), meet("handler")
    receipt = write_letter(citizen, subject="Water pressure")
    clerk.begin(receipt.number, Action.DECLINE)
    clerk.pick("Reason")
    clerk.fill("What the petitioner will read", WHERE_ELSE)
    clerk.press("Decline")
    clerk.sees_state(receipt.number, State.DECLINED)
    handler.cannot_open(f"/cases/{receipt.number}")
    follow_case(citizen, receipt)
    citizen.sees(WHERE_ELSE)


def test_merged_petitioners_all_read_the_answer(site: Site, meet: Meet) -> None:
    first, second = meet("", "zh_CN"), meet("")
    clerk, handler, reviewer = meet("clerk"), meet("handler", "zh_CN"), meet("reviewer")
    one = write_letter(first, subject="公园厕所没水")
    other = write_letter(second, subject="公园的厕所又没水了", name="司马并案", phone="13698765432")

    clerk.begin(other.number, Action.MERGE)
    clerk.fill("Number of the case to merge into", one.number)
    clerk.pick("Reason")
    clerk.press("Merge")
    clerk.sees_state(other.number, State.MERGED)
    people.answered(
        one.number,
        "水泵已更换，厕所恢复供水。",
        clerk=clerk,
        handler=handler,
        reviewer=reviewer,
        lead=site.units["lead"],
    )
    for citizen, receipt in ((first, one), (second, other)):
        follow_case(citizen, receipt)
        citizen.sees("水泵已更换，厕所恢复供水。")
    second.does_not_see("13912345678")


def test_a_dissatisfied_petitioner_gets_it_done_again(site: Site, meet: Meet) -> None:
    citizen = meet("", "zh_CN")
    clerk, handler, reviewer = meet("clerk", "zh_CN"), meet("handler"), meet("reviewer")
    receipt = write_letter(citizen, subject="井盖还在响")
    number = receipt.number
    staff = {"clerk": clerk, "handler": handler, "reviewer": reviewer}
    people.answered(number, "井盖已加固。", lead=site.units["lead"], **staff)
    assert Action.REDO not in clerk.may(number)

    follow_case(citizen, receipt)
    citizen.choose("Very dissatisfied")
    citizen.choose("No")
    citizen.fill("Do you want to add something?", "晚上还是响。")
    citizen.press("Send my opinion")

    clerk.page.goto("/office?tab=dissatisfied")
    clerk.sees("井盖还在响")
    clerk.begin(number, Action.REDO)
    clerk.sees("晚上还是响。")
    clerk.fill("Lead department", site.units["lead"])
    clerk.fill("What must be done again, and why", "夜间现场核实后更换井盖。")
    clerk.press("Have it done again")
    clerk.sees_state(number, State.DISPATCHED)

    people.sign(handler, number)
    people.draft(handler, number, "已更换防响井盖。")
    people.approve(reviewer, number)
    people.forward(clerk, number)
    follow_case(citizen, receipt)
    citizen.sees("已更换防响井盖。")
    citizen.sees("Did the answer help?")


def test_a_leaders_instruction_is_read_by_the_department(site: Site, meet: Meet) -> None:
    citizen, clerk, leader = meet(""), meet("clerk"), meet("leader", "zh_CN")
    handler, supervisor, helper = meet("handler"), meet("supervisor"), meet("helping_handler")
    number = write_letter(citizen, subject="学校门口积水").number
    people.dispatch(clerk, number, site.units["lead"])

    leader.page.goto("/supervision")
    leader.sees("学校门口积水")
    leader.begin(number, Action.INSTRUCT)
    leader.fill("Instruction", "开学前务必解决。")
    leader.press("Write an instruction")
    for reader in (handler, supervisor):
        reader.open(number)
        reader.sees("开学前务必解决。")
    helper.cannot_open(f"/cases/{number}")


def test_two_clerks_at_one_letter_get_one_winner_and_keep_what_they_typed(
    site: Site, meet: Meet
) -> None:
    citizen, first, second = meet(""), meet("clerk"), meet("second_clerk")
    number = write_letter(citizen, subject="Two clerks").number
    second.begin(number, Action.DECLINE)
    second.pick("Reason")
    # The reason brings its own words, which must have arrived before others are typed over them.
    expect(second.field("What the petitioner will read")).not_to_have_value("")
    second.fill("What the petitioner will read", "A long text that took ten minutes to write.")
    people.dispatch(first, number, site.units["lead"])
    second.press("Decline")
    second.sees("What you wrote is still here.")
    text = second.field("What the petitioner will read")
    assert text.input_value() == "A long text that took ten minutes to write."
    first.sees_state(number, State.DISPATCHED)
