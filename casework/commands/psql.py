"""``casework psql``: a look into the database by hand."""

import subprocess

import click

from casework.commands._postgres_program import program, without_password
from casework.installation.environment import opened


@click.command(context_settings={"ignore_unknown_options": True})
@click.option("--owner", is_flag=True, help="As the owner of the tables, who may change them.")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def command(owner: bool, arguments: tuple[str, ...]) -> None:
    """Open psql on the database of this installation, with the application's rights."""
    with opened() as settings:
        address = settings.owner_url if owner else settings.database_url
        plain, environment = without_password(address)
        done = subprocess.run([program("psql"), plain, *arguments], env=environment)
    raise SystemExit(done.returncode)
