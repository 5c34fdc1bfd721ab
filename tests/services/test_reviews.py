"""An answer is reviewed once and once again, in time, by a unit that had no part in it."""

from datetime import date, timedelta

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from casework.errors import GuardFailed, Invalid, NotFound, NotPermitted
from casework.models import (
    Case,
    CaseClock,
    CaseEvent,
    CoHandler,
    OutboxMessage,
    Petitioner,
    Review,
    ReviewBar,
)
from casework.queries import cases
from casework.services import (
    clock_checks,
    clocks,
    department,
    extensions,
    figure_checks,
    log,
    office,
    reviews,
)
from casework.services.actors import PETITIONER, Actor, staff
from casework.services.petitioners import opened_contact
from casework.workflow.clock import LedgerLine, replay
from casework.workflow.notices import Notice
from casework.workflow.reviews import last_day, stage_after
from casework.workflow.states import Action, Channel, Clock, Entry, Kind, State
from tests.factories import CANARY, MONDAY, SEALER, STEP, DepartmentFactory, District, UserFactory

DAY = timedelta(days=1)
ANSWERED = MONDAY + 6 * STEP
"""When ``case_in(FORWARDED)`` has its answer: on Monday, 2 March 2026."""


def ask(district: District, case: Case, *, days: int = 3, by: Actor = PETITIONER) -> Case:
    return reviews.ask_review(
        district.session,
        case,
        reason="答复说已修好，其实没有。",
        by=by,
        at=MONDAY + days * DAY,
        rules=district.rules,
    ).case


def answered_review(district: District, review: Case, *, at_day: int = 4) -> None:
    """Lead a review through another department to its answer."""
    d, at = district, MONDAY + at_day * DAY
    handler = UserFactory(handler=True, department=DepartmentFactory())
    reviewer = UserFactory(reviewer=True, department=handler.department)
    brought = {"at": at, "rules": d.rules}
    office.dispatch(d.session, review, lead=handler.department, by=staff(d.clerk), **brought)
    department.sign(d.session, review, by=staff(handler), **brought)
    department.draft(d.session, review, text="维持原答复。", by=staff(handler), **brought)
    d.session.flush()
    department.approve(d.session, review, by=staff(reviewer), **brought)
    d.session.flush()
    office.forward(d.session, review, by=staff(d.clerk), **brought)
    d.session.flush()


def test_a_review_is_a_case_of_its_own_linked_to_the_first(district: District) -> None:
    case = district.case_in(State.FORWARDED)
    review = ask(district, case)
    link = district.session.get_one(Review, review.id)
    assert (link.of_case_id, link.asked_from_id, link.first_id, link.stage) == (
        case.id, case.id, case.id, 1,
    )  # fmt: skip
    assert review.state is State.SUBMITTED
    assert review.channel is Channel.REVIEW
    assert review.number != case.number
    assert (review.subject, review.kind, review.consent) == (case.subject, case.kind, False)
    assert review.body == "答复说已修好，其实没有。"
    assert case.state is State.FORWARDED
    told = district.session.scalars(
        select(OutboxMessage.notice).where(OutboxMessage.case_id == review.id)
    ).all()
    assert told == [Notice.RECEIPT]


def test_the_petitioner_of_a_review_is_sealed_anew_and_told_in_the_same_way(
    district: District,
) -> None:
    case = district.case_in(State.FORWARDED)
    review = ask(district, case)
    (row,) = district.session.scalars(select(Petitioner).where(Petitioner.case_id == review.id))
    assert opened_contact(row, SEALER) == CANARY
    assert row.phone_hash is not None


@pytest.mark.parametrize("state", [State.SUBMITTED, State.HANDLING, State.REPLIED, State.DECLINED])
def test_nobody_asks_for_a_review_before_there_is_an_answer(
    district: District, state: State
) -> None:
    case = district.case_in(state)
    with pytest.raises(GuardFailed, match="written answer"):
        ask(district, case)


@pytest.mark.parametrize("state", [State.FORWARDED, State.PUBLISHED, State.ARCHIVED])
def test_an_answer_can_be_reviewed_whether_it_is_public_or_not(
    district: District, state: State
) -> None:
    assert ask(district, district.case_in(state)).channel is Channel.REVIEW


def test_what_was_answered_on_the_telephone_has_no_written_answer(district: District) -> None:
    with pytest.raises(GuardFailed, match="written answer"):
        ask(district, district.answered_call())


def test_thirty_days_begin_after_the_answer_and_end_on_a_working_day(district: District) -> None:
    calendar = district.rules.calendar
    assert last_day(date(2026, 3, 2), calendar) == date(2026, 4, 1)
    # 3 April is a Friday; 4 April a day off, with 5 and 6 April beside it
    assert last_day(date(2026, 3, 5), calendar) == date(2026, 4, 7)


def test_a_review_is_asked_for_until_the_last_day_and_not_later(district: District) -> None:
    first, second = district.cases_in(State.FORWARDED, 2)
    assert ask(district, first, days=30)
    with pytest.raises(GuardFailed, match="30 days"):
        ask(district, second, days=31)


def test_a_review_needs_a_reason(district: District) -> None:
    case = district.case_in(State.FORWARDED)
    with pytest.raises(Invalid) as refused:
        reviews.ask_review(
            district.session, case, reason=" ", by=PETITIONER, at=ANSWERED, rules=district.rules
        )
    assert refused.value.field == "reason"


def test_each_answer_is_reviewed_once(district: District) -> None:
    case = district.case_in(State.FORWARDED)
    ask(district, case)
    with pytest.raises(GuardFailed, match="already"):
        ask(district, case)


def test_departments_and_leaders_do_not_ask_for_reviews(district: District) -> None:
    case = district.case_in(State.FORWARDED)
    for person in (district.handler, district.supervisor, district.leader):
        with pytest.raises(NotPermitted):
            ask(district, case, by=staff(person))


def test_the_office_and_operators_ask_for_whoever_calls_or_comes(district: District) -> None:
    first, second = district.cases_in(State.FORWARDED, 2)
    assert ask(district, first, by=staff(district.clerk)).submitted_by_id == district.clerk.id
    assert ask(district, second, by=staff(district.operator)).submitted_by_id


def test_the_unit_that_answered_never_gets_the_review(district: District) -> None:
    review = ask(district, district.case_in(State.FORWARDED))
    with pytest.raises(GuardFailed, match="gave the answer"):
        district.take(review, Action.DISPATCH, at=MONDAY + 3 * DAY)
    with pytest.raises(GuardFailed, match="gave the answer"):
        office.dispatch(
            district.session,
            review,
            lead=district.street,
            co_handlers=[district.lead],
            by=staff(district.clerk),
            at=MONDAY + 3 * DAY,
            rules=district.rules,
        )


def test_the_database_keeps_the_reviewed_unit_out_whatever_the_code_does(
    district: District,
) -> None:
    db, unit = district.session, district.lead.id
    review = ask(district, district.case_in(State.FORWARDED))
    as_lead = update(Case).where(Case.id == review.id).values(department_id=unit)
    as_helper = insert(CoHandler).values(case_id=review.id, department_id=unit, added_at=ANSWERED)
    for statement in (as_lead, as_helper):
        with pytest.raises(IntegrityError, match="own answer"), db.begin_nested():
            db.execute(statement)


def test_units_that_helped_with_the_answer_are_kept_out_too(district: District) -> None:
    d = district
    case = d.submitted()
    office.dispatch(
        d.session, case, lead=d.lead, co_handlers=[d.helper], by=staff(d.clerk), at=MONDAY,
        rules=d.rules,
    )  # fmt: skip
    for action in (Action.SIGN, Action.DRAFT, Action.APPROVE, Action.FORWARD):
        d.take(case, action, at=MONDAY + STEP)
    review = ask(d, case)
    barred = d.session.scalars(
        select(ReviewBar.department_id).where(ReviewBar.case_id == review.id)
    )
    assert set(barred) == {d.lead.id, d.helper.id}


def test_units_that_helped_with_an_earlier_answer_are_kept_out_too(district: District) -> None:
    d, case = district, district.case_in(State.HANDLING)
    d.session.add(CoHandler(case_id=case.id, department_id=d.helper.id, added_at=MONDAY))
    d.session.flush()
    by, at = staff(d.helping_handler), MONDAY + 3 * STEP
    department.add_part(d.session, case, text="已协助核查。", by=by, at=at, rules=d.rules)
    for number, action in enumerate((Action.DRAFT, Action.APPROVE, Action.FORWARD, Action.REDO)):
        d.take(case, action, at=at + (number + 1) * STEP)
    for action in (Action.SIGN, Action.DRAFT, Action.APPROVE, Action.FORWARD):
        at += STEP
        d.take(case, action, at=at + DAY)
    review = ask(d, case)
    barred = d.session.scalars(
        select(ReviewBar.department_id).where(ReviewBar.case_id == review.id)
    )
    assert set(barred) == {d.lead.id, d.helper.id}


def test_the_reviewed_unit_does_not_see_the_review(district: District) -> None:
    review = ask(district, district.case_in(State.FORWARDED))
    for person, sees in ((district.handler, False), (district.clerk, True)):
        found = district.session.scalar(
            select(Case.id).where(cases.seen_by(person), Case.id == review.id)
        )
        assert (found is not None) is sees


def test_the_wall_around_an_accusation_stands_around_its_review(district: District) -> None:
    d = district
    case = d.case_in(State.FORWARDED, kind=Kind.REPORT, accused_department_id=d.helper.id)
    case.accused_user_id = d.leader.id
    review = ask(d, case)
    assert review.accused_department_id == d.helper.id
    assert review.accused_user_id == d.leader.id
    with pytest.raises(GuardFailed):
        office.dispatch(
            d.session, review, lead=d.helper, by=staff(d.clerk), at=MONDAY + 3 * DAY, rules=d.rules
        )


def test_a_re_review_follows_and_a_third_does_not_exist(district: District) -> None:
    case = district.case_in(State.FORWARDED)
    review = ask(district, case)
    answered_review(district, review)
    again = ask(district, review, days=10)
    link = district.session.get_one(Review, again.id)
    assert (again.channel, link.stage, link.first_id) == (Channel.RE_REVIEW, 2, case.id)
    barred = set(
        district.session.scalars(
            select(ReviewBar.department_id).where(ReviewBar.case_id == again.id)
        )
    )
    assert barred == {case.department_id, review.department_id}
    answered_review(district, again, at_day=11)
    assert stage_after(again.channel) is None
    with pytest.raises(GuardFailed, match="matter ends"):
        ask(district, again, days=12)


def test_a_review_has_thirty_days_from_its_request_to_its_answer(district: District) -> None:
    review = ask(district, district.case_in(State.FORWARDED))  # Thursday, 5 March
    (clock,) = district.session.scalars(
        select(CaseClock).where(CaseClock.case_id == review.id, CaseClock.clock == Clock.REVIEW)
    )
    assert clock.due_on == review.promised_on == review.first_promised_on == date(2026, 4, 7)
    office.dispatch(
        district.session, review, lead=district.street, by=staff(district.clerk),
        at=MONDAY + 4 * DAY, rules=district.rules,
    )  # fmt: skip
    assert review.promised_on == date(2026, 4, 7)
    assert set(clocks.running_clocks(district.session, review)) == {
        Clock.SIGN, Clock.OBJECTION, Clock.REVIEW,
    }  # fmt: skip
    assert review.due_on == date(2026, 3, 9)


def in_review(district: District) -> tuple[Case, Actor]:
    """Return a review that a department handles, with its handler; it is due on 7 April."""
    review = ask(district, district.case_in(State.FORWARDED))
    handler = staff(UserFactory(handler=True, department=district.street))
    brought = {"at": MONDAY + 4 * DAY, "rules": district.rules}
    office.dispatch(
        district.session, review, lead=district.street, by=staff(district.clerk), **brought
    )
    department.sign(district.session, review, by=handler, **brought)
    return review, handler


def hear(district: District, review: Case, by: Actor, first: date, last: date) -> reviews.Hearing:
    return reviews.hold_hearing(
        district.session, review, first=first, last=last, note="听证会", by=by,
        at=MONDAY + 5 * DAY, rules=district.rules,
    )  # fmt: skip


def test_the_days_of_a_hearing_are_not_counted_and_stand_in_the_ledger(district: District) -> None:
    review, handler = in_review(district)
    hear(district, review, handler, date(2026, 3, 16), date(2026, 3, 20))
    clock = clocks.running_clocks(district.session, review)[Clock.REVIEW]
    lines = [LedgerLine.from_json(line) for line in clock.ledger]
    assert [line.days for line in lines if line.kind == "hearing"] == [5]
    assert replay(lines) == clock.due_on == review.promised_on == date(2026, 4, 9)
    assert clock.first_due_on == review.first_promised_on == date(2026, 4, 7)
    hear(district, review, staff(district.clerk), date(2026, 3, 24), date(2026, 3, 24))
    assert review.promised_on == date(2026, 4, 10)


def test_a_hearing_that_is_called_off_is_counted_after_all(district: District) -> None:
    review, handler = in_review(district)
    hearing = hear(district, review, handler, date(2026, 3, 16), date(2026, 3, 20))
    brought = {"by": handler, "at": MONDAY + 6 * DAY, "rules": district.rules}
    with pytest.raises(Invalid):
        reviews.call_off_hearing(district.session, review, hearing.id, reason="", **brought)
    reviews.call_off_hearing(district.session, review, hearing.id, reason="双方和解", **brought)
    assert review.promised_on == date(2026, 4, 7)
    with pytest.raises(NotFound):
        reviews.call_off_hearing(district.session, review, hearing.id, reason="再次", **brought)


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        (date(2026, 3, 20), date(2026, 3, 16), "last"),
        (date(2026, 3, 9), date(2026, 4, 9), "last"),
        (date(2026, 3, 5), date(2026, 3, 6), "first"),
        (date(2026, 4, 8), date(2026, 4, 8), "first"),
        (date(2026, 3, 11), date(2026, 3, 12), "first"),
    ],
)
def test_days_on_which_no_hearing_can_be_are_refused(
    district: District, first: date, last: date, field: str
) -> None:
    review, handler = in_review(district)
    hear(district, review, handler, date(2026, 3, 12), date(2026, 3, 13))
    with pytest.raises(Invalid) as refused:
        hear(district, review, handler, first, last)
    assert refused.value.field == field


def test_a_hearing_never_heals_what_is_late(district: District) -> None:
    review, handler = in_review(district)
    with pytest.raises(GuardFailed):
        reviews.hold_hearing(
            district.session, review, first=date(2026, 4, 7), last=date(2026, 4, 9), note="",
            by=handler, at=MONDAY + 37 * DAY, rules=district.rules,
        )  # fmt: skip


def test_only_the_office_and_the_reviewing_unit_enter_hearings_and_only_of_reviews(
    district: District,
) -> None:
    review, _handler = in_review(district)
    plain = district.case_in(State.HANDLING)
    for case, person in (
        (review, district.handler),
        (review, district.leader),
        (plain, district.clerk),
    ):
        with pytest.raises(NotPermitted):
            hear(district, case, staff(person), date(2026, 3, 16), date(2026, 3, 16))


def test_a_review_gets_no_more_time_than_the_law_gives(district: District) -> None:
    review, handler = in_review(district)
    with pytest.raises(GuardFailed):
        extensions.ask_extension(
            district.session, review, days=5, reason="需要更多时间", by=handler,
            at=MONDAY + 5 * DAY, rules=district.rules,
        )  # fmt: skip


def test_an_answer_under_review_is_not_done_again_beside_it(district: District) -> None:
    case = district.case_in(State.FORWARDED)
    ask(district, case, days=1)
    with pytest.raises(GuardFailed, match="review of this answer"):
        district.take(case, Action.REDO, at=MONDAY + 2 * DAY)


def test_the_answer_to_a_review_is_not_done_again_and_asks_for_no_redo(district: District) -> None:
    review = ask(district, district.case_in(State.FORWARDED))
    answered_review(district, review)
    with pytest.raises(GuardFailed, match="not done again"):
        district.take(review, Action.REDO, at=MONDAY + 5 * DAY)
    assert review.satisfaction == 1


def test_reviews_are_neither_merged_nor_merged_into(district: District) -> None:
    review = ask(district, district.case_in(State.FORWARDED))
    other = district.submitted()
    brought = {
        "reason_code": "merge.same_matter", "by": staff(district.clerk),
        "at": MONDAY + 4 * DAY, "rules": district.rules,
    }  # fmt: skip
    with pytest.raises(GuardFailed):
        office.merge(district.session, review, into=other, **brought)
    with pytest.raises(Invalid):
        office.merge(district.session, other, into=review, **brought)


def test_whoever_was_merged_has_a_right_of_their_own_to_a_review(district: District) -> None:
    d = district
    into, merged = d.case_in(State.HANDLING), d.submitted(subject="并入的来信")
    office.merge(
        d.session, merged, into=into, reason_code="merge.same_matter", by=staff(d.clerk),
        at=MONDAY + 3 * STEP, rules=d.rules,
    )  # fmt: skip
    for action in (Action.DRAFT, Action.APPROVE, Action.FORWARD):
        d.take(into, action, at=MONDAY + 4 * STEP)
    first, second = ask(d, into), ask(d, merged)
    for review in (first, second):
        assert d.session.get_one(Review, review.id).of_case_id == into.id
        people = d.session.scalars(select(Petitioner).where(Petitioner.case_id == review.id)).all()
        assert len(people) == 1


def test_logs_clocks_and_figures_hold_with_reviews_and_hearings(district: District) -> None:
    d = district
    review, handler = in_review(d)
    hearing = hear(d, review, handler, date(2026, 3, 16), date(2026, 3, 20))
    hear(d, review, handler, date(2026, 3, 24), date(2026, 3, 25))
    reviews.call_off_hearing(
        d.session, review, hearing.id, reason="改期", by=handler, at=MONDAY + 6 * DAY, rules=d.rules
    )
    second = ask(d, d.case_in(State.FORWARDED))
    answered_review(d, second)
    d.session.flush()
    assert [one for one in log.broken_chains(d.session, SEALER) if one] == []
    assert [
        one for found in clock_checks.differing_clocks(d.session, d.rules) for one in found
    ] == []
    assert [one for one in figure_checks.wrong_figures(d.session, d.rules) if one] == []


def test_the_log_of_the_first_case_says_that_a_review_was_asked_for(district: District) -> None:
    case = district.case_in(State.FORWARDED)
    review = ask(district, case)
    (event,) = district.session.scalars(
        select(CaseEvent).where(
            CaseEvent.case_id == case.id, CaseEvent.action == Entry.REVIEW_ASKED.value
        )
    )
    assert event.data == {"case": str(review.ref)}
