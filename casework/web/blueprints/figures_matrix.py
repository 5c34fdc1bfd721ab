"""One figure of every unit in every month, and two units side by side."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework.errors import NotPermitted
from casework.queries import figures_pages
from casework.queries.figures import NOTHING, Figures, Period, Scope
from casework.queries.figures_pages import MONTHS, WITH_OFFICE, Matrix, months_between
from casework.queries.measures import (
    MEASURES,
    MEDIAN_WORDS,
    P90_WORDS,
    RATES,
    WORKED_P90_WORDS,
    WORKED_WORDS,
    Anchor,
)
from casework.web.blueprints.figures import (
    Links,
    groups_name,
    links_of,
    said,
    scope_of,
    whole_days,
)
from casework.web.blueprints.figures_overview import bp
from casework.web.blueprints.figures_tables import as_file, valid_form
from casework.web.clock import now, today
from casework.web.db import session
from casework.web.directory import unit_name, units
from casework.web.forms import figures as forms
from casework.web.forms.figures_units import RATE, BesideForm, MatrixForm
from casework.web.guard import me
from casework.web.language import number, percent
from casework.web.tables import Cell, Share
from casework.workflow.states import DEPARTMENT_ROLES

__all__ = ["bp"]

SHADES = 5
FILES = ("csv", "xlsx")


@dataclass(frozen=True, slots=True)
class HeatCell:
    """One cell: what it says, where its cases are, and how dark it is, from 1; 0 is empty."""

    text: str
    href: str | None
    shade: int


@bp.get("/matrix")
def matrix() -> ResponseReturnValue:
    """Show one figure of every unit in every month."""
    _refuse_departments()
    form = MatrixForm(formdata=request.args)
    if not form.validate():
        return render_template("figures/matrix.html", form=form, rows=None), 422
    shown = _Shown(form)
    return render_template(
        "figures/matrix.html",
        form=form,
        at=now(),
        group=groups_name(form.groups),
        rows=shown.rows(),
        foot=shown.foot(),
        heads=[f"{first:%Y-%m}" for first, _last in shown.spans],
        cut=shown.cut,
        name=said(shown.one.name),
        words=said(shown.one.words),
        files=[(kind, shown.file(kind, form.figure.data)) for kind in FILES],
        link=shown.link,
    )


@bp.get("/matrix.<any(csv, xlsx):kind>")
def matrix_as_file(kind: str) -> ResponseReturnValue:
    """Give the same table as a file, shares as numbers."""
    _refuse_departments()
    form = valid_form(MatrixForm)
    shown = _Shown(form)
    header = [_("Department"), *(f"{first:%Y-%m}" for first, _last in shown.spans)]
    rows = [[shown.unit(key), *shown.values(key)] for key in shown.with_figures()]
    if rows:
        rows.append([str(_("All departments")), *shown.sums()])
    return as_file(header, rows, kind, f"matrix-{shown.key}-{form.first}-{form.last}")


class _Shown:
    """The matrix of one request, with how a cell is read, written and shaded."""

    def __init__(self, form: MatrixForm) -> None:
        kind, self.key = form.chosen
        self.is_rate = kind == RATE
        self.one = RATES[self.key] if self.is_rate else MEASURES[self.key]
        every = months_between(form.first, min(form.last, today()))
        self.spans = every[-MONTHS:]
        self.cut = len(every) > MONTHS
        self.link = links_of(form)
        self.found = self._found(scope_of(form))
        values = [value for one in self.found.cells.values() if (value := self.value(one))]
        self._low, self._high = (min(values), max(values)) if values else (Decimal(0), Decimal(0))

    def _found(self, scope: Scope) -> Matrix:
        names = (
            {RATES[self.key].numerator, *RATES[self.key].denominator}
            if self.is_rate
            else {self.key}
        )
        needed = {MEASURES[name].anchor for name in names}
        return figures_pages.by_department_and_period(
            session(),
            scope,
            [Period.of(first, last, today=today()) for first, last in self.spans],
            anchors=[anchor for anchor in Anchor if anchor in needed],
        )

    def value(self, figures: Figures) -> Decimal | None:
        """Return the share or the number; None where there is nothing to divide by."""
        return figures.rate(self.key) if self.is_rate else Decimal(figures[self.key])

    def file(self, kind: str, figure: str) -> str:
        """Return the address of the same table as a file."""
        return self.link.export("matrix", kind, figure=figure)

    def with_figures(self) -> list[int]:
        """Return the units that have a figure in any month, in the administrator's order."""
        order = {key: place for place, key in enumerate((WITH_OFFICE, *units()))}
        found = {
            unit
            for (unit, _place), figures in self.found.cells.items()
            if any(figures.counts.values())
        }
        return sorted(found, key=lambda key: order.get(key, len(order)))

    @staticmethod
    def unit(key: int) -> str:
        return str(_("Petition office")) if key == WITH_OFFICE else unit_name(key)

    def values(self, key: int) -> Iterable[Cell]:
        for place in range(len(self.spans)):
            yield self._in_file(self.found.cells.get((key, place), NOTHING))

    def sums(self) -> Iterable[Cell]:
        """Return the cells of all units together for a file."""
        return (self._in_file(figures) for figures in self.found.columns)

    def _in_file(self, figures: Figures) -> Cell:
        value = self.value(figures)
        return Share(value) if self.is_rate else int(value or 0)

    def rows(self) -> list[tuple[str, str, list[HeatCell]]]:
        """Return name, address and cells of each unit."""
        months = [(place, *span) for place, span in enumerate(self.spans)]
        rows = []
        for key in self.with_figures():
            to = self.link.unit(key)
            cells = [
                self._cell(self.found.cells.get((key, place), NOTHING), to.month(first, last))
                for place, first, last in months
            ]
            rows.append((self.unit(key), to.index(), cells))
        return rows

    def foot(self) -> list[HeatCell]:
        """Return the cells of all units together."""
        return [
            self._cell(figures, self.link.month(first, last), shaded=False)
            for figures, (first, last) in zip(self.found.columns, self.spans, strict=True)
        ]

    def _cell(self, figures: Figures, to: Links, *, shaded: bool = True) -> HeatCell:
        value = self.value(figures)
        if value is None or (not self.is_rate and not value):
            return HeatCell("–" if value is None else "0", None, 0)
        text = percent(value) if self.is_rate else number(int(value))
        href = to.rate(self.key) if self.is_rate else to.cases(self.key)
        return HeatCell(text, href, self._shade(value) if shaded else 0)

    def _shade(self, value: Decimal) -> int:
        if self._high == self._low:
            return 1
        part = (value - self._low) / (self._high - self._low)
        return 1 + min(SHADES - 1, int(max(part, Decimal(0)) * SHADES))


def _refuse_departments() -> None:
    if me().role in DEPARTMENT_ROLES:
        raise NotPermitted


@bp.get("/beside")
def beside() -> ResponseReturnValue:
    """Show the figures of two units side by side."""
    _refuse_departments()
    asked = bool(request.args.get("other"))
    form = BesideForm(formdata=request.args)
    valid = form.validate() if asked else False
    page = render_template(
        "figures/beside.html",
        form=form,
        sides=[_side(form, key) for key in (form.department.data, form.other.data)]
        if valid
        else None,
        at=now(),
        group=groups_name(form.groups),
        times={
            "median": MEDIAN_WORDS,
            "p90": P90_WORDS,
            "worked_median": WORKED_WORDS,
            "worked_p90": WORKED_P90_WORDS,
        },
        measures=MEASURES,
        rates=RATES,
        said=said,
        percent=percent,
        whole_days=whole_days,
    )
    return (page, 422) if asked and not valid else (page, 200)


def _side(form: BesideForm, key: str) -> tuple[str, Figures, list[int], Links]:
    """Return name, figures, what came in by month, and addresses of one unit."""
    office = key == forms.WITH_OFFICE
    scope = Scope(me(), None if office else int(key), office, form.groups)
    period = Period.of(form.first, form.last, today=today())
    (figures,) = figures_pages.of_periods(session(), scope, [period])
    months = figures_pages.by_month(
        session(), scope, form.first, form.last, today=today(), anchors=(Anchor.RECEIVED,)
    )
    name = str(_("Petition office")) if office else unit_name(int(key))
    group = ",".join(":".join(one) for one in form.groups)
    link = Links(form.first, form.last, key, group=group)
    return name, figures, [month.figures["received"] for month in months], link


def spark_of(
    months: Iterable[figures_pages.Month], value: Callable[[Figures], Decimal | None]
) -> list[float]:
    """Return the values of a small line, those months left out that have none."""
    return [float(found) for month in months if (found := value(month.figures)) is not None]


def month_before(day: date, months: int) -> date:
    """Return the first day of the month so many months before that of ``day``."""
    number_of = day.year * 12 + day.month - 1 - months
    return date(number_of // 12, number_of % 12 + 1, 1)
