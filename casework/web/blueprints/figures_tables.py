"""Figures told apart by street, channel, kind or category, and every table as a file."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import TypeVar

import structlog
from flask import Response, abort, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework.queries import figures_pages
from casework.queries.figures import Figures, Grouping, Period
from casework.queries.figures_cases import CountedRow, every_counted
from casework.queries.measures import MEASURES, RATES, WORKED_WORDS
from casework.web.blueprints.figures import (
    FILES,
    GROUPINGS,
    bp,
    group_name,
    groups_name,
    links_of,
    said,
    scope_of,
    whole_days,
)
from casework.web.clock import now, today
from casework.web.components import in_words
from casework.web.db import outliving, session
from casework.web.directory import subjects, unit_name, units
from casework.web.forms.figures import PeriodForm
from casework.web.guard import me
from casework.web.language import percent
from casework.web.tables import Cell, Share, csv_lines, in_local_time, xlsx_file
from casework.workflow.states import DEPARTMENT_ROLES, Channel, Kind, State

__all__ = ["bp"]

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
F = TypeVar("F", bound=PeriodForm)
log = structlog.get_logger("export")


@bp.get("/by/<grouping>")
def by(grouping: str) -> ResponseReturnValue:
    """Show the figures of each street, channel, kind, category or department."""
    form = PeriodForm(formdata=request.args)
    frame = {
        "form": form,
        "grouping": _grouping(grouping),
        "groupings": GROUPINGS,
        "of_department": me().role in DEPARTMENT_ROLES,
    }
    if not form.validate():
        return render_template("figures/by.html", rows=None, **frame), 422
    link = links_of(form)
    return render_template(
        "figures/by.html",
        **frame,
        rows=_groups(form, _grouping(grouping)),
        at=now(),
        worked_words=said(WORKED_WORDS),
        group=groups_name(form.groups),
        link=link,
        files=[(kind, link.export(f"by/{grouping}", kind)) for kind in FILES],
        measures=MEASURES,
        rates=RATES,
        said=said,
        percent=percent,
        whole_days=whole_days,
    )


@bp.get("/by/<grouping>.<any(csv, xlsx):kind>")
def by_as_file(grouping: str, kind: str) -> ResponseReturnValue:
    """Give every measure of every group as a file."""
    chosen, form = _grouping(grouping), valid_form(PeriodForm)
    header = [str(GROUPINGS[chosen]), *_heads()]
    rows = [[name, *_cells(figures)] for _key, name, figures in _groups(form, chosen)]
    return as_file(header, rows, kind, f"figures-{grouping}-{form.first}-{form.last}")


@bp.get("/cases.<any(csv, xlsx):kind>")
def cases_as_file(kind: str) -> ResponseReturnValue:
    """Give exactly the cases that one figure counts as a file."""
    measure, form = MEASURES.get(request.args.get("measure", "")), valid_form(PeriodForm)
    if measure is None:
        abort(404)
    period, scope = Period.of(form.first, form.last, today=today()), scope_of(form)
    found = outliving(lambda db: every_counted(db, scope, measure, period))
    header = [
        _("Number"),
        _("Subject"),
        _("State"),
        _("Kind"),
        _("Channel"),
        _("Department"),
        _("Received"),
        _("Promised"),
        _("Completed on"),
    ]
    name = f"cases-{measure.key}-{form.first}-{form.last}"
    words: dict[StrEnum, str] = {
        word: in_words(word) for book in (State, Kind, Channel) for word in book
    }
    names = {key: unit_name(key) for key in (None, *units())}
    rows = (_case_cells(row, words, names) for row in found)
    return as_file(header, rows, kind, name)


def _grouping(name: str) -> Grouping:
    found = next((grouping for grouping in GROUPINGS if grouping.value == name), None)
    return found if found is not None else abort(404)


def valid_form(kind: type[F]) -> F:
    """Return the form of the address; where it is wrong, lead to the page that says so."""
    form = kind(formdata=request.args)
    if not form.validate():  # the page says what is wrong with such a period
        abort(redirect(f"{url_for('figures.index')}?{request.query_string.decode('latin-1')}"))
    return form


def _groups(form: PeriodForm, grouping: Grouping) -> list[tuple[str, str, Figures]]:
    """Return key, name and figures of each group that has any, in the administrator's order."""
    period = Period.of(form.first, form.last, today=today())
    _whole, found = figures_pages.by_group(session(), scope_of(form), period, grouping)
    order = _order(grouping)
    keys = sorted(found, key=lambda key: (key == "", order.get(key, len(order)), key))
    return [(key, group_name(grouping, key), found[key]) for key in keys]


def _order(grouping: Grouping) -> dict[str, int]:
    listed: Iterable[int] = ()
    if grouping in (Grouping.DEPARTMENT, Grouping.STREET):
        listed = units()
    elif grouping in (Grouping.CATEGORY, Grouping.SUBJECT):
        listed = subjects()
    return {str(key): place for place, key in enumerate(listed)}


def _heads() -> Iterator[str]:
    yield from (said(measure.name) for measure in MEASURES.values())
    yield from (said(rate.name) for rate in RATES.values())
    yield str(_("Median days to the answer"))
    yield str(_("Days to the answer for nine of ten"))
    yield str(_("Median working days from dispatch"))
    yield str(_("Working days from dispatch for nine of ten"))


def _cells(figures: Figures) -> Iterator[Cell]:
    yield from (figures[measure] for measure in MEASURES)
    yield from (Share(figures.rate(rate)) for rate in RATES)
    yield from (figures.median, figures.p90, figures.worked_median, figures.worked_p90)


def _case_cells(
    row: CountedRow, words: Mapping[StrEnum, str], names: Mapping[int | None, str]
) -> list[Cell]:
    return [
        row.number,
        row.subject,
        words[row.state],
        words[row.kind],
        words[row.channel],
        names[row.department_id],
        row.received_at,
        row.promised_on,
        row.completed_on,
    ]


def as_file(
    header: Sequence[str], rows: Iterable[Sequence[Cell]], kind: str, name: str
) -> ResponseReturnValue:
    """Send a table as a file and note who took it."""
    log.info("export", user=me().id, route=request.endpoint, kind=kind)
    if kind == "xlsx":
        made = xlsx_file(header, rows)
        return send_file(made, mimetype=XLSX, as_attachment=True, download_name=f"{name}.xlsx")
    lines = csv_lines(header, (in_local_time(row) for row in rows))
    response = Response(lines, mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
