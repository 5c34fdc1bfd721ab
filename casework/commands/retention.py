"""``casework retention``: erase what is out of its retention time, or say what would be."""

from collections import Counter
from datetime import UTC, datetime

import click
from sqlalchemy import select

from casework.commands._work import Work, at_work, say
from casework.language import N_
from casework.models import Case
from casework.queries.rules import rules_in_force
from casework.services import erasure
from casework.services.erased_parts import held


@click.command()
@click.option("--dry-run", is_flag=True, help="Change nothing; say what would be erased.")
def command(dry_run: bool) -> None:
    """Erase words and personal data of cases that ended longer ago than the retention time.

    Numbers, dates, steps and figures stay. What a legal hold keeps is left alone.
    """
    at = datetime.now(UTC)
    with at_work() as work:
        count = _walk(work, at, dry_run=dry_run)
    if dry_run:
        say(N_("Cases that would be erased: %(count)d. Nothing was changed."), count=count)
    else:
        say(N_("Cases erased: %(count)d."), count=count)


def _walk(work: Work, at: datetime, *, dry_run: bool) -> int:
    rules = rules_in_force(work.session, work.sealer)
    count, after = 0, 0
    parts: Counter[str] = Counter()
    while True:
        due = erasure.out_of_retention(work.session, at=at, rules=rules, after=after)
        for case_id in due:
            if dry_run:
                case = work.session.scalars(select(Case).where(Case.id == case_id)).one()
                parts.update(held(work.session, case))
                click.echo(case.number)
                count += 1
            else:
                count += erasure.carry_out(work.session, case_id, at=at, rules=rules)
                work.session.commit()
        if len(due) < erasure.BATCH:
            break
        after = due[-1]
        work.session.expunge_all()
    for name, rows in sorted(parts.items()):
        click.echo(f"  {name}: {rows}")
    return count
