"""Consent is taken back on the petitioner's own page, or by who speaks with them."""

import pytest
from sqlalchemy.orm import Session

from casework.workflow.states import Channel, State
from tests.factories import District
from tests.web.citizen import LETTER, page_of, send
from tests.web.client import LintingClient
from tests.web.conftest import SignIn
from tests.web.test_petitioner_own_case import case_of, opened


@pytest.fixture(autouse=True)
def _district(district: District) -> District:
    return district


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_a_petitioner_takes_consent_back_and_the_public_page_is_gone(
    client: LintingClient, session: Session, district: District, language: str
) -> None:
    client.speak(language)
    case = opened(client, session, district, State.PUBLISHED)
    session.commit()
    assert client.get(f"/answers/{case.number}").status_code == 200
    page = client.fetch("/follow/case")
    assert page.all("a", href="/follow/case/consent")
    assert send(client, client.fetch("/follow/case/consent")).status_code == 303
    assert client.get(f"/answers/{case.number}").status_code == 410
    assert LETTER["subject"] not in client.get("/answers").text
    assert not client.fetch("/follow/case").all("a", href="/follow/case/consent")
    assert case_of(session, case.number).state is State.ARCHIVED


def test_a_petitioner_agrees_later(
    client: LintingClient, session: Session, district: District
) -> None:
    case = opened(client, session, district, State.HANDLING, consent="")
    assert not case.consent
    assert send(client, client.fetch("/follow/case/consent")).status_code == 303
    assert case_of(session, case.number).consent


def test_there_is_no_page_for_what_cannot_be_decided(
    client: LintingClient, session: Session, district: District
) -> None:
    opened(client, session, district, State.WITHDRAWN)
    assert client.get("/follow/case/consent").status_code == 302


@pytest.mark.parametrize("who", ["operator", "clerk"])
def test_who_speaks_with_the_petitioner_takes_consent_back_for_them(
    district: District, sign_in: SignIn, session: Session, who: str
) -> None:
    case = district.case_in(State.PUBLISHED, channel=Channel.CALL)
    session.commit()
    browser = sign_in(getattr(district, who))
    address = f"/cases/{case.number}/consent/back"
    assert browser.fetch(f"/cases/{case.number}").all("a", href=address)
    answer = browser.submit(browser.fetch(address), {"note": ""})
    assert answer.status_code == 422
    assert "信访人是怎样" in page_of(answer).one("main").text
    answer = browser.submit(browser.fetch(address), {"note": "来电告知，已核对编号和查询码"})
    assert answer.status_code == 302
    assert case_of(session, case.number).state is State.ARCHIVED
    assert browser.get(f"/answers/{case.number}").status_code == 410


def test_an_office_notes_consent_given_later(
    district: District, sign_in: SignIn, session: Session
) -> None:
    case = district.case_in(State.FORWARDED, consent=False)
    session.commit()
    browser = sign_in(district.clerk)
    page = browser.fetch(f"/cases/{case.number}/consent")
    assert browser.submit(page, {"note": "来信同意公开"}).status_code == 302
    assert case_of(session, case.number).consent
    again = browser.submit(browser.fetch(f"/cases/{case.number}/consent"), {"note": "来信同意公开"})
    assert again.status_code == 422
