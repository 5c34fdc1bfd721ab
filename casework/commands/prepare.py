"""``casework prepare``: what `make run` does to the database before the pages are served."""

import click

from casework.commands.demo import fill_when_empty
from casework.installation.environment import opened
from casework.postgres import migrations


@click.command(hidden=True)
def command() -> None:
    """Migrate, then fill the database of a demo if it is empty."""
    with opened() as settings:
        migrations.upgrade(settings.owner_url)
        if settings.demo:
            fill_when_empty(settings)
