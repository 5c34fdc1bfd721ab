"""``casework notify``: what leaves the house, by hand."""

import threading

import click

from casework.commands._work import say
from casework.installation.environment import opened
from casework.language import N_


@click.group()
def command() -> None:
    """Notices by mail, text message, inbox and webhook: send what is due now."""


@command.command()
def once() -> None:
    """Send everything that is due now and stop; the jobs process does it all the time."""
    from casework.jobs.carrying import relay_of
    from casework.jobs.work import Work
    from casework.models.engine import application_engine, session_factory
    from casework.sealing import Sealer

    with opened() as settings:
        engine = application_engine(settings.database_url, pool_size=2)
        sealer = Sealer.from_text(settings.data_keys, settings.hash_key)
        work = Work(session_factory(engine), sealer)
        sent = relay_of(work, settings, threading.Event()).carry()
        engine.dispose()
    say(N_("Notices sent: %(num)d"), num=sent)
