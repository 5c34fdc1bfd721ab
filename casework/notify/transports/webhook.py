"""Tells connected systems by HTTP: signed, to named hosts only, and never into our own network."""

import hashlib
import hmac
import http.client
import ipaddress
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from casework.notify.message import Message
from casework.notify.transports.outcomes import Later, Refused
from casework.notify.transports.web import TIMEOUT

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
PORTS = {"https": 443, "http": 80}
SIGNATURE, KEY = "X-Casework-Signature", "X-Casework-Delivery"


def is_public(address: IpAddress) -> bool:
    """Say whether an address lies outside: not private, local, reserved or a group's."""
    inner = getattr(address, "ipv4_mapped", None) or address
    return inner.is_global and not inner.is_multicast


@dataclass(frozen=True, slots=True)
class WebhookTransport:
    """Posts messages to allow-listed hosts.

    The name is looked up once and the connection goes to the address that was judged, so that
    a second look-up cannot lead elsewhere. Redirects are refused.
    """

    hosts: frozenset[str]
    reachable: Callable[[IpAddress], bool] = is_public
    schemes: frozenset[str] = frozenset({"https"})
    timeout: float = TIMEOUT

    def __call__(self, message: Message) -> None:
        """Send ``message``. Raises Refused for a target that is not allowed, else Later."""
        target = urlsplit(message.to)
        self._check(target)
        body = message.body.encode()
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "casework",
            KEY: message.digest,
            SIGNATURE: signature(message.secret, body),
        }
        path = (target.path or "/") + (f"?{target.query}" if target.query else "")
        try:
            connection = self._connection(target)
            try:
                connection.request("POST", path, body, headers)
                status = connection.getresponse().status
            finally:
                connection.close()
        except (OSError, http.client.HTTPException) as error:
            raise Later(type(error).__name__) from error
        if 300 <= status < 400:
            raise Refused("redirect refused")
        if not 200 <= status < 300:
            raise (Refused if status == 410 else Later)(f"HTTP {status}")

    def _check(self, target: SplitResult) -> None:
        if target.scheme not in self.schemes or target.username or target.password:
            raise Refused("target not allowed")
        if (target.hostname or "") not in self.hosts:
            raise Refused("host not on the list")

    def _connection(self, target: SplitResult) -> http.client.HTTPConnection:
        """Return a connection to the judged address under the name of the host."""
        host, port = target.hostname or "", target.port or PORTS[target.scheme]
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = [str(entry[4][0]) for entry in found]
        if not all(self.reachable(ipaddress.ip_address(address)) for address in addresses):
            raise Refused("private address refused")
        opened = socket.create_connection((addresses[0], port), self.timeout)
        connection = http.client.HTTPConnection(host, port, timeout=self.timeout)
        if target.scheme == "https":
            opened = ssl.create_default_context().wrap_socket(opened, server_hostname=host)
        connection.sock = opened
        return connection


def signature(secret: str, body: bytes) -> str:
    """Return what proves to the receiver that a body is ours."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
