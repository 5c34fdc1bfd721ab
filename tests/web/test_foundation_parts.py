"""The parts that pages are made of: macros, fields, the writing of dates and numbers."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from werkzeug.test import encode_multipart

from casework.errors import Conflict, Invalid
from casework.web import language
from casework.web.components import cells, column
from casework.web.forms.base import id_number_fits, tidy, tidy_line
from casework.workflow.states import Role
from tests.factories import UserFactory
from tests.web import gallery
from tests.web.client import LintingClient
from tests.web.conftest import SignIn
from tests.web.page import Element, fields, parse

GOOD = {"kind": "help", "title": "路灯坏了", "text": "路灯坏了两个月，请派人来修。"}


@pytest.fixture
def app(app: Flask) -> Flask:
    return gallery.install(app)


@pytest.fixture
def bare_app(bare_app: Flask) -> Flask:
    return gallery.install(bare_app)


def refused(client: LintingClient, **typed: str | list[str]) -> Element:
    answer = client.submit(client.fetch("/gallery"), {**GOOD, **typed})
    assert answer.status_code == 422, answer.text
    return parse(answer.text)[0]


@pytest.mark.parametrize("speech", ["zh_CN", "en"])
def test_every_macro_makes_sound_markup(
    bare_client: LintingClient, sign_in: SignIn, speech: str
) -> None:
    bare_client.speak(speech)
    bare_client.fetch("/gallery")
    browser = sign_in(UserFactory(role=Role.OFFICE))
    browser.speak(speech)
    page = browser.fetch("/desk/gallery")
    assert "desk" in page.one("html").attrs["class"]
    assert not page.one("main").all("script")


def test_a_good_form_passes_and_comes_back_unchanged(bare_client: LintingClient) -> None:
    answer = bare_client.submit(bare_client.fetch("/gallery"), GOOD)
    assert answer.status_code == 200
    back = fields(parse(answer.text)[0].one("main").one("form", method="post"))
    assert {name: back[name] for name in GOOD} == {name: [value] for name, value in GOOD.items()}


def test_errors_are_listed_linked_and_tied_to_their_fields(bare_client: LintingClient) -> None:
    page = refused(bare_client, title="", kind="nonsense")
    summary = page.one(class_="govuk-error-summary")
    assert {link.attrs["href"] for link in summary.all("a")} == {"#kind-0", "#title"}
    assert page.one(id="title").attrs["aria-describedby"] == "title-hint title-error"
    assert page.one("title").text.startswith("有误")


@pytest.mark.parametrize("character", ["\x00", "\x08", "\x1b", "\ufffd"])
def test_characters_that_cannot_be_stored_are_refused_in_words(
    bare_client: LintingClient, character: str
) -> None:
    page = refused(bare_client, text=f"路灯坏了两个月，请派{character}人来修。")
    assert page.one(id="text-error")
    assert "路灯坏了两个月" in page.one(id="text").text


def test_invalid_utf_8_is_refused_in_words(bare_client: LintingClient) -> None:
    page = bare_client.fetch("/gallery")
    typed = fields(page.one("main").one("form", method="post")) | GOOD | {"text": "TORN" * 5}
    _, stream = encode_multipart(MultiDict(typed), boundary="x")
    answer = bare_client.post(
        "/gallery",
        data=stream.replace(b"TORN", b"\xff\xfe"),
        content_type="multipart/form-data; boundary=x",
    )
    assert answer.status_code == 422
    assert parse(answer.text)[0].one(id="text-error")


def test_texts_are_tidied_and_never_cut() -> None:
    assert tidy("  a\r\nb\rc \u202egnp.exe\u202c ") == "a\nb\nc gnp.exe"
    assert tidy_line(" 路灯 \t\n 坏了 ") == "路灯 坏了"
    assert tidy("𠮷野家 👨‍👩‍👧") == "𠮷野家 👨‍👩‍👧"
    assert tidy(None) is None


def test_a_text_longer_than_its_column_is_refused_whole(bare_client: LintingClient) -> None:
    page = refused(bare_client, title="长" * 201)
    assert page.one(id="title").attrs["value"] == "长" * 201
    assert "maxlength" not in page.one(id="title").attrs


def test_script_in_a_text_is_text(bare_client: LintingClient) -> None:
    page = refused(bare_client, title="", text="<script>alert(1)</script></textarea>")
    assert page.one(id="text").text == "<script>alert(1)</script></textarea>"


@pytest.mark.parametrize(
    "number", ["11010519491231002X", "11010519491231００2X", "440101199001011237"]
)
def test_an_id_number_with_its_check_digit_passes(bare_client: LintingClient, number: str) -> None:
    if number.endswith("7"):
        number = number[:17] + _check_digit(number)
    answer = bare_client.submit(
        bare_client.fetch("/gallery"), {**GOOD, "id_number": f" {number.lower()} "}
    )
    assert answer.status_code == 200


@pytest.mark.parametrize("number", ["110105194912310021", "12345", "11010519491231一二2X"])
def test_an_id_number_that_nobody_has_is_refused(bare_client: LintingClient, number: str) -> None:
    assert refused(bare_client, id_number=number).one(id="id_number-error")


@pytest.mark.parametrize("typed", ["2026-11-23", "2026/11/23", "2026年11月23日", "20261123"])
def test_a_day_may_be_typed_in_the_usual_ways(bare_client: LintingClient, typed: str) -> None:
    answer = bare_client.submit(bare_client.fetch("/gallery"), {**GOOD, "day": typed})
    assert answer.status_code == 200
    assert parse(answer.text)[0].one(id="day").attrs["value"] in ("2026-11-23", typed)


@pytest.mark.parametrize("wrong", ["2026-02-30", "next week"])
def test_a_day_that_is_none_is_refused(bare_client: LintingClient, wrong: str) -> None:
    page = refused(bare_client, day=wrong)
    assert page.one(id="day").attrs["value"] == wrong


@pytest.mark.parametrize("wrong", ["call me", "12", "0" * 41])
def test_a_phone_number_needs_digits(bare_client: LintingClient, wrong: str) -> None:
    assert refused(bare_client, phone=wrong).one(id="phone-error")


@pytest.mark.parametrize("wrong", ["a@b", "a b@c.cn", "a@b.cn\nBcc: x@y.cn z"])
def test_an_email_address_must_look_like_one(bare_client: LintingClient, wrong: str) -> None:
    assert refused(bare_client, email=wrong).one(id="email-error")


def test_a_refusal_of_the_core_stands_beside_its_field(bare_app: Flask) -> None:
    with bare_app.test_request_context("/", method="POST", data=GOOD):
        form = gallery.EveryField()
        form.refuse(Invalid("title", "Write the text first."))
        form.refuse(Conflict())
        assert list(form.title.errors) != []
        assert len(form.form_errors) == 1


def test_cells_carry_the_labels_that_a_phone_shows() -> None:
    row = Markup('<th scope="row">1</th>\n<td class="title" data-sort-value="3">a</td>')
    drawn = cells(row, ["No.", column("<b>", numeric=True)])
    assert drawn == (
        '<th class="govuk-table__header" data-label="No." scope="row">1</th>\n'
        '<td class="govuk-table__cell govuk-table__cell--numeric title" '
        'data-label="&lt;b&gt;" data-sort-value="3">a</td>'
    )


@pytest.mark.parametrize(
    ("speech", "day", "instant", "left", "late", "due"),
    [
        ("zh_CN", "2026年11月23日", "2026年11月24日 07:30", "还剩 3 天", "已超期 2 天", "今天到期"),
        (
            "en",
            "23 November 2026",
            "24 November 2026, 07:30",
            "3 days left",
            "2 days overdue",
            "Due today",
        ),
    ],
)
def test_dates_are_written_as_the_language_does(
    bare_app: Flask, speech: str, day: str, instant: str, left: str, late: str, due: str
) -> None:
    now = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
    bare_app.extensions["now"] = lambda: now
    with bare_app.test_request_context("/", headers={"Cookie": f"language={speech}"}):
        assert language.day(date(2026, 11, 23)) == day
        assert language.instant(datetime(2026, 11, 23, 23, 30, tzinfo=UTC)) == instant
        assert language.days_left(date(2026, 11, 26)) == left
        assert language.days_left(date(2026, 11, 21)) == late
        assert language.days_left(date(2026, 11, 23)) == due
        assert language.percent(0.9861) == "98.6%"
        assert language.percent(None) == language.day(None) == "–"
        assert language.capped(2000) == "2,000"
        assert language.capped(2001) == "2,000+"


def _check_digit(number: str) -> str:
    from casework.web.forms.base import ID_CHECK, ID_WEIGHTS

    total = sum(int(d) * w for d, w in zip(number[:17], ID_WEIGHTS, strict=True))
    return ID_CHECK[total % 11]


def test_the_check_of_an_id_number_leaves_an_empty_one_alone() -> None:
    class Empty:
        data = ""

    id_number_fits(None, Empty())  # type: ignore[arg-type]
