"""What a citizen does in a browser: fills forms, sends letters, opens the own case."""

import re

from werkzeug.test import TestResponse

from tests.web.client import LintingClient
from tests.web.page import Element, fields, parse

LETTER = {
    "kind": "help",
    "subject": "路灯不亮",
    "text": "小区东门的路灯不亮。\n晚上很不安全。",
    "place": "天河路 12 号",
    "name": "王小明",
    "phone": "020 8765 4321",
}
CODE = re.compile(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{5}")
NUMBER = re.compile(r"[0-9]{4}-[0-9]{6}")


def typed_in(page: Element) -> dict[str, str]:
    """Return what the first form in the body of ``page`` holds."""
    return {name: values[0] for name, values in fields(_form(page)).items()}


def send(
    client: LintingClient, page: Element, typed: dict[str, str] | None = None, *, to: str = ""
) -> TestResponse:
    """Send the first form of ``page``, to another address if a button says so."""
    form = _form(page)
    return client.post(
        to or form.attrs.get("action") or client.here, data=typed_in(page) | (typed or {})
    )


def page_of(answer: TestResponse) -> Element:
    return parse(answer.text)[0]


def checked(client: LintingClient, **changes: str) -> Element:
    """Return the page on which a letter is read back."""
    answer = send(client, client.fetch("/letters/new"), LETTER | changes)
    assert answer.status_code == 200, answer.text
    return page_of(answer)


def receipt(client: LintingClient, **changes: str) -> tuple[str, str]:
    """Send a letter and return its number and access code."""
    send(client, checked(client, **changes))
    text = client.fetch("/letters/received").one("main").text
    number, code = NUMBER.search(text), CODE.search(text)
    assert number
    assert code
    return number.group(), code.group()


def open_case(client: LintingClient, number: str, code: str) -> TestResponse:
    """Type number and code."""
    return send(client, client.fetch("/follow"), {"number": number, "code": code})


def _form(page: Element) -> Element:
    return page.one("main").all("form", method="post")[0]
