"""``casework restore``: fills an empty database from a file of ``casework backup``."""

from pathlib import Path

import click
from sqlalchemy import NullPool, create_engine, inspect

from casework.commands._postgres_program import run_program
from casework.commands._work import say
from casework.installation.environment import opened
from casework.language import N_
from casework.models.engine import normalised
from casework.postgres import migrations


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--replace", is_flag=True, help="Throw away what the database holds. It cannot be undone."
)
def command(file: Path, replace: bool) -> None:
    """Fill the database from FILE, then bring its tables to the version of this code.

    A database that holds tables is refused without --replace. Either everything of the file
    comes in or nothing.
    """
    with opened() as settings:
        if _holds_tables(settings.owner_url) and not replace:
            raise click.ClickException(
                "The database is not empty. Restore into an empty one, or add --replace to "
                "throw away what it holds."
            )
        run_program(
            "pg_restore",
            [
                "--clean",
                "--if-exists",
                "--no-owner",
                "--single-transaction",
                "--exit-on-error",
                str(file.absolute()),
            ],
            settings.owner_url,
            database_option=True,
        )
        migrations.upgrade(settings.owner_url)
    say(N_("Restored from %(file)s. Check it now with: casework verify log"), file=file)


def _holds_tables(address: str) -> bool:
    engine = create_engine(normalised(address), poolclass=NullPool)
    with engine.connect() as connection:
        return bool(inspect(connection).get_table_names())
