"""Large type and high contrast are a cookie that says nothing of its reader."""

import pytest

from tests.factories import District
from tests.web.client import LintingClient
from tests.web.conftest import SignIn


@pytest.fixture(autouse=True)
def _district(district: District) -> District:
    district.session.commit()
    return district


def classes(client: LintingClient, address: str = "/") -> set[str]:
    found = client.fetch(address).one("html").attrs["class"].split()
    return set(found) & {"large", "contrast"}


@pytest.mark.parametrize(
    ("mode", "shown"),
    [
        ("large", {"large"}),
        ("contrast", {"contrast"}),
        ("large-contrast", {"large", "contrast"}),
        ("plain", set()),
        ("contrast-large", set()),
        ("<script>", set()),
    ],
)
def test_a_choice_is_kept_and_anything_else_is_not(
    client: LintingClient, mode: str, shown: set[str]
) -> None:
    answer = client.get(f"/display/{mode}?next=/answers")
    assert (answer.status_code, answer.location) == (302, "/answers")
    assert classes(client) == shown


def test_the_cookie_holds_the_choice_and_nothing_else(client: LintingClient) -> None:
    cookie = client.get("/display/large").headers["Set-Cookie"]
    assert cookie.startswith("display=large;")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


@pytest.mark.parametrize("target", ["//evil.example", "/\\evil", "/display/large", "https://x"])
def test_the_switch_leads_nowhere_else(client: LintingClient, target: str) -> None:
    assert client.get("/display/large", query_string={"next": target}).location == "/"


@pytest.mark.parametrize("kept", ["", "wrong", "large-", "x" * 4000])
def test_a_cookie_that_we_never_wrote_is_not_heeded(client: LintingClient, kept: str) -> None:
    client.set_cookie("display", kept)
    assert classes(client) == set()


def test_what_is_kept_by_a_browser_differs_with_the_choice(client: LintingClient) -> None:
    plain = client.get("/answers").headers
    client.get("/display/contrast")
    chosen = client.get("/answers").headers
    assert "Cookie" in chosen["Vary"]
    assert plain["ETag"] != chosen["ETag"]


def test_every_page_has_the_switch(
    client: LintingClient, district: District, sign_in: SignIn
) -> None:
    client.speak("en")
    for address, status in (("/", 200), ("/letters/new", 200), ("/follow", 200), ("/x", 404)):
        text = client.fetch(address, status=status).one("header").text
        assert "Large type High contrast" in text
    clerk = sign_in(district.clerk)
    clerk.get("/display/large")
    assert classes(clerk, "/office") == {"large"}
