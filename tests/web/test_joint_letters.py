"""Several people write together: delegates, their number, one code, and what each is told."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from casework.errors import Invalid
from casework.models import Case, CaseEvent, Delivery, Medium, OutboxMessage, Petitioner
from casework.notify.spread import spread
from casework.queries.callers import earlier_cases
from casework.queries.suggestions import of_same_petitioner
from casework.services import log, submission
from casework.services.actors import PETITIONER
from casework.services.petitioners import Contact, opened_contact, sealed_petitioner
from casework.services.submission import MOST_DELEGATES, TOO_MANY_DELEGATES, Submission
from casework.workflow.notices import Notice
from casework.workflow.states import Channel, Kind, State
from tests.factories import MONDAY, PATHS, SEALER, STEP, District
from tests.web.citizen import CODE, LETTER, checked, open_case, page_of, receipt, send, typed_in
from tests.web.client import LintingClient
from tests.web.conftest import SignIn
from tests.web.test_told_by import citizen as citizen  # a browser where ways out are offered
from tests.web.test_told_by import demo as demo

JOINT = {
    "speaks_for": "30",
    "phone": "13800001111",
    "delegate2": "李代表",
    "delegate2_phone": "13800002222",
    "delegate3": "张代表",
    "delegate3_email": "zhang@example.org",
}


@pytest.fixture(autouse=True)
def _district(district: District) -> District:
    return district


def rows(session: Session) -> list[Petitioner]:
    return list(session.scalars(select(Petitioner).order_by(Petitioner.position)))


def deliveries(session: Session, district: District, notice: Notice) -> set[tuple[str, Medium]]:
    """Return the name of each petitioner who is told this, and how."""
    while spread(session, calendar=district.rules.calendar, at=MONDAY + timedelta(hours=8)):
        session.flush()
    found = session.execute(
        select(Petitioner, Delivery.medium)
        .join(Delivery, Delivery.petitioner_id == Petitioner.id)
        .where(Delivery.notice == notice)
    )
    return {(opened_contact(row, SEALER).name, medium) for row, medium in found}


def test_delegates_are_kept_sealed_behind_the_writer(
    citizen: LintingClient, session: Session
) -> None:
    page = checked(citizen, **JOINT)
    for shown in ("30 people", "李代表 · 13800002222", "张代表 · zhang@example.org"):
        assert shown in page.one("main").text
    send(citizen, page)
    assert session.scalars(select(Case.speaks_for)).one() == 30
    writer, second, third = rows(session)
    assert [row.position for row in (writer, second, third)] == [1, 2, 3]
    assert opened_contact(second, SEALER) == Contact(name="李代表", phone="13800002222")
    assert "李代表".encode() not in bytes(second.sealed)
    assert (second.told_by, third.told_by) == ("sms", "mail")


def test_the_log_says_how_many_and_never_who(citizen: LintingClient, session: Session) -> None:
    receipt(citizen, **JOINT)
    line = session.scalars(select(CaseEvent)).one()
    assert line.data["speaks_for"] == 30
    assert line.data["delegates"] == 3
    assert "代表" not in str(line.data)
    assert not any(log.broken_chains(session, SEALER))


def test_every_delegate_is_told_of_the_receipt_and_of_the_answer(
    citizen: LintingClient, session: Session, district: District
) -> None:
    receipt(citizen, **JOINT)
    case = session.scalars(select(Case)).one()
    for step, action in enumerate(PATHS[State.FORWARDED], start=1):
        district.take(case, action, at=MONDAY + step * STEP)
    everybody = {
        (LETTER["name"], Medium.SMS),
        ("李代表", Medium.SMS),
        ("张代表", Medium.MAIL),
    }
    for notice in (Notice.RECEIPT, Notice.REPLY):
        assert deliveries(session, district, notice) == everybody


def test_one_code_opens_the_letter_for_all_and_shows_no_delegate(citizen: LintingClient) -> None:
    number, code = receipt(citizen, **JOINT)
    said = citizen.fetch("/letters/received").one("main").text
    assert "This code is for all delegates of your letter" in said
    assert open_case(citizen, number, code).status_code == 303
    page = citizen.fetch("/follow/case").one("main").text
    assert "30 people" in page
    for mark in ("李代表", "13800002222", "zhang@example.org"):
        assert mark not in page


def test_any_delegate_gets_a_new_code_at_the_own_contact(
    citizen: LintingClient, session: Session
) -> None:
    number, _code = receipt(citizen, **JOINT)
    page = citizen.fetch("/follow/lost")
    assert send(citizen, page, {"number": number, "contact": "13800002222"}).status_code == 200
    asked = session.scalars(
        select(OutboxMessage).where(OutboxMessage.notice == Notice.LOST_CODE)
    ).one()
    assert asked.payload["petitioner"] == rows(session)[1].id.hex


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"speaks_for": ""}, "Write for how many people you write."),
        ({"speaks_for": "2"}, "There are more delegates than that."),
        ({"speaks_for": "1"}, "Write a number of people from 2"),
        ({"speaks_for": "many"}, "Write a number of people from 2"),
        ({"speaks_for": "9" * 5000}, "Write a number of people from 2"),
        ({"delegate2": ""}, "Write the name of delegate 2."),
        ({"delegate3_email": ""}, "Write a phone number or an e-mail address of delegate 3."),
        ({"delegate2_phone": "x"}, "Write the phone number in digits"),
    ],
)
def test_what_does_not_fit_is_said_beside_its_field_and_nothing_is_lost(
    citizen: LintingClient, session: Session, typed: dict[str, str], said: str
) -> None:
    answer = send(citizen, citizen.fetch("/letters/new"), LETTER | JOINT | typed)
    assert answer.status_code == 422
    page = page_of(answer)
    assert said in page.text
    expected = LETTER | JOINT | typed
    shown = typed_in(page)
    assert all(shown[name].split() == text.split() for name, text in expected.items())
    assert page.one("details", open="").text  # what is wrong is not folded away
    assert session.scalar(select(func.count()).select_from(Case)) == 0


def test_more_than_five_delegates_are_refused_with_the_reason(
    citizen: LintingClient, session: Session, district: District
) -> None:
    typed = LETTER | JOINT | {"delegate6": "第六位"}
    answer = send(citizen, citizen.fetch("/letters/new"), typed)
    assert answer.status_code == 422
    assert TOO_MANY_DELEGATES in page_of(answer).text
    six = tuple(Contact(name=f"代表{number}") for number in range(MOST_DELEGATES + 1))
    made = Submission(Channel.LETTER, Kind.HELP, "停水", "停水两天", six, speaks_for=6)
    with pytest.raises(Invalid, match="at most 5 delegates"):
        submission.submit(session, made, by=PETITIONER, at=MONDAY, rules=district.rules)


def test_the_table_holds_no_sixth_delegate(session: Session, district: District) -> None:
    case = district.submitted()
    row = sealed_petitioner(case, Contact(), position=6, at=MONDAY, sealer=SEALER)
    session.add(row)
    with pytest.raises(IntegrityError):
        session.flush()


def test_five_delegates_are_one_statement(session: Session, district: District) -> None:
    said: list[str] = []
    five = tuple(Contact(name=f"代表{number}") for number in range(MOST_DELEGATES))
    made = Submission(Channel.LETTER, Kind.HELP, "停水", "停水两天", five, speaks_for=5)
    bind = session.connection()
    event.listen(bind, "before_cursor_execute", lambda _c, _x, text, *_rest: said.append(text))
    submission.submit(session, made, by=PETITIONER, at=MONDAY, rules=district.rules)
    assert sum(text.startswith("INSERT INTO petitioners") for text in said) == 1


def test_staff_see_delegates_masked_and_unmask_all_of_them(
    citizen: LintingClient, session: Session, district: District, sign_in: SignIn
) -> None:
    number, _code = receipt(citizen, **JOINT)
    clerk = sign_in(district.clerk)
    clerk.speak("en")
    page = clerk.fetch(f"/cases/{number}").one("main").text
    assert "Joint letter of 30 people" in page
    assert "李代表" not in page
    assert "13800002222" not in page
    shown = clerk.post(
        f"/cases/{number}/contact",
        data=typed_in(clerk.fetch(f"/cases/{number}/contact")) | {"reason": "call them"},
    ).text
    assert shown.index(LETTER["name"]) < shown.index("李代表") < shown.index("张代表")


def test_a_letter_of_a_delegate_is_found_by_the_delegates_number(
    citizen: LintingClient, session: Session, district: District
) -> None:
    number, _code = receipt(citizen, **JOINT)
    other = district.submitted(contacts=(Contact(name="李代表", phone="138 0000 2222"),))
    found = earlier_cases(session, district.operator, "13800002222", sealer=SEALER)
    assert {one.number for one in found} == {number, other.number}
    same = of_same_petitioner(session, district.clerk, other)
    assert [one.number for one in same] == [number]


def test_a_department_is_told_no_delegates_name_where_they_stay_unnamed(
    citizen: LintingClient, session: Session, district: District, sign_in: SignIn
) -> None:
    number, _code = receipt(citizen, **JOINT, unnamed="y")
    case = session.scalars(select(Case)).one()
    for step, action in enumerate(PATHS[State.HANDLING], start=1):
        district.take(case, action, at=MONDAY + step * STEP)
    session.commit()
    handler = sign_in(district.handler)
    page = handler.fetch(f"/cases/{number}").one("main").text
    assert not {"李*", "李**", "张**", "李代表"} & set(page.split())


PAPER = {
    "channel": "paper",
    "kind": "complaint",
    "subject": "噪音扰民",
    "text": "工地夜间施工，噪音扰民。",
    "name": "陈测试",
    "address": "测试路 1 号",
    "speaks_for": "12",
    "delegate2": "李代表",
}


def test_the_office_enters_a_joint_letter_on_paper(
    session: Session, district: District, sign_in: SignIn
) -> None:
    browser = sign_in(district.clerk)
    assert browser.submit(browser.fetch("/office/new"), PAPER).status_code == 303
    assert session.scalars(select(Case.speaks_for)).one() == 12
    assert [opened_contact(row, SEALER).name for row in rows(session)] == ["陈测试", "李代表"]
    assert (
        browser.submit(browser.fetch("/office/new"), PAPER | {"speaks_for": ""}).status_code == 422
    )


def test_the_operator_enters_a_call_for_several_people(
    session: Session, district: District, sign_in: SignIn
) -> None:
    browser = sign_in(district.operator)
    page = browser.fetch("/operator")
    call = {
        "kind": "help",
        "subject": "停水",
        "text": "整栋楼停水两天。",
        "phone": "13800001111",
        "speaks_for": "40",
        "delegate2": "李代表",
        "do": "open",
    }
    assert browser.submit(page, call, action="/operator").status_code == 303
    assert session.scalars(select(Case.speaks_for)).one() == 40
    assert len(rows(session)) == 2


def test_a_letter_of_one_person_is_no_joint_letter(app: Flask, client: LintingClient) -> None:
    assert app
    number, code = receipt(client)
    assert CODE.fullmatch(code)
    open_case(client, number, code)
    assert "代表人数" not in client.fetch("/follow/case").one("main").text
