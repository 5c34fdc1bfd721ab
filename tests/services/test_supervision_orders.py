"""One digest per unit and working day, and orders that are chased until somebody explains them."""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from casework.models import OutboxMessage, SupervisionNotice
from casework.services import supervision_orders
from casework.workflow.notices import Notice
from casework.workflow.states import Kind, State
from tests.factories import District
from tests.services.test_supervision_sweep import morning, sweep


def messages(session: Session, notice: Notice) -> list[OutboxMessage]:
    return list(
        session.scalars(
            select(OutboxMessage).where(OutboxMessage.notice == notice).order_by(OutboxMessage.id)
        )
    )


def test_each_unit_with_work_is_told_once_a_day(district: District) -> None:
    late, today, soon = (
        district.case_in(state, kind=kind)
        for state, kind in (
            (State.SUBMITTED, Kind.CONSULTATION),  # sorted by 3 March
            (State.DISPATCHED, Kind.COMPLAINT),  # signed for by 3 March
            (State.HANDLING, Kind.CONSULTATION),  # replied by 9 March
        )
    )
    at = morning(3)
    assert supervision_orders.send_digests(district.session, at=at) == 2
    assert supervision_orders.send_digests(district.session, at=at + timedelta(hours=3)) == 2

    told = {
        m.payload["department"]: m.payload["data"]
        for m in messages(district.session, Notice.DIGEST)
    }
    assert len(messages(district.session, Notice.DIGEST)) == 2
    assert told[None]["lists"] == {"today": 1}
    assert told[district.lead.id]["lists"] == {"today": 1}
    assert late.number in told[None]["details"]["en"]
    assert today.number in told[district.lead.id]["details"]["zh_CN"]
    assert soon.number not in told[district.lead.id]["details"]["en"]

    supervision_orders.send_digests(district.session, at=morning(9))
    last = messages(district.session, Notice.DIGEST)[-2:]
    assert {m.payload["department"]: m.payload["data"]["lists"] for m in last} == {
        None: {"overdue": 1},
        district.lead.id: {"overdue": 1, "today": 1},
    }


def test_a_unit_without_work_is_told_nothing(district: District) -> None:
    district.case_in(State.FORWARDED)
    assert supervision_orders.send_digests(district.session, at=morning(9)) == 0


def ordered(district: District) -> None:
    district.case_in(State.SUBMITTED)  # due on 3 March, ordered on 6 March
    sweep(district, morning(6))


def chase(district: District, at: datetime) -> int:
    supervision_orders.chase_orders(district.session, at=at, rules=district.rules)
    return len(messages(district.session, Notice.ORDER_CHASED))


def test_an_order_is_chased_after_its_day_and_then_in_even_steps(district: District) -> None:
    ordered(district)
    days = (11, 12, 12, 13, 16, 17, 18)
    assert [chase(district, morning(day)) for day in days] == [0, 1, 1, 1, 1, 2, 2]


def test_an_explained_or_lifted_order_is_not_chased(district: District) -> None:
    ordered(district)
    district.session.execute(
        update(SupervisionNotice).values(
            explained_at=morning(9), explained_by_id=district.clerk.id, explanation="已派人处理。"
        )
    )
    assert chase(district, morning(20)) == 0
