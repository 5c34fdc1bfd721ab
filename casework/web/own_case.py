"""Which case a petitioner has opened in this browser, and for how long.

The signed cookie holds the id of the case and a proof made from the hash of its access code: the
code itself is in no cookie, and a new code closes the case everywhere.
"""

from datetime import datetime, timedelta
from hashlib import sha256

from flask import session

from casework.models import Case
from casework.queries.cases import for_update_by_id
from casework.queries.petitioner_view import Lock, OwnCase, own_case
from casework.sealing import same
from casework.web import db
from casework.web.clock import now
from casework.web.rules import rules

OPENED = "own_case"
IDLE = timedelta(minutes=30)
REFRESHED = timedelta(minutes=1)


class NotOpened(Exception):
    """No case is open in this browser, or it has lain idle for too long."""


def let_in(lock: Lock) -> None:
    """Open the case in this browser; number and code have been checked."""
    session[OPENED] = {
        "case": lock.case_id,
        "proof": _proof(lock.access_hash),
        "seen": now().isoformat(),
    }


def leave() -> None:
    """Close the case in this browser."""
    session.pop(OPENED, None)


def opened() -> OwnCase:
    """Return the open case for its page. Raises NotOpened."""
    kept = _kept()
    found = own_case(db.session(), int(kept["case"]), sealer=rules().sealer)
    if found is None or not _fits(kept, found.access_hash):
        leave()
        raise NotOpened
    return found


def locked() -> Case:
    """Lock and return the open case for a step. Raises NotOpened."""
    kept = _kept()
    case = for_update_by_id(db.session(), int(kept["case"]))
    if not _fits(kept, bytes(case.access_hash)):
        leave()
        raise NotOpened
    return case


def _kept() -> dict[str, str]:
    kept = session.get(OPENED)
    if not kept:
        raise NotOpened
    idle = now() - datetime.fromisoformat(kept["seen"])
    if idle > IDLE:
        leave()
        raise NotOpened
    if idle > REFRESHED:
        session[OPENED] = kept | {"seen": now().isoformat()}
    found: dict[str, str] = kept
    return found


def _fits(kept: dict[str, str], access_hash: bytes) -> bool:
    return same(kept["proof"].encode(), _proof(access_hash).encode())


def _proof(access_hash: bytes) -> str:
    return sha256(b"petitioner's browser\0" + access_hash).hexdigest()[:32]
