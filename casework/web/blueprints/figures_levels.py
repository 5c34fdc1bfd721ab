"""The levels of supervision behind a number: cards of a unit, reminders of a year."""

from collections.abc import Iterator, Sequence

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework.queries import levels
from casework.web.blueprints.figures import FILES, links_of, scope_of, unit_shown
from casework.web.blueprints.figures_annual import bp
from casework.web.blueprints.figures_tables import as_file, valid_form
from casework.web.clock import now
from casework.web.components import in_words
from casework.web.db import outliving, session
from casework.web.directory import unit_name, units
from casework.web.forms.figures import PeriodForm
from casework.web.tables import Cell
from casework.workflow.supervision import CARDS, Level

__all__ = ["bp"]

CARDS_TOGETHER = "cards"


@bp.get("/levels")
def levels_page() -> ResponseReturnValue:
    """List exactly the levels that a number counts."""
    name, wanted = _wanted()
    form = PeriodForm(formdata=request.args)
    if not form.validate():
        return render_template("figures/levels.html", form=form, title=name, rows=None), 422
    scope, link, key = scope_of(form), links_of(form), request.args["level"]
    after = request.args.get("after", type=int)
    counted = levels.counted_levels(session(), scope, form.first, form.last)
    rows, following = levels.levels_set(
        session(), scope, wanted, form.first, form.last, after=after
    )
    return render_template(
        "figures/levels.html",
        form=form,
        title=name,
        rows=rows,
        count=sum(counted[level] for level in wanted),
        at=now(),
        unit=unit_shown(form),
        unit_name=unit_name,
        link=link,
        files=[(kind, link.export("levels", kind, level=key)) for kind in FILES],
        first_page=link.levels(key) if after else None,
        next_page=link.levels(key, after=following) if following else None,
    )


@bp.get("/levels.<any(csv, xlsx):kind>")
def levels_as_file(kind: str) -> ResponseReturnValue:
    """Give the same list as a file."""
    _name, wanted = _wanted()
    form = valid_form(PeriodForm)
    first, last, scope = form.first, form.last, scope_of(form)
    words = {level: in_words(level) for level in Level}
    names = {key: unit_name(key) for key in units()} | {None: str(_("Petition office"))}
    found = outliving(lambda db: levels.every_level_set(db, scope, wanted, first, last))
    header = [_("Number"), _("Subject"), _("Level"), _("Department"), _("Due on"), _("Set on")]
    rows: Iterator[list[Cell]] = (
        [row.number, row.subject, words[row.level], names[row.department_id], row.due_on, row.at]
        for row in found
    )
    return as_file(header, rows, kind, f"levels-{request.args['level']}-{first}-{last}")


def _wanted() -> tuple[str, Sequence[Level]]:
    """Return what the address asks for, as people call it."""
    written = request.args.get("level", "")
    if written == CARDS_TOGETHER:
        return str(_("Cards")), CARDS
    level = next((one for one in Level if one.value == written), None)
    return (in_words(level), (level,)) if level else abort(404)
