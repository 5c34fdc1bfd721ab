"""A case of somebody else answers as one that does not exist (control Z2)."""

import re
from collections.abc import Iterator

import pytest
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from casework.web.guard import RoleBlueprint
from tests.crawl.conftest import Whole
from tests.crawl.samples import address_of
from tests.web.client import LintingClient

BLIND = ("street_handler", "operator")
"""People who may not see the letter that is asked for."""


def case_rules(whole: Whole, part: str) -> Iterator[Rule]:
    """Yield the routes about one case that the role of ``part`` may enter."""
    role = whole.everything.people()[part].role
    for rule in whole.app.url_map.iter_rules():
        blueprint = whole.app.blueprints.get(rule.endpoint.rpartition(".")[0])
        entered = isinstance(blueprint, RoleBlueprint) and role in blueprint.roles
        if entered and "number" in rule.arguments:
            yield rule


def told(answer: TestResponse, number: str) -> tuple[int, str]:
    """Return what an answer says, without the number that was asked for and its own ids."""
    text = re.sub(r'value="[\w.-]{60,}"', "", answer.text.replace(number, "NUMBER"))
    reference = answer.headers["X-Request-ID"]
    return answer.status_code, text.replace(reference, "")


def asked(browser: LintingClient, address: str, method: str) -> TestResponse:
    typed = {"text": "x", "note": "x", "reason": "x"} if method == "POST" else None
    return browser.open(address, method=method, data=typed)


@pytest.mark.parametrize("part", BLIND)
def test_a_foreign_case_answers_like_an_unknown_one(
    whole: Whole, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(whole.app.config, "WTF_CSRF_ENABLED", False)
    browser, differing = whole.sit(part), []
    number = whole.everything.named["dissatisfied"].number
    unknown = number[:-4] + "9999"
    for rule in case_rules(whole, part):
        address = address_of(whole, rule)
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            foreign = told(asked(browser, address, method), number)
            nothing = told(asked(browser, address.replace(number, unknown), method), unknown)
            if foreign != nothing or foreign[0] != 404:
                differing.append(f"{method} {address}: {foreign[0]} and {nothing[0]}")
    assert not differing, "\n".join(differing)
