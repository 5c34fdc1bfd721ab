"""Runs a program that comes with PostgreSQL on the database of this installation."""

import os
import shutil
import subprocess
from collections.abc import Sequence

import click

from casework.models.engine import normalised
from casework.postgres.binaries import find_binaries


def program(name: str) -> str:
    """Return the path of a program, from the server's folder or from PATH."""
    beside = find_binaries() / name
    found = str(beside) if beside.exists() else shutil.which(name)
    if found is None:
        raise click.ClickException(f"No program named {name} was found.")
    return found


def without_password(address: str) -> tuple[str, dict[str, str]]:
    """Return an address that any user of the machine may see, and the environment beside it."""
    url = normalised(address)
    # URL.set takes None for "leave it"; only _replace takes the password out.
    plain = url._replace(drivername="postgresql", password=None).render_as_string()
    return plain, {**os.environ, "PGPASSWORD": str(url.password or "")}


def run_program(
    name: str, arguments: Sequence[str], address: str, *, database_option: bool = False
) -> None:
    """Run ``name`` and wait for it; the password goes by the environment, never by an argument.

    Raises ClickException with the program's own last words when it fails.
    """
    plain, environment = without_password(address)
    target = [f"--dbname={plain}"] if database_option else [plain]
    done = subprocess.run(
        [program(name), *arguments, *target],
        env=environment,
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        raise click.ClickException(f"{name}: {done.stderr.strip()[-2000:]}")
