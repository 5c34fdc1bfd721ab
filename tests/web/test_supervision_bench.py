"""The supervisors' bench, the pages of supervision by hand, and the unit's answers."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from casework.models import Instruction, OutboxMessage, SupervisionNotice
from casework.queries.supervision import NO_FILTERS
from casework.queries.supervision_bench import Listed, Sort, bench
from casework.services import supervision
from casework.workflow.notices import Notice
from casework.workflow.states import State
from tests.factories import MONDAY, District
from tests.services.test_supervision_sweep import morning, sweep
from tests.web.conftest import Clock, SignIn
from tests.web.counting import statements

BENCH = "/supervision/bench"


@pytest.fixture
def late(district: District, clock: Clock) -> District:
    """A district in which letters of 2 March wait on 9 March, one of them with the department."""
    district.cases_in(State.SUBMITTED, 3)
    district.case_in(State.DISPATCHED)
    for day in range(3, 10):
        sweep(district, morning(day))
    district.session.commit()
    clock.now = morning(9) + timedelta(hours=2)
    return district


def test_the_bench_shows_lists_and_cards(late: District, sign_in: SignIn) -> None:
    browser = sign_in(late.supervisor)
    page = browser.fetch(f"{BENCH}?list=late")
    assert len(page.one("main").all("input", name="numbers")) == 4
    orders = browser.get(f"{BENCH}?list=orders").text
    assert late.lead.name in orders or late.lead.name_en in orders


def test_lists_page_by_key_without_gaps(late: District, sign_in: SignIn) -> None:
    for listed in (Listed.LATE, Listed.ORDERS):
        for sort in Sort:
            seen, after = [], None
            while True:
                page = bench(
                    late.session,
                    late.supervisor,
                    listed,
                    today=morning(9).date(),
                    filters=NO_FILTERS,
                    sort=sort,
                    after=after,
                    size=1,
                )
                seen += [row.key for row in page.rows]
                if (after := page.after) is None:
                    break
            assert len(seen) == len(set(seen)) == 4


def test_the_bench_takes_few_statements(late: District, sign_in: SignIn, engine: Engine) -> None:
    browser = sign_in(late.supervisor)
    browser.fetch(BENCH)
    with statements(engine) as sent:
        browser.fetch(f"{BENCH}?list=late")
    assert len(sent) <= 6


def test_many_units_are_reminded_with_one_press(late: District, sign_in: SignIn) -> None:
    browser = sign_in(late.supervisor)
    page = browser.fetch(f"{BENCH}?list=late")
    numbers = [box.attrs["value"] for box in page.one("main").all("input", name="numbers")]
    answer = browser.submit(page, {"numbers": numbers}, action=f"{BENCH}/remind")
    assert answer.status_code == 200
    by_hand = late.session.scalars(
        select(SupervisionNotice).where(SupervisionNotice.by_id == late.supervisor.id)
    ).all()
    assert len(by_hand) == len(numbers)


def test_a_leader_reads_the_bench_and_reminds_nobody(late: District, sign_in: SignIn) -> None:
    page = sign_in(late.leader).fetch(f"{BENCH}?list=late")
    assert page.one("main").all("input", name="numbers") == []


def test_an_order_is_written_explained_and_lifted_on_pages(late: District, sign_in: SignIn) -> None:
    case = late.case_in(State.HANDLING, at=MONDAY + timedelta(days=4))
    late.session.commit()
    supervisor, handler = sign_in(late.supervisor), sign_in(late.handler)
    page = supervisor.fetch(f"/cases/{case.number}/order")
    assert supervisor.submit(page, {"note": "请说明原因。"}).status_code == 302
    order = supervision.open_orders(late.session, case)[0]

    page = handler.fetch(f"/cases/{case.number}/explain")
    assert handler.submit(page, {"text": ""}).status_code == 422
    page = handler.fetch(f"/cases/{case.number}/explain")
    assert handler.submit(page, {"text": "等待配件。"}).status_code == 302
    assert "等待配件。" in supervisor.get(f"/cases/{case.number}").text

    page = supervisor.fetch(f"/cases/{case.number}/levels/{order.id}/lift")
    assert supervisor.submit(page, {"reason": "已说明。"}).status_code == 302
    late.session.refresh(order)
    assert order.cancelled_at is not None


def test_a_second_explanation_is_refused_with_what_was_typed(
    late: District, sign_in: SignIn
) -> None:
    case = late.case_in(State.HANDLING, at=MONDAY + timedelta(days=4))
    late.session.commit()
    handler = sign_in(late.handler)
    page = handler.fetch(f"/cases/{case.number}/explain")
    answer = handler.submit(page, {"text": "没有督办单也要说明"})
    assert answer.status_code == 422
    assert "没有督办单也要说明" in answer.text


def test_an_interview_and_a_reminder_are_noted(late: District, sign_in: SignIn) -> None:
    case = late.case_in(State.HANDLING, at=MONDAY + timedelta(days=4))
    late.session.commit()
    supervisor = sign_in(late.supervisor)
    for way, typed in (("remind", {"note": "请抓紧"}), ("interview", {"text": "约谈了负责人"})):
        page = supervisor.fetch(f"/cases/{case.number}/{way}")
        assert supervisor.submit(page, typed).status_code == 302
    text = supervisor.get(f"/cases/{case.number}").text
    assert "请抓紧" in text
    assert "约谈了负责人" in text
    told = late.session.scalars(
        select(OutboxMessage).where(
            OutboxMessage.case_id == case.id, OutboxMessage.notice == Notice.REMINDER
        )
    )
    assert len(told.all()) == 1


def test_a_leaders_instruction_has_its_day_and_its_answer(late: District, sign_in: SignIn) -> None:
    case = late.case_in(State.HANDLING, at=MONDAY + timedelta(days=4))
    late.session.commit()
    leader, handler = sign_in(late.leader), sign_in(late.handler)
    page = leader.fetch(f"/cases/{case.number}/instruct")
    leader.submit(page, {"text": "请十日内报结果。", "due_on": "2026-03-20"})
    written = late.session.scalars(select(Instruction)).one()
    assert case.subject in sign_in(late.supervisor).get(f"{BENCH}?list=instructions").text
    page = handler.fetch(f"/cases/{case.number}/instructions/{written.id}/answer")
    assert handler.submit(page, {"text": "已经办结。"}).status_code == 302
    assert "已经办结。" in leader.get(f"/cases/{case.number}").text


def test_a_department_does_not_explain_another_units_case(late: District, sign_in: SignIn) -> None:
    case = late.case_in(State.HANDLING, at=MONDAY + timedelta(days=4))
    late.session.commit()
    sign_in(late.helping_handler).fetch(f"/cases/{case.number}/explain", status=404)
