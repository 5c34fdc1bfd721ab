"""An erasure by age passes over nothing, and nothing new is written about an erased case."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from casework.errors import GuardFailed
from casework.models import Case, Erasure, Medium, Publication
from casework.queries import followed
from casework.services import (
    appeals,
    contacts,
    erasure,
    matters,
    oversight,
    petitioner,
    public_texts,
    publication,
    redo_requests,
    reviews,
)
from casework.services.actors import PETITIONER, staff
from casework.services.erased_parts import ERASED
from casework.workflow.states import Action, State
from tests.factories import MONDAY, STEP, DepartmentFactory, District, UserFactory

DAY = timedelta(days=1)
LATE = MONDAY + timedelta(days=366 * 10 + 3)
Attempt = Callable[[District, Case, datetime], object]


def ask(district: District, case: Case) -> None:
    erasure.ask_erasure(district.session, case, reason="", at=MONDAY + DAY, rules=district.rules)


def decide(district: District, case: Case, *, granted: bool) -> None:
    erasure.decide(
        district.session,
        case,
        granted=granted,
        answer="答复。",
        by=staff(district.clerk),
        at=MONDAY + DAY,
        rules=district.rules,
    )


def found(district: District) -> list[int]:
    return erasure.out_of_retention(district.session, at=LATE, rules=district.rules)


def carried_out(district: District, case: Case, *, at: datetime = LATE) -> bool:
    done = erasure.carry_out(district.session, case.id, at=at, rules=district.rules)
    district.session.expire_all()
    return done


def test_a_case_whose_erasure_was_refused_is_erased_by_age(district: District) -> None:
    case = district.case_in(State.ARCHIVED)
    ask(district, case)
    decide(district, case, granted=False)
    assert found(district) == [case.id]
    assert carried_out(district, case)
    assert case.subject == ERASED


def test_a_request_that_waits_is_decided_before_anything_goes_by_age(district: District) -> None:
    case = district.case_in(State.ARCHIVED)
    ask(district, case)
    assert found(district) == []
    assert not carried_out(district, case)
    decide(district, case, granted=False)
    assert carried_out(district, case)


def test_what_was_prepared_and_never_out_goes_by_age(district: District) -> None:
    case = district.case_in(State.FORWARDED)
    publication.redact(
        district.session,
        case,
        subject="路灯",
        body="路灯不亮。",
        reply="已修好。",
        by=staff(district.clerk),
        at=MONDAY + DAY,
        rules=district.rules,
    )
    assert carried_out(district, case)
    assert district.session.get(Publication, case.id) is None
    assert public_texts.draft_of(district.session, case) is None


def test_a_matter_that_others_follow_leaves_the_public_pages(district: District) -> None:
    case = district.case_in(State.HANDLING)
    by, at = staff(district.clerk), MONDAY + 3 * STEP
    matters.let_follow(district.session, case, title="路灯不亮", by=by, at=at, rules=district.rules)
    for action in (Action.DRAFT, Action.APPROVE, Action.FORWARD):
        district.take(case, action, at=at + STEP)
    assert followed.matters(district.session)[0]
    assert carried_out(district, case)
    assert not followed.matters(district.session)[0]


def test_nothing_goes_while_a_wish_or_an_appeal_waits(district: District) -> None:
    case = district.case_in(State.ARCHIVED)
    ask(district, case)
    decide(district, case, granted=True)
    _rate(district, case, MONDAY + DAY)
    assert not carried_out(district, case)
    redo_requests.refuse_redo(
        district.session,
        case,
        reason="已修好。",
        by=staff(district.clerk),
        at=MONDAY + DAY,
        rules=district.rules,
    )
    assert carried_out(district, case)
    other = district.case_in(State.ARCHIVED)
    _appeal(district, other, MONDAY + 2 * DAY)
    ask(district, other)
    with pytest.raises(GuardFailed, match="first"):
        decide(district, other, granted=True)


def test_the_first_letter_stays_while_its_re_review_runs(
    session: Session, district: District
) -> None:
    case = district.case_in(State.ARCHIVED)
    made = {"by": PETITIONER, "rules": district.rules}
    review = reviews.ask_review(session, case, reason="不服。", at=MONDAY + DAY, **made).case
    _answer(district, review)
    reviews.ask_review(session, review, reason="仍不服。", at=MONDAY + 3 * DAY, **made)
    ask(district, case)
    with pytest.raises(GuardFailed, match="reviewed"):
        decide(district, case, granted=True)
    assert not carried_out(district, case)


def _answer(district: District, review: Case) -> None:
    handler = UserFactory(handler=True, department=DepartmentFactory())
    district.lead, district.handler = handler.department, handler
    district.reviewer = UserFactory(reviewer=True, department=handler.department)
    steps = (Action.DISPATCH, Action.SIGN, Action.DRAFT, Action.APPROVE, Action.FORWARD)
    for number, action in enumerate(steps):
        district.take(review, action, at=MONDAY + 2 * DAY + number * STEP)


def _rate(d: District, case: Case, at: datetime) -> None:
    petitioner.rate(
        d.session, case, satisfaction=1, solved=False, comment="评语", at=at, rules=d.rules
    )


def _change_contact(d: District, case: Case, at: datetime) -> None:
    contacts.ask_change(
        d.session,
        case,
        field="phone",
        value="13800009999",
        media=[Medium.SMS],
        at=at,
        rules=d.rules,
    )


def _ask_review(d: District, case: Case, at: datetime) -> None:
    reviews.ask_review(d.session, case, reason="不服。", by=PETITIONER, at=at, rules=d.rules)


def _appeal(d: District, case: Case, at: datetime) -> None:
    case.completed_on = at.date()
    case.promised_on = MONDAY.date()
    by = staff(d.handler)
    appeals.appeal(d.session, case, reason="理由", evidence="证据", by=by, at=at, rules=d.rules)


def _note(d: District, case: Case, at: datetime) -> None:
    oversight.add_note(d.session, case, text="备注", by=staff(d.clerk), at=at, rules=d.rules)


@pytest.mark.parametrize("attempt", [_rate, _change_contact, _ask_review, _appeal, _note])
def test_nothing_new_is_written_about_an_erased_case(district: District, attempt: Attempt) -> None:
    case = district.case_in(State.ARCHIVED)
    ask(district, case)
    decide(district, case, granted=True)
    assert carried_out(district, case, at=MONDAY + 3 * DAY)
    assert district.session.get_one(Erasure, case.id).carried_out_at is not None
    with pytest.raises(GuardFailed, match="erased"):
        attempt(district, case, MONDAY + 4 * DAY)
