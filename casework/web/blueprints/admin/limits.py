"""How long each clock runs, from which day on; what holds is overtaken, never rewritten."""

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework.errors import NotFound
from casework.queries import reference
from casework.services import timing
from casework.services.timing import Effect
from casework.web.blueprints.admin.door import bp, number_or_none, saved
from casework.web.clock import now, today
from casework.web.db import session
from casework.web.directory import open_subjects
from casework.web.forms.admin import LimitForm
from casework.web.forms.base import options
from casework.web.guard import me
from casework.web.saving import form_page, saving, text_of
from casework.workflow.limits import LimitRow
from casework.workflow.states import Clock, Kind, Unit, Urgency


@bp.get("/limits")
def limits() -> ResponseReturnValue:
    return render_template("admin/limits.html", lines=reference.limits(session(), today()))


@bp.route("/limits/new", methods=["GET", "POST"])
def new_limit() -> ResponseReturnValue:
    """Add a limit in two presses: the first shows what it means for new cases."""
    form = LimitForm()
    form.category.choices = options(
        [("", _("Every category")), *((one.id, one.path) for one in open_subjects())]
    )
    effects: list[Effect] = []
    if form.validate_on_submit():
        with saving(form) as db:
            rule = _rule_of(form)
            effects = timing.effects_of(db, rule)
            if form.confirmed.data:
                timing.add_limit(db, rule, by=me(), at=now())
                return saved(_("The limit is added."), ".limits")
    form.confirmed.data = "1" if effects else ""
    return form_page("admin/new_limit.html", form, effects=effects)


@bp.post("/limits/<int:limit_id>/remove")
def remove_limit(limit_id: int) -> ResponseReturnValue:
    """Take back a limit before its first day."""
    with_form = LimitForm(formdata=None)
    with saving(with_form) as db:
        timing.remove_limit(db, reference.limit(db, limit_id), by=me(), at=now())
        return saved(_("The limit is taken back; it has never held."), ".limits")
    return form_page("admin/limits.html", with_form, lines=reference.limits(session(), today()))


def _rule_of(form: LimitForm) -> LimitRow:
    category_id = number_or_none(form.category.data)
    if category_id is not None and category_id not in {one.id for one in open_subjects()}:
        raise NotFound()
    return timing.new_rule(
        clock=Clock(form.clock.data),
        kind=Kind(form.kind.data) if form.kind.data else None,
        urgency=Urgency(form.urgency.data) if form.urgency.data else None,
        category_id=category_id,
        days=form.days.data or 0,
        unit=Unit(form.unit.data),
        holds_from=form.holds_from.data or today(),
        source=text_of(form.source),
        at=now(),
    )
