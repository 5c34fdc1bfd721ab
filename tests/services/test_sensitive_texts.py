"""Sensitive public texts: two people of the office and a leader, and nobody instead of one."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from casework.errors import Conflict, GuardFailed, NotPermitted
from casework.models import (
    Case,
    CaseEvent,
    OutboxMessage,
    Publication,
    PublicationState,
    PublicText,
)
from casework.queries.publications import count_to_clear, to_clear
from casework.services import public_texts, publication
from casework.services.actors import staff
from casework.services.log import first_break
from casework.services.redaction.sensitive import signs_of
from casework.workflow.notices import Notice
from casework.workflow.states import Action, Kind, Sensitive, State
from tests.factories import SEALER, STEP, District
from tests.services.test_publication import LATER, publish, redact, row_of


def told(district: District, notice: Notice) -> int:
    return len(
        district.session.scalars(
            select(OutboxMessage.id).where(OutboxMessage.notice == notice)
        ).all()
    )


def clear(district: District, case: Case, **given: str) -> None:
    publication.clear(
        district.session,
        case,
        by=staff(district.leader),
        at=LATER + STEP,
        rules=district.rules,
        **given,
    )


def turn_down(district: District, case: Case) -> None:
    publication.turn_down(
        district.session,
        case,
        reason="仍可辨认当事人。",
        by=staff(district.leader),
        at=LATER + STEP,
        rules=district.rules,
    )


@pytest.mark.parametrize("marked", [(Sensitive.MINORS,), (Sensitive.HEALTH,)])
def test_what_concerns_minors_or_health_waits_for_a_leader(
    district: District, marked: tuple[Sensitive, ...]
) -> None:
    case = district.case_in(State.FORWARDED)
    redact(district, case, sensitive=marked)
    with pytest.raises(GuardFailed, match="leader"):
        publish(district, case)
    clear(district, case)
    publish(district, case)
    assert case.state is State.PUBLISHED
    assert row_of(district, case).cleared_at == LATER + STEP


def test_a_report_waits_for_a_leader_whatever_was_marked(district: District) -> None:
    case = district.case_in(State.FORWARDED, kind=Kind.REPORT)
    redact(district, case)
    assert row_of(district, case).sensitive == [Sensitive.ACCUSATION]
    with pytest.raises(GuardFailed, match="leader"):
        publish(district, case)


def test_a_letter_about_a_unit_is_an_accusation_of_whatever_kind(district: District) -> None:
    case = district.case_in(State.FORWARDED, accused_department_id=district.helper.id)
    redact(district, case)
    assert row_of(district, case).sensitive == [Sensitive.ACCUSATION]


def test_nobody_but_a_leader_clears_a_text(district: District) -> None:
    case = district.case_in(State.FORWARDED)
    redact(district, case, sensitive=(Sensitive.HEALTH,))
    for user in (district.second_clerk, district.supervisor, district.reviewer):
        with pytest.raises(NotPermitted):
            publication.clear(
                district.session, case, by=staff(user), at=LATER, rules=district.rules
            )


def test_a_changed_text_needs_the_leader_again(district: District) -> None:
    case = district.case_in(State.FORWARDED)
    redact(district, case, sensitive=(Sensitive.HEALTH,))
    clear(district, case)
    redact(district, case, sensitive=(Sensitive.HEALTH,), at=LATER + 2 * STEP)
    with pytest.raises(GuardFailed, match="leader"):
        publish(district, case)


def test_a_leader_answers_for_the_version_that_was_read(district: District) -> None:
    case = district.case_in(State.FORWARDED)
    redact(district, case, sensitive=(Sensitive.HEALTH,))
    read = public_texts.version_of(row_of(district, case))
    redact(district, case, sensitive=(Sensitive.HEALTH,), at=LATER + timedelta(minutes=1))
    with pytest.raises(Conflict), district.session.begin_nested():
        clear(district, case, read=read)


def test_a_refused_text_stays_inside_and_its_reason_stands_with_it(district: District) -> None:
    case = district.case_in(State.FORWARDED)
    redact(district, case, sensitive=(Sensitive.MINORS,))
    turn_down(district, case)
    made = public_texts.draft_of(district.session, case)
    assert made is not None
    assert (made.refusal, made.refused_by_id) == ("仍可辨认当事人。", district.leader.id)
    with pytest.raises(GuardFailed, match="leader"):
        publish(district, case)
    with pytest.raises(GuardFailed, match="waits for a leader"):
        clear(district, case)
    assert told(district, Notice.TURNED_DOWN) == 1


def test_leaders_are_told_and_find_it_in_their_list_until_they_have_decided(
    district: District,
) -> None:
    case = district.case_in(State.FORWARDED)
    redact(district, case)
    assert told(district, Notice.TO_CLEAR) == 0
    redact(district, case, sensitive=(Sensitive.MINORS,), at=LATER + timedelta(minutes=1))
    assert told(district, Notice.TO_CLEAR) == 1
    rows, more = to_clear(district.session, district.leader)
    assert ([row.number for row in rows], more) == ([case.number], None)
    assert count_to_clear(district.session, district.leader) == 1
    clear(district, case)
    assert count_to_clear(district.session, district.leader) == 0
    assert told(district, Notice.CLEARED) == 1


def test_a_leader_never_decides_on_an_accusation_of_their_own_person(district: District) -> None:
    case = district.case_in(State.FORWARDED)
    case.accused_user_id = district.leader.id
    redact(district, case)
    assert to_clear(district.session, district.leader) == ([], None)


def test_a_withheld_text_waits_for_no_leader(district: District) -> None:
    case = district.case_in(State.FORWARDED)
    redact(district, case, sensitive=(Sensitive.MINORS,))
    district.take(case, Action.WITHHOLD, at=LATER + STEP)
    assert count_to_clear(district.session, district.leader) == 0


@pytest.mark.parametrize(
    "change",
    [
        {"sensitive": ["health"]},
        {"sensitive": [], "kind": Kind.REPORT},
    ],
)
def test_the_database_lets_no_sensitive_text_out_without_a_leader(
    district: District, change: dict[str, object]
) -> None:
    case = district.case_in(State.FORWARDED)
    redact(district, case)
    with pytest.raises(IntegrityError), district.session.begin_nested():
        district.session.execute(
            update(Publication)
            .where(Publication.case_id == case.id)
            .values(state=PublicationState.PUBLISHED, published_at=LATER, **change)
        )
    with pytest.raises(IntegrityError), district.session.begin_nested():
        district.session.execute(
            update(PublicText)
            .where(PublicText.case_id == case.id)
            .values(published_at=LATER, sensitive=["health"])
        )


def test_a_leaders_word_stands_in_a_log_that_holds(district: District) -> None:
    case = district.case_in(State.FORWARDED, kind=Kind.REPORT)
    redact(district, case)
    clear(district, case)
    publish(district, case)
    of_case = select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.seq)
    events = [*district.session.scalars(of_case)]
    assert [event.action for event in events][-3:] == ["redact", "clear", "publish"]
    assert first_break(case, events, SEALER) is None


@pytest.mark.parametrize(
    ("written", "reasons"),
    [
        ("孩子今年上小学，想问学区。", {Sensitive.MINORS}),
        ("父亲住院三个月，申请残疾证。", {Sensitive.HEALTH}),
        ("未成年人患病如何申请补助", {Sensitive.MINORS, Sensitive.HEALTH}),
        ("My child is ill.", {Sensitive.MINORS, Sensitive.HEALTH}),
        ("小区东门的路灯三天不亮。", set()),
    ],
)
def test_words_suggest_and_a_person_decides(written: str, reasons: set[Sensitive]) -> None:
    assert set(signs_of([written])) == reasons
