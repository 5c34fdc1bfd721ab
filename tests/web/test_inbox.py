"""What staff are told stands in their inbox, is theirs alone, and leads to the case."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Case, Delivery, Medium, User
from casework.notify.spread import spread
from casework.queries.notices import unread_count
from casework.workflow.states import Action, Kind, State
from tests.factories import MONDAY, STEP, District
from tests.web.conftest import SignIn

LATER = MONDAY + timedelta(hours=3)


def tell(session: Session, district: District) -> None:
    """Do what the relay does to everything that waits."""
    while spread(session, calendar=district.rules.calendar, at=LATER):
        session.flush()


def told(session: Session, user: User) -> list[Delivery]:
    return list(
        session.scalars(
            select(Delivery)
            .where(Delivery.user_id == user.id, Delivery.medium == Medium.INBOX)
            .order_by(Delivery.id)
        )
    )


@pytest.fixture
def dispatched(session: Session, district: District) -> Case:
    case = district.case_in(State.DISPATCHED)
    tell(session, district)
    session.commit()
    return case


def test_a_notice_stands_in_the_inbox_in_the_language_of_the_page(
    dispatched: Case, district: District, sign_in: SignIn
) -> None:
    browser = sign_in(district.handler)
    browser.speak("zh_CN")
    assert f"新件待签收：{dispatched.number}" in browser.get("/inbox").text
    browser.speak("en")
    page = browser.get("/inbox").text
    assert f"To be signed for: {dispatched.number}" in page
    assert "Sign for it by" in page


def test_opening_an_entry_marks_it_read_and_leads_to_its_case(
    dispatched: Case, district: District, session: Session, sign_in: SignIn
) -> None:
    browser = sign_in(district.handler)
    (entry,) = told(session, district.handler)
    page = browser.fetch("/inbox")
    answer = browser.submit(page, action=f"/inbox/{entry.id}/open")
    assert answer.headers["Location"] == f"/cases/{dispatched.number}"
    session.expire_all()
    assert told(session, district.handler)[0].read_at == MONDAY
    assert unread_count(session, district.handler) == 0


def test_reading_the_list_changes_nothing(
    dispatched: Case, district: District, session: Session, sign_in: SignIn
) -> None:
    browser = sign_in(district.handler)
    browser.get("/inbox")
    browser.get("/inbox?show=all")
    session.expire_all()
    (entry,) = told(session, district.handler)
    assert (entry.read_at, entry.language) == (None, "zh_CN")


def test_the_menu_counts_what_is_unread(
    dispatched: Case, district: District, sign_in: SignIn
) -> None:
    browser = sign_in(district.handler)
    assert 'class="count">1<' in browser.get("/account").text
    browser.submit(browser.fetch("/inbox"), action="/inbox/read")
    assert 'class="count"' not in browser.get("/account").text


def test_what_came_in_after_the_page_was_drawn_stays_unread(
    dispatched: Case, district: District, session: Session, sign_in: SignIn
) -> None:
    browser = sign_in(district.handler)
    page = browser.fetch("/inbox")
    district.case_in(State.DISPATCHED)
    tell(session, district)
    session.commit()
    browser.submit(page, action="/inbox/read")
    assert unread_count(session, district.handler) == 1


def test_nobody_opens_an_entry_of_somebody_else(
    dispatched: Case, district: District, session: Session, sign_in: SignIn
) -> None:
    (entry,) = told(session, district.handler)
    browser = sign_in(district.helping_handler)
    page = browser.fetch("/account/notices")
    token = page.one("main").one("input", name="csrf_token").attrs["value"]
    answer = browser.post(f"/inbox/{entry.id}/open", data={"csrf_token": token})
    unknown = browser.post("/inbox/999999999/open", data={"csrf_token": token})
    assert (answer.status_code, unknown.status_code) == (404, 404)
    session.expire_all()
    assert told(session, district.handler)[0].read_at is None


def test_an_accused_unit_is_never_told(session: Session, district: District) -> None:
    case = district.submitted(kind=Kind.REPORT, accused_department_id=district.helper.id)
    district.take(case, Action.DISPATCH, at=MONDAY + STEP)
    tell(session, district)
    assert told(session, district.helping_handler) == []
    assert len(told(session, district.handler)) == 1


def test_a_unit_accused_later_sees_and_counts_it_no_more(
    dispatched: Case, district: District, session: Session, sign_in: SignIn
) -> None:
    district.take(dispatched, Action.RECALL, at=MONDAY + 2 * STEP)
    dispatched.accused_department_id = district.lead.id
    tell(session, district)
    session.commit()
    assert unread_count(session, district.handler) == 0
    assert dispatched.number not in sign_in(district.handler).get("/inbox").text


def test_a_unit_that_lost_a_case_is_told_without_a_way_into_it(
    dispatched: Case, district: District, session: Session, sign_in: SignIn
) -> None:
    district.take(dispatched, Action.RECALL, at=MONDAY + 2 * STEP)
    tell(session, district)
    session.commit()
    newest = told(session, district.handler)[-1]
    browser = sign_in(district.handler)
    browser.speak("en")
    page = browser.fetch("/inbox")
    assert f"Recalled: {dispatched.number}" in browser.get("/inbox").text
    answer = browser.submit(page, action=f"/inbox/{newest.id}/open")
    assert answer.headers["Location"] == "/inbox"


def test_only_those_are_told_whose_work_it_is(session: Session, district: District) -> None:
    district.case_in(State.REVIEWING)
    tell(session, district)
    assert [one.notice.value for one in told(session, district.handler)] == ["dispatched"]
    assert [one.notice.value for one in told(session, district.reviewer)] == ["to_review"]


def test_the_list_is_paged_by_key(district: District, session: Session, sign_in: SignIn) -> None:
    district.cases_in(State.DISPATCHED, 27)
    tell(session, district)
    session.commit()
    browser = sign_in(district.handler)
    browser.speak("en")
    first = browser.fetch("/inbox")
    assert len(first.all("h2", class_="notices__title")) == 25
    (older,) = first.all("a", rel="next")
    second = browser.fetch(older.attrs["href"])
    assert len(second.all("h2", class_="notices__title")) == 2


def test_who_wants_mail_needs_an_address(
    district: District, session: Session, sign_in: SignIn
) -> None:
    browser = sign_in(district.handler)
    page = browser.fetch("/account/notices")
    assert browser.submit(page, {"mailed": ["limits"]}).status_code == 422
    district.handler.email = "handler@example.org"
    session.commit()
    assert browser.submit(page, {"mailed": ["limits"]}).status_code == 302
    session.refresh(district.handler)
    assert district.handler.mailed == ["limits"]


def test_who_wants_text_messages_needs_a_mobile_number(
    district: District, session: Session, sign_in: SignIn, app: Flask
) -> None:
    app.extensions["settings"] = replace(app.extensions["settings"], demo=True)
    browser = sign_in(district.handler)
    page = browser.fetch("/account/notices")
    assert browser.submit(page, {"texted": ["limits"]}).status_code == 422
    district.handler.mobile = "13800001111"
    session.commit()
    assert browser.submit(page, {"texted": ["limits"]}).status_code == 302
    session.refresh(district.handler)
    assert (district.handler.mailed, district.handler.texted) == ([], ["limits"])


def test_outside_the_demo_there_is_no_outbox_page(district: District, sign_in: SignIn) -> None:
    assert sign_in(district.administrator).get("/demo/outbox").status_code == 404
