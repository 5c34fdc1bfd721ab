"""The slip that a form carries, so that sending it twice makes one case."""

import secrets
from datetime import UTC, datetime, timedelta

from flask import current_app
from itsdangerous import BadSignature, SignatureExpired, TimestampSigner

BYTES = 16
HOLDS = timedelta(hours=12)


def new_slip() -> str:
    """Return a slip with a token that nobody can guess, signed so that nobody can choose one."""
    return _signer().sign(secrets.token_urlsafe(BYTES)).decode()


def token_of(slip: str | None) -> str | None:
    """Return the token of a slip of ours, however old, or None for anything else."""
    try:
        return _signer().unsign(slip or "").decode()
    except BadSignature:
        return None


def holds(slip: str | None) -> bool:
    """Say whether a letter may still be sent with this slip."""
    try:
        _signer().unsign(slip or "", max_age=int(HOLDS.total_seconds()))
    except (BadSignature, SignatureExpired):
        return False
    return True


def age_of(slip: str) -> timedelta:
    """Return how long ago a slip of ours was given out."""
    _token, given = _signer().unsign(slip, return_timestamp=True)
    return datetime.now(UTC) - given


def _signer() -> TimestampSigner:
    return TimestampSigner(current_app.config["SECRET_KEY"], salt="slip of a letter")
