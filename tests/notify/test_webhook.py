"""Connected systems are told by signed requests, and nothing of ours is reached through them."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress

import pytest

from casework.models import Medium
from casework.notify.message import Message
from casework.notify.transports import Later, Refused
from casework.notify.transports.webhook import WebhookTransport, is_public
from tests.notify.web_server import Listener, listening

BODY = '{"notice": "reply", "case": "2026-000123"}'


def call(url: str) -> Message:
    return Message("reply:1:webhook:1", Medium.WEBHOOK, url, "", BODY, secret="shared")


def open_to(*hosts: str) -> WebhookTransport:
    """Return a way to hosts of this machine, which the real one would refuse."""
    return WebhookTransport(
        frozenset(hosts), reachable=lambda _: True, schemes=frozenset({"http"}), timeout=5
    )


def test_what_is_sent_is_signed_over_its_body() -> None:
    with listening(Listener()) as listener:
        open_to("127.0.0.1")(call(f"http://127.0.0.1:{listener.port}/hook?a=1"))
    (asked,) = listener.asked
    wanted = hmac.new(b"shared", BODY.encode(), hashlib.sha256).hexdigest()
    assert asked.headers["X-Casework-Signature"] == f"sha256={wanted}"
    assert (asked.method, asked.path, asked.body) == ("POST", "/hook?a=1", BODY.encode())


def test_a_host_that_is_not_on_the_list_hears_nothing() -> None:
    with listening(Listener()) as listener:
        with pytest.raises(Refused, match="not on the list"):
            open_to("hooks.example")(call(f"http://127.0.0.1:{listener.port}/"))
        assert listener.asked == []


def test_a_private_address_hears_nothing_even_when_its_name_is_on_the_list() -> None:
    with listening(Listener()) as listener:
        real = WebhookTransport(
            frozenset({"localhost", "127.0.0.1"}), schemes=frozenset({"http", "https"})
        )
        for host in ("localhost", "127.0.0.1"):
            with pytest.raises(Refused, match="private"):
                real(call(f"http://{host}:{listener.port}/"))
        assert listener.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example/",
        "ftp://hooks.example/",
        "https://user:word@hooks.example/",
        "https://hooks.example.evil.example/",
        "https://hooks.example@evil.example/",
        "file:///etc/passwd",
    ],
)
def test_only_plain_https_to_the_named_host_is_allowed(url: str) -> None:
    with pytest.raises(Refused):
        WebhookTransport(frozenset({"hooks.example"}))(call(url))


def test_a_redirect_is_refused() -> None:
    with (
        listening(Listener()) as other,
        listening(Listener(status=307, location=f"http://127.0.0.1:{other.port}/")) as listener,
    ):
        with pytest.raises(Refused, match="redirect"):
            open_to("127.0.0.1")(call(f"http://127.0.0.1:{listener.port}/"))
        assert other.asked == []


@pytest.mark.parametrize(("status", "failure"), [(500, Later), (404, Later), (410, Refused)])
def test_the_status_says_whether_to_try_again(status: int, failure: type[Exception]) -> None:
    with listening(Listener(status=status)) as listener, pytest.raises(failure):
        open_to("127.0.0.1")(call(f"http://127.0.0.1:{listener.port}/"))


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "0.0.0.0",
        "224.0.0.1",
    ]
    + ["::1", "fe80::1", "fd00::1", "::ffff:10.0.0.1", "100.64.0.1"],
)
def test_addresses_inside_are_never_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


def test_addresses_outside_are_public() -> None:
    assert is_public(ipaddress.ip_address("114.114.114.114"))
