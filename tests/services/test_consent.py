"""Consent to publication: who gives it and takes it back, and what goes with it at once."""

import pytest

from casework.errors import GuardFailed, NotPermitted
from casework.models import Case, CaseEvent, Publication, PublicationState
from casework.queries import published
from casework.services import consent, publication
from casework.services.actors import PETITIONER, Actor, staff
from casework.services.log import broken_chains
from casework.workflow.states import Action, Entry, Role, State
from tests.factories import MONDAY, STEP, District

LATER = MONDAY + 12 * STEP


def take_back(district: District, case: Case, by: Actor = PETITIONER) -> None:
    consent.take_back_consent(district.session, case, by=by, at=LATER, rules=district.rules)


def give(district: District, case: Case, by: Actor = PETITIONER) -> None:
    consent.give_consent(district.session, case, by=by, at=LATER, rules=district.rules)


def actions_of(district: District, case: Case) -> list[str]:
    return [
        event.action
        for event in district.session.query(CaseEvent)
        .filter_by(case_id=case.id)
        .order_by(CaseEvent.seq)
    ]


def test_what_is_public_is_gone_at_once_when_consent_is_taken_back(district: District) -> None:
    case = district.case_in(State.PUBLISHED)
    take_back(district, case)
    assert case.state is State.ARCHIVED
    assert not case.consent
    row = district.session.get_one(Publication, case.id)
    assert row.state is PublicationState.TAKEN_DOWN
    assert (row.subject, row.body, row.reply) == ("", "", "")
    assert isinstance(published.answer(district.session, case.number), published.TakenDown)
    assert actions_of(district, case)[-2:] == [Entry.TAKE_BACK_CONSENT, Action.UNPUBLISH]
    assert not [one for one in broken_chains(district.session, district.rules.sealer) if one]


def test_a_prepared_text_is_thrown_away_with_the_consent(district: District) -> None:
    case = district.case_in(State.FORWARDED)
    publication.redact(
        district.session,
        case,
        subject="路灯",
        body="某小区路灯不亮。",
        reply="已修好。",
        by=staff(district.clerk),
        at=LATER,
        rules=district.rules,
    )
    take_back(district, case)
    assert district.session.get(Publication, case.id) is None
    assert case.state is State.FORWARDED
    with pytest.raises(GuardFailed):
        publication.publish(
            district.session,
            case,
            by=staff(district.second_clerk),
            at=LATER + STEP,
            rules=district.rules,
        )


@pytest.mark.parametrize("state", [State.SUBMITTED, State.HANDLING, State.REPLIED, State.ARCHIVED])
def test_taking_consent_back_moves_no_case_that_is_not_public(
    district: District, state: State
) -> None:
    case = district.case_in(state)
    due = case.due_on
    take_back(district, case)
    assert (case.state, case.due_on, case.consent) == (state, due, False)


@pytest.mark.parametrize("state", [State.DECLINED, State.MERGED, State.WITHDRAWN])
def test_a_case_that_ended_without_an_answer_asks_for_no_consent(
    district: District, state: State
) -> None:
    for step, given in ((take_back, True), (give, False)):
        with pytest.raises(GuardFailed):
            step(district, district.case_in(state, consent=given))


def test_consent_is_given_later_while_publication_is_not_decided(district: District) -> None:
    for state in (State.HANDLING, State.FORWARDED):
        case = district.case_in(state, consent=False)
        give(district, case)
        assert case.consent
        assert actions_of(district, case)[-1] == Entry.GIVE_CONSENT
    with pytest.raises(GuardFailed):
        give(district, district.case_in(State.ARCHIVED, consent=False))


def test_nobody_takes_back_or_gives_what_is_not_there(district: District) -> None:
    with pytest.raises(GuardFailed):
        take_back(district, district.case_in(State.FORWARDED, consent=False))
    with pytest.raises(GuardFailed):
        give(district, district.case_in(State.FORWARDED, consent=True))


def test_only_the_petitioner_and_who_speaks_with_them_decide_about_consent(
    district: District,
) -> None:
    for user in district.staff():
        case = district.case_in(State.PUBLISHED)
        if user.role in (Role.OPERATOR, Role.OFFICE):
            take_back(district, case, staff(user))
            assert not case.consent
            continue
        with pytest.raises(NotPermitted):
            take_back(district, case, staff(user))
        with pytest.raises(NotPermitted):
            give(district, case, staff(user))
        assert case.state is State.PUBLISHED
