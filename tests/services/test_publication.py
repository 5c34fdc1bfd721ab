"""The public text: who may prepare it, what may not stand in it, what happens to it later."""

from datetime import timedelta

import pytest

from casework.errors import Conflict, GuardFailed, IllegalStep, Invalid, NotPermitted
from casework.models import Case, Publication, PublicationState
from casework.services import publication
from casework.services.actors import staff
from casework.workflow.states import Action, State
from tests.factories import CANARY, MONDAY, STEP, District

LATER = MONDAY + 9 * STEP
TEXT = {"subject": "路灯", "body": "某小区路灯不亮。", "reply": "已修好。"}


def redact(district: District, case: Case, **changes: object) -> None:
    given = {**TEXT, "by": staff(district.clerk), "at": LATER, "rules": district.rules} | changes
    publication.redact(district.session, case, **given)  # type: ignore[arg-type]


def publish(district: District, case: Case, **given: str) -> None:
    publication.publish(
        district.session,
        case,
        by=staff(district.second_clerk),
        at=LATER + STEP,
        rules=district.rules,
        **given,
    )


def row_of(district: District, case: Case) -> Publication:
    return district.session.get_one(Publication, case.id)


def test_only_the_office_prepares_a_public_text(district: District) -> None:
    case = district.case_in(State.FORWARDED)
    for user in (district.handler, district.operator, district.supervisor):
        with pytest.raises(NotPermitted):
            redact(district, case, by=staff(user))


@pytest.mark.parametrize("state", [State.REPLIED, State.PUBLISHED, State.ARCHIVED])
def test_a_public_text_is_prepared_between_answer_and_publication(
    district: District, state: State
) -> None:
    with pytest.raises(IllegalStep):
        redact(district, district.case_in(state))


def test_the_petitioners_own_values_stay_out_of_every_part(district: District) -> None:
    case = district.case_in(State.FORWARDED)
    for field in TEXT:
        for value in (CANARY.phone, CANARY.email, CANARY.id_number):
            with pytest.raises(Invalid) as refused:
                redact(district, case, **{field: f"见{value}"}, may_stand={value})
            assert refused.value.field == field


@pytest.mark.parametrize(
    "value",
    [
        CANARY.name,
        "13612340000",
        "440106198001011230",
        "粤A12345",
        "王小明先生",
        "somebody@example.com",
    ],
)
def test_what_looks_like_anybodys_stands_only_when_it_was_ticked(
    district: District, value: str
) -> None:
    case = district.case_in(State.FORWARDED)
    with pytest.raises(Invalid) as refused:
        redact(district, case, reply=f"已联系 {value}。", may_stand={"13612340001"})
    assert refused.value.field == "may_stand"
    redact(district, case, reply=f"已联系 {value}。", may_stand={value})


def test_who_prepared_it_does_not_publish_it(district: District) -> None:
    case = district.case_in(State.FORWARDED)
    redact(district, case, by=staff(district.second_clerk))
    with pytest.raises(GuardFailed):
        publish(district, case)


def test_another_version_than_the_one_read_is_not_published(district: District) -> None:
    case = district.case_in(State.FORWARDED)
    redact(district, case)
    read = publication.version_of(row_of(district, case))
    redact(district, case, at=LATER + timedelta(minutes=1))
    with pytest.raises(Conflict), district.session.begin_nested():
        publish(district, case, read=read)
    district.session.refresh(case)
    publish(district, case, read=publication.version_of(row_of(district, case)))
    assert case.state is State.PUBLISHED


def test_what_is_taken_down_keeps_its_number_and_loses_its_text(district: District) -> None:
    case = district.case_in(State.PUBLISHED)
    district.take(case, Action.UNPUBLISH, at=LATER + STEP)
    row = row_of(district, case)
    assert (row.state, row.number) == (PublicationState.TAKEN_DOWN, case.number)
    assert (row.subject, row.body, row.reply) == ("", "", "")
    assert row.published_at is None


def test_nothing_is_published_without_consent(district: District) -> None:
    case = district.case_in(State.FORWARDED, consent=False)
    redact(district, case)
    with pytest.raises(GuardFailed):
        publish(district, case)
