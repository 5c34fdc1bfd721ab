"""Every route stands behind a lock that is named here, and the lock holds."""

from collections.abc import Iterator

import pytest
from flask import Blueprint
from werkzeug.routing import Rule

from casework.web.blueprints import BLUEPRINTS
from casework.web.guard import OpenBlueprint, RoleBlueprint
from tests.crawl.conftest import CHAIRS, Whole
from tests.crawl.samples import address_of

OPEN = {
    "home",
    "health",
    "account",
    "language",
    "display",
    "petitioner",
    "public",
    "guides",
    "matters",
    "joining",
    "open_data",
    "demo_outbox",
    "files",  # takes what is sent ahead of a form, and shows it to nobody
}
"""The doors that stand open on purpose; whoever adds one argues for it here."""


def test_every_blueprint_has_one_of_the_two_locks() -> None:
    unlocked = [bp.name for bp in BLUEPRINTS if not isinstance(bp, OpenBlueprint | RoleBlueprint)]
    assert unlocked == []


def test_no_door_is_open_that_is_not_named_here() -> None:
    assert {bp.name for bp in BLUEPRINTS if isinstance(bp, OpenBlueprint)} <= OPEN


def test_every_route_belongs_to_a_blueprint(whole: Whole) -> None:
    stray = [
        rule.endpoint
        for rule in whole.app.url_map.iter_rules()
        if rule.endpoint != "static" and rule.endpoint.split(".")[0] not in whole.app.blueprints
    ]
    assert stray == []


def rules_of(whole: Whole, *kinds: type[Blueprint]) -> Iterator[tuple[Rule, Blueprint]]:
    for rule in whole.app.url_map.iter_rules():
        blueprint = whole.app.blueprints.get(rule.endpoint.rpartition(".")[0])
        if blueprint is not None and isinstance(blueprint, kinds):
            yield rule, blueprint


@pytest.mark.parametrize("part", CHAIRS)
def test_whoever_may_not_enter_is_kept_out_of_each_route(
    whole: Whole, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(whole.app.config, "WTF_CSRF_ENABLED", False)
    browser, role = whole.sit(part), CHAIRS[part]
    wrong = []
    for rule, blueprint in rules_of(whole, RoleBlueprint):
        if role in blueprint.roles:  # type: ignore[attr-defined]
            continue
        address = address_of(whole, rule)
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            answer = browser.open(address, method=method)
            expected = 403 if role else 302 if method == "GET" else 401
            if answer.status_code != expected:
                wrong.append(f"{method} {address}: {answer.status_code}, not {expected}")
            elif expected == 302 and not answer.headers["Location"].startswith("/account/login"):
                wrong.append(f"{method} {address} leads to {answer.headers['Location']}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("part", ["", "clerk", "handler", "operator", "leader", "administrator"])
def test_no_post_is_taken_without_the_token_of_a_form(whole: Whole, part: str) -> None:
    browser = whole.sit(part)
    taken = [
        f"POST {rule.rule}: {answer.status_code}"
        for rule in whole.app.url_map.iter_rules()
        if "POST" in (rule.methods or ())
        and (answer := browser.post(address_of(whole, rule), data={"text": "x"})).status_code != 400
    ]
    assert not taken, "\n".join(taken)
