"""``casework secrets``: random values for the settings that must be secret."""

import click

from casework.installation.environment import random_key, random_key_ring, random_secret


@click.command()
def command() -> None:
    """Print fresh random secrets, as lines for the environment file of a new installation."""
    click.echo(f"SECRET_KEY={random_secret()}")
    click.echo(f"DATA_KEYS={random_key_ring()}")
    click.echo(f"HASH_KEY={random_key()}")
