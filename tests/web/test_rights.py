"""A petitioner's own data: another contact, everything as a file, a request to erase."""

import io
import json
import re
import zipfile
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Case, CaseEvent, ContactChange, Delivery, Medium, Petitioner
from casework.notify.rendering import Rendering
from casework.notify.spread import spread
from casework.services import oversight
from casework.services.actors import staff
from casework.workflow.notices import Notice
from casework.workflow.states import Action, Entry, State
from tests.factories import MONDAY, SEALER, STEP, District
from tests.notify.conftest import house_in
from tests.web.citizen import open_case, receipt, send, typed_in
from tests.web.client import LintingClient
from tests.web.conftest import Clock, SignIn

OLD, NEW = "13800001111", "13900002222"
NIGHT = MONDAY + timedelta(hours=14)


@pytest.fixture(autouse=True)
def _district(district: District, app: Flask) -> District:
    """A district with ways to send, as in the demonstration."""
    app.extensions["settings"] = replace(app.extensions["settings"], demo=True)
    return district


@pytest.fixture
def number(client: LintingClient) -> str:
    """Return the number of a case that stands open in the browser."""
    found, code = receipt(client, phone=OLD, email="")
    assert open_case(client, found, code).status_code == 303
    return found


def case_of(session: Session, number: str) -> Case:
    return session.scalars(select(Case).where(Case.number == number)).one()


def contact_of(session: Session, number: str) -> dict[str, str]:
    session.expire_all()
    person = session.scalars(
        select(Petitioner).where(Petitioner.case_id == case_of(session, number).id)
    ).one()
    return SEALER.open_sealed(person.sealed, row=f"petitioners/{person.id}")


def told(session: Session, district: District, notice: Notice) -> list[tuple[Medium, str, str]]:
    """Return medium, address and words of what left, the notice's own alone."""
    while spread(session, calendar=district.rules.calendar, at=NIGHT):
        session.flush()
    rows = session.scalars(select(Delivery).where(Delivery.notice == notice)).all()
    rendering = Rendering(session, list(rows), house_in(session))
    messages = [rendering.message(row) for row in rows]
    return [(one.medium, one.to, one.body) for one in messages]


def ask(client: LintingClient, value: str, field: str = "phone") -> int:
    page = client.fetch("/follow/case/contact")
    return send(client, page, {"field": field, "value": value}).status_code


def confirm(client: LintingClient, digits: str) -> int:
    page = client.fetch("/follow/case/contact/confirm")
    return send(client, page, {"confirmation": digits}).status_code


def digits_in(body: str) -> str:
    found = re.search(r"验证码是(\d{6})", body)
    assert found
    return found.group(1)


def test_a_new_contact_counts_once_its_number_has_come_back_and_the_old_one_is_told(
    client: LintingClient, session: Session, district: District, number: str
) -> None:
    assert ask(client, NEW) == 303
    ((medium, to, body),) = told(session, district, Notice.CONTACT_CODE)
    assert (medium, to) == (Medium.SMS, NEW)
    assert contact_of(session, number)["phone"] == OLD
    assert confirm(client, digits_in(body)) == 303
    assert contact_of(session, number)["phone"] == NEW
    ((medium, to, body),) = told(session, district, Notice.CONTACT_CHANGED)
    assert (medium, to) == (Medium.SMS, OLD)
    assert NEW not in body
    case = case_of(session, number)
    last = session.scalars(
        select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.seq.desc())
    ).first()
    assert last is not None
    assert (last.action, last.data) == (Entry.CHANGE_CONTACT, {"field": "phone"})


def test_the_case_is_found_by_the_new_number_and_not_by_the_old(
    client: LintingClient, session: Session, district: District, number: str
) -> None:
    ask(client, NEW)
    confirm(client, digits_in(told(session, district, Notice.CONTACT_CODE)[0][2]))
    person = session.scalars(
        select(Petitioner).where(Petitioner.case_id == case_of(session, number).id)
    ).one()
    session.refresh(person)
    assert person.phone_hash == SEALER.search_hash("phone", NEW)


def test_no_new_contact_lies_readable_in_the_database(
    client: LintingClient, session: Session, number: str
) -> None:
    ask(client, NEW)
    change = session.scalars(select(ContactChange)).one()
    assert NEW.encode() not in bytes(change.sealed)
    assert number


def test_a_number_holds_for_fifteen_minutes_and_five_tries_and_once(
    client: LintingClient, session: Session, district: District, clock: Clock, number: str
) -> None:
    ask(client, NEW)
    digits = digits_in(told(session, district, Notice.CONTACT_CODE)[0][2])
    wrong = f"{(int(digits) + 1) % 10**6:06d}"
    for _ in range(6):
        assert confirm(client, wrong) == 422
    assert confirm(client, digits) == 422
    assert contact_of(session, number)["phone"] == OLD
    ask(client, NEW)
    digits = digits_in(told(session, district, Notice.CONTACT_CODE)[-1][2])
    clock.now = MONDAY + timedelta(minutes=16)
    assert confirm(client, digits) == 422
    clock.now = MONDAY + timedelta(minutes=15)
    assert confirm(client, digits) == 303
    assert confirm(client, digits) == 422


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("phone", "x"),
        ("email", "x"),
        ("phone", OLD),
        ("", NEW),
        ("phone", ""),
        ("phone", "020 8765 4321"),  # no message would ever come
    ],
)
def test_what_is_no_new_contact_is_refused(
    client: LintingClient, number: str, field: str, value: str
) -> None:
    assert ask(client, value, field) == 422
    assert number


def test_numbers_are_sent_three_times_an_hour_at_most(client: LintingClient, number: str) -> None:
    assert [ask(client, f"1390000222{place}") for place in range(4)] == [303, 303, 303, 429]
    assert number


def test_everything_held_comes_as_a_file_for_people_and_one_for_machines(
    client: LintingClient, session: Session, district: District, number: str
) -> None:
    case = case_of(session, number)
    for action in (Action.DISPATCH, Action.SIGN):
        district.take(case, action, at=MONDAY + STEP)
    oversight.unmask(
        session,
        case,
        reason="联系来信人",
        by=staff(district.handler),
        at=MONDAY + 2 * STEP,
        rules=district.rules,
    )
    session.commit()
    answer = send(client, client.fetch("/follow/case/data"), {})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    archive = zipfile.ZipFile(io.BytesIO(answer.data))
    assert archive.testzip() is None
    data = json.loads(archive.read("case.json"))
    assert data["contact"]["phone"] == OLD
    assert data["body"] == case.body
    assert [read["by"] for read in data["reads"]] == ["handler"]
    page = archive.read("case.html").decode()
    for shown in (number, OLD, case.body.splitlines()[0], "查看过您联系方式的记录"):
        assert shown in page
    for inside in (district.handler.display_name, "联系来信人", bytes(case.access_hash).hex()):
        assert inside not in page + archive.read("case.json").decode()
    session.expire_all()
    logged = session.scalars(select(CaseEvent.action).order_by(CaseEvent.id.desc())).first()
    assert logged == Entry.DOWNLOAD


def test_nobody_gets_the_file_without_the_code(client: LintingClient) -> None:
    assert client.get("/follow/case/data").status_code == 302
    token = typed_in(client.fetch("/follow"))["csrf_token"]
    answer = client.post("/follow/case/data/file", data={"csrf_token": token})
    assert answer.status_code == 401
    assert client.get("/follow/case/data/file").status_code == 405


def test_a_request_to_erase_goes_to_the_office_and_its_answer_comes_back(
    client: LintingClient, session: Session, district: District, number: str, sign_in: SignIn
) -> None:
    page = client.fetch("/follow/case/erase")
    assert send(client, page, {"reason": "x"}).status_code == 422
    case = case_of(session, number)
    district.take(case, Action.WITHDRAW, at=MONDAY + STEP)
    session.commit()
    page = client.fetch("/follow/case/erase")
    assert send(client, page, {"reason": "不想保留"}).status_code == 303
    browser = sign_in(district.clerk)
    assert number in browser.fetch("/erasures").text
    page = browser.fetch(f"/cases/{number}/erasure")
    assert "不想保留" in page.text
    assert browser.submit(page, {"decision": "refuse", "answer": ""}).status_code == 422
    answer = browser.submit(page, {"decision": "refuse", "answer": "诉讼期间须保留。"})
    assert answer.status_code == 302
    assert number not in browser.fetch("/erasures").text
    assert "诉讼期间须保留。" in client.fetch("/follow/case/data").text


def test_the_office_holds_a_case_and_lifts_it_again(district: District, sign_in: SignIn) -> None:
    case = district.case_in(State.ARCHIVED)
    district.session.commit()
    browser = sign_in(district.clerk)
    for _ in range(2):
        page = browser.fetch(f"/cases/{case.number}/hold")
        assert browser.submit(page, {"reason": ""}).status_code == 422
        assert browser.submit(page, {"reason": "诉讼"}).status_code == 302
    actions = district.session.scalars(
        select(CaseEvent.action).where(CaseEvent.case_id == case.id).order_by(CaseEvent.seq)
    ).all()
    assert actions[-2:] == [Entry.HOLD, Entry.RELEASE]
    assert sign_in(district.leader).get(f"/cases/{case.number}/hold").status_code == 403
