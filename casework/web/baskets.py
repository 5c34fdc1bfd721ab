"""The basket that a form with files carries: a token that nobody can guess, signed."""

import secrets

from flask import current_app
from itsdangerous import BadSignature, Signer

BYTES = 16


def new_basket() -> str:
    """Return a basket in which nothing lies yet."""
    return _signer().sign(secrets.token_urlsafe(BYTES)).decode()


def token_of_basket(carried: str | None) -> str | None:
    """Return the token of a basket of ours, or None for anything else."""
    try:
        return _signer().unsign(carried or "").decode()
    except BadSignature:
        return None


def _signer() -> Signer:
    return Signer(current_app.config["SECRET_KEY"], salt="basket of files")
