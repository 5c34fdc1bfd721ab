"""Changed days of the calendar: read from a sheet, shown with what they move, then saved."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import FileStorage

from casework.errors import CaseworkError, Conflict
from casework.language import translate
from casework.queries import reference
from casework.services import calendar_changes, timing
from casework.services.calendar_changes import DayChange
from casework.services.registers.letters import Refused
from casework.services.registers.notices import read_notice
from casework.web.blueprints.admin.door import bp, number_or_none, saved
from casework.web.clock import now
from casework.web.db import session, transaction
from casework.web.errors import wording
from casework.web.forms.admin import ChangesForm, NoticeForm
from casework.web.guard import me
from casework.web.language import language
from casework.web.rules import forget_rules, rules
from casework.web.saving import form_page, text_of
from casework.web.uploads import takes_files

SHOWN = 100
"""How many moved dates stand on the page; their number is always exact."""


@bp.route("/calendar/import", methods=["GET", "POST"])
@takes_files
def import_calendar() -> ResponseReturnValue:
    """Read the yearly notice from a sheet and show what it changes."""
    form = NoticeForm()
    refused: list[Refused] = []
    if form.validate_on_submit():
        changes, refused = _read(form)
        if changes and not refused:
            return preview(changes, year=changes[-1].day.year, complete=True)
    if refused:
        form.file.errors = [_("Some lines of the sheet cannot be understood.")]
    return form_page("admin/calendar_import.html", form, refused=_in_words(refused))


@bp.post("/calendar/changes")
def save_calendar() -> ResponseReturnValue:
    """Save the days that were shown, with the dates that they move."""
    form = ChangesForm()
    form.validate()
    changes = calendar_changes.from_text(text_of(form.days))
    year = number_or_none(form.year.data) or now().year
    forget_rules()  # another process may have changed the calendar since
    try:
        with transaction() as db:
            moved = calendar_changes.change_calendar(
                db, changes, seen=text_of(form.seen), by=me(), at=now(), rules=rules()
            )
            if form.complete.data and year not in reference.years_entered(db):
                timing.mark_year_entered(db, year, by=me(), at=now())
    except Conflict:
        forget_rules()
        again = _("Days or running dates have changed meanwhile. Look once more, then save.")
        return preview(changes, year=year, complete=form.complete.data, problem=again), 409
    done = ngettext(
        "The calendar is changed. %(num)d running date has moved.",
        "The calendar is changed. %(num)d running dates have moved.",
        moved,
    )
    return saved(done, ".calendar", year=year)


def preview(
    changes: Sequence[DayChange], *, year: int, complete: bool = False, problem: str | None = None
) -> str:
    """Return the page that shows what ``changes`` would move; nothing has been saved yet."""
    moved = calendar_changes.moved_dates(session(), changes, rules=rules())
    form = ChangesForm(formdata=None)
    form.days.data = calendar_changes.as_text(changes)
    form.seen.data = calendar_changes.fingerprint(session(), changes, moved)
    form.complete.data, form.year.data = complete, str(year)
    return render_template(
        "admin/calendar_preview.html",
        form=form,
        changes=changes,
        moved=moved[:SHOWN],
        count=len(moved),
        cases=len({one.case_id for one in moved}),
        year=year,
        problem=problem,
        offers_complete=year not in reference.years_entered(session()),
        back=url_for(".calendar", year=year),
    )


def _read(form: NoticeForm) -> tuple[list[DayChange], list[Refused]]:
    file: FileStorage = request.files["file"]
    suffix = ".csv" if (file.filename or "").lower().endswith(".csv") else ".xlsx"
    with tempfile.NamedTemporaryFile(suffix=suffix) as kept:
        file.save(kept)
        kept.flush()
        try:
            return read_notice(Path(kept.name))
        except CaseworkError as error:
            form.file.errors = [wording(error)]
            return [], []


def _in_words(refused: Sequence[Refused]) -> list[str]:
    return [
        str(
            _(
                "Line %(row)d (%(day)s): %(reason)s",
                row=one.row,
                day=one.number or "–",
                reason=translate(language(), one.reason, **one.details),
            )
        )
        for one in refused
    ]
