"""The supervisors' desk: every running case by how near its date is."""

from collections.abc import Mapping

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from casework.queries import supervision
from casework.queries.supervision import Horizon
from casework.web.clock import today
from casework.web.db import session
from casework.web.directory import called, units
from casework.web.forms.supervision import WatchForm
from casework.web.guard import RoleBlueprint, me
from casework.web.menu import show_counts
from casework.web.rules import rules
from casework.workflow.clock import Nearness, warned_until
from casework.workflow.states import Role

bp = RoleBlueprint(
    "supervision",
    __name__,
    Role.SUPERVISOR,
    Role.LEADER,
    Role.OFFICE,
    url_prefix="/supervision",
)

GROUPS = {
    "late": (Nearness.RED, _l("Overdue")),
    "soon": (Nearness.YELLOW, _l("Due soon")),
    "in-time": (Nearness.GREEN, _l("In time")),
}


@bp.get("")
def index() -> ResponseReturnValue:
    """Show the running cases of one group, or all of them, nearest date first."""
    form = WatchForm(formdata=request.args)
    filters = form.filters()
    until = warned_until(today(), rules().calendar, rules().settings.warn_days)
    horizon = Horizon(today(), until)
    group = request.args.get("group", "")
    counted = supervision.counts(session(), me(), horizon, filters=filters)
    if filters == supervision.NO_FILTERS:
        show_counts(overdue=counted[Nearness.RED])
    page = supervision.watched(
        session(),
        me(),
        horizon,
        group=GROUPS[group][0] if group in GROUPS else None,
        filters=filters,
        after=request.args.get("after"),
    )
    return render_template(
        "supervision/index.html",
        page=page,
        horizon=horizon,
        form=form,
        tabs=_tabs(form, group, counted),
        chosen=_chosen(form, group),
        kept={"group": group} if group in GROUPS else {},
        older=_address(form, group, after=page.after) if page.after else None,
        first=_address(form, group) if request.args.get("after") else None,
        units=units(),
        called=called,
        cap=supervision.CAP,
    )


def _address(form: WatchForm, group: str, **more: str | None) -> str:
    given = {name: value for name, (value, _) in form.chosen().items()} | more
    if group in GROUPS:
        given["group"] = group
    return url_for(".index", **given)  # type: ignore[arg-type]


def _tabs(form: WatchForm, group: str, counted: Mapping[Nearness, int]) -> list[dict[str, object]]:
    everything: dict[str, object] = {
        "text": _l("All running"),
        "href": _address(form, ""),
        "current": group not in GROUPS,
        "count": min(sum(counted.values()), supervision.CAP + 1),
    }
    return [everything] + [
        {
            "text": label,
            "href": _address(form, name),
            "current": group == name,
            "count": counted[nearness],
            "late": nearness is Nearness.RED,
        }
        for name, (nearness, label) in GROUPS.items()
    ]


def _chosen(form: WatchForm, group: str) -> list[tuple[str, str]]:
    """Return each filter in words, with the address of the list without it."""
    given = form.chosen()
    return [
        (words, _address(form, group, **{name: None})) for name, (_value, words) in given.items()
    ]
