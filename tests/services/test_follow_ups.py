"""Petitioners are asked afterwards: some by lot, some by rule, each once, by one operator."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from casework.errors import Conflict, Invalid, NotFound, NotPermitted
from casework.models import (
    Case,
    CaseEvent,
    FollowUp,
    FollowUpCall,
    Level,
    Rating,
    RedoRequest,
    SupervisionNotice,
)
from casework.services import figure_checks, follow_ups, log, petitioner
from casework.services.actors import staff
from casework.services.follow_ups import Said
from casework.services.petitioners import Contact
from casework.workflow.follow_ups import Ground, Outcome, Result, next_try, outcome_of
from casework.workflow.states import Action, Clock, Entry, Kind, State
from tests.factories import CANARY, MONDAY, SEALER, STEP, District, UserFactory

DAY = timedelta(days=1)
WEDNESDAY = MONDAY + 2 * DAY
PLEASED = Said(5, True, True, "很好。")


def somebody(number: int) -> Contact:
    return Contact(name="某人", phone=f"1380000{number:04d}")


def drawn(
    district: District, *, at: datetime = WEDNESDAY, share: int = 100, phone: int = 100
) -> list[FollowUp]:
    settings = replace(district.rules.settings, follow_up_share=share, follow_up_phone_share=phone)
    follow_ups.draw(district.session, at=at, rules=replace(district.rules, settings=settings))
    district.session.expire_all()
    return list(district.session.scalars(select(FollowUp).order_by(FollowUp.id)))


def one(district: District, **letter: object) -> tuple[Case, FollowUp]:
    """Return an answered case whose petitioner waits for a call."""
    case = district.case_in(State.FORWARDED, **letter)
    (row,) = drawn(district)
    return case, row


def take(district: District, row: FollowUp, *, at: datetime = WEDNESDAY) -> None:
    follow_ups.take(district.session, row.id, by=staff(district.operator), at=at)


def missed(district: District, row: FollowUp, result: Result, *, at: datetime) -> FollowUp:
    take(district, row, at=at)
    return follow_ups.note_call(
        district.session, row.id, result, note="", by=staff(district.operator), at=at,
        rules=district.rules,
    )  # fmt: skip


def answered(
    district: District, row: FollowUp, said: Said = PLEASED, *, at: datetime = WEDNESDAY
) -> FollowUp:
    take(district, row, at=at)
    return follow_ups.note_answer(
        district.session, row.id, said, by=staff(district.operator), at=at, rules=district.rules
    )


def test_the_share_of_the_settings_is_drawn_and_drawing_again_adds_nobody(
    district: District,
) -> None:
    for number in range(40):
        district.case_in(State.FORWARDED, contacts=(replace_mail(number),))
    first = drawn(district, share=50, phone=0)
    assert 8 <= len(first) <= 32
    assert {row.ground for row in first} == {Ground.RANDOM}
    assert len(drawn(district, share=50, phone=0, at=WEDNESDAY + DAY)) == len(first)


def replace_mail(number: int) -> Contact:
    return replace(somebody(number), email=f"a{number}@example.org")


def test_a_share_of_nothing_draws_nobody_and_of_all_everybody(district: District) -> None:
    for number in range(4):
        district.case_in(State.FORWARDED, contacts=(replace_mail(number),))
    assert drawn(district, share=0, phone=0) == []
    assert len(drawn(district, share=100)) == 4


def test_whoever_has_a_telephone_only_is_drawn_by_a_share_of_its_own(district: District) -> None:
    district.case_in(State.FORWARDED, contacts=(somebody(1),))
    district.case_in(State.FORWARDED, contacts=(replace_mail(2),))
    (row,) = drawn(district, share=0, phone=100)
    assert row.ground is Ground.PHONE_ONLY


def test_the_dissatisfied_red_cards_and_what_was_redone_are_asked_by_rule(
    district: District,
) -> None:
    d = district
    bad, red, redone, plain = (
        d.case_in(State.FORWARDED, contacts=(replace_mail(number),)) for number in range(4)
    )
    petitioner.rate(
        d.session, bad, satisfaction=1, solved=False, comment="", at=MONDAY + DAY, rules=d.rules
    )
    d.session.add(
        SupervisionNotice(
            case_id=red.id, clock=Clock.HANDLE, due_on=MONDAY.date(), level=Level.RED_CARD,
            department_id=d.lead.id, at=MONDAY,
        )
    )  # fmt: skip
    d.take(redone, Action.REDO, at=MONDAY + 8 * STEP)
    for action in (Action.SIGN, Action.DRAFT, Action.APPROVE, Action.FORWARD):
        d.take(redone, action, at=MONDAY + 9 * STEP)
    grounds = {row.case_id: row.ground for row in drawn(d, share=0, phone=0)}
    assert grounds == {
        bad.id: Ground.DISSATISFIED, red.id: Ground.RED_CARD, redone.id: Ground.REDONE,
    }  # fmt: skip
    assert plain.id not in grounds


def test_nobody_is_called_before_the_days_of_the_settings_nor_after_the_window(
    district: District,
) -> None:
    district.case_in(State.FORWARDED)
    assert drawn(district, at=MONDAY + DAY) == []
    assert drawn(district, at=MONDAY + 15 * DAY) == []
    assert len(drawn(district, at=MONDAY + 14 * DAY)) == 1


@pytest.mark.parametrize(
    "letter",
    [
        {"kind": Kind.REPORT},
        {"unnamed": True},
        {"contacts": (Contact(name="无电话", email="a@example.org"),)},
        {"contacts": ()},
    ],
)
def test_no_call_gives_a_whistle_blower_away_or_goes_nowhere(
    district: District, letter: dict[str, object]
) -> None:
    district.case_in(State.FORWARDED, **letter)
    assert drawn(district) == []


def test_no_call_about_an_accusation(district: District) -> None:
    district.case_in(State.FORWARDED, accused_department_id=district.helper.id)
    assert drawn(district) == []


def test_who_was_content_online_is_not_asked_again(district: District) -> None:
    before, waiting = (
        district.case_in(State.FORWARDED, contacts=(somebody(number),)) for number in range(2)
    )
    say = {"solved": True, "comment": "", "at": MONDAY + DAY, "rules": district.rules}
    petitioner.rate(district.session, before, satisfaction=5, **say)
    (row,) = drawn(district)
    assert row.case_id == waiting.id
    petitioner.rate(district.session, waiting, satisfaction=4, **say | {"at": WEDNESDAY})
    assert row.outcome is Outcome.RATED_ONLINE


def test_somebody_with_several_cases_is_called_about_one(district: District) -> None:
    district.cases_in(State.FORWARDED, 3)
    assert len(drawn(district)) == 1


def test_two_operators_never_call_the_same_petitioner(district: District) -> None:
    _case, row = one(district)
    second = staff(UserFactory(operator=True))
    take(district, row)
    with pytest.raises(Conflict):
        follow_ups.take(district.session, row.id, by=second, at=WEDNESDAY + 29 * DAY / 1440)
    follow_ups.take(district.session, row.id, by=second, at=WEDNESDAY + 31 * DAY / 1440)
    assert row.claimed_by_id == second.user_id


def test_the_next_call_is_one_that_nobody_has(district: District) -> None:
    for number in range(2):
        district.case_in(State.FORWARDED, contacts=(somebody(number),))
    drawn(district)
    first = follow_ups.take_next(district.session, by=staff(district.operator), at=WEDNESDAY)
    other = staff(UserFactory(operator=True))
    second = follow_ups.take_next(district.session, by=other, at=WEDNESDAY)
    third = follow_ups.take_next(
        district.session, by=staff(UserFactory(operator=True)), at=WEDNESDAY
    )
    assert first is not None
    assert second is not None
    assert first.id != second.id
    assert third is None


def test_only_operators_call(district: District) -> None:
    _case, row = one(district)
    for person in (district.clerk, district.handler, district.supervisor, district.leader):
        with pytest.raises(NotPermitted):
            follow_ups.take(district.session, row.id, by=staff(person), at=WEDNESDAY)


def test_the_number_is_read_only_by_who_has_taken_the_call_and_that_is_logged(
    district: District,
) -> None:
    case, row = one(district)
    brought = {"at": WEDNESDAY, "rules": district.rules}
    with pytest.raises(NotFound):
        follow_ups.number_to_call(district.session, row.id, by=staff(district.operator), **brought)
    take(district, row)
    found = follow_ups.number_to_call(
        district.session, row.id, by=staff(district.operator), **brought
    )
    assert found == (CANARY.name, CANARY.phone)
    (event,) = district.session.scalars(
        select(CaseEvent).where(
            CaseEvent.case_id == case.id, CaseEvent.action == Entry.UNMASK.value
        )
    )
    assert event.actor_id == district.operator.id


def test_a_call_is_tried_again_in_another_part_of_the_day() -> None:
    morning = MONDAY.replace(hour=9)
    noon, evening = next_try(morning), next_try(next_try(morning))
    assert (noon.hour, evening.hour) == (12, 18)
    assert next_try(evening) == morning.replace(hour=8) + DAY


def test_after_so_many_calls_a_petitioner_counts_as_not_reached(district: District) -> None:
    _case, row = one(district)
    at = WEDNESDAY
    for tries in (1, 2):
        missed(district, row, Result.NO_ANSWER, at=at)
        assert (row.tries, row.closed_at, row.claimed_by_id) == (tries, None, None)
        with pytest.raises(NotFound):
            take(district, row, at=at)
        at = row.next_at
    missed(district, row, Result.BUSY, at=at)
    assert row.outcome is Outcome.UNREACHABLE
    calls = district.session.scalars(select(FollowUpCall.result).order_by(FollowUpCall.id)).all()
    assert calls == [Result.NO_ANSWER, Result.NO_ANSWER, Result.BUSY]


@pytest.mark.parametrize(
    ("result", "outcome"),
    [(Result.WRONG_NUMBER, Outcome.UNREACHABLE), (Result.REFUSED, Outcome.REFUSED)],
)
def test_a_wrong_number_and_a_refusal_end_it_at_once(
    district: District, result: Result, outcome: Outcome
) -> None:
    _case, row = one(district)
    assert missed(district, row, result, at=WEDNESDAY).outcome is outcome
    assert outcome_of(result, 1, 3) is outcome


def test_what_was_said_is_a_rating_by_the_same_rules(district: District) -> None:
    case, row = one(district)
    assert answered(district, row).outcome is Outcome.ANSWERED
    rating = district.session.scalars(select(Rating)).one()
    assert (rating.satisfaction, rating.solved, rating.truthful, rating.comment) == (
        5, True, True, "很好。",
    )  # fmt: skip
    assert rating.by_id == district.operator.id
    assert (case.satisfaction, case.solved) == (5, True)
    with pytest.raises(Invalid):
        petitioner.rate(
            district.session, case, satisfaction=1, solved=False, comment="", at=WEDNESDAY,
            rules=district.rules,
        )  # fmt: skip


def test_a_redo_can_be_asked_for_from_the_call(district: District) -> None:
    case, row = one(district)
    answered(district, row, Said(3, False, True, "只修了一半。", wants_redo=True))
    request = district.session.scalars(select(RedoRequest)).one()
    assert (request.case_id, request.wish) == (case.id, "只修了一半。")
    assert request.asked_by_id == district.operator.id


def test_the_dissatisfied_are_asked_what_is_wrong_and_not_to_rate_twice(
    district: District,
) -> None:
    case, row = one(district)
    petitioner.rate(
        district.session, case, satisfaction=1, solved=False, comment="差", at=WEDNESDAY,
        rules=district.rules,
    )  # fmt: skip
    assert (row.ground, row.closed_at) == (Ground.DISSATISFIED, None)
    with pytest.raises(Invalid):
        answered(district, row, Said(None, None, None, " "))
    answered(district, row, Said(None, None, None, "没有人来看过。"))
    assert len(district.session.scalars(select(Rating)).all()) == 1
    actions = district.session.scalars(
        select(CaseEvent.action).where(CaseEvent.case_id == case.id)
    ).all()
    assert Entry.FOLLOW_UP in actions


def test_nobody_is_asked_about_an_answer_that_was_redone_or_when_time_has_passed(
    district: District,
) -> None:
    case, row = one(district)
    district.take(case, Action.REDO, at=WEDNESDAY)
    assert row.outcome is Outcome.LAPSED
    other = district.case_in(State.FORWARDED, contacts=(somebody(9),))
    late = [one for one in drawn(district) if one.case_id == other.id]
    drawn(district, at=MONDAY + 20 * DAY)
    assert [one.outcome for one in late] == [Outcome.LAPSED]


def test_logs_and_figures_hold_with_follow_ups(district: District) -> None:
    case, row = one(district)
    missed(district, row, Result.NO_ANSWER, at=WEDNESDAY)
    answered(district, row, Said(1, False, False, "没有修。", wants_redo=True), at=row.next_at)
    assert case.satisfaction == 1
    assert [one for one in log.broken_chains(district.session, SEALER) if one] == []
    wrong = figure_checks.wrong_figures(district.session, district.rules)
    assert [one for one in wrong if one] == []
