"""What a department may do with a case, and what it may not."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from casework.errors import GuardFailed, IllegalStep, Invalid, NotPermitted
from casework.models import Case, CaseEvent, Question, Reply, ReplyPart, User
from casework.services import department, office
from casework.services.actors import staff
from casework.services.choices import closed_because, open_to
from casework.workflow.states import Action, Entry, State
from tests.factories import MONDAY, STEP, District, UserFactory

DAY = timedelta(days=1)
LATER = MONDAY + 8 * STEP


def versions(district: District, case: Case) -> list[Reply]:
    return list(
        district.session.scalars(
            select(Reply).where(Reply.case_id == case.id).order_by(Reply.version)
        )
    )


def open_actions(district: District, case: Case, user: User) -> list[Action]:
    return open_to(
        district.session, case, by=staff(user), today=MONDAY.date(), rules=district.rules
    )


def test_another_department_signs_for_nothing(district: District) -> None:
    case = district.case_in(State.DISPATCHED)
    with pytest.raises(GuardFailed):
        department.sign(
            district.session,
            case,
            by=staff(district.helping_handler),
            at=LATER,
            rules=district.rules,
        )


def test_a_reviewer_can_do_the_work_of_a_handler(district: District) -> None:
    case = district.case_in(State.DISPATCHED)
    department.sign(
        district.session, case, by=staff(district.reviewer), at=LATER, rules=district.rules
    )
    assert case.state is State.HANDLING


def test_a_case_is_sent_back_once(district: District) -> None:
    case = district.case_in(State.RETURNED)
    district.take(case, Action.UPHOLD, at=LATER)
    assert Action.SEND_BACK not in open_actions(district, case, district.handler)
    with pytest.raises(GuardFailed):
        district.take(case, Action.SEND_BACK, at=LATER)


def test_another_department_may_object_to_a_case_that_came_back(district: District) -> None:
    case = district.case_in(State.RETURNED)
    office.dispatch(
        district.session,
        case,
        lead=district.helper,
        by=staff(district.clerk),
        at=LATER,
        rules=district.rules,
    )
    assert Action.SEND_BACK in open_actions(district, case, district.helping_handler)


@pytest.mark.parametrize(("days", "open_still"), [(7, True), (8, False)])
def test_the_objection_ends_after_five_working_days(
    district: District, days: int, open_still: bool
) -> None:
    case = district.case_in(State.HANDLING)
    if open_still:
        district.take(case, Action.SEND_BACK, at=MONDAY + days * DAY)
        assert case.state is State.RETURNED
    else:
        with pytest.raises(GuardFailed):
            district.take(case, Action.SEND_BACK, at=MONDAY + days * DAY)


def test_the_question_is_kept_with_its_answer(district: District) -> None:
    case = district.case_in(State.AWAITING_PETITIONER)
    district.take(case, Action.SUPPLY, at=LATER)
    [question] = district.session.scalars(select(Question).where(Question.case_id == case.id))
    assert (question.text, question.answer, question.answered_at) == (
        "请问是哪一盏路灯？",
        "小区东门左边那一盏。",
        LATER,
    )


def test_every_version_of_the_reply_is_kept(district: District) -> None:
    case = district.case_in(State.HANDLING)
    department.save_draft(
        district.session,
        case,
        text="正在核实。",
        by=staff(district.handler),
        at=MONDAY + 3 * STEP,
        rules=district.rules,
    )
    district.take(case, Action.DRAFT, at=MONDAY + 4 * STEP)
    district.take(case, Action.REDRAFT, at=MONDAY + 5 * STEP)
    district.take(case, Action.DRAFT, at=MONDAY + 6 * STEP)
    district.take(case, Action.APPROVE, at=MONDAY + 7 * STEP)

    kept = versions(district, case)
    assert [v.version for v in kept] == [1, 2, 3]
    assert [v.submitted_at is not None for v in kept] == [False, True, True]
    assert [v.approved_by_id for v in kept] == [None, None, district.reviewer.id]


def test_a_refused_draft_leaves_no_version(district: District) -> None:
    case = district.case_in(State.DISPATCHED)
    with pytest.raises(IllegalStep), district.session.begin_nested():
        district.take(case, Action.DRAFT, at=LATER)
    assert versions(district, case) == []


@pytest.mark.parametrize("text", ["", "   ", "\n"])
def test_an_empty_reply_is_refused(district: District, text: str) -> None:
    case = district.case_in(State.HANDLING)
    with pytest.raises(GuardFailed):
        department.draft(
            district.session,
            case,
            text=text,
            by=staff(district.handler),
            at=LATER,
            rules=district.rules,
        )


def test_a_draft_is_saved_only_by_the_lead_while_it_handles(district: District) -> None:
    case = district.case_in(State.HANDLING)
    save = {"text": "草稿", "at": LATER, "rules": district.rules}
    with pytest.raises(GuardFailed):
        department.save_draft(
            district.session,
            case,
            by=staff(district.helping_handler),
            **save,  # type: ignore[arg-type]
        )
    with pytest.raises(NotPermitted):
        department.save_draft(
            district.session,
            case,
            by=staff(district.clerk),
            **save,  # type: ignore[arg-type]
        )
    district.take(case, Action.DRAFT, at=LATER)
    with pytest.raises(Invalid):
        department.save_draft(
            district.session,
            case,
            by=staff(district.handler),
            **save,  # type: ignore[arg-type]
        )


def test_nobody_approves_their_own_reply_while_there_is_another_reviewer(
    district: District,
) -> None:
    case = district.case_in(State.HANDLING)
    own = staff(district.reviewer)
    department.draft(
        district.session, case, text="已修好。", by=own, at=LATER, rules=district.rules
    )
    colleague = UserFactory(reviewer=True, department=district.lead)
    assert Action.APPROVE not in open_actions(district, case, district.reviewer)
    closed = closed_because(
        district.session,
        case,
        Action.APPROVE,
        by=own,
        today=MONDAY.date(),
        rules=district.rules,
    )
    assert isinstance(closed, GuardFailed)
    with pytest.raises(GuardFailed):
        department.approve(district.session, case, by=own, at=LATER, rules=district.rules)

    colleague.disabled_at = MONDAY
    district.session.flush()
    department.approve(district.session, case, by=own, at=LATER, rules=district.rules)
    assert case.state is State.REPLIED


def test_a_helping_department_adds_parts_until_the_case_ends(district: District) -> None:
    case = district.submitted()
    office.dispatch(
        district.session,
        case,
        lead=district.lead,
        co_handlers=[district.helper],
        by=staff(district.clerk),
        at=MONDAY + STEP,
        rules=district.rules,
    )
    add = {"text": "我局已到场。", "at": LATER, "rules": district.rules}
    department.add_part(
        district.session,
        case,
        by=staff(district.helping_handler),
        **add,  # type: ignore[arg-type]
    )
    [part] = district.session.scalars(select(ReplyPart).where(ReplyPart.case_id == case.id))
    assert part.department_id == district.helper.id
    assert district.session.scalars(
        select(CaseEvent.action).where(CaseEvent.case_id == case.id).order_by(CaseEvent.seq.desc())
    ).first() == (Entry.ADD_PART.value)

    for user in (district.handler, district.clerk):
        with pytest.raises(NotPermitted):
            department.add_part(
                district.session,
                case,
                by=staff(user),
                **add,  # type: ignore[arg-type]
            )
    district.take(case, Action.WITHDRAW, at=LATER)
    with pytest.raises(Invalid):
        department.add_part(
            district.session,
            case,
            by=staff(district.helping_handler),
            **add,  # type: ignore[arg-type]
        )


def test_a_department_that_was_recalled_from_no_longer_sees_the_case(district: District) -> None:
    case = district.case_in(State.HANDLING)
    district.take(case, Action.RECALL, at=LATER)
    assert case.department_id is None
    assert open_actions(district, case, district.handler) == []
