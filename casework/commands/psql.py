"""``casework psql``: a look into the database by hand."""

import os
import shutil
import subprocess

import click

from casework.installation.environment import opened
from casework.models.engine import normalised
from casework.postgres.binaries import find_binaries


@click.command(context_settings={"ignore_unknown_options": True})
@click.option("--owner", is_flag=True, help="As the owner of the tables, who may change them.")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def command(owner: bool, arguments: tuple[str, ...]) -> None:
    """Open psql on the database of this installation, with the application's rights."""
    beside = find_binaries() / "psql"
    psql = str(beside) if beside.exists() else shutil.which("psql")
    if psql is None:
        raise click.ClickException("No program named psql was found.")
    with opened() as settings:
        url = normalised(settings.owner_url if owner else settings.database_url)
        address = url.set(drivername="postgresql", password=None).render_as_string()
        environment = {**os.environ, "PGPASSWORD": url.password or ""}
        done = subprocess.run([psql, address, *arguments], env=environment)
    raise SystemExit(done.returncode)
