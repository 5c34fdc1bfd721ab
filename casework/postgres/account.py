"""The user that the database server runs as: PostgreSQL refuses to run as root."""

import os
import pwd
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from signal import SIGKILL, Signals

from casework.postgres import tether

CANDIDATES = ("postgres", "nobody")


class NoAccount(Exception):
    """Root has no other user to hand the database server to."""


@dataclass(frozen=True, slots=True)
class Account:
    """Who runs the server; ``uid`` is ``tether.KEEP`` when it is whoever runs us."""

    uid: int = tether.KEEP
    gid: int = tether.KEEP

    @property
    def other(self) -> bool:
        return self.uid != tether.KEEP

    @property
    def owner(self) -> int:
        return self.uid if self.other else os.geteuid()

    def command(self, program: list[str], *, dies_with: Signals = SIGKILL) -> list[str]:
        """Return the command line that runs ``program`` as this user, tied to our own life."""
        words = (int(dies_with), os.getpid(), self.uid, self.gid)
        python = [sys.executable, "-I", "-S", tether.__file__]
        return [*python, *map(str, words), *program]

    def own(self, path: Path) -> None:
        """Give ``path`` to this user."""
        if self.other:
            os.chown(path, self.uid, self.gid)

    def private_folder(self, path: Path) -> Path:
        """Make ``path`` a folder that only this user and root may enter."""
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.chmod(0o700)
        self.own(path)
        return path

    def can_enter(self, folder: Path) -> bool:
        """Tell whether this user reaches ``folder``, whatever lies above it."""
        if not self.other:
            return os.access(folder, os.X_OK)
        test = shutil.which("test") or "/usr/bin/test"
        return self.runs([test, "-x", str(folder)])

    def runs(self, program: list[str]) -> bool:
        """Tell whether this user can run ``program`` and it ends well."""
        done = subprocess.run(
            self.command(program), cwd="/", stdin=subprocess.DEVNULL, capture_output=True
        )
        return done.returncode == 0


def server_account() -> Account:
    """Return ourselves, or for root the first of the usual users that exists."""
    if os.geteuid() != 0:
        return Account()
    for name in CANDIDATES:
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(found.pw_uid, found.pw_gid)
    raise NoAccount(
        "PostgreSQL does not run as root, and this machine has neither a user named "
        "'postgres' nor one named 'nobody'."
    )
