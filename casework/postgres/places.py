"""Where an embedded database keeps its data, socket and log."""

import json
import os
import secrets
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from casework.postgres.account import Account

LONGEST_SOCKET_PATH = 100
SHARED_HOMES = (Path("/var/lib"), Path("/var/tmp"))


@dataclass(frozen=True, slots=True)
class Places:
    """The folders of one cluster; all belong to the server's user and are closed to others."""

    home: Path
    socket: Path

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home / "server.log"


def choose_places(var: Path, account: Account) -> Places:
    """Return this folder's places, made ready, the same ones at every start.

    The home is ``VAR/postgres``. Only when the server runs as another user who cannot enter VAR
    (a clone under a private home) it lies under /var/lib instead. What was chosen is written in
    ``VAR/postgres.json``, so that moving or opening the folder later loses no data.
    """
    make_var(var)
    note = var / "postgres.json"
    noted = json.loads(note.read_text(encoding="utf-8")) if note.exists() else {}
    home = _home(var, account, noted.get("home"))
    places = Places(home, _socket(home, account, noted.get("socket")))
    current = {"home": _relative(home, var), "socket": str(places.socket)}
    if current != noted:
        draft = note.with_suffix(".new")
        draft.write_text(json.dumps(current, indent=2), encoding="utf-8")
        draft.replace(note)
    return places


def make_var(var: Path) -> None:
    """Make the data folder, open for passing through, so that the server's user can enter."""
    try:
        var.mkdir(parents=True)
    except FileExistsError:
        return
    var.chmod(0o755)


def _relative(home: Path, var: Path) -> str:
    return home.name if home.parent == var else str(home)


def _home(var: Path, account: Account, noted: str | None) -> Path:
    if noted:
        return account.private_folder(var / noted)
    if account.can_enter(var):
        return account.private_folder(var / "postgres")
    for shared in SHARED_HOMES:
        if os.access(shared, os.W_OK):
            parent = shared / "casework"
            parent.mkdir(exist_ok=True, mode=0o711)
            return account.private_folder(parent / secrets.token_hex(8))
    raise PermissionError(f"The user of the database server can enter neither {var} nor /var/lib.")


def _socket(home: Path, account: Account, noted: str | None) -> Path:
    beside = home / "socket"
    if len(os.fsencode(beside / ".s.PGSQL.5432")) < LONGEST_SOCKET_PATH:
        return account.private_folder(beside)
    if noted and _is_ours(Path(noted), account):
        return Path(noted)
    folder = Path(tempfile.mkdtemp(prefix="casework-", dir="/tmp"))
    return account.private_folder(folder)


def _is_ours(folder: Path, account: Account) -> bool:
    """Refuse a folder that somebody else put where ours was before the last restart."""
    try:
        found = folder.lstat()
    except FileNotFoundError:
        return False
    private = stat.S_ISDIR(found.st_mode) and stat.S_IMODE(found.st_mode) == 0o700
    return private and found.st_uid == account.owner
