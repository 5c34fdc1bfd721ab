"""``casework prepare``: what `make run` does to the database before the pages are served."""

from importlib.util import find_spec

import click

from casework.installation.environment import opened
from casework.postgres import migrations


@click.command(hidden=True)
def command() -> None:
    """Migrate, then fill the database of a demo if it is empty."""
    with opened() as settings:
        migrations.upgrade(settings.owner_url)
        if settings.demo and find_spec("casework.commands.demo"):
            from casework.commands.demo import fill_when_empty

            fill_when_empty(settings)
