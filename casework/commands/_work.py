"""What commands share that work on the rows: a session, the secrets, the reader's language."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import click
from sqlalchemy.orm import Session

from casework.errors import CaseworkError
from casework.installation.environment import opened
from casework.language import DEFAULT_LOCALE, N_, translate
from casework.models.engine import application_engine, session_factory
from casework.sealing import Sealer
from casework.services.defaults import seed_when_empty
from config import Settings


@dataclass(frozen=True, slots=True)
class Work:
    """An open session of the installation with its secrets."""

    session: Session
    sealer: Sealer
    settings: Settings


@contextmanager
def at_work(settings: Settings | None = None) -> Iterator[Work]:
    """Open a session with the application's rights; what was not committed is rolled back."""
    if settings is None:
        with opened() as found, at_work(found) as work:
            yield work
        return
    engine = application_engine(settings.database_url, pool_size=1)
    try:
        with session_factory(engine)() as session:
            yield Work(session, Sealer.from_text(settings.data_keys, settings.hash_key), settings)
    finally:
        engine.dispose()


def begin_with_defaults(settings: Settings) -> None:
    """Give a new database the limits, reasons and calendar that every district starts with."""
    with at_work(settings) as work:
        seed_when_empty(work.session, at=datetime.now(UTC))
        work.session.commit()


def locale() -> str:
    """Return the language of the terminal: Chinese if its variables say so, else English."""
    given = next((v for n in ("LC_ALL", "LC_MESSAGES", "LANG") if (v := os.environ.get(n))), "")
    return DEFAULT_LOCALE if given.lower().startswith("zh") else "en"


def say(message: str, **values: object) -> None:
    """Print a sentence in the language of the terminal."""
    click.echo(translate(locale(), message, **values))


def in_order(first: datetime | None, last: datetime | None) -> None:
    """Refuse a period whose last day lies before its first. Raises click.BadParameter."""
    if first and last and last < first:
        words = translate(locale(), N_("The last day lies before the first."))
        raise click.BadParameter(words, param_hint="--to")


@contextmanager
def plain_errors() -> Iterator[None]:
    """End the command with the sentence of a refusal, in the language of the terminal."""
    try:
        yield
    except CaseworkError as error:
        message = translate(locale(), error.message, **error.details)
        raise click.ClickException(message) from error
