"""``casework serve``: the web server of production, behind a proxy."""

import os
import sys

import click

from casework.installation.processes import gunicorn_options
from config import ROOT, Settings


@click.command()
@click.option("--bind", default="127.0.0.1:8000", show_default=True, help="Address and port.")
@click.option("--workers", default=2, show_default=True, help="Processes that answer.")
def command(bind: str, workers: int) -> None:
    """Serve the pages with the settings of the environment; start nothing else."""
    Settings.from_environment()
    program = [sys.executable, "-m", "gunicorn", "wsgi:app", f"--bind={bind}"]
    os.chdir(ROOT)
    os.execv(sys.executable, [*program, *gunicorn_options(workers)])
