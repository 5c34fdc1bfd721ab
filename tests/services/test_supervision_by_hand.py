"""Supervisors act by hand, units explain themselves, leaders are answered; others may not."""

from datetime import date

import pytest
from sqlalchemy import select

from casework.errors import GuardFailed, Invalid, NotFound, NotPermitted
from casework.models import Case, CaseEvent, Instruction, OutboxMessage
from casework.services import log, oversight, supervision
from casework.services.actors import staff
from casework.workflow.notices import Notice
from casework.workflow.states import Clock, State
from casework.workflow.supervision import Level
from tests.factories import SEALER, District
from tests.services.test_supervision_sweep import morning, sweep, told

AT = morning(5)


def acting(district: District, person: str) -> dict[str, object]:
    return {"by": staff(getattr(district, person)), "at": AT, "rules": district.rules}


def ordered(district: District, case: Case) -> None:
    supervision.order(
        district.session,
        case,
        explain_by=date(2026, 3, 10),
        note="请尽快办理。",
        **acting(district, "supervisor"),
    )


def test_a_reminder_goes_to_the_unit_that_owes_the_case(district: District) -> None:
    case = district.case_in(State.HANDLING)
    notice = supervision.remind(
        district.session, case, note="请抓紧。", **acting(district, "supervisor")
    )
    assert (notice.level, notice.clock, notice.department_id) == (
        Level.REMINDER,
        Clock.HANDLE,
        district.lead.id,
    )
    message = told(district.session, case)[Notice.REMINDER]
    assert message.payload["department"] == district.lead.id


def test_levels_by_hand_and_by_time_stand_beside_each_other(district: District) -> None:
    case = district.case_in(State.SUBMITTED)  # due on 3 March
    supervision.remind(district.session, case, **acting(district, "supervisor"))
    assert sweep(district, morning(5)) == 2
    assert sweep(district, morning(5)) == 0


@pytest.mark.parametrize("person", ["clerk", "handler", "leader", "operator", "administrator"])
def test_only_supervisors_supervise(district: District, person: str) -> None:
    case = district.case_in(State.HANDLING)
    with pytest.raises(NotPermitted):
        supervision.remind(district.session, case, **acting(district, person))


@pytest.mark.parametrize("state", [State.AWAITING_PETITIONER, State.FORWARDED, State.WITHDRAWN])
def test_nobody_is_reminded_of_what_nobody_owes(district: District, state: State) -> None:
    case = district.case_in(state)
    with pytest.raises(GuardFailed):
        supervision.remind(district.session, case, **acting(district, "supervisor"))


def test_an_order_needs_a_day_that_has_not_passed(district: District) -> None:
    case = district.case_in(State.HANDLING)
    with pytest.raises(Invalid):
        supervision.order(
            district.session,
            case,
            explain_by=date(2026, 3, 4),
            **acting(district, "supervisor"),
        )


def test_an_explanation_answers_every_open_order_of_the_unit_once(district: District) -> None:
    case = district.case_in(State.HANDLING)
    ordered(district, case)
    ordered(district, case)
    words = {"text": "缺少材料，下周办结。"}
    assert supervision.explain(district.session, case, **words, **acting(district, "handler")) == 2
    assert supervision.open_orders(district.session, case) == []
    with pytest.raises(GuardFailed):
        supervision.explain(district.session, case, **words, **acting(district, "handler"))


@pytest.mark.parametrize("person", ["helping_handler", "clerk", "supervisor"])
def test_nobody_else_explains_for_a_unit(district: District, person: str) -> None:
    case = district.case_in(State.HANDLING)
    ordered(district, case)
    with pytest.raises(GuardFailed):
        supervision.explain(district.session, case, text="说明", **acting(district, person))


def test_an_explanation_needs_words(district: District) -> None:
    case = district.case_in(State.HANDLING)
    ordered(district, case)
    with pytest.raises(Invalid):
        supervision.explain(district.session, case, text="  ", **acting(district, "handler"))


def test_a_lifted_level_wants_no_explanation_and_is_lifted_once(district: District) -> None:
    case = district.case_in(State.HANDLING)
    ordered(district, case)
    order = supervision.open_orders(district.session, case)[0]
    give = {"reason": "已经电话说明。", **acting(district, "supervisor")}
    supervision.lift(district.session, case, order.id, **give)
    assert supervision.open_orders(district.session, case) == []
    with pytest.raises(GuardFailed):
        supervision.lift(district.session, case, order.id, **give)
    with pytest.raises(NotFound):
        supervision.lift(
            district.session,
            district.case_in(State.HANDLING),
            order.id,
            **give,
        )


def test_an_instruction_with_a_day_is_answered_by_the_lead(district: District) -> None:
    case = district.case_in(State.HANDLING)
    written = oversight.instruct(
        district.session,
        case,
        text="请三日内报结果。",
        due_on=date(2026, 3, 10),
        **acting(district, "leader"),
    )
    with pytest.raises(NotPermitted):
        oversight.answer_instruction(
            district.session,
            case,
            written.id,
            text="已办。",
            **acting(district, "helping_handler"),
        )
    oversight.answer_instruction(
        district.session,
        case,
        written.id,
        text="已办。",
        **acting(district, "handler"),
    )
    kept = district.session.scalars(select(Instruction)).one()
    assert (kept.answer, kept.answered_by_id) == ("已办。", district.handler.id)


def test_the_log_holds_after_everything_by_hand(district: District) -> None:
    case = district.case_in(State.HANDLING)
    ordered(district, case)
    supervision.explain(district.session, case, text="说明", **acting(district, "handler"))
    supervision.note_interview(
        district.session,
        case,
        text="已约谈负责人。",
        **acting(district, "supervisor"),
    )
    lines = district.session.scalars(
        select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.seq)
    ).all()
    assert [line.action for line in lines][-3:] == ["order", "explain", "interview"]
    assert log.first_break(case, list(lines), SEALER) is None
    assert district.session.scalars(
        select(OutboxMessage).where(OutboxMessage.notice == Notice.ORDER)
    ).one()
