"""Any gateway can be described; what it says decides, and nobody is sent elsewhere."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import pytest

from casework.models import Medium
from casework.notify.message import Message
from casework.notify.transports import Later, Refused
from casework.notify.transports.sms import SmsGateway, SmsTransport
from tests.notify.smtp import free_port
from tests.notify.web_server import Listener, listening

TEXT = '您的信访件"2026-000123"已有答复\\'


def notice(to: str = "+86 138 0000 1111") -> Message:
    return Message("reply:1:sms:p1", Medium.SMS, to, "", TEXT)


def gateway(listener: Listener, **changes: object) -> SmsTransport:
    values = {"url": f"http://127.0.0.1:{listener.port}/send", "secret": "s3cret"} | changes
    return SmsTransport(SmsGateway(**values), timeout=5)


def test_json_is_written_so_that_nothing_breaks_out_of_it() -> None:
    with listening(Listener()) as listener:
        gateway(listener, headers={"Authorization": "Bearer $secret"})(notice())
    (asked,) = listener.asked
    assert json.loads(asked.body) == {
        "phone": "13800001111",
        "text": TEXT,
        "id": notice().digest,
    }
    assert asked.headers["Authorization"] == "Bearer s3cret"


def test_a_form_is_written_as_a_form() -> None:
    with listening(Listener()) as listener:
        gateway(
            listener,
            body="to=$phone&msg=$text",
            content_type="application/x-www-form-urlencoded",
        )(notice())
    assert parse_qs(listener.asked[0].body.decode()) == {"to": ["13800001111"], "msg": [TEXT]}


def test_a_gateway_may_be_asked_by_its_address_alone() -> None:
    with listening(Listener()) as listener:
        url = f"http://127.0.0.1:{listener.port}/s?to=$phone&msg=$text"
        gateway(listener, url=url, method="GET")(notice())
    (asked,) = listener.asked
    assert asked.method == "GET"
    assert parse_qs(urlsplit(asked.path).query)["msg"] == [TEXT]


@pytest.mark.parametrize(
    ("answer", "rule", "taken"),
    [
        (b'{"code": 0}', "json:code=0", True),
        (b'{"code": 7}', "json:code=0", False),
        (b'{"result": {"ok": "yes"}}', "json:result.ok=yes", True),
        (b"not json", "json:code=0", False),
        (b"OK 1", "text:OK", True),
        (b"FAIL", "text:OK", False),
    ],
)
def test_what_it_says_decides(answer: bytes, rule: str, taken: bool) -> None:
    with listening(Listener(body=answer)) as listener:
        transport = gateway(listener, success=rule)
        if taken:
            transport(notice())
        else:
            with pytest.raises(Later):
                transport(notice())


def test_a_number_that_is_not_taken_is_not_tried_again() -> None:
    with listening(Listener(body=b'{"code": 1002}')) as listener:
        transport = gateway(listener, success="json:code=0", refused="json:code=1002")
        with pytest.raises(Refused):
            transport(notice())


@pytest.mark.parametrize(
    ("status", "failure"), [(503, Later), (429, Later), (401, Later), (400, Refused)]
)
def test_the_status_says_whether_to_try_again(status: int, failure: type[Exception]) -> None:
    with listening(Listener(status=status)) as listener, pytest.raises(failure):
        gateway(listener)(notice())


def test_a_redirect_is_not_followed() -> None:
    with (
        listening(Listener()) as other,
        listening(Listener(status=302, location=f"http://127.0.0.1:{other.port}/")) as listener,
    ):
        with pytest.raises(Later, match="HTTP 302"):
            gateway(listener)(notice())
        assert other.asked == []


def test_a_gateway_that_is_away_is_tried_again() -> None:
    with pytest.raises(Later):
        gateway(Listener(port=free_port()))(notice())


def test_what_is_no_number_is_never_sent() -> None:
    with pytest.raises(Refused, match="no phone number"):
        gateway(Listener())(notice(to="请打我家电话"))


@pytest.mark.parametrize(
    "wrong",
    [{"url": "ftp://x"}, {"body": "$name"}, {"success": "xml:a=b"}, {"headers": {"X": "$"}}],
)
def test_a_description_that_cannot_work_is_refused_at_start(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="an http|placeholders|status"):
        SmsGateway(**({"url": "https://sms.example/"} | wrong))


def test_the_secret_does_not_show() -> None:
    assert "s3cret" not in repr(SmsGateway("https://sms.example/", secret="s3cret"))
