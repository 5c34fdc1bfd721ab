"""``casework simulate``: plays a year of the district into an empty database."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from multiprocessing import get_context
from time import monotonic

import click
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.orm import Session

from casework.commands._work import at_work, locale, plain_errors, say
from casework.demo.counting import deliveries_by_medium, what_came_after
from casework.demo.simulating import Progress, Scale, answered_calls, lives, settled
from casework.demo.stage import Stage
from casework.installation.environment import founded
from casework.language import N_, translate
from casework.models import Case, CaseEvent, Delivery, SupervisionNotice
from casework.models.engine import application_engine, normalised, session_factory
from casework.postgres import migrations

FIRST_DAY = "2025-01-01"
DAY = click.DateTime(formats=["%Y-%m-%d"])
Counts = list[tuple[str, int]]


@click.command()
@click.option("--days", default=365, show_default=True, type=click.IntRange(1, 3_660))
@click.option("--letters", default=5_056, show_default=True, type=click.IntRange(0, 10_000_000))
@click.option("--calls", default=63_692, show_default=True, type=click.IntRange(0, 10_000_000))
@click.option("--seed", default=1, show_default=True)
@click.option("--start", default=FIRST_DAY, show_default=True, type=DAY, help="The first day.")
def command(days: int, letters: int, calls: int, seed: int, start: datetime) -> None:
    """Play letters and calls of many days into an empty database, by the real services.

    Every step, sweep, level and digest happens at its own simulated instant. The same numbers and
    seed give the same district; what was played is printed with a sum to compare.
    """
    scale = Scale(start.date(), days, letters, calls)
    begun = monotonic()
    with plain_errors(), founded() as settings:
        migrations.upgrade(settings.owner_url)
        with at_work(settings) as work:
            stage = settled(work.session, work.sealer, scale, seed=seed)
            with _beside(_play_calls, settings.database_url, stage, scale, seed):
                progress = _with_bar(lives(stage, scale), scale)
            _analyse(settings.owner_url)
            _tell(work.session, progress)
    took = timedelta(seconds=round(monotonic() - begun))
    say(N_("Played in %(time)s."), time=took)


@contextmanager
def _beside(play: Callable[..., None], *given: object) -> Iterator[None]:
    """Let a second process play meanwhile, and wait for it; it ends with this one."""
    second = get_context("fork").Process(target=play, args=given, daemon=True)
    second.start()
    yield
    second.join()
    if second.exitcode:
        raise click.ClickException(
            translate(locale(), N_("The calls answered on the spot could not be played."))
        )


def _play_calls(database_url: str, stage: Stage, scale: Scale, seed: int) -> None:
    """Play in a process of its own, on a connection of its own."""
    engine = application_engine(database_url, pool_size=1)
    with session_factory(engine)() as session:
        *_, progress = answered_calls(replace(stage, session=session), scale, seed=seed)
    engine.dispose()
    if progress.refused:
        raise SystemExit(1)


def _with_bar(play: Iterator[Progress], scale: Scale) -> Progress:
    progress = Progress()
    with click.progressbar(length=scale.days, label=translate(locale(), N_("Days"))) as bar:
        for progress in play:
            bar.update(progress.days - bar.pos)
    return progress


def _analyse(owner_url: str) -> None:
    """Give the planner the statistics that a running district has; only the owner may."""
    engine = create_engine(normalised(owner_url), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("ANALYZE"))
    engine.dispose()


def _tell(session: Session, progress: Progress) -> None:
    say(
        N_("Letters and calls: %(cases)d. Moments: %(steps)d. Refused steps: %(refused)d."),
        cases=session.scalar(select(func.count()).select_from(Case)),
        steps=progress.steps,
        refused=progress.refused,
    )
    _list(N_("Where the cases stand"), _grouped(session, Case.state))
    _list(N_("What the logs hold"), _grouped(session, CaseEvent.action))
    _list(N_("What came after the answers"), what_came_after(session))
    _list(N_("Levels of supervision"), _grouped(session, SupervisionNotice.level))
    _list(N_("What the schedule did"), sorted(progress.jobs.items()))
    _list(N_("Notices by their way"), sorted(deliveries_by_medium(session).items()))
    say(N_("Sum of all cases: %(digest)s"), digest=digest_of(session))


def _grouped(session: Session, column: object) -> Counts:
    found = session.execute(select(column, func.count()).group_by(column))  # type: ignore[call-overload]
    return sorted((str(name), count) for name, count in found)


def _list(title: str, counts: Counts) -> None:
    say(title)
    for name, count in counts:
        click.echo(f"  {name:<28}{count:>9}")


def digest_of(session: Session) -> str:
    """Return a sum over what became of every case, and over how often everything happened.

    No key, id or chance of a run is in it.
    """
    found = sha256()
    for column in (CaseEvent.action, SupervisionNotice.level, Delivery.notice, Delivery.medium):
        found.update(repr(_grouped(session, column)).encode())
    found.update(repr(what_came_after(session)).encode())
    rows = session.execute(
        select(
            Case.received_at,
            Case.channel,
            Case.state,
            Case.subject,
            Case.due_on,
            Case.promised_on,
            Case.first_promised_on,
            Case.completed_at,
            Case.round,
            Case.head_seq,
        )
        .order_by(Case.received_at, Case.subject, Case.head_seq, Case.promised_on)
        .execution_options(yield_per=5_000)
    )
    for row in rows:
        cells = [v.astimezone(UTC).isoformat() if isinstance(v, datetime) else str(v) for v in row]
        found.update("|".join(cells).encode())
    return found.hexdigest()[:16]
