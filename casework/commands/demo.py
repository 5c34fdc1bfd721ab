"""``casework demo``: the made-up district that `make run` starts with."""

from datetime import UTC, datetime

import click

from casework.commands._work import at_work, plain_errors, say
from casework.demo.filling import Filled, fill, is_empty
from casework.language import N_
from config import Settings


@click.group()
def command() -> None:
    """Fill an empty database with a made-up district."""


@command.command("fill")
@click.option("--cases", default=400, show_default=True, type=click.IntRange(40, 5_000))
@click.option("--seed", default=20260101, show_default=True)
def fill_command(cases: int, seed: int) -> None:
    """Make departments, staff of every role and cases in every state; refuse a used database."""
    with plain_errors(), at_work() as work:
        now = datetime.now(UTC)
        filled = fill(work.session, work.sealer, at=now, count=cases, seed=seed)
        work.session.commit()
    _tell(filled)


def fill_when_empty(settings: Settings) -> None:
    """Fill the database of a demo that nobody has used yet; leave any other one alone."""
    with at_work(settings) as work:
        if not is_empty(work.session):
            return
        filled = fill(work.session, work.sealer, at=datetime.now(UTC))
        work.session.commit()
    _tell(filled)


def _tell(filled: Filled) -> None:
    say(
        N_("A made-up district with %(cases)d cases is ready. To follow one: %(number)s, %(code)s"),
        cases=filled.cases,
        number=filled.number,
        code=filled.access_code,
    )
