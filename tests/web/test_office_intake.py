"""Letters on paper and visits, entered by the petition office."""

import pytest
from sqlalchemy import func, select

from casework.models import Case, Petitioner
from casework.services.petitioners import opened_contact
from casework.workflow.states import Channel, State
from tests.factories import SEALER, District
from tests.web.conftest import SignIn

LETTER = {
    "channel": "paper",
    "kind": "complaint",
    "subject": "噪音扰民",
    "text": "工地夜间施工，噪音扰民。",
    "name": "陈测试",
    "address": "测试路 1 号",
}


@pytest.mark.parametrize("channel", [Channel.PAPER, Channel.VISIT])
def test_what_came_on_paper_or_in_person_becomes_a_case_with_a_code(
    district: District, sign_in: SignIn, channel: Channel
) -> None:
    browser = sign_in(district.clerk)
    page = browser.fetch("/office/new")
    answer = browser.submit(page, LETTER | {"channel": channel.value})
    assert answer.status_code == 303
    case = district.session.scalars(select(Case)).one()
    assert (case.channel, case.state) == (channel, State.SUBMITTED)
    assert case.submitted_by_id == district.clerk.id
    printed = browser.fetch(answer.location)
    number, code = (one.text for one in printed.all(class_="read-out"))
    assert number == case.number
    assert SEALER.opens(code, str(case.ref), case.access_hash)
    petitioner = district.session.scalars(select(Petitioner)).one()
    assert opened_contact(petitioner, SEALER).address == "测试路 1 号"


def test_a_letter_sent_twice_is_one_case(district: District, sign_in: SignIn) -> None:
    browser = sign_in(district.clerk)
    page = browser.fetch("/office/new")
    browser.submit(page, LETTER)
    browser.submit(page, LETTER)
    assert district.session.scalar(select(func.count()).select_from(Case)) == 1


@pytest.mark.parametrize(
    "typed",
    [
        {"channel": ""},
        {"channel": "letter"},
        {"kind": ""},
        {"subject": ""},
        {"text": ""},
        {"id_number": "123"},
        {"email": "x"},
        {"accused": "1"},
        {"slip": "forged"},
    ],
)
def test_a_letter_that_cannot_be_entered_comes_back(
    district: District, sign_in: SignIn, typed: dict[str, str]
) -> None:
    browser = sign_in(district.clerk)
    page = browser.fetch("/office/new")
    answer = browser.submit(page, LETTER | typed)
    assert answer.status_code == 422
    assert LETTER["address"] in answer.text
    assert district.session.scalar(select(func.count()).select_from(Case)) == 0


def test_without_a_letter_entered_there_is_nothing_to_print(
    district: District, sign_in: SignIn
) -> None:
    assert sign_in(district.clerk).get("/office/entered").location.endswith("/office/new")


def test_an_empty_list_of_erasures_speaks_of_erasures(district: District, sign_in: SignIn) -> None:
    browser = sign_in(district.clerk)
    browser.speak("en")
    page = browser.fetch("/erasures").text
    assert "No request to erase waits for a decision." in page
