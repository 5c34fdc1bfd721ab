"""Signing in and the own account, seen from a browser: controls A1 to A6, W1 and W4."""

from datetime import timedelta

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from casework.models import StaffSession, User
from casework.services import accounts, people
from casework.services.passwords import hash_password
from casework.workflow.states import Role
from tests.factories import MONDAY, SEALER, District, UserFactory
from tests.web.client import LintingClient
from tests.web.conftest import Clock, SignIn, client_of
from tests.web.page import fields

PASSWORD = "a quiet lane with 7 lamps"
NEW = "three old boats at dawn"
HOUR = timedelta(hours=1)


@pytest.fixture
def user(session: Session) -> User:
    found: User = UserFactory(
        username="mei.lin", password_hash=hash_password(PASSWORD), operator=True
    )
    session.commit()
    return found


def enter(
    client: LintingClient, password: str = PASSWORD, *, username: str = "mei.lin", way: str = ""
) -> TestResponse:
    page = client.fetch(f"/account/login{way}")
    return client.submit(page, {"username": username, "password": password})


def token_of(client: LintingClient) -> str:
    with client.session_transaction() as kept:
        return str(kept["_user_id"])


def is_in(client: LintingClient) -> bool:
    return client.get("/account").status_code == 200


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_signing_in_and_out(client: LintingClient, user: User, language: str) -> None:
    client.speak(language)
    assert enter(client).status_code == 302
    page = client.fetch("/account")
    assert "mei.lin" in page.one("main").text
    out = client.post("/account/logout", data={"csrf_token": token_in(client, "/account")})
    assert out.status_code == 302
    assert not is_in(client)


def token_in(client: LintingClient, address: str) -> str:
    return client.fetch(address).all("input", name="csrf_token")[0].attrs["value"]


@pytest.mark.parametrize(
    ("username", "password"), [("mei.lin", "wrong"), ("nobody", PASSWORD), ("nobody", "wrong")]
)
def test_what_is_wrong_is_told_alike_and_the_name_is_kept(
    client: LintingClient, user: User, username: str, password: str
) -> None:
    answer = enter(client, password, username=username)
    assert answer.status_code == 422
    assert "用户名或密码不正确" in answer.text
    assert f'value="{username}"' in answer.text
    assert password not in answer.text


def test_twenty_wrong_tries_then_the_right_one_is_slowed_and_it_ends(
    client: LintingClient, user: User, clock: Clock
) -> None:
    codes = [enter(client, "wrong").status_code for _ in range(20)]
    assert codes == [422] * 10 + [429] * 10
    slowed = enter(client)
    assert slowed.status_code == 429
    assert 0 < int(slowed.headers["Retry-After"]) <= 901
    clock.now += timedelta(seconds=int(slowed.headers["Retry-After"]))
    assert enter(client).status_code == 302


def test_a_restart_does_not_reset_the_tries(client: LintingClient, app: Flask, user: User) -> None:
    for _ in range(10):
        enter(client, "wrong")
    assert enter(client_of(app)).status_code == 429


@pytest.mark.parametrize("address", ["/account/login", "/account/logout", "/account/code"])
def test_nothing_is_taken_without_a_token(client: LintingClient, user: User, address: str) -> None:
    answer = client.post(address, data={"username": "mei.lin", "password": PASSWORD})
    assert answer.status_code == 400
    assert not is_in(client)


def test_a_token_of_another_browser_is_refused(
    client: LintingClient, app: Flask, user: User
) -> None:
    stolen = token_in(client_of(app), "/account/login")
    client.fetch("/account/login")
    answer = client.post(
        "/account/login", data={"csrf_token": stolen, "username": "mei.lin", "password": PASSWORD}
    )
    assert answer.status_code == 400


def test_logging_out_by_a_link_is_impossible(sign_in: SignIn, user: User) -> None:
    client = sign_in(user)
    assert client.get("/account/logout").status_code == 405
    assert is_in(client)


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "/%09/evil.example",
        "/\\evil.example",
        "https://evil.example/",
        "/%5cevil.example",
        "/account/logout",
        "javascript:alert(1)",
    ],
)
def test_next_never_leads_away(client: LintingClient, user: User, target: str) -> None:
    page = client.fetch("/account/login", query_string={"next": target})
    answer = client.post(
        "/account/login",
        query_string={"next": target},
        data={**fields(page.one("main").one("form")), "username": "mei.lin", "password": PASSWORD},
    )
    assert answer.status_code == 302
    assert "evil" not in answer.location
    assert answer.location.startswith("/")
    assert answer.location != "/account/logout"


def test_next_leads_to_the_page_that_was_asked_for(client: LintingClient, user: User) -> None:
    asked = client.get("/account/password")
    assert asked.status_code == 302
    client.get(asked.location)
    page = client.fetch(asked.location)
    answer = client.submit(page, {"username": "mei.lin", "password": PASSWORD})
    assert answer.location == "/account/password"


def test_each_role_begins_at_its_own_page(app: Flask, session: Session, district: District) -> None:
    starts = {}
    for person in district.staff():
        person.password_hash = hash_password(PASSWORD)
        session.commit()
        starts[person.role] = enter(client_of(app), username=person.username).location
    assert starts[Role.ADMINISTRATOR] == "/admin"
    assert starts[Role.OFFICE] == "/office"
    assert all(starts.values())


def test_every_sign_in_has_an_id_of_its_own(client: LintingClient, user: User) -> None:
    enter(client)
    first = token_of(client)
    page = client.fetch("/account")
    again = client.post(
        "/account/login",
        data={
            "csrf_token": page.all("input", name="csrf_token")[0].attrs["value"],
            "username": "mei.lin",
            "password": PASSWORD,
        },
    )
    assert again.status_code == 302
    assert token_of(client) != first
    assert not replayed(client.application, first)


def replayed(app: Flask, token: str) -> bool:
    """Tell whether an old cookie still opens the account."""
    browser = client_of(app)
    with browser.session_transaction() as kept:
        kept["_user_id"] = token
    return is_in(browser)


def test_an_old_cookie_is_dead_after_logout(client: LintingClient, user: User) -> None:
    enter(client)
    token = token_of(client)
    assert replayed(client.application, token)
    client.post("/account/logout", data={"csrf_token": token_in(client, "/account")})
    assert not replayed(client.application, token)


def test_an_old_cookie_is_dead_after_a_change_of_the_password(
    client: LintingClient, app: Flask, user: User
) -> None:
    elsewhere = client_of(app)
    enter(elsewhere)
    enter(client)
    old = [token_of(client), token_of(elsewhere)]
    page = client.fetch("/account/password")
    done = client.submit(page, {"current": PASSWORD, "password": NEW, "again": NEW})
    assert done.status_code == 302
    assert is_in(client)
    assert not any(replayed(app, token) for token in old)
    assert enter(client_of(app), PASSWORD).status_code == 422
    assert enter(client_of(app), NEW).status_code == 302


def test_an_old_cookie_is_dead_after_disabling_and_changes_of_role_and_department(
    app: Flask, session: Session, district: District, sign_in: SignIn
) -> None:
    person = district.handler

    def change(role: Role, department_id: int) -> None:
        people.change_person(
            session,
            person,
            display_name=person.display_name,
            role=role,
            department_id=department_id,
            email="",
            by=None,
            at=MONDAY,
        )

    steps = (
        lambda: change(Role.REVIEWER, district.lead.id),
        lambda: change(Role.REVIEWER, district.helper.id),
        lambda: people.disable(session, person, by=None, at=MONDAY),
    )
    for step in steps:
        token = token_of(sign_in(person))
        assert replayed(app, token)
        step()
        session.commit()
        assert not replayed(app, token)


def test_a_session_ends_after_half_an_hour_and_after_twelve_hours(
    client: LintingClient, user: User, clock: Clock
) -> None:
    enter(client)
    for _ in range(27):
        clock.now += timedelta(minutes=26)
        assert is_in(client)
    clock.now += timedelta(minutes=26)
    assert not is_in(client)
    enter(client)
    clock.now += timedelta(minutes=31)
    assert not is_in(client)


def test_a_wrong_current_password_changes_nothing_and_is_slowed(
    client: LintingClient, user: User
) -> None:
    enter(client)
    page = client.fetch("/account/password")
    typed = {"current": "wrong", "password": NEW, "again": NEW}
    codes = [client.submit(page, typed).status_code for _ in range(11)]
    assert codes == [422] * 10 + [429]
    assert accounts.sign_in(session_of(client), "mei.lin", PASSWORD, source="", at=MONDAY)


def session_of(client: LintingClient) -> Session:
    opened: Session = client.application.extensions["sessions"]()
    return opened


@pytest.mark.parametrize(
    ("password", "again", "says"),
    [
        ("short", "short", "至少 8 个字符"),
        ("password1", "password1", "常见"),
        ("mei.lin2026", "mei.lin2026", "姓名"),
        (NEW, NEW + "!", "不一致"),
        ("", "", "请填写新密码"),
        ("x" * 129, "x" * 129, "最多"),
    ],
)
def test_a_password_that_will_not_do_is_told_beside_its_field(
    client: LintingClient, user: User, password: str, again: str, says: str
) -> None:
    enter(client)
    page = client.fetch("/account/password")
    answer = client.submit(page, {"current": PASSWORD, "password": password, "again": again})
    assert answer.status_code == 422
    assert says in answer.text or "govuk-error-message" in answer.text


def set_up_codes(client: LintingClient, clock: Clock) -> pyotp.TOTP:
    page = client.fetch("/account/codes")
    key = page.one("code", class_="seed").text.replace(" ", "")
    totp = pyotp.TOTP(key)
    assert client.submit(page, {"code": "000000"}).status_code == 422
    page = client.fetch("/account/codes")
    key = page.one("code", class_="seed").text.replace(" ", "")
    totp = pyotp.TOTP(key)
    assert client.submit(page, {"code": totp.at(clock.now)}).status_code == 302
    clock.now += timedelta(minutes=1)
    return totp


def test_one_time_codes_are_asked_for_and_each_is_taken_once(
    client: LintingClient, app: Flask, user: User, clock: Clock
) -> None:
    enter(client)
    totp = set_up_codes(client, clock)
    browser, second = client_of(app), client_of(app)
    for one in (browser, second):
        asked = enter(one, way="?next=/account/password")
        assert asked.location.startswith("/account/code")
        assert not is_in(one)
        one.get(asked.location)
    code = totp.at(clock.now)
    page = browser.fetch("/account/code?next=/account/password")
    assert browser.submit(page, {"code": "000000"}).status_code == 422
    assert browser.submit(page, {"code": f"{code[:3]} {code[3:]}"}).location == "/account/password"
    assert is_in(browser)
    page = second.fetch("/account/code")
    assert second.submit(page, {"code": code}).status_code == 422
    assert not is_in(second)


def test_the_key_stays_the_same_until_a_code_fits(
    client: LintingClient, user: User, clock: Clock
) -> None:
    enter(client)
    page = client.fetch("/account/codes")
    key = page.one("code", class_="seed").text
    answer = client.submit(page, {"code": "000000"})
    assert key in answer.text
    forged = client.submit(page, {"code": "000000", "pending": "AAAA"})
    assert key not in forged.text


def test_the_half_of_a_sign_in_ends_with_time_and_with_the_password(
    client: LintingClient, session: Session, user: User, clock: Clock
) -> None:
    enter(client)
    set_up_codes(client, clock)
    client.post("/account/logout", data={"csrf_token": token_in(client, "/account")})
    enter(client)
    assert client.get("/account/code").status_code == 200
    clock.now += timedelta(minutes=6)
    assert client.get("/account/code").status_code == 302
    enter(client)
    accounts.change_password(session, user, NEW, at=clock.now)
    session.commit()
    assert client.get("/account/code").status_code == 302


def test_codes_are_removed_with_the_password_and_a_code(
    client: LintingClient, session: Session, user: User, clock: Clock
) -> None:
    enter(client)
    totp = set_up_codes(client, clock)
    page = client.fetch("/account/codes/remove")
    code = totp.at(clock.now)
    assert client.submit(page, {"current": "wrong", "code": code}).status_code == 422
    assert client.submit(page, {"current": PASSWORD, "code": "000000"}).status_code == 422
    assert client.submit(page, {"current": PASSWORD, "code": code}).status_code == 302
    session.refresh(user)
    assert user.totp_sealed is None


def link_for(session: Session, user: User, clock: Clock) -> str:
    link = accounts.make_reset_link(
        session, user, public_url="https://letters.example.cn", at=clock.now
    )
    session.commit()
    return link.removeprefix("https://letters.example.cn")


def test_a_reset_link_is_used_once(
    client: LintingClient, session: Session, user: User, clock: Clock
) -> None:
    address = link_for(session, user, clock)
    other = client_of(client.application)
    looked_at = other.fetch(address)
    page = client.fetch(address)
    assert client.submit(page, {"password": "short", "again": "short"}).status_code == 422
    assert client.submit(page, {"password": NEW, "again": NEW}).status_code == 302
    second = other.submit(looked_at, {"password": PASSWORD, "again": PASSWORD})
    assert second.status_code == 404
    assert client.get(address).status_code == 404
    assert enter(client, NEW).status_code == 302


def test_a_reset_link_ends_after_an_hour(
    client: LintingClient, session: Session, user: User, clock: Clock
) -> None:
    address = link_for(session, user, clock)
    clock.now += HOUR
    assert client.get(address).status_code == 404
    assert client.get("/account/reset/" + "x" * 43).status_code == 404


def test_pages_of_the_account_are_never_kept(client: LintingClient, user: User) -> None:
    enter(client)
    for address in ("/account", "/account/password", "/account/codes", "/account/language"):
        assert client.get(address).headers["Cache-Control"] == "no-store"


def test_the_own_language_is_kept(client: LintingClient, session: Session, user: User) -> None:
    enter(client)
    page = client.fetch("/account/language")
    assert client.submit(page, {"language": "en"}).status_code == 302
    session.refresh(user)
    assert user.language == "en"
    assert client.submit(page, {"language": "fr"}).status_code == 422


def test_being_seen_is_noted_once_a_minute(
    client: LintingClient, session: Session, user: User, clock: Clock
) -> None:
    enter(client)
    clock.now += timedelta(minutes=5)
    client.get("/account")
    session.expire_all()
    assert session.scalars(select(StaffSession)).one().seen_at == clock.now


@pytest.mark.parametrize(
    ("name", "value"),
    [("username", "a\0b"), ("username", "x" * 70), ("password", "x" * 2_000), ("username", "")],
)
def test_bad_input_is_refused_in_words(
    client: LintingClient, user: User, name: str, value: str
) -> None:
    page = client.fetch("/account/login")
    typed = {"username": "mei.lin", "password": PASSWORD} | {name: value}
    assert client.submit(page, typed).status_code == 422


def test_a_disabled_person_is_refused_like_a_stranger(
    client: LintingClient, session: Session, user: User
) -> None:
    user.disabled_at = MONDAY
    session.commit()
    assert "用户名或密码不正确" in enter(client).text


def test_the_seed_is_sealed_in_the_database(
    client: LintingClient, session: Session, user: User, clock: Clock
) -> None:
    enter(client)
    totp = set_up_codes(client, clock)
    session.refresh(user)
    assert user.totp_sealed is not None
    assert totp.secret.encode() not in user.totp_sealed
    assert SEALER.open_sealed(user.totp_sealed, row=f"users/{user.id}") == {"seed": totp.secret}


def test_setting_up_codes_signs_out_the_other_browsers(
    client: LintingClient, app: Flask, user: User, clock: Clock
) -> None:
    elsewhere = client_of(app)
    enter(elsewhere)
    enter(client)
    set_up_codes(client, clock)
    assert is_in(client)
    assert not is_in(elsewhere)
