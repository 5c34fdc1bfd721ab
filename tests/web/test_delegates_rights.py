"""Each delegate of a joint letter changes the own contact, and reads nobody else's."""

import io
import json
import re
import zipfile

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import ContactChange, Medium, OutboxMessage, Petitioner
from casework.queries.own_data import own_data
from casework.services.petitioners import Contact, opened_contact
from casework.workflow.notices import Notice
from casework.workflow.states import Action
from tests.factories import MONDAY, SEALER, STEP, District
from tests.services.test_erasure import ask as ask_for_erasure
from tests.services.test_erasure import carry_out, decide
from tests.web.citizen import LETTER, open_case, page_of, receipt, send
from tests.web.client import LintingClient
from tests.web.test_joint_letters import JOINT, rows
from tests.web.test_rights import case_of, confirm, told
from tests.web.test_told_by import citizen as citizen  # a browser where ways out are offered
from tests.web.test_told_by import demo as demo

FIRST, SECOND, THIRD = "13800001111", "13800002222", "zhang@example.org"
NEW = "13900003333"


@pytest.fixture
def number(citizen: LintingClient, district: District) -> str:
    """Return the number of a joint letter that stands open in the browser."""
    assert district
    found, code = receipt(citizen, **JOINT)
    assert open_case(citizen, found, code).status_code == 303
    return found


def ask(citizen: LintingClient, known: str, value: str = NEW, field: str = "phone") -> int:
    typed = {"known": known, "field": field, "value": value}
    return send(citizen, citizen.fetch("/follow/case/contact"), typed).status_code


def digits_in(body: str) -> str:
    found = re.search(r"new contact is (\d{6})", body)
    assert found
    return found.group(1)


def contacts(session: Session) -> list[tuple[str, str]]:
    session.expire_all()
    found = [opened_contact(row, SEALER) for row in rows(session)]
    return [(one.phone, one.email) for one in found]


def test_each_delegate_changes_the_own_contact_and_no_other(
    citizen: LintingClient, session: Session, district: District, number: str
) -> None:
    assert ask(citizen, "138 0000 2222") == 303
    ((medium, to, body),) = told(session, district, Notice.CONTACT_CODE)
    assert (medium, to) == (Medium.SMS, NEW)
    assert confirm(citizen, digits_in(body)) == 303
    assert contacts(session) == [(FIRST, ""), (NEW, ""), ("", THIRD)]
    ((medium, to, body),) = told(session, district, Notice.CONTACT_CHANGED)
    assert (medium, to) == (Medium.SMS, SECOND)
    assert NEW not in body
    assert number


def test_a_delegate_is_known_by_an_address_too(
    citizen: LintingClient, session: Session, district: District, number: str
) -> None:
    assert ask(citizen, THIRD.upper()) == 303
    confirm(citizen, digits_in(told(session, district, Notice.CONTACT_CODE)[0][2]))
    assert contacts(session) == [(FIRST, ""), (SECOND, ""), (NEW, THIRD)]
    assert [to for _, to, _ in told(session, district, Notice.CONTACT_CHANGED)] == [THIRD]
    assert number


def test_two_delegates_change_theirs_at_the_same_time(
    citizen: LintingClient, session: Session, district: District, number: str
) -> None:
    ask(citizen, FIRST)
    ask(citizen, SECOND, "13900004444")
    sent = {to: digits_in(body) for _, to, body in told(session, district, Notice.CONTACT_CODE)}
    assert confirm(citizen, sent["13900004444"]) == 303
    assert confirm(citizen, sent[NEW]) == 303
    assert contacts(session) == [(NEW, ""), ("13900004444", ""), ("", THIRD)]
    assert number


def test_the_answer_is_the_same_whether_a_contact_is_on_file_or_not(
    citizen: LintingClient, session: Session, number: str
) -> None:
    pages = []
    for known in (SECOND, "13877777777"):
        typed = {"known": known, "field": "phone", "value": NEW}
        answer = send(citizen, citizen.fetch("/follow/case/contact"), typed)
        assert answer.status_code == 303
        pages.append(citizen.fetch(answer.location).one("main").text)
    assert pages[0] == pages[1]
    assert len(session.scalars(select(ContactChange)).all()) == 1
    sent = session.scalars(
        select(OutboxMessage).where(OutboxMessage.notice == Notice.CONTACT_CODE)
    ).all()
    assert [one.payload["petitioner"] for one in sent] == [rows(session)[1].id.hex]
    assert number


@pytest.mark.parametrize(
    ("known", "value", "said"),
    [
        ("", NEW, "Write the phone number or e-mail address that you gave us."),
        (SECOND, SECOND, "This contact is on file already."),
        ("13877777777", "13877777777", "This contact is on file already."),
    ],
)
def test_a_change_without_its_delegate_is_refused(
    citizen: LintingClient, number: str, known: str, value: str, said: str
) -> None:
    typed = {"known": known, "field": "phone", "value": value}
    answer = send(citizen, citizen.fetch("/follow/case/contact"), typed)
    assert answer.status_code == 422
    assert said in page_of(answer).text
    assert number


def test_numbers_are_sent_three_times_an_hour_for_each_delegate(
    citizen: LintingClient, number: str
) -> None:
    asked = [ask(citizen, FIRST, f"139000055{place:02d}") for place in range(10)]
    assert asked == [303] * 9 + [429]
    assert number


def test_whoever_was_brought_by_a_merger_is_not_reached_by_this_code(
    citizen: LintingClient, session: Session, district: District, number: str
) -> None:
    other = district.submitted(contacts=(Contact(name="旁人", phone="13866666666"),))
    person = session.scalars(select(Petitioner).where(Petitioner.case_id == other.id)).one()
    person.case_id, person.from_case_id = case_of(session, number).id, other.id
    session.commit()
    assert ask(citizen, "13866666666") == 303
    assert not session.scalars(select(ContactChange)).all()


def test_the_copy_holds_every_delegate_masked(
    citizen: LintingClient, session: Session, district: District, number: str
) -> None:
    told(session, district, Notice.RECEIPT)
    session.commit()
    answer = send(citizen, citizen.fetch("/follow/case/data"), {})
    archive = zipfile.ZipFile(io.BytesIO(answer.data))
    text = archive.read("case.json").decode()
    data = json.loads(text)
    assert data["contact"] is None
    assert [(one["name"], one["phone"], one["email"]) for one in data["delegates"]] == [
        ("王**", "138****1111", ""),
        ("李**", "138****2222", ""),
        ("张**", "", "z***@example.org"),
    ]
    assert {one["delegate"] for one in data["told"]} == {1, 2, 3}
    page = archive.read("case.html").decode()
    assert "138****2222" in page
    for mark in (LETTER["name"], "李代表", "张代表", FIRST, SECOND, THIRD):
        assert mark not in page + text
    assert number


def test_of_an_erased_joint_letter_nothing_is_left_to_mask(
    session: Session, district: District
) -> None:
    people = (
        Contact(name="甲", phone=FIRST, id_number="110101199003070011", address="测试路 1 号"),
        Contact(name="乙", email=THIRD),
    )
    case = district.submitted(contacts=people)
    first = own_data(session, case, SEALER).delegates[0]
    assert (first.id_number_held, first.address_held) == (True, True)
    district.take(case, Action.WITHDRAW, at=MONDAY + STEP)
    ask_for_erasure(district, case)
    decide(district, case)
    assert carry_out(district, case)
    left = own_data(session, case, SEALER).delegates
    assert {(one.name, one.phone, one.email) for one in left} == {("", "", "")}
    assert not any(one.id_number_held or one.address_held for one in left)
