"""Administrators word the notices: seen before, refused where nothing would fill it, undone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import AdminEvent, Delivery, Medium, MessageText
from casework.notify.spread import spread
from casework.services.petitioners import Contact
from casework.workflow.states import State
from tests.factories import CANARY, MONDAY, District
from tests.web.client import LintingClient
from tests.web.conftest import SignIn

SMS = "/admin/texts/receipt/sms/zh_CN"
MAIL = "/admin/texts/reply/mail/en"
SAVE = ("do", "save")
PREVIEW = ("do", "preview")
BY_MAIL = Contact(name="王小明", email="wang@example.org", told_by="mail")


@pytest.fixture
def admin(district: District, sign_in: SignIn) -> LintingClient:
    browser = sign_in(district.administrator)
    browser.speak("en")
    return browser


def versions(session: Session) -> list[MessageText]:
    return list(session.scalars(select(MessageText).order_by(MessageText.version)))


def test_every_text_can_be_opened(admin: LintingClient) -> None:
    links = admin.fetch("/admin/texts").one("main").all("a")
    addresses = [a.attrs["href"] for a in links if a.attrs["href"].startswith("/admin/texts/")]
    assert len(addresses) == len(set(addresses)) > 60
    for address in addresses:
        admin.fetch(address)


def test_a_saved_text_is_the_newest_version_and_stands_in_the_log(
    admin: LintingClient, session: Session
) -> None:
    page = admin.fetch(SMS)
    assert (
        admin.submit(page, {"body": "已收到{number}。"}, action=None, button=SAVE).status_code
        == 302
    )
    (row,) = versions(session)
    assert (row.version, row.body) == (1, "已收到{number}。")
    assert session.scalars(select(AdminEvent.label)).all() == ["receipt · sms · zh_CN"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"body": "Hello {name}"}, "There is no placeholder {name}"),
        ({"body": "Hello {number"}, "A curly bracket stands alone"),
        ({"body": ""}, "Write the text."),
        ({"subject": ""}, "Write the subject."),
        ({"subject": "{reason}"}, "may stand in the text, not in the subject"),
    ],
)
def test_what_could_not_be_sent_is_refused_and_kept_typed(
    admin: LintingClient, session: Session, typed: dict[str, str], said: str
) -> None:
    answer = admin.submit(admin.fetch(MAIL), typed, button=SAVE)
    assert answer.status_code == 422
    assert said in answer.text
    assert versions(session) == []


def test_a_preview_shows_a_real_case_and_nothing_of_its_petitioner(
    admin: LintingClient, district: District, session: Session
) -> None:
    case = district.case_in(State.HANDLING)
    session.commit()
    typed = {"body": "Case {number} at {unit}: {state}", "case_number": case.number}
    answer = admin.submit(admin.fetch(MAIL), typed, button=PREVIEW)
    assert f"Case {case.number} at {district.lead.name_en}: Being handled" in answer.text
    assert not any(part in answer.text for part in (CANARY.name, CANARY.phone, case.subject))
    assert versions(session) == []


def test_a_preview_counts_the_parts_of_a_text_message(admin: LintingClient) -> None:
    assert (
        "1 part of at most 70"
        in admin.submit(admin.fetch(SMS), {"body": "字" * 70}, button=PREVIEW).text
    )
    assert (
        "2 parts of at most 67"
        in admin.submit(admin.fetch(SMS), {"body": "字" * 71}, button=PREVIEW).text
    )


def test_an_unknown_case_is_said_so(admin: LintingClient) -> None:
    answer = admin.submit(admin.fetch(MAIL), {"case_number": "2026-999999"}, button=PREVIEW)
    assert answer.status_code == 422
    assert "There is no case with this number." in answer.text


def test_two_who_write_at_once_see_each_other(admin: LintingClient, session: Session) -> None:
    page = admin.fetch(SMS)
    admin.submit(page, {"body": "first"}, button=SAVE)
    answer = admin.submit(page, {"body": "second"}, button=SAVE)
    assert answer.status_code == 409
    assert "second" in answer.text
    assert [row.body for row in versions(session)] == ["first"]


def test_reset_puts_the_words_of_the_product_back(admin: LintingClient, session: Session) -> None:
    admin.submit(admin.fetch(SMS), {"body": "mine"}, button=SAVE)
    page = admin.fetch(SMS)
    assert admin.submit(page, action=f"{SMS}/reset").status_code == 302
    assert "您的信访件{number}已收到" in admin.fetch(SMS).one("textarea").text
    assert len(versions(session)) == 2


def test_without_an_address_nothing_is_sent_to_try(admin: LintingClient) -> None:
    answer = admin.submit(admin.fetch(MAIL), button=("do", "try"))
    assert answer.status_code == 422
    assert "no e-mail address in your account" in answer.text


def test_without_a_mail_server_nothing_is_sent_to_try(
    admin: LintingClient, district: District, session: Session
) -> None:
    district.administrator.email = "admin@example.org"
    session.commit()
    answer = admin.submit(admin.fetch(MAIL), button=("do", "try"))
    assert "No mail server is set up" in answer.text


@pytest.fixture
def dead(session: Session, district: District) -> Delivery:
    """A mail to a petitioner whose address was refused."""
    district.submitted(contacts=(BY_MAIL,))
    spread(session, calendar=district.rules.calendar, at=MONDAY + timedelta(hours=1))
    found = session.scalars(select(Delivery).where(Delivery.medium == Medium.MAIL)).one()
    found.dead_at, found.attempts, found.last_error = MONDAY, 1, "SMTP 550"
    session.commit()
    return found


@pytest.mark.parametrize(
    ("who", "address"), [("clerk", "/office/undelivered"), ("administrator", "/admin/deliveries")]
)
def test_a_refused_address_stands_in_the_list_and_can_be_tried_again(
    dead: Delivery, district: District, session: Session, sign_in: SignIn, who: str, address: str
) -> None:
    browser = sign_in(getattr(district, who))
    browser.speak("en")
    page = browser.get(address)
    assert "The address was refused (SMTP 550)" in page.text
    assert "wang@example.org" not in page.text
    browser.submit(browser.fetch(address), action=f"{address}/{dead.id}/again")
    session.refresh(dead)
    assert (dead.dead_at, dead.attempts) == (None, 0)


def test_who_was_told_in_another_way_is_off_the_list(
    dead: Delivery, district: District, session: Session, sign_in: SignIn
) -> None:
    browser = sign_in(district.clerk)
    page = browser.fetch("/office/undelivered")
    browser.submit(page, action=f"/office/undelivered/{dead.id}/by-hand")
    session.refresh(dead)
    assert dead.dead_at is None
    assert dead.sent_at is not None
    assert dead.last_error == f"by hand: {district.clerk.username}"


def test_the_office_finds_nothing_that_is_not_dead(
    dead: Delivery, district: District, session: Session, sign_in: SignIn
) -> None:
    browser = sign_in(district.clerk)
    page = browser.fetch("/office/undelivered")
    dead.dead_at = None
    session.commit()
    assert browser.submit(page, action=f"/office/undelivered/{dead.id}/again").status_code == 404
