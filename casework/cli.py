"""The command line: each module of ``casework.commands`` is one command, loaded when asked for."""

import importlib
import pkgutil
import sys

import click

from casework import commands
from casework.errors import CaseworkError
from casework.postgres.account import NoAccount
from casework.postgres.binaries import NoBinaries
from casework.postgres.server import ServerFailed
from config import BadSettings

PLAIN_ERRORS = (CaseworkError, BadSettings, ServerFailed, NoBinaries, NoAccount)


class Commands(click.Group):
    """The modules' names are the commands' names, so a command is added by adding its file.

    ``import_.py`` is ``casework import``; a module whose name starts with _ is no command.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        modules = (module.name for module in pkgutil.iter_modules(commands.__path__))
        return sorted(self._word(name) for name in modules if not name.startswith("_"))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        for module in pkgutil.iter_modules(commands.__path__):
            if self._word(module.name) == cmd_name:
                loaded = importlib.import_module(f"{commands.__name__}.{module.name}")
                command: click.Command = loaded.command
                return command
        return None

    @staticmethod
    def _word(module: str) -> str:
        return module.rstrip("_").replace("_", "-")


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def casework() -> None:
    """Letters and calls to a district government, from the first word to the public answer."""


def main() -> None:
    """Run a command; what a person can put right is told in a sentence, not in a traceback."""
    try:
        casework()
    except PLAIN_ERRORS as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(1)
