"""``casework jobs``: the timer process, what it has done, and one run by hand."""

from __future__ import annotations

import signal
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from casework.commands._work import at_work, say
from casework.installation.environment import opened
from casework.language import N_

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from casework.jobs.work import Work
    from config import Settings


@click.group()
def command() -> None:
    """Scheduled work: run the timer, list it, run one job by hand."""


@command.command()
def run() -> None:
    """Run scheduled work until stopped; of several such processes one does the work."""
    from casework import logs
    from casework.jobs.carrying import carrying
    from casework.jobs.runner import Runner
    from casework.models.engine import application_engine

    with opened() as settings:
        logs.start(settings.log_level)
        engine = application_engine(settings.database_url, pool_size=2)
        runner = Runner(engine, work_of(settings, engine))
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: runner.stopped.set())
        with carrying(runner.work, settings, runner.stopped):
            runner.run()
        engine.dispose()


@command.command("list")
def list_() -> None:
    """List every job with its last run, how that ended, and its next run."""
    from casework.jobs.registry import JOBS
    from casework.queries.job_slots import last_runs
    from casework.workflow.calendar import SHANGHAI

    with at_work() as work:
        runs = {n: run for n, run in last_runs(work.session).items() if run.result != FIRST}
    for entry in JOBS:
        last = runs.get(entry.name)
        following = entry.trigger.get_next_fire_time(None, datetime.now(UTC))
        click.echo(
            "  ".join(
                (
                    f"{entry.name:26}",
                    f"{last.slot.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if last else f"{'–':16}",
                    f"{(last.error or last.result or '…') if last else '–':12}",
                    f"→ {following:%Y-%m-%d %H:%M}",
                )
            )
        )


@command.command("run-once")
@click.argument("name")
@click.option("--at", "at", help="The instant it is to take it for, as 2026-11-23T08:00+08:00.")
def run_once(name: str, at: str | None) -> None:
    """Run one job now, or as of another instant; what was done before is not done again."""
    from casework.jobs.registry import JOBS
    from casework.models.engine import application_engine

    entry = next((entry for entry in JOBS if entry.name == name), None)
    if entry is None:
        names = ", ".join(entry.name for entry in JOBS)
        raise click.BadParameter(f"there is no job {name}; there are {names}")
    instant = _instant(at)
    with opened() as settings:
        engine = application_engine(settings.database_url, pool_size=2)
        count = entry.job(work_of(settings, engine), instant)
        engine.dispose()
    say(DONE, name=name, num=count)


def work_of(settings: Settings, engine: Engine) -> Work:
    """Return what jobs are given in an installation with these settings."""
    from casework.jobs.work import Work
    from casework.models.engine import session_factory
    from casework.sealing import Sealer
    from casework.services.attachments.scanning import Scanner

    sealer = Sealer.from_text(settings.data_keys, settings.hash_key)
    scanner = Scanner(settings.clamd) if settings.clamd else None
    return Work(session_factory(engine), sealer, scanner)


FIRST = "first"  # a job that is known and has not run yet
DONE = N_("%(name)s: %(num)d done.")


def _instant(text: str | None) -> datetime:
    """Return the instant that was typed; one without a zone is of the district's own."""
    from casework.workflow.calendar import SHANGHAI

    if text is None:
        return datetime.now(UTC)
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter(f"{text} is no instant such as 2026-11-23T08:00") from error
    return instant if instant.tzinfo else instant.replace(tzinfo=SHANGHAI)
