"""``casework verify``: checks that nothing has been changed behind the back of the workflow."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import TypeVar

import click
from sqlalchemy import ColumnElement, func, select

from casework.commands._work import Work, at_work, in_order, locale, say
from casework.language import N_, translate
from casework.models import Case
from casework.queries.rules import rules_in_force
from casework.services.attachments.checking import file_count, wrong_files
from casework.services.clock_checks import Difference, differing_clocks
from casework.services.figure_checks import wrong_figures
from casework.services.figure_days import untrue_days
from casework.services.log import Broken, broken_chains
from casework.workflow.words import CLOCKS

STEP = 200
DAY = click.DateTime(formats=["%Y-%m-%d"])
T = TypeVar("T")


@click.group()
def command() -> None:
    """Check that the records are whole."""


@command.command("log")
def verify_log() -> None:
    """Walk the log of every case; name the first broken place of each that does not hold."""
    with at_work() as work:
        total = _count(work)
        walk = broken_chains(work.session, work.sealer)
        broken: list[Broken] = [place for place in _with_bar(walk, total) if place is not None]
    for place in broken:
        what = translate(locale(), place.what)
        say(
            N_("%(number)s, line %(line)d: %(what)s"),
            number=place.number,
            line=place.seq,
            what=what,
        )
    if broken:
        say(N_("Cases read: %(total)d. Broken: %(broken)d."), total=total, broken=len(broken))
        raise SystemExit(1)
    say(N_("Cases read: %(total)d. Every log holds."), total=total)


@command.command("clocks")
def verify_clocks() -> None:
    """Add up every clock of every case again from its log; name each difference."""
    with at_work() as work:
        total = _count(work)
        walk = differing_clocks(work.session, rules_in_force(work.session, work.sealer))
        found: list[Difference] = [each for case in _with_bar(walk, total) for each in case]
    for one in found:
        clock = translate(locale(), CLOCKS[one.clock]) if one.clock else "–"
        what = translate(locale(), one.what)
        say(N_("%(number)s, %(clock)s: %(what)s"), number=one.number, clock=clock, what=what)
    if found:
        say(N_("Cases read: %(total)d. Differences: %(num)d."), total=total, num=len(found))
        raise SystemExit(1)
    say(N_("Cases read: %(total)d. Every clock is what its log says."), total=total)


@command.command("figures")
@click.option("--from", "first", type=DAY, default=None, help="The first day of arrival.")
@click.option("--to", "last", type=DAY, default=None, help="The last day of arrival.")
def verify_figures(first: datetime | None, last: datetime | None) -> None:
    """Reckon what the figures count again from the logs; name each difference."""
    in_order(first, last)
    begins = first.date() if first else date.min
    ends = last.date() if last else date.max
    with at_work() as work:
        total = _count(work, Case.received_on.between(begins, ends))
        rules = rules_in_force(work.session, work.sealer)
        walk = wrong_figures(work.session, rules, first=begins, last=ends)
        found = [wrong for wrong in _with_bar(walk, total) if wrong is not None]
        days = list(untrue_days(work.session, first=begins, last=ends))
    for wrong in found:
        click.echo(f"{wrong.number}: {', '.join(wrong.columns)}")
    for day in days:
        say(N_("%(day)s: the counts kept for this day differ from its cases."), day=day)
    if found or days:
        num = len(found) + len(days)
        say(N_("Cases read: %(total)d. Differences: %(num)d."), total=total, num=num)
        raise SystemExit(1)
    say(N_("Cases read: %(total)d. Every figure is what the logs say."), total=total)


@command.command("files")
def verify_files() -> None:
    """Open every photo and document and compare it with the log of its case."""
    with at_work() as work:
        total = file_count(work.session)
        walk = _with_bar(wrong_files(work.session, work.sealer), total)
        found = [number for number in walk if number is not None]
    for number in found:
        say(N_("%(number)s: a file is not the one that was added."), number=number)
    if found:
        say(N_("Files read: %(total)d. Broken: %(num)d."), total=total, num=len(found))
        raise SystemExit(1)
    say(N_("Files read: %(total)d. Every file is whole."), total=total)


def _count(work: Work, *conditions: ColumnElement[bool]) -> int:
    return work.session.scalar(select(func.count()).select_from(Case).where(*conditions)) or 0


def _with_bar(walk: Iterable[T], total: int) -> Iterator[T]:
    """Yield what a walk over all cases finds, with a bar that shows how far it has come."""
    with click.progressbar(length=total, label=translate(locale(), N_("Cases"))) as bar:
        for walked, found in enumerate(walk, start=1):
            yield found
            if walked % STEP == 0 or walked == total:
                bar.update(walked - bar.pos)
