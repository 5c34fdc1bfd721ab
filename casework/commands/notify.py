"""``casework notify``: what leaves the house, by hand, and the systems that are told."""

import threading
from datetime import UTC, datetime

import click

from casework.commands._work import at_work, plain_errors, say
from casework.installation.environment import opened
from casework.language import N_
from casework.workflow.notices import Notice

SECRET = N_("Give this secret to %(name)s; it signs every request and is not shown again:")


@click.group()
def command() -> None:
    """Notices by mail, text message, inbox and webhook: send what is due now, add webhooks."""


@command.command()
def once() -> None:
    """Send everything that is due now and stop; the jobs process does it all the time."""
    from casework.jobs.carrying import relay_of
    from casework.jobs.work import Work
    from casework.models.engine import application_engine, session_factory
    from casework.sealing import Sealer

    with plain_errors(), opened() as settings:
        engine = application_engine(settings.database_url, pool_size=2)
        sealer = Sealer.from_text(settings.data_keys, settings.hash_key)
        work = Work(session_factory(engine), sealer)
        sent = relay_of(work, settings, threading.Event()).carry()
        engine.dispose()
    say(N_("Notices sent: %(num)d"), num=sent)


@command.command("add-webhook")
@click.argument("name")
@click.argument("url")
@click.option(
    "--notice",
    "notices",
    multiple=True,
    required=True,
    type=click.Choice(sorted(notice.value for notice in Notice)),
    help="What it is told; may be given several times.",
)
def add_webhook(name: str, url: str, notices: tuple[str, ...]) -> None:
    """Tell another system by HTTP, and print the secret that signs the requests."""
    from casework.services.notices import add_webhook as add

    with plain_errors(), at_work() as work:
        hook, secret = add(
            work.session,
            name=name,
            url=url,
            notices=notices,
            hosts=work.settings.webhook_hosts,
            sealer=work.sealer,
            at=datetime.now(UTC),
        )
        work.session.commit()
        say(SECRET, name=hook.name)
    click.echo(secret)
