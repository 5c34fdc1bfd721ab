"""``casework migrate``: brings the database to the version of this code, or to another one."""

import click
from alembic.util import CommandError

from casework.commands._work import begin_with_defaults
from casework.installation.environment import opened
from casework.postgres import migrations


@click.command()
@click.option("--to", "revision", default="head", help="The version to go to, up or down.")
@click.option("--down", is_flag=True, help="Go down; without it a lower version is refused.")
def command(revision: str, down: bool) -> None:
    """Bring the database's tables to the version that this code needs."""
    with opened() as settings:
        move = migrations.downgrade if down else migrations.upgrade
        try:
            move(settings.owner_url, revision)
        except CommandError as refusal:
            raise click.ClickException(str(refusal)) from refusal
        if revision in ("head", migrations.head()):
            begin_with_defaults(settings)
    click.echo(f"The database is at version {revision} ({migrations.head()} is the newest).")
