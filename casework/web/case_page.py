"""Draws the one page of a case, for its own view and for a step that was refused on it."""

from collections.abc import Iterator
from dataclasses import replace

from flask import render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext

from casework.models import Case
from casework.queries.case_parts import CaseView, Deadline
from casework.queries.case_view import case_view
from casework.queries.supervision_case import LevelLine
from casework.services import extensions, oversight, reviews
from casework.services.actors import staff
from casework.services.appeals import counts_against
from casework.services.choices import entries_open_to, open_to
from casework.services.clocks import RIGHTS
from casework.services.supervision import entries_of_supervision, speaks_for
from casework.web.actions import buttons
from casework.web.clock import today
from casework.web.db import session
from casework.web.forms.cases import ContactForm, FollowUpForm, NoteForm
from casework.web.guard import me
from casework.web.language import day, language
from casework.web.menu import items_for
from casework.web.rules import rules
from casework.workflow.clock import LedgerLine, Nearness, colour
from casework.workflow.reviews import last_day, stage_after
from casework.workflow.states import COMPLETE, DEPARTMENT_ROLES, Clock, Entry, Role, Unit

SPEAK_FOR_THEM = (Role.OFFICE, Role.OPERATOR)


def case_page(
    case: Case,
    *,
    problem: str | None = None,
    note: NoteForm | None = None,
    follow_up: FollowUpForm | None = None,
) -> str:
    """Return the page of ``case`` as its reader may see it; forms come back as they were typed."""
    db, by, in_force = session(), staff(me()), rules()
    before = request.args.get("before", type=int)
    view = case_view(db, case, me(), in_force.sealer, log_before=before)
    open_now = open_to(db, case, by=by, today=today(), rules=in_force)
    return render_template(
        "cases/show.html",
        case=case,
        view=view,
        buttons=buttons(case.number, open_now, _entries(case, view)),
        problem=problem,
        note=note or NoteForm(formdata=None),
        follow_up=follow_up or FollowUpForm(formdata=None),
        contact=ContactForm(formdata=None),
        may_unmask=oversight.may_unmask(case, by),
        may_follow_up=may_follow_up(case),
        may_answer=oversight.may_answer_instruction(case, by),
        before=before,
        nearness=nearness,
        rights=RIGHTS,
        ledger_words=ledger_words,
        home=home(),
    )


def _entries(case: Case, view: CaseView) -> Iterator[Entry]:
    """Yield what the reader can do that moves nothing and has a page of its own."""
    if helps(view) and case.is_running:
        yield Entry.ADD_PART
    if reviews.may_enter_hearing(case, staff(me())):
        yield Entry.HOLD_HEARING
    if me().role in SPEAK_FOR_THEM and reviews_can_follow(case, view):
        yield Entry.REVIEW_ASKED
    if any(line.wants_explanation and may_explain(line) for line in view.levels):
        yield Entry.EXPLAIN
    yield from _entries_of_extension(case, view)
    if counts_against(case, staff(me())):
        yield Entry.APPEAL
    yield from entries_open_to(case, by=staff(me()))
    yield from entries_of_supervision(case, by=staff(me()))


def _entries_of_extension(case: Case, view: CaseView) -> Iterator[Entry]:
    """Yield what the reader can do about more time, by what the page has read already."""
    of_round = [one for one in view.extensions if one.round == case.round]
    waits = next((one for one in of_round if one.decided_at is None), None)
    if waits is not None and extensions.decides(me().role, for_leader=waits.for_leader):
        yield Entry.GRANT_EXTENSION
    handle = next((c for c in view.clocks if c.clock is Clock.HANDLE and c.runs), None)
    ticks = handle is not None and handle.paused_on is None and handle.due_on >= today()
    leads = me().role in DEPARTMENT_ROLES and me().department_id == case.department_id
    used = waits is not None or any(one.granted for one in of_round)
    if leads and ticks and not used and case.state in extensions.ASKED_WHILE:
        yield Entry.ASK_EXTENSION


def reviews_can_follow(case: Case, view: CaseView) -> bool:
    """Say whether a review of the answer can be asked for, by what the page has read already."""
    after = stage_after(case.channel)
    if after is None or case.state not in COMPLETE or case.on_the_spot or not case.completed_on:
        return False
    asked = any(one.channel == after for one in view.reviews)
    return not asked and today() <= last_day(case.completed_on, rules().calendar)


def may_explain(line: LevelLine) -> bool:
    """Say whether the reader speaks for the unit that an order went to."""
    return speaks_for(line.department_id, staff(me()))


def home() -> tuple[str, str] | None:
    """Return the reader's own list, in words and as an address, to go back to."""
    first = next(iter(items_for(me())), None)
    return (str(first.label), first.href) if first else None


def may_follow_up(case: Case) -> bool:
    """Say whether the reader can note what the petitioner said after the answer."""
    return me().role in (Role.OFFICE, Role.OPERATOR) and case.completed_at is not None


def helps(view: CaseView) -> bool:
    """Say whether the reader's department helps with this case."""
    unit = me().department_id
    return me().role in DEPARTMENT_ROLES and unit in {helper.id for helper in view.helpers}


def nearness(clock: Deadline) -> Nearness:
    """Return how near a clock's due date is, by working days."""
    in_force = rules()
    return colour(clock.due_on, today(), in_force.calendar, in_force.settings.warn_days)


def ledger_words(line: LedgerLine) -> str:
    """Write a line of the ledger out as a sentence."""
    if line.kind == "limit":
        return _days_in(line.days, line.name)
    if line.kind == "day_off":
        return _day_off(line)
    if line.kind == "hearing":
        shown = replace(line, on=line.first_day)
        return str(_("Hearing, not counted")) + _span(shown)
    if line.kind == "pause":
        return str(_("Paused, waiting for the petitioner")) + _span(line)
    if line.kind == "extension":
        return str(_("Extended by %(span)s", span=_days_in(line.days, line.name)))
    words = {
        "start": _("Starts; this day is not counted"),
        "roll_over": _("The last day is a day off: it moves to the next working day"),
        "cap": _("Never later than this day, by law"),
        "due": _("Due"),
    }
    return str(words[line.kind])


def _days_in(days: int, unit: str | None) -> str:
    if unit == Unit.WORKING_DAYS.value:
        return str(ngettext("%(num)d working day", "%(num)d working days", days))
    return str(ngettext("%(num)d day", "%(num)d days", days))


def _day_off(line: LedgerLine) -> str:
    name = line.name or str(_("Weekend"))
    if language() == "en":
        name = rules().english_days.get(name, name)
    return name + _span(line)


def _span(line: LedgerLine) -> str:
    if line.on is None:
        return ""
    if line.until is None or line.until == line.on:
        return f" {day(line.on)}"
    return f" {day(line.on)} – {day(line.until)}"
