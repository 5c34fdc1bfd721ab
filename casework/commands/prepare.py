"""``casework prepare``: what `make run` does to the database before the pages are served."""

import click

from casework.commands._work import begin_with_defaults
from casework.commands.demo import fill_when_empty
from casework.installation.environment import opened
from casework.postgres import migrations


@click.command(hidden=True)
def command() -> None:
    """Migrate, then fill an empty database: a demo with a district, another with its rules."""
    with opened() as settings:
        migrations.upgrade(settings.owner_url)
        if settings.demo:
            fill_when_empty(settings)
        else:
            begin_with_defaults(settings)
