"""What every page can rely on: headers, languages, ways back, refusals that lose nothing."""

import json
import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from casework.app import create_app
from casework.models import User
from casework.web.ways import own_address
from casework.workflow.states import Role
from tests.factories import UserFactory
from tests.web import gallery
from tests.web.client import LintingClient
from tests.web.conftest import Clock, SignIn, client_of, settings
from tests.web.page import fields, parse

LETTER = "路灯坏了，晚上看不见路。\r\n请派人来修。"


@pytest.fixture
def app(app: Flask) -> Flask:
    return gallery.install(app)


@pytest.fixture
def bare_app(bare_app: Flask) -> Flask:
    return gallery.install(bare_app)


@pytest.mark.parametrize(
    ("path", "status"),
    [("/accessibility", 200), ("/privacy", 200), ("/nothing", 404), ("/gallery", 200)],
)
@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_answer_carries_the_headers(
    bare_client: LintingClient, path: str, status: int, language: str
) -> None:
    bare_client.speak(language)
    page = bare_client.fetch(path, status=status)  # the client itself checks headers and page
    assert page.one("html").attrs["lang"] == {"zh_CN": "zh-CN", "en": "en"}[language]


def test_a_wrong_method_and_a_body_too_large_answer_as_pages(bare_client: LintingClient) -> None:
    page = bare_client.fetch("/gallery")
    token = page.one("main").one("form", method="post").one("input", name="csrf_token")
    typed = {"csrf_token": token.attrs["value"], "text": "x" * 2_000_000}
    assert bare_client.post("/gallery", data=typed).status_code == 413
    wrong = bare_client.post("/privacy", data={})
    assert wrong.status_code == 405
    assert "GET" in wrong.headers["Allow"]


def test_a_fault_answers_with_a_page_and_logs_no_words(
    clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    app = gallery.install(create_app(settings(testing=False), now=clock))
    answer = client_of(app).get("/broken")
    assert answer.status_code == 500
    assert answer.headers["X-Request-ID"] in answer.text
    assert "13800138000" not in answer.text
    assert "13800138000" not in "".join(capsys.readouterr())


def test_an_unknown_host_is_not_repeated(clock: Clock) -> None:
    app = create_app(settings(trusted_hosts=("letters.example.cn",)), now=clock)
    answer = client_of(app).get("/privacy", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert "evil" not in answer.text
    assert client_of(app).get("/privacy", headers={"Host": "letters.example.cn"}).status_code == 200


def test_forwarded_headers_count_only_behind_a_proxy(clock: Clock) -> None:
    told = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}
    alone = client_of(create_app(settings(), now=clock)).get("/privacy", headers=told)
    assert "Strict-Transport-Security" not in alone.headers
    behind = client_of(create_app(settings(proxies=1), now=clock)).get("/privacy", headers=told)
    assert "Strict-Transport-Security" in behind.headers


def test_cookies_are_locked_to_the_host_under_https(clock: Clock) -> None:
    app = gallery.install(create_app(settings(public_url="https://a.example.cn"), now=clock))
    answer = client_of(app).get("/gallery", base_url="https://a.example.cn")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-casework=")
    assert all(word in cookie for word in ("Secure", "HttpOnly", "Path=/", "SameSite=Lax"))


def test_built_files_are_kept_and_pages_are_not(bare_client: LintingClient) -> None:
    page = bare_client.fetch("/privacy")
    style = page.all("link", rel="stylesheet")[0].attrs["href"]
    with bare_client.get(style) as answer:
        if answer.status_code == 200:
            assert "immutable" in answer.headers["Cache-Control"]
    assert bare_client.get("/privacy").headers["Cache-Control"] == "private, no-cache"
    assert bare_client.get("/gallery").headers["Cache-Control"] == "no-store"
    assert bare_client.get("/nothing").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("accepts", "language"),
    [
        ("", "zh-CN"),
        ("fr", "zh-CN"),
        ("zh-TW,en;q=0.5", "zh-CN"),
        ("en-GB,en;q=0.9", "en"),
        ("zh;q=0.4,en;q=0.9", "en"),
    ],
)
def test_the_browser_chooses_the_language(
    bare_client: LintingClient, accepts: str, language: str
) -> None:
    page = bare_client.fetch("/privacy", headers={"Accept-Language": accepts})
    assert page.one("html").attrs["lang"] == language


def test_the_switch_stands_on_every_page_and_comes_back_to_it(bare_client: LintingClient) -> None:
    page = bare_client.fetch("/privacy?a=b")
    switch = page.one("a", hreflang="en")
    answer = bare_client.get(switch.attrs["href"])
    assert answer.headers["Location"] == "/privacy?a=b"
    assert bare_client.fetch("/privacy").one("html").attrs["lang"] == "en"


def test_a_persons_own_language_counts_before_the_browsers(
    session: Session, sign_in: SignIn
) -> None:
    user = _office(language="en")
    browser = sign_in(user)
    page = browser.fetch("/desk/gallery", headers={"Accept-Language": "zh-CN"})
    assert page.one("html").attrs["lang"] == "en"
    browser.speak("zh_CN")
    assert browser.fetch("/desk/gallery").one("html").attrs["lang"] == "zh-CN"


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "/\\evil.example",
        "/%09/evil.example",
        "/\t/evil.example",
        "/%5cevil.example",
        "/%2f%2fevil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        "/no/such/page",
        "/static/../config.py",
        "/language/en?next=/",
        "privacy",
        "",
        " /privacy",
        "/privacy\r\nSet-Cookie: a=b",
        "http:///privacy",
        "/.//evil.example",
    ],
)
def test_next_leads_to_our_own_pages_only(bare_app: Flask, target: str) -> None:
    with bare_app.test_request_context("/"):
        assert own_address(target) == "/"
    answer = client_of(bare_app).get("/language/en", query_string={"next": target})
    assert answer.headers["Location"] == "/"


def test_next_keeps_a_page_of_ours_with_its_query(bare_app: Flask) -> None:
    with bare_app.test_request_context("/"):
        assert own_address("/privacy?q=%E8%B7%AF&page=2") == "/privacy?q=%E8%B7%AF&page=2"


def test_a_locked_page_sends_to_the_sign_in_and_back(client: LintingClient) -> None:
    answer = client.get("/desk/gallery?a=b")
    assert answer.status_code == 302
    assert answer.headers["Location"].endswith("next=/desk/gallery?a%3Db")


def test_a_locked_page_refuses_other_roles(sign_in: SignIn) -> None:
    browser = sign_in(UserFactory(role=Role.OPERATOR))
    assert browser.get("/desk/gallery").status_code == 403


def test_a_session_that_is_over_opens_nothing(sign_in: SignIn, clock: Clock) -> None:
    browser = sign_in(_office())
    assert browser.get("/desk/gallery").status_code == 200
    clock.now += timedelta(hours=13)
    assert browser.get("/desk/gallery").status_code == 302


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_what_was_typed_survives_a_database_that_is_gone(
    bare_client: LintingClient, language: str
) -> None:
    bare_client.speak(language)
    page = bare_client.fetch("/gallery")
    form = page.one("main").one("form", method="post")
    with bare_client.session_transaction() as kept:
        kept["_user_id"] = "a session that only the database knows"
    sent = {
        "csrf_token": fields(form)["csrf_token"],
        "title": "路灯",
        "text": LETTER,
        "many": ["1", "2"],
    }
    answer = bare_client.post("/desk/gallery", data=sent)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    again = parse(answer.text)[0].one("main").one("form", method="post")
    assert again.attrs["action"] == "/desk/gallery"
    back = fields(again)
    assert back["text"] == [LETTER]
    assert back["many"] == ["1", "2"]


def test_an_old_token_keeps_what_was_typed(bare_client: LintingClient) -> None:
    answer = bare_client.post("/gallery", data={"csrf_token": "old", "text": LETTER})
    assert answer.status_code == 400
    again = parse(answer.text)[0]
    assert fields(again.one("main").one("form", method="post"))["text"] == [LETTER]
    sent = bare_client.submit(again)
    assert sent.status_code == 422  # taken, and judged as a form


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}]
)
def test_words_from_another_site_are_not_offered_for_sending(
    bare_client: LintingClient, headers: dict[str, str]
) -> None:
    answer = bare_client.post("/gallery", data={"text": LETTER}, headers=headers)
    assert answer.status_code == 400
    assert not parse(answer.text)[0].one("main").all("form")


def test_secrets_are_never_shown_back(bare_client: LintingClient) -> None:
    answer = bare_client.post("/gallery", data={"user": "li", "password": "一个秘密 7"})
    assert answer.status_code == 400
    assert "一个秘密" not in answer.text


@pytest.mark.parametrize(
    ("kind", "status"), [("guard", 422), ("conflict", 409), ("forbidden", 403), ("many", 429)]
)
@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_refusals_become_pages_that_keep_the_text(
    bare_client: LintingClient, kind: str, status: int, language: str
) -> None:
    bare_client.speak(language)
    page = bare_client.fetch("/gallery")
    token = fields(page.one("main").one("form", method="post"))["csrf_token"]
    answer = bare_client.post(f"/refuse/{kind}", data={"csrf_token": token, "text": LETTER})
    assert answer.status_code == status
    assert "请派人来修" in answer.text
    assert (answer.headers.get("Retry-After") == "90") is (kind == "many")


def test_a_request_is_logged_by_route_and_without_names(
    bare_client: LintingClient, capsys: pytest.CaptureFixture[str]
) -> None:
    bare_client.get("/gallery?q=13800138000", headers={"X-Request-ID": "chosen-by-a-stranger"})
    written = "".join(capsys.readouterr())
    assert "13800138000" not in written
    assert "chosen-by-a-stranger" not in written


def test_messages_are_shown_once(bare_client: LintingClient) -> None:
    bare_client.get("/flash")
    assert "已保存" in bare_client.get("/gallery").text
    assert "已保存" not in bare_client.get("/gallery").text


def test_the_manifest_lists_files_that_are_there(bare_app: Flask) -> None:
    from casework.web.assets import MANIFEST

    if not MANIFEST.exists():
        pytest.skip("the styles are not built")
    for name in json.loads(MANIFEST.read_text(encoding="utf-8")).values():
        assert (MANIFEST.parent / name).is_file()
    text = "".join(p.read_text(encoding="utf-8") for p in MANIFEST.parent.glob("*.css"))
    assert "GDS Transport" not in text
    assert "crest" not in text
    assert not re.search(r"url\([\"']?(https?:)?//", text)


def _office(**values: object) -> User:
    user: User = UserFactory(role=Role.OFFICE, **values)
    return user


def test_signed_out_in_the_middle_keeps_what_was_typed(client: LintingClient) -> None:
    page = client.fetch("/gallery")
    token = fields(page.one("main").one("form", method="post"))["csrf_token"]
    answer = client.post("/desk/gallery", data={"csrf_token": token, "text": LETTER})
    assert answer.status_code == 401
    again = parse(answer.text)[0]
    assert fields(again.one("main").one("form", method="post"))["text"] == [LETTER]
    assert again.all("a", target="_blank")


def test_the_menu_shows_each_role_its_own_pages(client: LintingClient, sign_in: SignIn) -> None:
    strangers = {
        link.text for link in client.fetch("/gallery").one("nav", class_="frame-menu").all("a")
    }
    office = sign_in(_office()).fetch("/desk/gallery").one("nav", class_="frame-menu")
    assert "首页" in strangers
    assert strangers.isdisjoint({link.text for link in office.all("a")})


def test_a_reason_code_is_no_secret(bare_client: LintingClient) -> None:
    answer = bare_client.post("/gallery", data={"reason_code": "not_ours", "note": LETTER})
    assert "请派人来修" in answer.text
    answer = bare_client.post("/gallery", data={"number": "TH1", "code": "ABCD EFGH 2345"})
    assert "EFGH" not in answer.text
