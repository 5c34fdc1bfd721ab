"""``casework verify``: checks that nothing has been changed behind the back of the workflow."""

import click
from sqlalchemy import func, select

from casework.commands._work import at_work, locale, say
from casework.language import N_, translate
from casework.models import Case
from casework.services.log import Broken, broken_chains

STEP = 200


@click.group()
def command() -> None:
    """Check that the records are whole."""


@command.command("log")
def verify_log() -> None:
    """Walk the log of every case; name the first broken place of each that does not hold."""
    broken: list[Broken] = []
    with at_work() as work:
        total = work.session.scalar(select(func.count()).select_from(Case)) or 0
        label = translate(locale(), N_("Cases"))
        with click.progressbar(length=total, label=label) as bar:
            for walked, found in enumerate(broken_chains(work.session, work.sealer), start=1):
                if found is not None:
                    broken.append(found)
                if walked % STEP == 0 or walked == total:
                    bar.update(walked - bar.pos)
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
