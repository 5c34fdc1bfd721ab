"""A dissatisfied rating asks for a redo, once; the office decides, and says why."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from casework.errors import GuardFailed, Invalid, NotFound, NotPermitted
from casework.models import Case, CaseEvent, OutboxMessage, Rating, RedoRequest
from casework.services import figure_checks, office, petitioner, redo_requests
from casework.services.actors import Actor, staff
from casework.workflow.notices import Notice
from casework.workflow.states import Entry, State
from tests.factories import MONDAY, District

DAY = timedelta(days=1)


def rated(district: District, case: Case, points: int = 2, *, days: int = 1) -> None:
    petitioner.rate(
        district.session,
        case,
        satisfaction=points,
        solved=False,
        truthful=False,
        comment="还是不亮。",
        at=MONDAY + days * DAY,
        rules=district.rules,
    )


def refuse(district: District, case: Case, *, by: Actor, reason: str = "经核实已修好。") -> None:
    redo_requests.refuse_redo(
        district.session, case, reason=reason, by=by, at=MONDAY + 2 * DAY, rules=district.rules
    )


def redo(district: District, case: Case, *, days: int) -> None:
    office.redo(
        district.session,
        case,
        lead=district.lead,
        note="重新核查。",
        by=staff(district.clerk),
        at=MONDAY + days * DAY,
        rules=district.rules,
    )


def request_of(district: District, case: Case) -> RedoRequest | None:
    return district.session.scalars(
        select(RedoRequest).where(RedoRequest.case_id == case.id)
    ).one_or_none()


@pytest.mark.parametrize(("points", "asks"), [(1, True), (2, True), (3, False), (5, False)])
def test_only_a_dissatisfied_rating_asks_for_a_redo(
    district: District, points: int, asks: bool
) -> None:
    case = district.case_in(State.FORWARDED)
    rated(district, case, points)
    request = request_of(district, case)
    assert (request is not None) is asks
    if request is not None:
        assert (request.wish, request.decided_at, request.asked_by_id) == ("还是不亮。", None, None)


def test_a_rating_keeps_whether_the_answer_was_truthful(district: District) -> None:
    case = district.case_in(State.FORWARDED)
    rated(district, case)
    rating = district.session.scalars(select(Rating).where(Rating.case_id == case.id)).one()
    assert (rating.truthful, rating.by_id) == (False, None)


def test_the_redo_grants_what_was_asked(district: District) -> None:
    case = district.case_in(State.FORWARDED)
    rated(district, case)
    redo(district, case, days=2)
    request = request_of(district, case)
    assert request is not None
    assert (request.granted, request.decided_by_id) == (True, district.clerk.id)
    assert case.state is State.DISPATCHED
    assert case.round == 2


def test_what_was_asked_in_time_can_be_granted_after_the_window(district: District) -> None:
    asked, silent = district.cases_in(State.FORWARDED, 2)
    rated(district, asked)
    redo(district, asked, days=40)
    assert asked.round == 2
    with pytest.raises(GuardFailed):
        redo(district, silent, days=40)


def test_a_refusal_has_a_reason_that_the_petitioner_is_told(district: District) -> None:
    case = district.case_in(State.FORWARDED)
    rated(district, case)
    with pytest.raises(Invalid):
        refuse(district, case, by=staff(district.clerk), reason=" ")
    refuse(district, case, by=staff(district.clerk))
    request = request_of(district, case)
    assert request is not None
    assert (request.granted, request.decision) == (False, "经核实已修好。")
    told = district.session.scalars(
        select(OutboxMessage.notice).where(
            OutboxMessage.case_id == case.id, OutboxMessage.notice == Notice.REDO_REFUSED
        )
    ).all()
    assert len(told) == 1
    assert case.state is State.FORWARDED


def test_a_request_is_decided_once(district: District) -> None:
    case = district.case_in(State.FORWARDED)
    rated(district, case)
    refuse(district, case, by=staff(district.clerk))
    with pytest.raises(NotFound):
        refuse(district, case, by=staff(district.clerk))
    with pytest.raises(GuardFailed):
        redo_requests.ask_redo(
            district.session, case, wish="", by=staff(district.operator), at=MONDAY + 3 * DAY,
            rules=district.rules,
        )  # fmt: skip


def test_only_the_office_decides(district: District) -> None:
    case = district.case_in(State.FORWARDED)
    rated(district, case)
    for person in (district.handler, district.operator, district.supervisor, district.leader):
        with pytest.raises(NotPermitted):
            refuse(district, case, by=staff(person))


def test_request_and_refusal_stand_in_the_log_and_figures_hold(district: District) -> None:
    case = district.case_in(State.FORWARDED)
    rated(district, case)
    refuse(district, case, by=staff(district.clerk))
    actions = district.session.scalars(
        select(CaseEvent.action).where(CaseEvent.case_id == case.id).order_by(CaseEvent.seq)
    ).all()
    assert actions[-3:] == [Entry.RATE, Entry.ASK_REDO, Entry.REFUSE_REDO]
    wrong = figure_checks.wrong_figures(district.session, district.rules)
    assert [one for one in wrong if one] == []
