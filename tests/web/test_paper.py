"""The slip with the code, the picture without it, the empty form, and what the office enters."""

import pytest
import segno
from flask import Flask

from casework.web import follow_slip as slips
from casework.web.outside import address_of
from tests.factories import District
from tests.web.citizen import receipt, send, typed_in
from tests.web.client import LintingClient
from tests.web.conftest import SignIn

PAPER = {
    "channel": "paper",
    "kind": "complaint",
    "subject": "噪音扰民",
    "text": "工地夜间施工，噪音扰民。",
    "name": "陈测试",
}


@pytest.fixture(autouse=True)
def _district(district: District) -> District:
    district.session.commit()
    return district


@pytest.fixture
def pictured(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was drawn as pictures, as text."""
    drawn: list[str] = []
    draw = slips.qr_code

    def remembered(text: str) -> object:
        drawn.append(text)
        return draw(text)

    monkeypatch.setattr(slips, "qr_code", remembered)
    return drawn


def test_the_receipt_has_a_slip_whose_picture_holds_the_number_and_never_the_code(
    client: LintingClient, app: Flask, pictured: list[str]
) -> None:
    number, code = receipt(client)
    page = client.fetch("/letters/received")
    slip = page.one("section", class_="slip")
    assert number in slip.text
    assert code in slip.text
    with app.test_request_context():
        expected = address_of("petitioner.follow", number=number)
    assert set(pictured) == {expected}
    assert slip.one("svg").all("path")[-1].attrs["d"] in segno.make(
        expected, error="m", micro=False
    ).svg_inline(border=4, omitsize=True, svgclass=None, lineclass=None, light="#fff")


def test_the_code_is_in_no_address_of_the_receipt(client: LintingClient) -> None:
    _number, code = receipt(client)
    page = client.fetch("/letters/received")
    plain = code.replace("-", "")
    for element in page.walk():
        for value in (element.attrs.get("href", ""), element.attrs.get("action", "")):
            assert plain not in value.replace("-", "")


def test_the_address_of_the_picture_fills_in_the_number_and_asks_for_the_code(
    client: LintingClient,
) -> None:
    number, code = receipt(client)
    page = client.fetch(f"/follow?number={number}")
    assert typed_in(page)["number"] == number
    assert typed_in(page)["code"] == ""
    assert send(client, page, {"code": code}).status_code == 303


@pytest.mark.parametrize("typed", ["%00", "<b>", "x" * 5000, "２０２６－１"])
def test_a_strange_number_in_the_address_is_harmless(client: LintingClient, typed: str) -> None:
    page = client.fetch(f"/follow?number={typed}")
    assert set(typed_in(page)["number"]) <= set("0123456789-")


def test_the_empty_form_has_everything_that_the_office_enters(client: LintingClient) -> None:
    client.speak("en")
    text = client.fetch("/letters/paper").one("main").text
    for wanted in (
        "Subject",
        "Your letter",
        "Your name",
        "Phone number",
        "For how many people do you write",
        "Name of delegate 5",
        "I agree that my letter and the answer may be published",
        "Signature",
        "Do not pass my name on",
        "The access code is never written here",
    ):
        assert wanted in text, wanted
    assert "Name of delegate 6" not in text


@pytest.mark.parametrize("agreed", [False, True])
def test_a_letter_on_paper_is_entered_with_its_consent_and_gives_a_slip(
    district: District, sign_in: SignIn, pictured: list[str], agreed: bool
) -> None:
    clerk = sign_in(district.clerk)
    page = clerk.fetch("/office/new")
    answer = clerk.submit(page, PAPER | ({"consent": "y"} if agreed else {}))
    printed = clerk.fetch(answer.location)
    number, code = (one.text for one in printed.all(class_="read-out"))
    slip = printed.one("section", class_="slip").text
    assert number in slip
    assert code in slip
    assert all(code.replace("-", "") not in text.replace("-", "") for text in pictured)
    clerk.speak("en")
    case = clerk.fetch(f"/cases/{number}").one("main").text
    assert f"Consent to publication {'Yes' if agreed else 'No'}" in case


def test_nobody_else_of_the_office_can_print_the_slip(district: District, sign_in: SignIn) -> None:
    clerk = sign_in(district.clerk)
    clerk.submit(clerk.fetch("/office/new"), PAPER)
    assert sign_in(district.second_clerk).get("/office/entered").status_code == 302
