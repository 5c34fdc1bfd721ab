"""More time is asked for before the date, decided by whom it concerns, and told with its reason."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from casework.errors import GuardFailed, Invalid, NotPermitted
from casework.models import Case, CaseClock, CaseEvent, OutboxMessage
from casework.services import clocks, extensions, log, office, petitioner
from casework.services.actors import PETITIONER, staff
from casework.workflow.clock import LedgerLine, replay
from casework.workflow.notices import Notice
from casework.workflow.states import Action, Clock, Entry, State
from tests.factories import MONDAY, SEALER, STEP, District

AT = MONDAY + timedelta(days=1)


def acting(district: District, person: str, *, days: int = 0) -> dict[str, object]:
    by = staff(getattr(district, person))
    return {"by": by, "at": AT + timedelta(days=days), "rules": district.rules}


def asked(district: District, case: Case, days: int = 10) -> extensions.Extension:
    return extensions.ask_extension(
        district.session, case, days=days, reason="需要现场检测。", **acting(district, "handler")
    )


def running(district: District, case: Case, clock: Clock) -> CaseClock:
    return clocks.running_clocks(district.session, case)[clock]


def told(district: District, case: Case, notice: Notice) -> list[OutboxMessage]:
    return list(
        district.session.scalars(
            select(OutboxMessage).where(
                OutboxMessage.case_id == case.id, OutboxMessage.notice == notice
            )
        )
    )


def test_asking_moves_no_date_and_reaches_the_office(district: District) -> None:
    case = district.case_in(State.HANDLING)
    before = (case.due_on, case.promised_on)
    request = asked(district, case)
    assert (case.due_on, case.promised_on) == before
    assert not request.for_leader
    assert len(told(district, case, Notice.EXTENSION_ASKED)) == 1


def test_granting_moves_the_reply_and_the_promise_and_tells_why(district: District) -> None:
    case = district.case_in(State.HANDLING)  # a complaint of Monday, 2 March: 15 working days
    asked(district, case, 10)
    extensions.grant_extension(
        district.session, case, told="需要专业机构检测水质。", **acting(district, "clerk")
    )
    handle, whole = running(district, case, Clock.HANDLE), running(district, case, Clock.WHOLE)
    assert handle.first_due_on == date(2026, 3, 23)
    assert handle.due_on == date(2026, 4, 2)
    assert (case.first_promised_on, case.promised_on) == (date(2026, 3, 24), date(2026, 4, 3))
    assert whole.due_on == whole.first_due_on
    lines = [LedgerLine.from_json(line) for line in handle.ledger]
    assert replay(lines) == handle.due_on
    assert [line.days for line in lines if line.kind == "extension"] == [10]
    message = told(district, case, Notice.EXTENSION_GRANTED)[0]
    assert message.payload["data"]["reason"] == "需要专业机构检测水质。"
    assert message.payload["data"]["promised"] == "2026-04-03"


def test_the_whole_case_grows_only_where_it_would_end_before_the_answer(district: District) -> None:
    case = district.submitted()
    lead = acting(district, "clerk")
    office.dispatch(district.session, case, lead=district.lead, handle_days=41, **lead)
    district.take(case, Action.SIGN, at=AT + STEP)
    asked(district, case, 30)
    whole = running(district, case, Clock.WHOLE)
    assert whole.due_on == date(2026, 5, 6)  # 60 days end on 2 May, which is a holiday
    extensions.grant_extension(
        district.session, case, told="案情复杂。", **acting(district, "leader")
    )
    assert whole.due_on == date(2026, 6, 1)  # 90 days after 3 March
    assert case.promised_on is not None
    assert case.promised_on <= whole.due_on


@pytest.mark.parametrize(
    ("days", "decider", "other"), [(15, "clerk", "leader"), (16, "leader", "clerk")]
)
def test_a_leader_decides_above_the_limit_the_office_below(
    district: District, days: int, decider: str, other: str
) -> None:
    case = district.case_in(State.HANDLING)
    asked(district, case, days)
    with pytest.raises((GuardFailed, NotPermitted)):
        extensions.grant_extension(district.session, case, told="理由", **acting(district, other))
    extensions.grant_extension(district.session, case, told="理由", **acting(district, decider))
    assert extensions.open_request(district.session, case) is None


def test_a_refusal_moves_nothing_and_leaves_room_to_ask_again(district: District) -> None:
    case = district.case_in(State.HANDLING)
    before = case.promised_on
    asked(district, case)
    extensions.refuse_extension(
        district.session, case, reason="理由不充分。", **acting(district, "clerk")
    )
    assert case.promised_on == before
    assert told(district, case, Notice.EXTENSION_REFUSED)[0].payload["data"]["reason"]
    assert asked(district, case).decided_at is None


def test_a_case_is_extended_once_in_a_round(district: District) -> None:
    case = district.case_in(State.HANDLING)
    asked(district, case)
    with pytest.raises(GuardFailed, match="already"):
        asked(district, case)
    extensions.grant_extension(district.session, case, told="理由", **acting(district, "clerk"))
    with pytest.raises(GuardFailed, match="no second time"):
        asked(district, case)
    with pytest.raises(GuardFailed, match="decided already"):
        extensions.grant_extension(district.session, case, told="理由", **acting(district, "clerk"))


def test_nothing_is_asked_for_or_granted_once_the_date_has_passed(district: District) -> None:
    case = district.case_in(State.HANDLING)
    asked(district, case)
    with pytest.raises(GuardFailed, match="passed"):
        extensions.grant_extension(
            district.session, case, told="理由", **acting(district, "clerk", days=30)
        )
    late = district.case_in(State.HANDLING)
    with pytest.raises(GuardFailed, match="passed"):
        extensions.ask_extension(
            district.session, late, days=5, reason="理由", **acting(district, "handler", days=30)
        )


@pytest.mark.parametrize("person", ["clerk", "leader", "operator", "supervisor", "administrator"])
def test_only_a_department_asks(district: District, person: str) -> None:
    case = district.case_in(State.HANDLING)
    with pytest.raises(NotPermitted):
        extensions.ask_extension(
            district.session, case, days=5, reason="理由", **acting(district, person)
        )


def test_another_department_does_not_ask(district: District) -> None:
    case = district.case_in(State.HANDLING)
    with pytest.raises(GuardFailed):
        extensions.ask_extension(
            district.session, case, days=5, reason="理由", **acting(district, "helping_handler")
        )


@pytest.mark.parametrize(
    "state", [State.DISPATCHED, State.AWAITING_PETITIONER, State.REPLIED, State.FORWARDED]
)
def test_only_a_case_in_hand_is_extended(district: District, state: State) -> None:
    case = district.case_in(state)
    with pytest.raises(GuardFailed):
        asked(district, case)


@pytest.mark.parametrize("days", [0, 31])
def test_an_extension_is_of_1_to_30_days(district: District, days: int) -> None:
    case = district.case_in(State.HANDLING)
    with pytest.raises(Invalid):
        asked(district, case, days)


def test_a_pause_after_an_extension_keeps_both(district: District) -> None:
    case = district.case_in(State.HANDLING)
    asked(district, case, 10)
    extensions.grant_extension(district.session, case, told="理由", **acting(district, "clerk"))
    district.take(case, Action.ASK_PETITIONER, at=AT + STEP)
    petitioner.supply(
        district.session,
        case,
        answer="就是那一盏。",
        by=PETITIONER,
        at=AT + timedelta(days=3),
        rules=district.rules,
    )
    handle = running(district, case, Clock.HANDLE)
    assert handle.due_on == date(2026, 4, 7)  # 18 working days, 10 days, then 清明 is over
    assert replay(LedgerLine.from_json(line) for line in handle.ledger) == handle.due_on


def test_every_word_about_it_stands_in_the_log_and_the_chain_holds(district: District) -> None:
    case = district.case_in(State.HANDLING)
    asked(district, case)
    extensions.refuse_extension(
        district.session, case, reason="理由不充分。", **acting(district, "clerk")
    )
    asked(district, case)
    extensions.grant_extension(district.session, case, told="理由", **acting(district, "clerk"))
    events = district.session.scalars(
        select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.seq)
    ).all()
    assert [event.action for event in events][-4:] == [
        Entry.ASK_EXTENSION,
        Entry.REFUSE_EXTENSION,
        Entry.ASK_EXTENSION,
        Entry.GRANT_EXTENSION,
    ]
    assert log.first_break(case, list(events), SEALER) is None


def test_what_an_earlier_round_left_open_does_not_stand_in_the_way(district: District) -> None:
    case = district.case_in(State.HANDLING)
    open_before = asked(district, case)
    for number, action in enumerate(
        (Action.DRAFT, Action.APPROVE, Action.FORWARD, Action.REDO, Action.SIGN), start=1
    ):
        district.take(case, action, at=AT + number * STEP)
    again = asked(district, case)
    assert (open_before.granted, again.round) == (False, 2)
