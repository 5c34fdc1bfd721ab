"""An operator takes a call from the list, sees the number, and notes what was said."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from casework.models import CaseEvent, FollowUp, Rating, RedoRequest
from casework.services import follow_ups, redo_requests
from casework.workflow.follow_ups import Outcome
from casework.workflow.states import Entry, State
from tests.factories import CANARY, MONDAY, District, UserFactory
from tests.web.citizen import page_of, send
from tests.web.client import LintingClient
from tests.web.conftest import Clock, SignIn

LIST = "/operator/follow-ups"
SAID = {"satisfaction": "2", "solved": "no", "truthful": "no", "words": "还是不亮。"}


@pytest.fixture
def row(district: District, clock: Clock) -> FollowUp:
    """Return the call about an answered case; it is Wednesday morning."""
    district.case_in(State.FORWARDED, subject="路灯不亮的来信")
    clock.now = MONDAY + timedelta(days=2)
    everybody = replace(district.rules.settings, follow_up_share=100)
    rules = replace(district.rules, settings=everybody)
    follow_ups.draw(district.session, at=clock.now, rules=rules)
    return district.session.scalars(select(FollowUp)).one()


def taken(desk: LintingClient, row: FollowUp) -> str:
    address = f"{LIST}/{row.id}"
    answer = send(desk, desk.fetch(LIST), {}, to=f"{address}/take")
    assert answer.status_code == 302
    return address


def test_the_list_shows_who_waits_and_no_number(
    sign_in: SignIn, district: District, row: FollowUp
) -> None:
    page = sign_in(district.operator).fetch(LIST)
    assert "路灯不亮的来信" in page.text
    assert CANARY.phone not in page.text


def test_the_page_opens_only_to_who_has_taken_the_call(
    sign_in: SignIn, district: District, row: FollowUp
) -> None:
    desk = sign_in(district.operator)
    assert desk.get(f"{LIST}/{row.id}").status_code == 404
    address = taken(desk, row)
    page = desk.fetch(address)
    assert "路灯已于周二修好。" in page.text
    assert CANARY.phone not in page.text
    other = sign_in(UserFactory(operator=True))
    assert "正在回访" in other.fetch(LIST).text
    assert other.get(address).status_code == 409


def test_the_number_is_shown_on_demand_and_logged(
    sign_in: SignIn, district: District, row: FollowUp
) -> None:
    desk = sign_in(district.operator)
    address = taken(desk, row)
    shown = send(desk, desk.fetch(address), {}, to=f"{address}/number")
    assert CANARY.phone in page_of(shown).text
    logged = select(CaseEvent).where(CaseEvent.action == Entry.UNMASK.value)
    assert district.session.scalars(logged).one().actor_id == district.operator.id


def test_the_next_call_is_one_press_away(
    sign_in: SignIn, district: District, row: FollowUp
) -> None:
    desk = sign_in(district.operator)
    answer = send(desk, desk.fetch(LIST), {}, to=f"{LIST}/next")
    assert answer.headers["Location"].endswith(f"{LIST}/{row.id}")


def test_a_dissatisfied_answer_is_kept_and_waits_for_the_office(
    sign_in: SignIn, district: District, row: FollowUp
) -> None:
    desk = sign_in(district.operator)
    address = taken(desk, row)
    answer = send(desk, desk.fetch(address), SAID, to=f"{address}/said")
    assert answer.status_code == 302, page_of(answer).text
    rating = district.session.scalars(select(Rating)).one()
    assert (rating.satisfaction, rating.truthful) == (2, False)
    assert district.session.scalars(select(RedoRequest)).one().wish == "还是不亮。"
    office = sign_in(district.clerk)
    assert "路灯不亮的来信" in office.fetch("/office?tab=dissatisfied").text


def test_what_is_missing_is_named_and_what_was_typed_is_kept(
    sign_in: SignIn, district: District, row: FollowUp
) -> None:
    desk = sign_in(district.operator)
    address = taken(desk, row)
    answer = send(desk, desk.fetch(address), {"words": "说了很多"}, to=f"{address}/said")
    assert answer.status_code == 422
    assert "说了很多" in page_of(answer).text
    answer = send(desk, desk.fetch(address), {}, to=f"{address}/not-reached")
    assert answer.status_code == 422


def test_a_call_without_an_answer_leaves_the_list_until_another_time(
    sign_in: SignIn, district: District, row: FollowUp, clock: Clock
) -> None:
    desk = sign_in(district.operator)
    address = taken(desk, row)
    answer = send(desk, desk.fetch(address), {"result": "busy"}, to=f"{address}/not-reached")
    assert answer.status_code == 302
    assert "路灯不亮的来信" not in desk.fetch(LIST).text
    clock.now += timedelta(hours=4)
    assert "路灯不亮的来信" in sign_in(district.operator).fetch(LIST).text


def test_a_call_can_be_given_back(sign_in: SignIn, district: District, row: FollowUp) -> None:
    desk = sign_in(district.operator)
    address = taken(desk, row)
    assert send(desk, desk.fetch(address), {}, to=f"{address}/release").status_code == 302
    district.session.expire_all()
    assert row.claimed_by_id is None


def test_who_rated_online_is_only_asked_what_is_wrong(
    sign_in: SignIn, district: District, row: FollowUp
) -> None:
    district.session.add(
        Rating(
            case_id=row.case_id, round=1, satisfaction=1, solved=False, comment="差",
            at=MONDAY + timedelta(days=1),
        )
    )  # fmt: skip
    row.case.satisfaction, row.case.solved = 1, False
    district.session.flush()
    desk = sign_in(district.operator)
    address = taken(desk, row)
    page = desk.fetch(address)
    assert "请只询问不满意的原因" in page.text
    wrong = {"words": "没有人来看过。", "wants_redo": "y"}
    assert send(desk, page, wrong, to=f"{address}/said").status_code == 302
    district.session.expire_all()
    assert row.outcome is Outcome.ANSWERED
    assert redo_requests.open_request(district.session, row.case) is not None


def test_the_office_and_departments_have_no_list_of_calls(
    sign_in: SignIn, district: District, row: FollowUp
) -> None:
    for person in (district.clerk, district.handler, district.supervisor):
        assert sign_in(person).get(LIST).status_code == 403
