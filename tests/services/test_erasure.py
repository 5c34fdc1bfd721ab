"""An erasure: asked, decided, carried out; words and people go, figures and the log stay."""

from datetime import timedelta

import pytest
from sqlalchemy import func, inspect, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from casework.errors import Conflict, GuardFailed, NotPermitted
from casework.models import (
    Case,
    CaseEvent,
    Erasure,
    OutboxMessage,
    Petitioner,
    Publication,
    PublicationState,
)
from casework.queries.figures import Scope
from casework.queries.figures_pages import by_month
from casework.queries.published import TakenDown, answer
from casework.services import appeals, erasure, oversight, petitioner, redo_requests
from casework.services.actors import staff
from casework.services.choices import closed_because
from casework.services.clock_checks import differing_clocks
from casework.services.erased_parts import ERASED, held
from casework.services.figure_checks import wrong_figures
from casework.services.log import first_break
from casework.workflow.notices import Notice
from casework.workflow.states import Action, Entry, State
from tests.factories import CANARY, MONDAY, SEALER, STEP, District

LATER = MONDAY + timedelta(days=3)
MARKS = ("金丝雀原题", "金丝雀正文", "金丝雀地点", "金丝雀问题", "金丝雀回答", "金丝雀批示")


def full_of_marks(district: District, state: State = State.PUBLISHED) -> Case:
    """Return a case with a mark in everything that people write."""
    case = district.case_in(State.HANDLING, subject=MARKS[0], body=MARKS[1], place=MARKS[2])
    d, at = district, MONDAY + 4 * STEP
    oversight.instruct(d.session, case, text=MARKS[5], by=staff(d.leader), at=at, rules=d.rules)
    oversight.add_note(d.session, case, text="金丝雀备注", by=staff(d.clerk), at=at, rules=d.rules)
    oversight.unmask(
        d.session, case, reason="金丝雀事由", by=staff(d.handler), at=at, rules=d.rules
    )
    for action in (Action.ASK_PETITIONER, Action.SUPPLY, Action.DRAFT, Action.APPROVE):
        at += STEP
        d.take(case, action, at=at)
    d.take(case, Action.FORWARD, at=at + STEP)
    petitioner.rate(
        d.session,
        case,
        satisfaction=4,
        solved=True,
        comment="金丝雀评价",
        at=at + 2 * STEP,
        rules=d.rules,
    )
    if state is State.PUBLISHED:
        d.take(case, Action.PUBLISH, at=at + 3 * STEP)
    d.session.flush()
    return case


def ask(district: District, case: Case, reason: str = "金丝雀理由") -> None:
    erasure.ask_erasure(district.session, case, reason=reason, at=LATER, rules=district.rules)


def decide(district: District, case: Case, *, granted: bool = True) -> None:
    erasure.decide(
        district.session,
        case,
        granted=granted,
        answer="金丝雀答复",
        by=staff(district.clerk),
        at=LATER + STEP,
        rules=district.rules,
    )


def carry_out(district: District, case: Case) -> bool:
    done = erasure.carry_out(
        district.session, case.id, at=LATER + timedelta(days=2), rules=district.rules
    )
    district.session.expire_all()
    return done


def rows_with(session: Session, mark: str) -> list[str]:
    """Return the tables in which any row holds ``mark``, looked at as text."""
    names = inspect(session.connection()).get_table_names()
    return [
        name
        for name in names
        if session.scalar(
            text(f'SELECT count(*) FROM "{name}" t WHERE t::text LIKE :mark'),  # noqa: S608
            {"mark": f"%{mark}%"},
        )
    ]


def log_of(district: District, case: Case) -> list[CaseEvent]:
    of_case = select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.seq)
    return [*district.session.scalars(of_case)]


def test_after_an_erasure_no_mark_is_left_in_any_table(district: District) -> None:
    case = full_of_marks(district)
    ask(district, case)
    decide(district, case)
    assert rows_with(district.session, "金丝雀")
    assert carry_out(district, case)
    assert rows_with(district.session, "金丝雀") == []
    for value in (CANARY.name, CANARY.phone, CANARY.email, CANARY.id_number):
        assert rows_with(district.session, value) == []


def test_a_refused_wish_and_a_decided_appeal_lose_their_words(district: District) -> None:
    d, db, at = district, district.session, LATER + timedelta(days=81)
    case = d.case_in(State.REPLIED)
    d.take(case, Action.FORWARD, at=at)
    petitioner.rate(
        db, case, satisfaction=1, solved=False, comment="金丝雀评价", at=at, rules=d.rules
    )
    redo_requests.refuse_redo(
        db, case, reason="金丝雀拒绝", by=staff(d.clerk), at=at, rules=d.rules
    )
    appeals.appeal(
        db,
        case,
        reason="金丝雀申诉",
        evidence="金丝雀证据",
        by=staff(d.handler),
        at=at,
        rules=d.rules,
    )
    appeals.decide(
        db, case, grant=True, words="金丝雀决定", by=staff(d.leader), at=at, rules=d.rules
    )
    ask(district, case)
    decide(district, case)
    assert carry_out(district, case)
    assert rows_with(db, "金丝雀") == []


def test_nobody_is_found_by_name_or_number_afterwards(district: District) -> None:
    case = full_of_marks(district)
    ask(district, case)
    decide(district, case)
    carry_out(district, case)
    person = district.session.scalars(select(Petitioner).where(Petitioner.case_id == case.id)).one()
    hashes = (person.phone_hash, person.name_hash, person.id_number_hash, person.email_hash)
    assert hashes == (None,) * 4
    opened = SEALER.open_sealed(person.sealed, row=f"petitioners/{person.id}")
    assert set(opened.values()) == {""}


def test_log_clocks_and_figures_hold_after_an_erasure(district: District) -> None:
    case = full_of_marks(district)
    before = figures(district)
    ask(district, case)
    decide(district, case)
    carry_out(district, case)
    events = log_of(district, case)
    assert first_break(case, events, SEALER) is None
    assert [event.note for event in events] == [None] * len(events)
    assert Entry.ERASE in [event.action for event in events]
    assert [*wrong(district)] == []
    assert [one for one in differing_clocks(district.session, district.rules) if one] == []
    assert figures(district) == before


def figures(district: District) -> list[int]:
    district.session.flush()
    months = by_month(
        district.session,
        Scope(None),
        MONDAY.date(),
        MONDAY.date() + timedelta(days=27),
        today=MONDAY.date() + timedelta(days=27),
    )
    return [
        month.figures[key] for month in months for key in ("received", "completed", "consented")
    ]


def wrong(district: District) -> list[object]:
    walk = wrong_figures(
        district.session,
        district.rules,
        first=MONDAY.date(),
        last=MONDAY.date(),
    )
    return [one for one in walk if one is not None]


def test_what_was_public_is_taken_down_with_a_reason_of_its_own(district: District) -> None:
    case = full_of_marks(district)
    ask(district, case)
    decide(district, case)
    carry_out(district, case)
    assert isinstance(answer(district.session, case.number), TakenDown)
    assert case.state is State.ARCHIVED
    row = district.session.get_one(Publication, case.id)
    assert (row.state, row.body) == (PublicationState.TAKEN_DOWN, "")
    assert "unpublish.erased" in [event.reason_code for event in log_of(district, case)]


def test_an_undecided_case_is_not_published_after_its_erasure(district: District) -> None:
    case = full_of_marks(district, State.FORWARDED)
    ask(district, case)
    decide(district, case)
    carry_out(district, case)
    assert case.state is State.ARCHIVED
    closed = closed_because(
        district.session,
        case,
        Action.REDO,
        by=staff(district.clerk),
        today=LATER.date(),
        rules=district.rules,
    )
    assert "erased" in str(closed)


def test_nothing_is_erased_before_the_day_has_passed(district: District) -> None:
    case = full_of_marks(district)
    ask(district, case)
    decide(district, case)
    due = erasure.granted_and_due(district.session, at=LATER + timedelta(hours=20))
    assert list(due) == []
    due = erasure.granted_and_due(district.session, at=LATER + timedelta(hours=30))
    assert list(due) == [case.id]


def test_a_refused_request_erases_nothing_and_can_be_made_again(district: District) -> None:
    case = full_of_marks(district)
    ask(district, case)
    decide(district, case, granted=False)
    assert list(erasure.granted_and_due(district.session, at=LATER + timedelta(days=9))) == []
    assert told(district, Notice.ERASURE_REFUSED) == 1
    ask(district, case)
    assert district.session.get_one(Erasure, case.id).decided_at is None


def told(district: District, notice: Notice) -> int:
    return (
        district.session.scalar(
            select(func.count()).select_from(OutboxMessage).where(OutboxMessage.notice == notice)
        )
        or 0
    )


def test_a_running_case_is_not_erased(district: District) -> None:
    with pytest.raises(GuardFailed, match="worked on"):
        ask(district, district.case_in(State.HANDLING))


def test_only_the_office_decides_and_once(district: District) -> None:
    case = full_of_marks(district)
    ask(district, case)
    with pytest.raises(GuardFailed):
        ask(district, case)
    with pytest.raises(NotPermitted):
        erasure.decide(
            district.session,
            case,
            granted=True,
            answer="",
            by=staff(district.leader),
            at=LATER,
            rules=district.rules,
        )
    decide(district, case)
    with pytest.raises(Conflict):
        decide(district, case)


def hold(district: District, case: Case) -> None:
    erasure.hold(
        district.session,
        case,
        reason="诉讼期间",
        by=staff(district.clerk),
        at=LATER + 2 * STEP,
        rules=district.rules,
    )


def test_a_legal_hold_stops_an_erasure_by_wish_and_by_age(district: District) -> None:
    case = full_of_marks(district)
    ask(district, case)
    decide(district, case)
    hold(district, case)
    late = LATER + timedelta(days=4_000)
    assert list(erasure.granted_and_due(district.session, at=late)) == []
    assert erasure.out_of_retention(district.session, at=late, rules=district.rules) == []
    assert not carry_out(district, case)
    erasure.release(
        district.session,
        case,
        reason="已结案",
        by=staff(district.clerk),
        at=LATER + 3 * STEP,
        rules=district.rules,
    )
    assert carry_out(district, case)


def test_a_held_case_is_not_granted(district: District) -> None:
    case = full_of_marks(district)
    ask(district, case)
    hold(district, case)
    with pytest.raises(GuardFailed, match="hold"):
        decide(district, case)


def test_after_the_retention_time_words_go_and_the_redacted_answer_stays_public(
    district: District,
) -> None:
    case = full_of_marks(district)
    young = district.case_in(State.HANDLING)
    years = district.rules.settings.retention_years
    soon = MONDAY + timedelta(days=365 * years - 30)
    late = MONDAY + timedelta(days=366 * years + 3)
    assert erasure.out_of_retention(district.session, at=soon, rules=district.rules) == []
    assert erasure.out_of_retention(district.session, at=late, rules=district.rules) == [case.id]
    assert erasure.carry_out(district.session, case.id, at=late, rules=district.rules)
    district.session.expire_all()
    assert case.subject == ERASED
    assert case.state is State.PUBLISHED
    assert not isinstance(answer(district.session, case.number), TakenDown)
    assert erasure.out_of_retention(district.session, at=late, rules=district.rules) == []
    assert young.subject != ERASED


def test_the_dry_run_counts_what_is_there_and_changes_nothing(district: District) -> None:
    case = full_of_marks(district)
    there = held(district.session, case)
    assert {"cases", "petitioners", "replies", "questions", "ratings", "case_events"} <= set(there)
    assert case.subject == MARKS[0]
    ask(district, case)
    decide(district, case)
    carry_out(district, case)
    assert held(district.session, case) == {}


def test_notes_of_a_case_that_is_not_erased_stay_whatever_is_asked_of_the_database(
    district: District,
) -> None:
    case = full_of_marks(district)
    with pytest.raises(DBAPIError), district.session.begin_nested():
        district.session.execute(select(func.forget_notes(case.id)))
    assert any(event.note for event in log_of(district, case))


def test_nothing_leaves_the_house_about_an_erased_case(district: District) -> None:
    case = full_of_marks(district)
    ask(district, case)
    decide(district, case)
    carry_out(district, case)
    waiting = district.session.scalar(
        select(func.count())
        .select_from(OutboxMessage)
        .where(
            OutboxMessage.case_id == case.id,
            OutboxMessage.done_at.is_(None),
            OutboxMessage.dead_at.is_(None),
        )
    )
    assert waiting == 0
