"""The supervisors' bench: what turns red, whose words are owed, and reminders in bulk."""

from collections.abc import Mapping
from datetime import datetime, time

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from casework.queries import supervision_bench as bench_lists
from casework.queries.supervision_bench import Listed
from casework.services import supervision
from casework.services.actors import staff
from casework.web.clock import SHANGHAI, today
from casework.web.db import session
from casework.web.directory import called, units
from casework.web.forms.supervision_bench import BenchForm
from casework.web.forms.supervision_levels import SeveralForm
from casework.web.guard import RoleBlueprint, me
from casework.web.steps import mine, take_several
from casework.web.ways import own_address
from casework.workflow.states import Role

bp = RoleBlueprint(
    "supervision_bench",
    __name__,
    Role.SUPERVISOR,
    Role.LEADER,
    url_prefix="/supervision",
)

LISTS = {
    Listed.TODAY: _l("Turns red after today"),
    Listed.WEEK: _l("Later this week"),
    Listed.LATE: _l("Overdue"),
    Listed.ORDERS: _l("Orders without explanation"),
    Listed.INSTRUCTIONS: _l("Open instructions"),
}
OF_CASES = (Listed.TODAY, Listed.WEEK, Listed.LATE)


@bp.get("/bench")
def bench() -> ResponseReturnValue:
    """Show one list of the bench with the counts of all, and the cards of the month."""
    form = BenchForm(formdata=request.args)
    listed, filters = _listed(request.args.get("list")), form.filters()
    counted = bench_lists.counts(session(), me(), today=today(), filters=filters)
    page = bench_lists.bench(
        session(),
        me(),
        listed,
        today=today(),
        filters=filters,
        sort=form.order(),
        after=request.args.get("after"),
    )
    first_day = datetime.combine(today().replace(day=1), time(), SHANGHAI)
    return render_template(
        "supervision/bench.html",
        page=page,
        listed=listed,
        title=LISTS[listed],
        form=form,
        tabs=_tabs(form, listed, counted),
        chosen=_chosen(form, listed),
        cards=bench_lists.cards(session(), me(), since=first_day),
        may_remind=supervision.may_supervise(staff(me())) and listed in OF_CASES,
        here=_address(form, listed, after=request.args.get("after")),
        older=_address(form, listed, after=page.after) if page.after else None,
        first=_address(form, listed) if request.args.get("after") else None,
        units=units(),
        called=called,
    )


@bp.post("/bench/remind")
def remind() -> ResponseReturnValue:
    """Remind the units of every case that was ticked, and say what became of each."""
    form = SeveralForm()
    if not form.validate():
        abort(400)
    numbers = form.numbers.data or []
    tally = take_several(numbers, lambda db, case: supervision.remind(db, case, **mine()))
    page = render_template(
        "supervision/reminded.html",
        problem=None if numbers else _("Tick the cases first."),
        tally=tally,
        back=own_address(request.form.get("back") or url_for(".bench")),
    )
    return page, 200 if numbers else 422


def _listed(name: str | None) -> Listed:
    return next((listed for listed in Listed if listed.value == name), Listed.TODAY)


def _address(form: BenchForm, listed: Listed, **more: str | None) -> str:
    given = {name: value for name, (value, _) in form.chosen().items()} | more
    return url_for(".bench", list=listed.value, **given)  # type: ignore[arg-type]


def _tabs(
    form: BenchForm, current: Listed, counted: Mapping[Listed, int]
) -> list[dict[str, object]]:
    return [
        {
            "text": words,
            "href": _address(form, listed),
            "current": listed is current,
            "count": counted[listed],
            "late": listed is Listed.LATE,
        }
        for listed, words in LISTS.items()
    ]


def _chosen(form: BenchForm, listed: Listed) -> list[tuple[str, str]]:
    """Return each filter in words, with the address of the list without it."""
    return [
        (words, _address(form, listed, **{name: None}))
        for name, (_value, words) in form.chosen().items()
    ]
