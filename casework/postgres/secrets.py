"""Secrets that an installation makes for itself once and keeps in a private folder."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path


def random_password() -> str:
    return secrets.token_urlsafe(24)


def kept_secret(folder: Path, name: str, make: Callable[[], str] = random_password) -> str:
    """Return the secret called ``name``; make it the first time.

    The file appears whole or not at all and never replaces one that is there, so two processes
    that start at the same moment agree on the same secret.
    """
    path = folder / name
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.chmod(0o700)
        _write_once(path, make())
    return path.read_text(encoding="utf-8")


def _write_once(path: Path, value: str) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(value)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            return
    finally:
        draft.unlink()
