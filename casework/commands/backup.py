"""``casework backup``: writes the whole database into one file."""

from pathlib import Path

import click

from casework.commands._postgres_program import run_program
from casework.commands._work import say
from casework.installation.environment import opened
from casework.language import N_


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def command(file: Path) -> None:
    """Write everything into FILE while the system runs; the keys are not in it.

    The file appears under its name only when it is whole.
    """
    draft = file.with_name(file.name + ".part")
    with opened() as settings:
        try:
            run_program(
                "pg_dump",
                ["--format=custom", "--no-owner", f"--file={draft.absolute()}"],
                settings.owner_url,
            )
            draft.chmod(0o600)
            draft.replace(file)
        finally:
            draft.unlink(missing_ok=True)
    say(
        N_("Saved in %(file)s, %(size)d kB. Keep DATA_KEYS and HASH_KEY in another place."),
        file=file,
        size=file.stat().st_size // 1024,
    )
