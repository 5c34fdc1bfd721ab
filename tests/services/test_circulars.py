"""A circular is issued once, stays as it was, and later changes are told as corrections."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError

from casework.errors import GuardFailed, NotPermitted
from casework.models import Circular, Delivery, Medium, OutboxMessage, SupervisionNotice
from casework.notify.spread import spread
from casework.services import circulars, oversight
from casework.services.actors import staff
from casework.workflow.calendar import SHANGHAI
from casework.workflow.notices import Notice
from casework.workflow.states import Action, Clock, State
from casework.workflow.supervision import Level
from tests.factories import MONDAY, STEP, District

MARCH = date(2026, 3, 1)
IN_APRIL = datetime(2026, 4, 7, 10, 0, tzinfo=SHANGHAI)
IN_MAY = datetime(2026, 5, 6, 10, 0, tzinfo=SHANGHAI)


def issue(
    district: District, month: date = MARCH, *, at: datetime = IN_APRIL, foreword: str = ""
) -> Circular:
    return circulars.issue(
        district.session,
        month,
        foreword=foreword,
        by=staff(district.supervisor),
        at=at,
        rules=district.rules,
    )


def test_only_supervisors_issue_and_only_once_a_month_that_is_over(district: District) -> None:
    district.case_in(State.FORWARDED)
    for user in district.staff():
        if user is not district.supervisor:
            with pytest.raises(NotPermitted):
                circulars.issue(
                    district.session,
                    MARCH,
                    foreword="",
                    by=staff(user),
                    at=IN_APRIL,
                    rules=district.rules,
                )
    with pytest.raises(GuardFailed):
        issue(district, at=datetime(2026, 3, 31, 23, 59, tzinfo=SHANGHAI))
    issue(district)
    with pytest.raises(GuardFailed):
        issue(district)


def test_no_circular_is_issued_of_a_month_before_the_first_case(district: District) -> None:
    with pytest.raises(GuardFailed):
        issue(district)
    district.case_in(State.FORWARDED)
    with pytest.raises(GuardFailed):
        issue(district, date(2026, 2, 1))
    issue(district)


def test_a_circular_does_not_change_when_its_cases_do(district: District) -> None:
    case = district.case_in(State.FORWARDED)
    circular = issue(district, foreword="请各单位抓紧办理。")
    before = dict(circular.content)
    assert before["whole"]["completed"] == 1
    oversight.follow_up(
        district.session,
        case,
        text="没有修好。",
        by=staff(district.clerk),
        at=MONDAY + timedelta(hours=4),
        rules=district.rules,
    )
    district.take(case, Action.REDO, at=MONDAY + timedelta(hours=5))
    district.session.flush()
    district.session.expire(circular)
    assert circular.content == before
    assert circulars.is_as_issued(circular, district.rules.sealer)


def test_a_later_change_stands_as_a_correction_in_the_next_one_and_once(
    district: District,
) -> None:
    case = district.case_in(State.FORWARDED)
    assert issue(district).content["corrections"] == []
    oversight.follow_up(
        district.session,
        case,
        text="没有修好。",
        by=staff(district.clerk),
        at=MONDAY + timedelta(hours=4),
        rules=district.rules,
    )
    district.take(case, Action.REDO, at=MONDAY + timedelta(hours=5))
    april = issue(district, date(2026, 4, 1), at=IN_MAY)
    told = {
        (one["month"], one["id"], one["measure"]): (one["was"], one["now"])
        for one in april.content["corrections"]
    }
    unit = district.lead.id
    assert told == {
        ("2026-03", unit, "completed"): (1, 0),
        ("2026-03", unit, "on_time"): (1, 0),
    }
    may = issue(district, date(2026, 5, 1), at=IN_MAY + timedelta(days=31))
    assert may.content["corrections"] == []


def test_what_was_changed_behind_the_application_shows(district: District) -> None:
    district.case_in(State.FORWARDED)
    circular = issue(district)
    circular.content = circular.content | {"whole": {"completed": 99}}
    assert not circulars.is_as_issued(circular, district.rules.sealer)


@pytest.mark.parametrize(
    "statement", ["UPDATE circulars SET foreword = ''", "DELETE FROM circulars"]
)
def test_the_application_cannot_change_or_delete_what_was_issued(
    district: District, statement: str
) -> None:
    district.case_in(State.FORWARDED)
    issue(district)
    with pytest.raises(ProgrammingError), district.session.begin_nested():
        district.session.execute(text(statement))


def test_leaders_supervisors_and_every_unit_are_told_once(district: District) -> None:
    district.case_in(State.FORWARDED)
    issue(district)
    waiting = select(OutboxMessage).where(OutboxMessage.notice == Notice.CIRCULAR)
    assert len(district.session.scalars(waiting).all()) == 1
    while spread(district.session, calendar=district.rules.calendar, at=IN_APRIL):
        pass
    told = district.session.scalars(
        select(Delivery.user_id).where(
            Delivery.notice == Notice.CIRCULAR, Delivery.medium == Medium.INBOX
        )
    ).all()
    expected = {user.id for user in district.staff() if user.role.value != "operator"}
    assert len(told) == len(set(told))
    assert set(told) >= expected - {district.administrator.id}


def test_units_with_a_red_card_are_named_and_those_with_a_card_are_not_praised(
    district: District,
) -> None:
    for _ in range(5):
        district.case_in(State.FORWARDED)
    content = issue(district).content
    assert [unit["id"] for unit in content["praised"]] == [district.lead.id]
    case = district.case_in(State.HANDLING)
    district.session.add(
        SupervisionNotice(
            case_id=case.id,
            clock=Clock.HANDLE,
            due_on=date(2026, 4, 1),
            level=Level.RED_CARD,
            department_id=district.lead.id,
            at=IN_APRIL + STEP,
        )
    )
    for _ in range(5):
        district.case_in(State.FORWARDED, at=IN_APRIL - timedelta(hours=1))
    content = issue(district, date(2026, 4, 1), at=IN_MAY).content
    assert content["praised"] == []
    assert [unit["id"] for unit in content["blamed"]] == [district.lead.id]
