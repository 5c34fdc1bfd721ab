"""A letter that is merged, and whose case is merged again, stays its own petitioner's."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from casework.models import Case, CodeRequest, Medium, OutboxMessage, Petitioner
from casework.notify.recipients import AddressBook
from casework.notify.spread import spread
from casework.queries.delegates import delegates_of
from casework.queries.own_data import own_data
from casework.services import erasure, lost_codes, office, oversight
from casework.services.actors import staff
from casework.services.petitioners import Contact, opened_contact
from casework.workflow.notices import Notice
from casework.workflow.states import State
from tests.factories import CANARY, MONDAY, SEALER, STEP, District

SECOND = Contact(name="第二人", phone="13800002222")
THIRD = Contact(name="第三人", phone="13800003333")


def merge(district: District, case: Case, into: Case, *, steps: int) -> None:
    office.merge(
        district.session,
        case,
        into=into,
        reason_code="merge.same_matter",
        by=staff(district.clerk),
        at=MONDAY + steps * STEP,
        rules=district.rules,
    )


@pytest.fixture
def chain(district: District) -> tuple[Case, Case, Case]:
    """Return three letters, the first merged into the second and that into the third."""
    first = district.case_in(State.HANDLING, unnamed=True, contacts=(CANARY,))
    second = district.case_in(State.HANDLING, contacts=(SECOND,))
    third = district.case_in(State.HANDLING, contacts=(THIRD,))
    merge(district, first, second, steps=4)
    merge(district, second, third, steps=5)
    district.session.expire_all()
    return first, second, third


def name_of(session: Session, case: Case) -> str:
    (person,) = delegates_of(session, case.id)
    return opened_contact(person, SEALER).name


def test_each_letter_keeps_its_own_petitioner(
    session: Session, chain: tuple[Case, Case, Case]
) -> None:
    assert [name_of(session, case) for case in chain] == [CANARY.name, SECOND.name, THIRD.name]


def test_the_wish_to_stay_unnamed_outlives_every_merger(
    session: Session, district: District, chain: tuple[Case, Case, Case]
) -> None:
    seen = oversight.unmask(
        session,
        chain[2],
        reason="回电",
        by=staff(district.handler),
        at=MONDAY + 6 * STEP,
        rules=district.rules,
    )
    assert sorted(person.name for person in seen) == ["", THIRD.name, SECOND.name]


def test_a_contact_opens_no_letter_of_somebody_else(
    session: Session, district: District, chain: tuple[Case, Case, Case]
) -> None:
    lost_codes.ask_for_code(
        session,
        chain[1].number,
        CANARY.phone,
        media=[Medium.SMS, Medium.MAIL],
        at=MONDAY + timedelta(days=1),
        rules=district.rules,
    )
    assert session.scalars(select(CodeRequest)).all() == []


def test_an_erasure_reaches_the_own_petitioner_and_nobody_else(
    session: Session, district: District, chain: tuple[Case, Case, Case]
) -> None:
    first, second, _third = chain
    at = MONDAY + timedelta(days=1)
    erasure.ask_erasure(session, first, reason="", at=at, rules=district.rules)
    erasure.decide(
        session,
        first,
        granted=True,
        answer="同意。",
        by=staff(district.clerk),
        at=at,
        rules=district.rules,
    )
    assert erasure.carry_out(session, first.id, at=at + timedelta(days=1), rules=district.rules)
    session.expire_all()
    assert name_of(session, first) == ""
    assert name_of(session, second) == SECOND.name


def test_every_petitioner_is_told_under_the_own_number(
    session: Session, district: District
) -> None:
    reached = Contact(name="某人", phone="13800004444", told_by="sms")
    first = district.case_in(State.HANDLING, contacts=(reached,))
    second, third = district.cases_in(State.HANDLING, 2)
    merge(district, first, second, steps=4)
    merge(district, second, third, steps=5)
    session.expire_all()
    waiting = session.scalars(
        select(OutboxMessage).where(
            OutboxMessage.case_id == first.id, OutboxMessage.notice == Notice.MERGED
        )
    ).one()
    person = session.scalars(select(Petitioner).where(Petitioner.told_by == "sms")).one()
    told = AddressBook(session, [first]).receivers(waiting)
    assert [one.petitioner_id for one in told if one.petitioner_id] == [person.id]


def test_the_petitioner_of_a_letter_is_found_by_an_index(session: Session) -> None:
    session.execute(text("SET LOCAL enable_seqscan = off"))
    plan = session.scalars(
        text("EXPLAIN SELECT id FROM petitioners WHERE coalesce(from_case_id, case_id) = 1")
    )
    assert "Seq Scan" not in " ".join(plan)


def test_the_copy_of_the_own_data_names_what_was_told_before_the_merger(
    session: Session, district: District
) -> None:
    reached = Contact(name="某人", phone="13800004444", told_by="sms")
    case = district.case_in(State.HANDLING, contacts=(reached,))
    while spread(session, calendar=district.rules.calendar, at=MONDAY + 4 * STEP):
        session.flush()
    merge(district, case, district.case_in(State.HANDLING), steps=5)
    session.expire_all()
    told = {one.notice for one in own_data(session, case, SEALER).told}
    assert {Notice.RECEIPT, Notice.DISPATCHED} <= told
