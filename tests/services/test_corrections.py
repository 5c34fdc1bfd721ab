"""Versions of a public text: all are kept, one is out, a correction is said to be one."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from casework.errors import Conflict, GuardFailed, IllegalStep, Invalid, NotPermitted
from casework.models import Case, PublicationState, PublicText
from casework.queries.publications import versions_of
from casework.queries.published import Published, answer
from casework.services import consent, public_texts, publication
from casework.services.actors import PETITIONER, staff
from casework.workflow.states import Action, Sensitive, State
from tests.factories import CANARY, MONDAY, STEP, District
from tests.services.test_publication import redact, row_of

LATER = MONDAY + timedelta(days=1)
BETTER = {"subject": "路灯", "body": "某小区两盏路灯不亮。", "reply": "两盏都已修好。"}


def draft(district: District, case: Case, **changes: object) -> None:
    given = {**BETTER, "why": "数目有误。", "by": staff(district.clerk), "at": LATER}
    publication.draft_correction(
        district.session,
        case,
        **(given | {"rules": district.rules} | changes),  # type: ignore[arg-type]
    )


def correct(district: District, case: Case, **given: str) -> None:
    publication.correct(
        district.session,
        case,
        by=staff(district.second_clerk),
        at=LATER + STEP,
        rules=district.rules,
        **given,
    )


def read_by_everybody(district: District, case: Case) -> Published:
    found = answer(district.session, case.number)
    assert isinstance(found, Published)
    return found


def test_what_is_out_stays_until_the_correction_is_approved(district: District) -> None:
    case = district.case_in(State.PUBLISHED)
    before = read_by_everybody(district, case)
    draft(district, case)
    assert read_by_everybody(district, case) == before
    correct(district, case)
    after = read_by_everybody(district, case)
    assert (after.body, after.corrected_at) == (BETTER["body"], LATER + STEP)
    assert after.published_at == before.published_at
    assert case.state is State.PUBLISHED


def test_every_version_is_kept_with_who_and_when(district: District) -> None:
    case = district.case_in(State.FORWARDED)
    redact(district, case)
    redact(district, case, body="改过的文本。", at=MONDAY + 10 * STEP)
    publication.publish(
        district.session,
        case,
        by=staff(district.second_clerk),
        at=MONDAY + 11 * STEP,
        rules=district.rules,
    )
    draft(district, case)
    correct(district, case)
    third, second, first = versions_of(district.session, case)
    assert [one.version for one in (first, second, third)] == [1, 2, 3]
    assert (first.published_at, first.ended_at) == (None, MONDAY + 10 * STEP)
    assert (second.body, second.published_by_id) == ("改过的文本。", district.second_clerk.id)
    assert second.ended_at == third.published_at == LATER + STEP
    assert (third.correction, third.redacted_by_id, third.why) == (
        True,
        district.clerk.id,
        "数目有误。",
    )


def test_who_prepared_a_correction_does_not_approve_it(district: District) -> None:
    case = district.case_in(State.PUBLISHED)
    draft(district, case, by=staff(district.second_clerk))
    with pytest.raises(GuardFailed, match="colleague"):
        correct(district, case)


def test_a_sensitive_correction_needs_a_leader_again(district: District) -> None:
    case = district.case_in(State.PUBLISHED)
    draft(district, case, sensitive=(Sensitive.MINORS,))
    with pytest.raises(GuardFailed, match="leader"):
        correct(district, case)
    publication.clear(
        district.session, case, by=staff(district.leader), at=LATER, rules=district.rules
    )
    correct(district, case)
    assert row_of(district, case).cleared_at == LATER


def test_another_correction_than_the_one_read_is_not_approved(district: District) -> None:
    case = district.case_in(State.PUBLISHED)
    draft(district, case)
    made = public_texts.draft_of(district.session, case)
    assert made is not None
    read = public_texts.version_of(made)
    draft(district, case, at=LATER + timedelta(minutes=1))
    with pytest.raises(Conflict):
        correct(district, case, read=read)


def test_a_correction_shows_nothing_of_the_petitioners(district: District) -> None:
    case = district.case_in(State.PUBLISHED)
    with pytest.raises(Invalid):
        draft(district, case, body=f"见{CANARY.phone}", may_stand={CANARY.phone})


def test_only_the_office_corrects_and_only_what_is_out(district: District) -> None:
    with pytest.raises(IllegalStep):
        draft(district, district.case_in(State.FORWARDED))
    with pytest.raises(NotPermitted):
        draft(district, district.case_in(State.PUBLISHED), by=staff(district.leader))


def test_nothing_is_corrected_without_a_draft(district: District) -> None:
    with pytest.raises(Conflict):
        correct(district, district.case_in(State.PUBLISHED))


def test_what_is_taken_down_ends_its_versions_and_a_waiting_correction(district: District) -> None:
    case = district.case_in(State.PUBLISHED)
    draft(district, case)
    district.take(case, Action.UNPUBLISH, at=LATER + STEP)
    assert row_of(district, case).state is PublicationState.TAKEN_DOWN
    assert [one.ended_at is not None for one in versions_of(district.session, case)] == [True] * 2


def test_consent_taken_back_throws_away_what_was_never_out(district: District) -> None:
    case = district.case_in(State.PUBLISHED)
    draft(district, case)
    consent.take_back_consent(
        district.session, case, by=PETITIONER, at=LATER + STEP, rules=district.rules
    )
    left = district.session.scalars(select(PublicText).where(PublicText.case_id == case.id)).all()
    assert [one.published_at is not None for one in left] == [True]


def test_what_was_never_out_leaves_nothing_at_its_address(district: District) -> None:
    case = district.case_in(State.FORWARDED)
    redact(district, case)
    district.take(case, Action.WITHHOLD, at=LATER)
    assert answer(district.session, case.number) is None
