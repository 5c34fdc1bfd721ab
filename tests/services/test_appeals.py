"""A late case is left out of a unit's rate only by another person, and stays counted apart."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from casework.errors import GuardFailed, Invalid, NotFound, NotPermitted
from casework.models import Appeal, Case, OutboxMessage
from casework.queries.appeals import Listed, appeals, waiting_count
from casework.queries.figures import Figures, Period, Scope
from casework.queries.figures_pages import by_department
from casework.services import appeals as deciding
from casework.services import oversight
from casework.services.actors import staff
from casework.services.figure_checks import wrong_figures
from casework.workflow.notices import Notice
from casework.workflow.states import Action, Channel, State
from tests.factories import MONDAY, STEP, District

LATER = MONDAY + timedelta(days=90)


def late_case(district: District) -> Case:
    """Return a case that was answered after the promised day."""
    case = district.case_in(State.REPLIED)
    district.take(case, Action.FORWARD, at=LATER)
    return case


def asked(district: District, case: Case) -> Appeal:
    return deciding.appeal(
        district.session,
        case,
        reason="连续暴雨，无法施工。",
        evidence="区气象台 3 月 5 日暴雨预警。",
        by=staff(district.handler),
        at=LATER + STEP,
        rules=district.rules,
    )


def decided(district: District, case: Case, *, grant: bool, by: str = "supervisor") -> Appeal:
    return deciding.decide(
        district.session,
        case,
        grant=grant,
        words="情况属实。" if grant else "证明不足。",
        by=staff(getattr(district, by)),
        at=LATER + 2 * STEP,
        rules=district.rules,
    )


def counted(session: Session, district: District) -> Figures:
    session.flush()
    day = LATER.date()
    period = Period.of(day, day, today=day)
    return by_department(session, Scope(district.leader), period).whole


def test_a_granted_appeal_leaves_the_case_out_of_the_rate_and_counted_apart(
    district: District,
) -> None:
    case = late_case(district)
    before = counted(district.session, district)
    assert (before.rate("on_time"), before["left_out"], before["late"]) == (0, 0, 1)
    asked(district, case)
    assert counted(district.session, district).rate("on_time") == 0
    decided(district, case, grant=True)
    after = counted(district.session, district)
    assert after.rate("on_time") is None  # nothing is left to divide by
    assert (after["left_out"], after["late"], after["completed"]) == (1, 1, 1)


def test_a_refused_appeal_changes_nothing(district: District) -> None:
    case = late_case(district)
    asked(district, case)
    decided(district, case, grant=False)
    found = counted(district.session, district)
    assert (found.rate("on_time"), found["left_out"]) == (0, 0)


def test_doing_a_case_again_ends_what_an_appeal_gave(district: District) -> None:
    case = late_case(district)
    asked(district, case)
    decided(district, case, grant=True)
    oversight.follow_up(
        district.session,
        case,
        text="来信人说没有修好。",
        by=staff(district.clerk),
        at=LATER + 3 * STEP,
        rules=district.rules,
    )
    district.take(case, Action.REDO, at=LATER + 4 * STEP)
    assert not case.left_out


def test_the_log_alone_tells_what_was_left_out(district: District) -> None:
    case = late_case(district)
    asked(district, case)
    decided(district, case, grant=True)
    district.session.flush()
    assert [one for one in wrong_figures(district.session, district.rules) if one] == []
    district.session.execute(update(Case).where(Case.id == case.id).values(left_out=False))
    (wrong,) = [one for one in wrong_figures(district.session, district.rules) if one]
    assert wrong.columns == ("left_out",)


def test_a_review_is_in_no_rate_and_cannot_be_left_out_of_it(district: District) -> None:
    case = late_case(district)
    case.channel = Channel.REVIEW
    with pytest.raises(GuardFailed):
        asked(district, case)


def test_only_a_late_case_of_the_own_unit_can_be_appealed_once(district: District) -> None:
    in_time = district.case_in(State.FORWARDED)
    with pytest.raises(GuardFailed):
        asked(district, in_time)
    running = district.case_in(State.HANDLING)
    with pytest.raises(GuardFailed):
        asked(district, running)
    case = late_case(district)
    stranger = staff(district.helping_handler)
    assert deciding.why_not_appealed(district.session, case, by=stranger) is not None
    assert isinstance(
        deciding.why_not_appealed(district.session, case, by=staff(district.clerk)), NotPermitted
    )
    asked(district, case)
    with pytest.raises(GuardFailed):
        asked(district, case)
    decided(district, case, grant=False)
    with pytest.raises(GuardFailed):
        asked(district, case)


@pytest.mark.parametrize("role", ["handler", "reviewer", "clerk", "operator", "administrator"])
def test_nobody_but_supervisors_and_leaders_decides(district: District, role: str) -> None:
    case = late_case(district)
    asked(district, case)
    with pytest.raises(NotPermitted):
        decided(district, case, grant=True, by=role)


def test_a_decision_needs_an_appeal_a_reason_and_comes_once(district: District) -> None:
    case = late_case(district)
    with pytest.raises(NotFound):
        decided(district, case, grant=True)
    asked(district, case)
    with pytest.raises(Invalid):
        deciding.decide(
            district.session,
            case,
            grant=True,
            words=" ",
            by=staff(district.leader),
            at=LATER,
            rules=district.rules,
        )
    decided(district, case, grant=True, by="leader")
    with pytest.raises(GuardFailed):
        decided(district, case, grant=False)


def test_the_database_lets_nobody_decide_on_the_own_appeal(district: District) -> None:
    made = asked(district, late_case(district))
    made.decided_by_id, made.decided_at, made.granted = made.asked_by_id, LATER, True
    with pytest.raises(IntegrityError, match="decided_by_another"):
        district.session.flush()


def test_supervisors_hear_of_an_appeal_and_the_unit_of_the_decision(district: District) -> None:
    case = late_case(district)
    asked(district, case)
    decided(district, case, grant=True)
    told = district.session.scalars(
        select(OutboxMessage.notice).where(OutboxMessage.case_id == case.id)
    ).all()
    assert {Notice.APPEAL, Notice.APPEAL_GRANTED} <= set(told)


def test_lists_show_what_waits_and_what_was_decided_page_by_page(district: District) -> None:
    session = district.session
    waiting = [late_case(district) for _ in range(3)]
    for case in waiting:
        asked(district, case)
    done = late_case(district)
    asked(district, done)
    decided(district, done, grant=True)
    first, after = appeals(session, district.supervisor, Listed.WAITING, size=2)
    rest, end = appeals(session, district.supervisor, Listed.WAITING, after=after, size=2)
    assert [row.number for row in first + rest] == [case.number for case in waiting]
    assert end is None
    assert waiting_count(session, district.supervisor) == 3
    (row,), _ = appeals(session, district.supervisor, Listed.DECIDED)
    assert (row.number, row.granted) == (done.number, True)
    assert appeals(session, district.helping_handler, Listed.WAITING) == ([], None)
    assert len(appeals(session, district.handler, Listed.WAITING)[0]) == 3
