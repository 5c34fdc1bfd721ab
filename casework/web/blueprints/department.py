"""A department's desk: what waits for it, by how near its date is."""

import re
from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from casework.errors import Invalid
from casework.queries import search, worklists
from casework.queries.worklists import Page, Tab, WorkRow
from casework.services import department
from casework.web.clock import now, today
from casework.web.db import session
from casework.web.directory import unit_name
from casework.web.forms.department import SeveralForm, WorklistForm
from casework.web.guard import RoleBlueprint, me
from casework.web.menu import show_counts
from casework.web.rules import rules
from casework.web.steps import mine, take_several
from casework.web.ways import own_address
from casework.workflow.clock import Nearness, colour
from casework.workflow.states import DEPARTMENT_ROLES

bp = RoleBlueprint("department", __name__, *sorted(DEPARTMENT_ROLES), url_prefix="/department")

CASE_NUMBER = re.compile(r"\d{4}-\d{6,}", re.ASCII)
TABS: Mapping[Tab, LazyString] = {
    Tab.TO_SIGN: _l("To sign for"),
    Tab.IN_HAND: _l("In hand"),
    Tab.TO_REVIEW: _l("To review"),
    Tab.WAITING: _l("Waiting for the petitioner"),
    Tab.WITH_OFFICE: _l("With the office"),
    Tab.HELPING: _l("Helping"),
    Tab.ANSWERED: _l("Answered lately"),
    Tab.ALL: _l("All cases"),
}
EMPTY: Mapping[Tab, LazyString] = {
    Tab.TO_SIGN: _l("Nothing waits to be signed for."),
    Tab.IN_HAND: _l("You have nothing in hand."),
    Tab.TO_REVIEW: _l("No reply waits for review."),
    Tab.WAITING: _l("You wait for no petitioner."),
    Tab.WITH_OFFICE: _l("Nothing of yours waits at the petition office."),
    Tab.HELPING: _l("You help no other department at present."),
    Tab.ANSWERED: _l("No case of yours was answered in the last 30 days."),
    Tab.ALL: _l("Your department has had no case yet."),
}
SHOWN_REFUSALS = 5


@bp.get("")
def worklist() -> ResponseReturnValue:
    """Show one list, the first that holds something unless one is named."""
    form = WorklistForm(formdata=request.args)
    words = (form.q.data or "").strip()
    if CASE_NUMBER.fullmatch(words):
        return redirect(url_for("cases.show", number=words))
    counted = worklists.counts(session(), me(), today=today())
    show_counts(worklist=sum(counted[tab] for tab in (Tab.TO_SIGN, Tab.IN_HAND, Tab.TO_REVIEW)))
    tab = _tab(request.args.get("tab"), counted, searching=bool(words))
    return render_template(
        "department/worklist.html",
        tab=tab,
        tabs=_navigation(tab, counted),
        page=_page(tab, form),
        filters=form,
        empty=_("Nothing fits. Take a filter away.") if form.narrows else EMPTY[tab],
        nearness=_nearness,
        unit_name=unit_name,
        here=_this_list(),
        next_page=lambda after: _this_list(after=after),
        ticked="ticked" in request.args,
        tick_all=_this_list(ticked="all"),
    )


@bp.post("/sign")
def sign() -> ResponseReturnValue:
    """Sign for every case that was ticked, and say what became of each."""
    form = SeveralForm()
    back = own_address(request.form.get("back"))
    if not form.validate_on_submit() or not form.numbers.data:
        flash(_("Tick the cases first."), "error")
        return redirect(back)
    tally = take_several(form.numbers.data, lambda db, case: department.sign(db, case, **mine()))
    if tally.done:
        flash(
            ngettext(
                "%(num)d case is in your hands.",
                "%(num)d cases are in your hands.",
                len(tally.done),
            ),
            "success",
        )
    refused = list(tally.refused.items())
    for number, reason in refused[:SHOWN_REFUSALS]:
        flash(f"{number}: {reason}", "error")
    if (left := len(refused) - SHOWN_REFUSALS) > 0:
        flash(_("%(num)d more could not be signed for.", num=left), "error")
    return redirect(back)


def _tab(named: str | None, counted: Mapping[Tab, int], *, searching: bool) -> Tab:
    found = next((tab for tab in TABS if tab.value == named), None)
    if found is not None:
        return found
    if searching:
        return Tab.ALL
    return next((tab for tab, count in counted.items() if count), Tab.TO_SIGN)


def _navigation(here: Tab, counted: Mapping[Tab, int]) -> list[dict[str, object]]:
    return [
        {
            "text": label,
            "href": url_for(".worklist", tab=tab.value),
            "current": tab is here,
            "count": counted.get(tab),
        }
        for tab, label in TABS.items()
    ]


def _page(tab: Tab, form: WorklistForm) -> Page:
    """Return the rows of a list; a text that cannot be searched for finds nothing and says why."""
    words = (form.q.data or "").strip()
    after = request.args.get("after")
    try:
        if tab is Tab.ALL and words:
            return worklists.searched(
                session(), me(), words, at=now(), filters=form.filters(), after=after
            )
        matching = search.matching(search.CASES, words) if words else None
    except Invalid as error:
        form.refuse(error)
        return Page([], None)
    return worklists.page_of(
        session(),
        me(),
        tab,
        today=today(),
        filters=form.filters(),
        matching=matching,
        after=after,
    )


def _nearness(row: WorkRow) -> Nearness | None:
    if row.due_on is None:
        return None
    return colour(row.due_on, today(), rules().calendar, rules().settings.warn_days)


def _this_list(**changed: str) -> str:
    """Return the address of the list that is shown, with ``changed`` in it."""
    args = {key: value for key, value in request.args.items() if key != "after" and value}
    return url_for(".worklist", **dict[str, Any](args | changed))
