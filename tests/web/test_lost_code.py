"""Who has lost the access code gets a new one through the contact on file, and nobody else does."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Case, CaseEvent, Delivery, Medium, OutboxMessage
from casework.notify.rendering import Rendering
from casework.notify.spread import spread
from casework.services import office
from casework.services.actors import staff
from casework.web.blueprints import lost_code
from casework.workflow.notices import Notice
from casework.workflow.states import Entry
from tests.factories import MONDAY, District
from tests.notify.conftest import house_in
from tests.web.citizen import CODE, open_case, page_of, receipt, send
from tests.web.client import LintingClient
from tests.web.conftest import Clock

NIGHT = MONDAY + timedelta(hours=14)


@pytest.fixture(autouse=True)
def _district(district: District, app: Flask) -> District:
    """A district with ways to send, as in the demonstration."""
    app.extensions["settings"] = replace(app.extensions["settings"], demo=True)
    return district


def ask(client: LintingClient, number: str, contact: str) -> str:
    answer = send(client, client.fetch("/follow/lost"), {"number": number, "contact": contact})
    assert answer.status_code == 200
    return page_of(answer).one("main").text


def confirm(client: LintingClient, number: str, digits: str) -> tuple[int, str]:
    page = client.fetch("/follow/lost/confirm")
    answer = send(client, page, {"number": number, "confirmation": digits})
    return answer.status_code, page_of(answer).one("main").text


def sent(session: Session, district: District) -> list[tuple[Medium, str, str, str]]:
    """Return medium, address, subject and words of what left to confirm somebody."""
    while spread(session, calendar=district.rules.calendar, at=NIGHT):
        session.flush()
    rows = session.scalars(
        select(Delivery).where(Delivery.notice == Notice.LOST_CODE).order_by(Delivery.id)
    ).all()
    assert all(row.next_at == NIGHT for row in rows)  # at night too: somebody waits
    rendering = Rendering(session, list(rows), house_in(session))
    shown = [rendering.text(row) for row in rows]
    assert not any(re.search(r"\d{6}，15", text.body) for text in shown)  # on no page of ours
    messages = [rendering.message(row) for row in rows]
    return [(one.medium, one.to, one.subject, one.body) for one in messages]


def digits_in(body: str) -> str:
    found = re.search(r"验证码(\d{6})", body)
    assert found
    return found.group(1)


def test_a_new_code_opens_the_case_and_the_old_one_does_not(
    client: LintingClient, session: Session, district: District
) -> None:
    number, old = receipt(client, phone="13800001111")
    ask(client, number, "138 0000 1111")
    ((medium, to, _subject, body),) = sent(session, district)
    assert (medium, to) == (Medium.SMS, "13800001111")
    assert len(body) <= 70
    status, text = confirm(client, number, digits_in(body))
    new = CODE.search(text)
    assert status == 200
    assert new
    assert open_case(client, number, old).status_code == 422
    assert open_case(client, number, new.group()).status_code == 303
    logged = session.scalars(select(CaseEvent.action).order_by(CaseEvent.id.desc()).limit(1)).one()
    assert logged == Entry.NEW_CODE


def test_by_mail_where_the_mail_address_is_on_file(
    client: LintingClient, session: Session, district: District
) -> None:
    number, _old = receipt(client, email="wang@example.org")
    ask(client, number, "Wang@Example.org")
    ((medium, to, subject, body),) = sent(session, district)
    assert (medium, to) == (Medium.MAIL, "wang@example.org")
    assert digits_in(body) not in subject


def test_another_contact_and_an_unknown_case_get_the_same_answer_and_nothing_leaves(
    client: LintingClient, session: Session, district: District
) -> None:
    number, _old = receipt(client, phone="13800001111")
    answers = {
        ask(client, number, "13800001111").replace(number, ""),
        ask(client, number, "13999999999").replace(number, ""),
        ask(client, "2026-999999", "13800001111").replace("2026-999999", ""),
    }
    assert len(answers) == 1
    assert len(sent(session, district)) == 1


def test_a_number_holds_for_fifteen_minutes_and_five_tries_and_once(
    client: LintingClient, session: Session, district: District, clock: Clock
) -> None:
    number, _old = receipt(client, phone="13800001111")
    ask(client, number, "13800001111")
    digits = digits_in(sent(session, district)[-1][3])
    wrong = f"{(int(digits) + 1) % 10**6:06d}"
    for _ in range(5):
        assert confirm(client, number, wrong)[0] == 422
    assert confirm(client, number, digits)[0] == 422
    ask(client, number, "13800001111")
    digits = digits_in(sent(session, district)[-1][3])
    clock.now = MONDAY + timedelta(minutes=16)
    assert confirm(client, number, digits)[0] == 422
    clock.now = MONDAY + timedelta(minutes=15)
    assert confirm(client, number, digits)[0] == 200
    assert confirm(client, number, digits)[0] == 422


def test_asking_is_slowed_down_for_a_case(
    client: LintingClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lost_code, "ASKED_FOR_NUMBER", 1)
    number, _old = receipt(client, phone="13800001111")
    ask(client, number, "13800001111")
    form = {"number": number, "contact": "13800001111"}
    assert send(client, client.fetch("/follow/lost"), form).status_code == 429
    asked = select(OutboxMessage.id).where(OutboxMessage.notice == Notice.LOST_CODE)
    assert len(session.scalars(asked).all()) == 1


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_empty_fields_are_asked_for(client: LintingClient, language: str) -> None:
    client.speak(language)
    assert send(client, client.fetch("/follow/lost"), {}).status_code == 422
    assert send(client, client.fetch("/follow/lost/confirm"), {}).status_code == 422
    assert confirm(client, "2026-000001", "😀'--")[0] == 422


def test_a_petitioner_whose_case_was_merged_asks_by_the_own_number(
    client: LintingClient, session: Session, district: District
) -> None:
    number, _old = receipt(client, phone="13800001111")
    other, _old = receipt(client, phone="13800002222")
    own, into = (
        session.scalars(select(Case).where(Case.number == one)).one() for one in (number, other)
    )
    office.merge(
        session,
        own,
        into=into,
        reason_code="merge.same_matter",
        note="",
        by=staff(district.clerk),
        at=MONDAY + timedelta(hours=1),
        rules=district.rules,
    )
    session.commit()
    ask(client, other, "13800001111")
    assert sent(session, district) == []
    ask(client, number, "13800001111")
    ((_medium, to, _subject, body),) = sent(session, district)
    assert to == "13800001111"
    assert number in body


def test_where_nothing_can_be_sent_nothing_is_promised(
    client: LintingClient, session: Session, district: District, app: Flask
) -> None:
    number, _old = receipt(client, phone="13800001111")
    app.extensions["settings"] = replace(app.extensions["settings"], demo=False)
    page = client.fetch("/follow/lost")
    assert not page.all("input", name="contact")
    assert "95100" in page.one("main").text
