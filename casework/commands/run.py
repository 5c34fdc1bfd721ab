"""``casework run``: the whole system in one terminal, as `make run` starts it."""

import ctypes
import os
import signal

import click

from casework.installation.environment import data_folder
from casework.installation.ports import PortTaken
from casework.installation.supervisor import StartFailed, Supervisor, speak
from casework.postgres.tether import PR_SET_PDEATHSIG
from config import BadSettings

LOGINS = (
    ("operator", "takes calls of 95100"),
    ("office", "petition office"),
    ("office2", "petition office, second person"),
    ("handler.roads", "handler, roads department"),
    ("reviewer.roads", "reviewer, roads department"),
    ("handler.parks", "handler, parks department"),
    ("reviewer.parks", "reviewer, parks department"),
    ("supervisor", "watches time limits"),
    ("leader", "reads figures, writes instructions"),
    ("admin", "administrator"),
)
PASSWORD = "casework-demo-2026"


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), envvar="PORT", help="Default: 8000 or next.")
def command(host: str, port: int | None) -> None:
    """Run everything here: database, pages and jobs, with a made-up district to try it."""
    if os.environ.get("DATABASE_URL"):
        raise BadSettings(
            "DATABASE_URL is set: `casework run` is the demo with a database of its own. "
            "Use `casework migrate`, `casework serve` and `casework jobs run`, or unset it."
        )
    if os.environ.get("MAKELEVEL"):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    supervisor = Supervisor(data_folder(), speak, host=host, port=port)
    try:
        supervisor.run(lambda: announce(supervisor))
    except (PortTaken, StartFailed) as error:
        raise click.ClickException(str(error)) from error


def announce(supervisor: Supervisor) -> None:
    """Print where everything is, and who can log in."""
    address = supervisor.address
    lines = [
        "",
        f"casework is up:    {address}/",
        f"Staff log in:      {address}/account/login",
        f"Health:            {address}/healthz and {address}/readyz",
        f"Data and logs:     {supervisor.var}",
        "",
        f"Demo logins, all with the password {PASSWORD}:",
        *(f"  {login:<16} {what}" for login, what in LOGINS),
        "",
        "Ctrl-C stops everything.",
    ]
    speak("\n".join(lines))
