"""Sends text messages through a gateway that settings describe, whoever runs it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from string import Template
from urllib.parse import quote, quote_plus, urlsplit

from casework.notify.message import Message
from casework.notify.transports.outcomes import Later, Refused
from casework.notify.transports.web import TIMEOUT, Answer, ask
from casework.sealing import normalise_phone

NAMES = frozenset({"phone", "text", "key", "secret"})
JSON_TYPE = "application/json; charset=utf-8"
PERMANENT = frozenset({400, 404, 410, 422})


@dataclass(frozen=True, slots=True)
class SmsGateway:
    """How the gateway wants to be asked.

    ``url``, ``headers`` and ``body`` hold ``$phone``, ``$text``, ``$key`` and ``$secret``, each
    written as the place needs it. ``success`` is "status" for any 2xx, "json:name=value" or
    "text:word" for what a 2xx must say; ``refused`` is what says that the number is not taken.
    """

    url: str
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: str = '{"phone": "$phone", "text": "$text", "id": "$key"}'
    content_type: str = JSON_TYPE
    success: str = "status"
    refused: str = ""
    secret: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        """Refuse a description that could never work. Raises ValueError without any value."""
        if urlsplit(self.url).scheme not in {"http", "https"}:
            raise ValueError("an http:// or https:// address")
        for template in (self.url, self.body, *self.headers.values()):
            known = Template(template)
            if not known.is_valid() or not NAMES.issuperset(known.get_identifiers()):
                raise ValueError("no other placeholders than $phone, $text, $key and $secret")
        for rule in (self.success, self.refused):
            if rule and rule != "status" and rule.partition(":")[0] not in {"json", "text"}:
                raise ValueError("status, json:name=value or text:word")


@dataclass(frozen=True, slots=True)
class SmsTransport:
    """Hands messages to one gateway."""

    gateway: SmsGateway
    timeout: float = TIMEOUT

    def __call__(self, message: Message) -> None:
        """Send ``message``. Raises Refused where the number is not taken, else Later."""
        phone = normalise_phone(message.to)
        if not phone.isdigit():
            raise Refused("no phone number")
        gateway = self.gateway
        values = {
            "phone": phone,
            "text": message.body,
            "key": message.digest,
            "secret": gateway.secret,
        }
        headers = {
            name: Template(text).substitute(values) for name, text in gateway.headers.items()
        }
        url = Template(gateway.url).substitute({k: quote(v, safe="") for k, v in values.items()})
        body = None
        if gateway.method != "GET":
            headers.setdefault("Content-Type", gateway.content_type)
            body = _written(gateway, values).encode()
        self._judge(
            ask(url, method=gateway.method, headers=headers, body=body, timeout=self.timeout)
        )

    def _judge(self, answer: Answer) -> None:
        gateway = self.gateway
        if gateway.refused and _says(answer, gateway.refused):
            raise Refused("gateway refuses the number")
        if 200 <= answer.status < 300:
            if gateway.success == "status" or _says(answer, gateway.success):
                return
            raise Later("gateway answers otherwise")
        raise (Refused if answer.status in PERMANENT else Later)(f"HTTP {answer.status}")


def _written(gateway: SmsGateway, values: Mapping[str, str]) -> str:
    if "json" in gateway.content_type:
        escaped = {
            name: json.dumps(text, ensure_ascii=False)[1:-1] for name, text in values.items()
        }
    elif "urlencoded" in gateway.content_type:
        escaped = {name: quote_plus(text) for name, text in values.items()}
    else:
        escaped = dict(values)
    return Template(gateway.body).substitute(escaped)


def _says(answer: Answer, rule: str) -> bool:
    kind, _, wanted = rule.partition(":")
    if kind == "text":
        return wanted in answer.body.decode("utf-8", "replace")
    name, _, value = wanted.partition("=")
    try:
        found = json.loads(answer.body)
    except ValueError:
        return False
    for step in name.split("."):
        found = found.get(step) if isinstance(found, dict) else None
    return found is not None and str(found) == value
