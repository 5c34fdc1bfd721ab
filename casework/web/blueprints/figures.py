"""The figures: what came in, what was completed and how fast, each a link to its cases."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from urllib.parse import urlencode

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from casework.language import translate
from casework.queries import figures_pages, figures_units
from casework.queries.figures import Figures, Grouping, Period, Scope
from casework.queries.figures_cases import counted
from casework.queries.figures_pages import WITH_OFFICE
from casework.queries.measures import (
    MEASURES,
    MEDIAN_WORDS,
    P90_WORDS,
    RATES,
    WORKED_P90_WORDS,
    WORKED_WORDS,
)
from casework.web.clock import now, today
from casework.web.components import in_words
from casework.web.db import session
from casework.web.directory import called, subjects, unit_name, units
from casework.web.forms import figures as forms
from casework.web.forms.figures import PeriodForm
from casework.web.guard import RoleBlueprint, me
from casework.web.language import language, month_name, percent
from casework.workflow.states import DEPARTMENT_ROLES, Channel, Kind, Role, State

GROUPINGS = {
    Grouping.DEPARTMENT: _l("Department"),
    Grouping.STREET: _l("Street"),
    Grouping.CHANNEL: _l("Channel"),
    Grouping.KIND: _l("Kind"),
    Grouping.CATEGORY: _l("Category"),
}
"""By what a page tells figures apart; single subjects are too many for one."""
FILES = ("csv", "xlsx")

bp = RoleBlueprint(
    "figures",
    __name__,
    Role.SUPERVISOR,
    Role.LEADER,
    Role.OFFICE,
    *sorted(DEPARTMENT_ROLES),
    url_prefix="/figures",
)


@bp.get("")
def index() -> ResponseReturnValue:
    """Show all figures of a period, by department and by month."""
    form = PeriodForm(formdata=request.args)
    if not form.validate():
        page = render_template("figures/index.html", form=form, found=None, presets=_presets())
        return page, 422
    first, last = form.first, form.last
    scope = scope_of(form)
    found = figures_pages.by_department(session(), scope, Period.of(first, last, today=today()))
    months = figures_pages.by_month(session(), scope, first, last, today=today())
    return render_template(
        "figures/index.html",
        form=form,
        found=found,
        months=figures_pages.since_the_first(months),
        unit_rows=_unit_rows(found.units),
        presets=_presets(),
        ages=figures_units.queue_ages(session(), scope, today=today()),
        spans=figures_units.AGES,
        age_days=age_days(),
        at=now(),
        unit_page=_unit_page(form),
        measures=MEASURES,
        rates=RATES,
        median_words=said(MEDIAN_WORDS),
        p90_words=said(P90_WORDS),
        worked_words=said(WORKED_WORDS),
        worked_p90_words=said(WORKED_P90_WORDS),
        group=groups_name(form.groups),
        groupings=GROUPINGS,
        said=said,
        link=links_of(form),
        whole_days=whole_days,
        of_department=me().role in DEPARTMENT_ROLES,
        unit_name=unit_name,
        percent=percent,
        month_name=month_name,
    )


@bp.get("/cases")
def cases() -> ResponseReturnValue:
    """List exactly the cases that one figure counts."""
    measure = MEASURES.get(request.args.get("measure", ""))
    if measure is None:
        abort(404)
    form = PeriodForm(formdata=request.args)
    if not form.validate():
        page = render_template("figures/index.html", form=form, found=None, presets=_presets())
        return page, 422
    rate = RATES.get(request.args.get("rate", ""))
    if rate is not None and rate.numerator != measure.key:
        rate = None
    found = counted(
        session(),
        scope_of(form),
        measure,
        Period.of(form.first, form.last, today=today()),
        rate=rate,
        after=request.args.get("after"),
    )
    link, key = links_of(form), rate.key if rate else ""
    return render_template(
        "figures/cases.html",
        measure=measure,
        measures=MEASURES,
        rate=rate,
        found=found,
        form=form,
        at=now(),
        link=link,
        said=said,
        unit=unit_shown(form),
        group=groups_name(form.groups),
        back=link.index(),
        files=[(kind, link.export("cases", kind, measure=measure.key)) for kind in FILES],
        first_page=link.cases(measure.key, rate=key) if request.args.get("after") else None,
        next_page=link.cases(measure.key, rate=key, after=found.after) if found.after else None,
        unit_name=unit_name,
    )


def said(words: str) -> str:
    """Return the name or the definition of a measure in the language of the page."""
    return translate(language(), words)


class Links:
    """The addresses behind the figures of one period and, where one is chosen, a unit or group."""

    def __init__(
        self,
        first: date,
        last: date,
        unit: str,
        pages: tuple[str, str] | None = None,
        *,
        group: str = "",
    ) -> None:
        self._first, self._last, self._unit, self._group = first, last, unit, group
        # A page has hundreds of links; put together like this they cost nothing.
        self._pages = pages or (url_for("figures.index"), url_for("figures.cases"))
        self._query = urlencode(self.period())

    def period(self) -> dict[str, str]:
        """Return what stands in the address of every page of this period."""
        given = {"from": self._first.isoformat(), "to": self._last.isoformat()}
        chosen = {"department": self._unit, "group": self._group}
        return given | {name: value for name, value in chosen.items() if value}

    def cases(self, measure: str, *, rate: str = "", after: str | None = None) -> str:
        """Return the address of the cases that ``measure`` counts."""
        chosen = {"rate": rate, "after": after}
        more = "".join(f"&{urlencode({name: value})}" for name, value in chosen.items() if value)
        return f"{self._pages[1]}?measure={measure}&{self._query}{more}"

    def rate(self, rate: str) -> str:
        """Return the address of the cases above the line of a share; the page says it whole."""
        return self.cases(RATES[rate].numerator, rate=rate)

    def running(self, state: str, *, first: date, last: date) -> str:
        """Return the address of the cases in ``state`` that came in between the days."""
        return self.month(first, last).in_group(Grouping.STATE.value, state).cases("valid_open")

    def levels(self, level: str, *, after: int | None = None) -> str:
        """Return the address of the levels of supervision that were set."""
        more = f"&after={after}" if after else ""
        return f"{self._pages[0]}/levels?level={level}&{self._query}{more}"

    def by(self, grouping: str) -> str:
        """Return the address of the figures told apart by ``grouping``."""
        return f"{self._pages[0]}/by/{grouping}?{self._query}"

    def export(self, what: str, kind: str, **more: str) -> str:
        """Return the address of a table as a file."""
        return f"{self._pages[0]}/{what}.{kind}?{urlencode(more | self.period())}"

    def in_group(self, grouping: str, key: str) -> "Links":
        """Return the addresses of one street, channel, kind or category beside what is chosen."""
        others = [one for one in self._group.split(",") if one.partition(":")[0] != grouping]
        group = ",".join([*filter(None, others), f"{grouping}:{key}"])
        return Links(self._first, self._last, self._unit, self._pages, group=group)

    def index(self) -> str:
        """Return the address of the figures themselves."""
        return f"{self._pages[0]}?{self._query}"

    def unit(self, key: int) -> "Links":
        """Return the addresses of one unit."""
        unit = str(key) if key else forms.WITH_OFFICE
        return Links(self._first, self._last, unit, self._pages, group=self._group)

    def month(self, first: date, last: date) -> "Links":
        """Return the addresses of one month."""
        return Links(first, last, self._unit, self._pages, group=self._group)


def ever() -> Links:
    """Return the addresses of all cases, whenever they came in."""
    return Links(date(forms.FIRST_YEAR, 1, 1), today(), "")


def age_days() -> list[tuple[date, date]]:
    """Return on which days the cases of each span of ages came in."""
    return figures_units.age_spans(today(), date(forms.FIRST_YEAR, 1, 1))


def scope_of(form: PeriodForm) -> Scope:
    """Return whose cases the address asks for, within what the reader may see."""
    return Scope(me(), form.department_id, form.with_office, form.groups)


def links_of(form: PeriodForm) -> Links:
    """Return the addresses of the period, unit and group that the address asks for."""
    group = ",".join(":".join(one) for one in form.groups)
    return Links(form.first, form.last, _unit_key(form), group=group)


def groups_name(groups: Iterable[tuple[Grouping, str]]) -> str:
    """Return what the chosen groups are called in the language of the page, empty for none."""
    return " · ".join(group_name(*group) for group in groups)


def group_name(grouping: Grouping, key: str) -> str:
    """Return what one group is called in the language of the page."""
    if not key:
        unit = grouping is Grouping.DEPARTMENT
        return str(_("Petition office") if unit else _("None of these"))
    if grouping in (Grouping.CATEGORY, Grouping.SUBJECT):
        subject = subjects().get(int(key))
        return called(subject) if subject else str(_("Unknown"))
    if grouping in (Grouping.DEPARTMENT, Grouping.STREET):
        return unit_name(int(key)) if int(key) in units() else str(_("Unknown"))
    book = {Grouping.CHANNEL: Channel, Grouping.STATE: State}.get(grouping, Kind)
    return in_words(book(key))


def _unit_key(form: PeriodForm) -> str:
    return forms.WITH_OFFICE if form.with_office else str(form.department_id or "")


def unit_shown(form: PeriodForm) -> str:
    """Return whose figures are shown, in the language of the page."""
    if me().role in DEPARTMENT_ROLES:
        return unit_name(me().department_id)
    if form.with_office:
        return str(_("Petition office"))
    return unit_name(form.department_id) if form.department_id else str(_("All departments"))


def _unit_page(form: PeriodForm) -> str | None:
    if form.department_id is None:
        return None
    period = urlencode({"from": form.first.isoformat(), "to": form.last.isoformat()})
    return f"{url_for('.unit', department_id=form.department_id)}?{period}"


def _unit_rows(found: dict[int, Figures]) -> Iterable[tuple[int, str, Figures]]:
    """Return the units that have figures in the administrator's order, the office first."""
    order = {key: place for place, key in enumerate((WITH_OFFICE, *units()))}
    return [
        (key, _("Petition office") if key == WITH_OFFICE else unit_name(key), found[key])
        for key in sorted(found, key=lambda key: order.get(key, len(order)))
    ]


def _presets() -> list[tuple[str, str]]:
    """Return the periods that people ask for most, with their addresses."""
    now = today()
    month = now.replace(day=1)
    before = month - timedelta(days=1)
    periods = (
        (_("This month"), month, now),
        (_("Last month"), before.replace(day=1), before),
        (_("This year"), now.replace(month=1, day=1), now),
        (_("Last year"), date(now.year - 1, 1, 1), date(now.year - 1, 12, 31)),
        (_("Last 90 days"), now - timedelta(days=89), now),
    )
    return [(words, Links(first, last, "").index()) for words, first, last in periods]


def whole_days(value: Decimal | None) -> str:
    """Write a number of days; whole ones without a decimal."""
    if value is None:
        return "–"
    return str(int(value)) if value == int(value) else str(value)
