"""A citizen writes a letter without an account, reads it back, sends it once, keeps a receipt."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session, sessionmaker

from casework.models import Case, Petitioner
from casework.services.petitioners import opened_contact
from casework.web import slips
from casework.web.blueprints import petitioner
from casework.workflow.states import Channel, Kind, State
from tests.factories import MONDAY, SEALER, District
from tests.web.citizen import CODE, LETTER, checked, page_of, receipt, send, typed_in
from tests.web.client import LintingClient
from tests.web.conftest import NOWHERE, Clock, client_of


@pytest.fixture(autouse=True)
def _district(district: District) -> District:
    return district


def cases(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Case)) or 0


def test_a_letter_becomes_one_case_with_number_and_code(
    client: LintingClient, session: Session
) -> None:
    answer = send(client, checked(client, unnamed="y"))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/letters/received")
    page = client.fetch("/letters/received")
    case = session.scalars(select(Case)).one()
    assert (case.state, case.channel, case.kind) == (State.SUBMITTED, Channel.LETTER, Kind.HELP)
    assert (case.subject, case.body) == (LETTER["subject"], LETTER["text"])
    assert (case.unnamed, case.consent, case.language) == (True, False, "zh_CN")
    assert case.number in page.text
    assert CODE.search(page.text)
    contact = opened_contact(session.scalars(select(Petitioner)).one(), SEALER)
    assert (contact.name, contact.phone) == (LETTER["name"], LETTER["phone"])


def test_nothing_is_stored_before_the_letter_is_sent(
    client: LintingClient, session: Session
) -> None:
    page = checked(client)
    assert cases(session) == 0
    for text in LETTER.values():
        if text != "help":
            assert all(line in page.one("main").text for line in text.split("\n"))


def test_change_shows_the_form_with_everything_in_it(client: LintingClient) -> None:
    page = checked(client, consent="y", email="wang@example.org")
    answer = send(client, page, to="/letters/change")
    again = page_of(answer)
    typed = typed_in(again)
    assert {name: typed[name] for name in LETTER} == LETTER | {"text": typed["text"]}
    assert typed["text"].replace("\r\n", "\n") == LETTER["text"]
    assert (typed["consent"], typed["email"]) == ("y", "wang@example.org")


def test_a_letter_to_the_leaders_says_so(client: LintingClient, session: Session) -> None:
    assert client.get("/letters/new?to=leader").headers["Location"] == "/letters/leader"
    answer = send(client, client.fetch("/letters/leader"), LETTER)
    send(client, page_of(answer))
    assert session.scalars(select(Case.channel)).one() is Channel.LEADER_MAILBOX


def test_an_accused_unit_is_kept_away_from_the_letter(
    client: LintingClient, session: Session, district: District
) -> None:
    page = checked(client, kind="report", accused=str(district.lead.id))
    send(client, page)
    assert session.scalars(select(Case.accused_department_id)).one() == district.lead.id


def test_a_unit_is_accused_by_a_report_only(client: LintingClient, district: District) -> None:
    answer = send(client, client.fetch("/letters/new"), LETTER | {"accused": str(district.lead.id)})
    assert answer.status_code == 422


@pytest.mark.parametrize("missing", ["kind", "subject", "text", "name", "phone"])
def test_what_is_needed_is_asked_for_and_the_rest_is_kept(
    client: LintingClient, missing: str
) -> None:
    answer = send(client, client.fetch("/letters/new"), LETTER | {missing: ""})
    assert answer.status_code == 422
    page = page_of(answer)
    assert len(page.all("ul", class_="govuk-error-summary__list")[0].all("li")) == 1
    typed = typed_in(page)
    assert all(
        typed[name].split() == text.split() for name, text in LETTER.items() if name != missing
    )


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"phone": "1391234567"}, "A mobile number has 11 digits."),
        ({"phone": "13912345678 13900001111"}, "A mobile number has 11 digits."),
        ({"subject": "长" * 201}, "Subject: write no more than 200 characters."),
        ({"name": "名" * 61}, "Your name: write no more than 60 characters."),
    ],
)
def test_what_is_too_short_or_too_long_names_its_field(
    client: LintingClient, typed: dict[str, str], said: str
) -> None:
    client.speak("en")
    answer = send(client, client.fetch("/letters/new"), LETTER | typed)
    assert answer.status_code == 422
    assert said in page_of(answer).one(class_="govuk-error-summary").text


@pytest.mark.parametrize(
    "phone", ["１３９ 1234－5678", "+86 139 1234 5678", "020 8765 4321", "95100"]
)
def test_numbers_are_taken_as_keyboards_and_people_write_them(
    client: LintingClient, phone: str
) -> None:
    assert receipt(client, phone=phone)


def test_an_e_mail_address_is_enough_to_be_reached(client: LintingClient) -> None:
    checked(client, phone="", email="wang@example.org")


BAD = {
    "too long": "字" * 10_001,
    "NUL": "路灯\0不亮",
    "broken on its way": "路灯\ufffd不亮",
    "control": "路灯\x07不亮",
}


@pytest.mark.parametrize("field", ["subject", "text", "place", "name", "address"])
@pytest.mark.parametrize("fault", BAD)
def test_text_that_cannot_be_stored_is_refused_and_shown_back(
    client: LintingClient, session: Session, field: str, fault: str
) -> None:
    page = client.fetch("/letters/new")
    for action in ("/letters/check", "/letters/send"):
        answer = send(client, page, LETTER | {field: BAD[fault]}, to=action)
        assert answer.status_code == 422
        assert BAD[fault].replace("\0", "\ufffd")[:200] in answer.text.replace("\0", "\ufffd")
    assert cases(session) == 0


def test_bytes_that_are_no_text_are_refused_or_read_back_as_they_came(
    client: LintingClient, session: Session
) -> None:
    typed = typed_in(client.fetch("/letters/new")) | LETTER
    encoded = urlencode(typed | {"subject": "@"}).replace("%40", "%ff%fe")
    answer = client.post(
        "/letters/check", data=encoded, content_type="application/x-www-form-urlencoded"
    )
    assert "%FF%FE" in page_of(answer).one("main").text
    parts = "".join(
        f'--part\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in typed.items()
        if name != "subject"
    ).encode()
    broken = b'--part\r\nContent-Disposition: form-data; name="subject"\r\n\r\n\xff\xfe\r\n'
    answer = client.post(
        "/letters/check",
        data=parts + broken + b"--part--\r\n",
        content_type="multipart/form-data; boundary=part",
    )
    assert answer.status_code == 422
    assert cases(session) == 0


@pytest.mark.parametrize(
    "text",
    [
        "𠮷野家门前🚲乱停车",
        "\u202eevil\u202c 文字",
        "<script>alert(1)</script>",
        "${7*7} & <b>",
        "'; DROP TABLE cases; --",
    ],
)
def test_strange_text_is_text_and_nothing_else(
    client: LintingClient, session: Session, text: str
) -> None:
    page = checked(client, subject=text, text=text, place=text, name=text)
    send(client, page)
    client.fetch("/letters/received")
    kept = session.scalars(select(Case)).one()
    assert kept.subject == kept.body == text.replace("\u202e", "").replace("\u202c", "")


def test_sending_twice_makes_one_case_and_one_receipt(
    client: LintingClient, session: Session
) -> None:
    page = checked(client)
    send(client, page)
    first = client.fetch("/letters/received").text
    send(client, page)
    assert client.fetch("/letters/received").text == first
    assert cases(session) == 1


def test_the_receipt_is_gone_after_half_an_hour(client: LintingClient, clock: Clock) -> None:
    send(client, checked(client))
    assert CODE.search(client.fetch("/letters/received").text)
    clock.now = MONDAY + timedelta(minutes=31)
    assert not CODE.search(client.fetch("/letters/received").text)


def test_the_receipt_is_for_the_browser_that_sent_the_letter(
    client: LintingClient, app: Flask
) -> None:
    send(client, checked(client))
    assert not CODE.search(client_of(app).fetch("/letters/received").text)


def test_the_access_code_is_in_no_cookie(client: LintingClient) -> None:
    send(client, checked(client))
    code = CODE.search(client.fetch("/letters/received").text)
    with client.session_transaction() as kept:
        assert code
        assert code.group() not in str(dict(kept))


@pytest.mark.parametrize("slip", ["", "made-up", "abc.def.ghi"])
def test_a_letter_with_no_slip_of_ours_is_read_once_more(
    client: LintingClient, session: Session, slip: str
) -> None:
    page = checked(client)
    answer = send(client, page, {"slip": slip})
    assert answer.status_code == 422
    assert cases(session) == 0
    send(client, page_of(answer))
    assert cases(session) == 1


def test_machines_that_fill_every_field_are_stopped_and_people_go_on(
    client: LintingClient, session: Session
) -> None:
    answer = send(client, client.fetch("/letters/new"), LETTER | {"website": "http://x"})
    assert answer.status_code == 422
    again = send(client, page_of(answer))
    assert again.status_code == 200


def test_too_many_letters_from_one_place_wait_and_lose_nothing(
    client: LintingClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(petitioner, "LETTERS_OF_SOURCE", 1)
    send(client, checked(client))
    answer = send(client, checked(client))
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert "晚上很不安全" in answer.text
    assert cases(session) == 1


def test_every_address_of_the_letter_answers_when_it_is_opened_directly(
    client: LintingClient,
) -> None:
    for address in ("/letters/check", "/letters/send", "/letters/change"):
        assert client.get(address).headers["Location"] == "/letters/new"


def test_the_way_back_to_the_form_does_not_empty_it(client: LintingClient) -> None:
    assert client.get("/letters/new").headers["Cache-Control"] == "private, no-cache"
    answer = send(client, client.fetch("/letters/new"), LETTER)
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_letter_is_shown_back_while_the_database_is_away(
    client: LintingClient, app: Flask, session: Session
) -> None:
    page = checked(client)
    working = app.extensions["sessions"]
    app.extensions["sessions"] = sessionmaker(create_engine(NOWHERE))
    refused = send(client, page)
    assert refused.status_code == 503
    assert refused.headers["Retry-After"]
    assert "晚上很不安全" in refused.text
    app.extensions["sessions"] = working
    again = send(client, page_of(refused))
    assert again.headers["Location"] == "/letters/received"
    assert cases(session) == 1


def test_a_letter_is_shown_back_when_the_page_has_lain_too_long(
    client: LintingClient, session: Session
) -> None:
    page = checked(client)
    refused = send(client, page, {"csrf_token": "worn out"})
    assert refused.status_code == 400
    assert "晚上很不安全" in refused.text
    assert send(client, page_of(refused)).headers["Location"] == "/letters/received"


def test_a_slip_that_has_been_used_shows_its_receipt_however_old_it_is(
    client: LintingClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = checked(client)
    send(client, page)
    monkeypatch.setattr(slips, "HOLDS", timedelta(seconds=-1))
    assert send(client, page).headers["Location"] == "/letters/received"
    assert cases(session) == 1
