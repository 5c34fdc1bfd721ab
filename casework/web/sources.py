"""Where a request comes from, as it is counted: never an address in plain text."""

from datetime import timedelta
from hashlib import sha256
from ipaddress import IPv6Address, ip_address

from flask import request

from casework.services import tallies
from casework.web import db
from casework.web.clock import now


def source() -> str:
    """Return what stands for the sender: a hash of the address, or of its /64 net with IPv6."""
    return fingerprint(_net(request.remote_addr or ""))


def fingerprint(text: str) -> str:
    """Return a short hash of ``text`` for the key of a tally."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def spend(key: str, limit: int, window: timedelta) -> None:
    """Count a try that stays counted whatever becomes of the request. Raises TooMany."""
    with db.transaction() as current:
        tallies.spend(current, key, limit, window, now())


def _net(address: str) -> str:
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        return parsed.exploded[:19]
    return str(parsed)
