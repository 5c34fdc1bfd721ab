"""``casework figures``: the figures of the pages, printed."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.commands._work import at_work, in_order, locale, say
from casework.language import N_, translate
from casework.models import Category, Department
from casework.queries.figures import Figures, Grouping, Period, Scope
from casework.queries.figures_pages import by_group, by_month
from casework.queries.measures import MEASURES, RATES
from casework.workflow.calendar import local_day
from casework.workflow.states import Channel, Kind
from casework.workflow.words import CHANNELS, KINDS

DAY = click.DateTime(formats=["%Y-%m-%d"])
MONTH = "month"
BY = click.Choice([*(one.value for one in Grouping if one is not Grouping.STATE), MONTH])
EVERYTHING = Scope(None)
Line = tuple[str | None, str, Figures]
"""A group's key as pages have it in their addresses, None for the whole; its name and figures."""


@click.command()
@click.option("--from", "first", required=True, type=DAY, help="The first day.")
@click.option("--to", "last", required=True, type=DAY, help="The last day, which counts too.")
@click.option("--by", type=BY, default=None, help="Beside the whole, each of these.")
@click.option("--json", "as_json", is_flag=True, help="Every measure, for a program to read.")
def command(first: datetime, last: datetime, by: str | None, as_json: bool) -> None:
    """Print what came in, what was completed and how fast, in a period of whole days."""
    in_order(first, last)
    now = datetime.now(UTC)
    with at_work() as work:
        lines = _lines(work.session, first.date(), last.date(), by, today=local_day(now))
    if as_json:
        told = {
            "from": first.date().isoformat(),
            "to": last.date().isoformat(),
            "by": by,
            "as_of": now.isoformat(timespec="seconds"),
            "figures": [_all_of(*line) for line in lines],
        }
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        _table(lines)
        say(N_("As of %(at)s."), at=now.astimezone().isoformat(timespec="minutes"))


def _lines(session: Session, first: date, last: date, by: str | None, *, today: date) -> list[Line]:
    grouping = Grouping(by) if by and by != MONTH else Grouping.DEPARTMENT
    period = Period.of(first, last, today=today)
    whole, groups = by_group(session, EVERYTHING, period, grouping)
    lines: list[Line] = [(None, translate(locale(), N_("All cases")), whole)]
    if by == MONTH:
        months = by_month(session, EVERYTHING, first, last, today=today)
        return lines + [(name := f"{one.first:%Y-%m}", name, one.figures) for one in months]
    if by is None:
        return lines
    names = _names(session, grouping)
    none = translate(locale(), N_("None of these"))
    ordered = sorted(groups, key=lambda key: (key not in names, names.get(key, none)))
    return lines + [(key, names.get(key, none), groups[key]) for key in ordered]


def _names(session: Session, grouping: Grouping) -> Mapping[str, str]:
    if grouping in (Grouping.DEPARTMENT, Grouping.STREET):
        return {str(unit.id): unit.name for unit in session.scalars(select(Department))}
    if grouping in (Grouping.CATEGORY, Grouping.SUBJECT):
        return {str(found.id): found.path for found in session.scalars(select(Category))}
    words: Mapping[Channel, str] | Mapping[Kind, str]
    words = CHANNELS if grouping is Grouping.CHANNEL else KINDS
    return {key.value: translate(locale(), word) for key, word in words.items()}


def _all_of(key: str | None, name: str, found: Figures) -> dict[str, object]:
    """Return every measure; a share without a denominator is null, days are numbers."""
    return {
        "key": key,
        "name": name,
        **{measure: found[measure] for measure in MEASURES},
        **{f"{rate}_rate": _number(found.rate(rate)) for rate in RATES},
        "median_days": _number(found.median),
        "p90_days": _number(found.p90),
        "median_working_days": _number(found.worked_median),
        "p90_working_days": _number(found.worked_p90),
    }


def _number(value: object) -> float | None:
    return None if value is None else round(float(str(value)), 4)


COLUMNS: tuple[tuple[str, str], ...] = (
    ("received", N_("Received")),
    ("valid", N_("Valid")),
    ("valid_completed", N_("Completed of these")),
    ("completed", N_("Completed in the period")),
    ("open_late", N_("Open and past due")),
)


def _table(lines: Iterable[Line]) -> None:
    heads = [translate(locale(), words) for _, words in COLUMNS]
    heads += [translate(locale(), RATES[rate].name) for rate in ("completion", "on_time")]
    click.echo("\t".join(["", *heads]))
    for _, name, found in lines:
        shares = (found.rate(rate) for rate in ("completion", "on_time"))
        cells = [str(found[measure]) for measure, _ in COLUMNS]
        cells += ["—" if share is None else f"{share:.1%}" for share in shares]
        click.echo("\t".join([name, *cells]))
