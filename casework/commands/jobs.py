"""``casework jobs``: the timer process and what it has done."""

import signal

import click

from casework.installation.environment import opened


@click.group()
def command() -> None:
    """Scheduled work: run the timer."""


@command.command()
def run() -> None:
    """Run scheduled work until stopped; of several such processes one does the work."""
    from casework import logs
    from casework.jobs.carrying import carrying
    from casework.jobs.runner import Runner
    from casework.jobs.work import Work
    from casework.models.engine import application_engine, session_factory
    from casework.sealing import Sealer

    with opened() as settings:
        logs.start(settings.log_level)
        engine = application_engine(settings.database_url, pool_size=2)
        sealer = Sealer.from_text(settings.data_keys, settings.hash_key)
        runner = Runner(engine, Work(session_factory(engine), sealer))
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: runner.stopped.set())
        with carrying(runner.work, settings, runner.stopped):
            runner.run()
        engine.dispose()
