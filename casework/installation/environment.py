"""The environment of an installation: what was given, completed by what a folder keeps.

With DATABASE_URL nothing is completed: that is production, and every secret must be given. Without
it the embedded database of the data folder is used, and the demo's secrets are made at random once.
"""

import os
import secrets
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from casework.postgres.roles import Addresses, ready_database
from casework.postgres.secrets import kept_secret
from casework.postgres.server import Server
from config import ROOT, BadSettings, Settings


def data_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Return VAR, or the folder ``var`` beside the code, as an absolute path."""
    return Path(environment.get("VAR") or ROOT / "var").absolute()


def random_secret() -> str:
    return secrets.token_urlsafe(48)


def random_key() -> str:
    """Return 32 random bytes as the settings want them."""
    return b64encode(secrets.token_bytes(32)).decode("ascii")


def random_key_ring() -> str:
    return f"1:{random_key()}"


def completed(given: Mapping[str, str], var: Path, addresses: Addresses) -> dict[str, str]:
    """Return ``given`` with the addresses of the embedded database and the folder's secrets.

    Only the demo gets secrets made up for it; with DEMO=0 they must all be given.
    """
    made = {"DATABASE_URL": addresses.application, "DATABASE_OWNER_URL": addresses.owner}
    made |= {"VAR": str(var), "DEMO": "1"}
    if given.get("DEMO", "1") not in {"0", "false", "no"}:
        folder = var / "secrets"
        made["SECRET_KEY"] = kept_secret(folder, "secret_key", random_secret)
        made["DATA_KEYS"] = kept_secret(folder, "data_keys", random_key_ring)
        made["HASH_KEY"] = kept_secret(folder, "hash_key", random_key)
    return {**made, **{name: value for name, value in given.items() if value}}


@contextmanager
def opened(given: Mapping[str, str] = os.environ) -> Iterator[Settings]:
    """Give the settings of the installation, with its embedded database up for as long as needed.

    A command joins the database of a running system; otherwise it starts and stops one itself.
    """
    if given.get("DATABASE_URL"):
        yield Settings.from_environment(given)
        return
    var = data_folder(given)
    if not (var / "postgres.json").exists():
        raise BadSettings(
            f"There is no installation in {var}: `make run` makes one, "
            "VAR names another folder, DATABASE_URL another database."
        )
    with _joined(given, var) as settings:
        yield settings


@contextmanager
def founded(given: Mapping[str, str] = os.environ) -> Iterator[Settings]:
    """Give the same as ``opened``, and make the installation where there is none yet."""
    if given.get("DATABASE_URL"):
        yield Settings.from_environment(given)
        return
    var = data_folder(given)
    var.mkdir(parents=True, exist_ok=True)
    with _joined(given, var) as settings:
        yield settings


@contextmanager
def _joined(given: Mapping[str, str], var: Path) -> Iterator[Settings]:
    server = Server(var)
    server.start()
    try:
        yield Settings.from_environment(completed(given, var, ready_database(server)))
    finally:
        server.stop()
