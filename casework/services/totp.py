"""One-time codes of the second factor, six digits that change every half minute."""

import hmac
import unicodedata
from datetime import datetime

import pyotp

SECONDS = 30
DRIFT = 1
"""How many steps a telephone's clock may be wrong, either way."""


def new_seed() -> str:
    """Return a new secret of 160 bits in base32."""
    return pyotp.random_base32()


def provisioning_uri(seed: str, *, account: str, issuer: str) -> str:
    """Return what an authenticator app reads from the picture or by hand."""
    return pyotp.TOTP(seed, interval=SECONDS).provisioning_uri(name=account, issuer_name=issuer)


def matching_step(seed: str, code: str, at: datetime) -> int | None:
    """Return the number of the half minute to which ``code`` belongs, or None.

    A caller keeps the number and refuses it and all before it, so that each code works once.
    Raises ValueError for an instant without a time zone.
    """
    if at.utcoffset() is None:
        raise ValueError("an instant needs a time zone")
    totp = pyotp.TOTP(seed, interval=SECONDS)
    typed = "".join(unicodedata.normalize("NFKC", code).split()).encode("utf-8", "replace")
    now = int(at.timestamp()) // SECONDS
    found = None
    for step in range(now + DRIFT, now - DRIFT - 1, -1):
        if hmac.compare_digest(totp.generate_otp(step).encode(), typed):
            found = step
    return found
