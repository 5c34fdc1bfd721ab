"""The petition office's desk: what waits for it, all cases, and one step for several at once."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy.orm import Session
from wtforms import Field, SelectField

from casework.errors import Invalid
from casework.models import Case
from casework.queries import inbox as lists
from casework.queries import search
from casework.queries.inbox import Page, Tab
from casework.services import clean_texts, office, publication, sorting, submission
from casework.web.clock import now
from casework.web.db import session
from casework.web.directory import called, reasons_for, units
from casework.web.entering import enter_once, entered_last
from casework.web.follow_slip import follow_slip
from casework.web.forms.office import BulkForm, FilterForm
from casework.web.forms.operator import IntakeForm
from casework.web.guard import RoleBlueprint, me
from casework.web.menu import show_counts
from casework.web.saving import form_page, refusals_on
from casework.web.slips import holds, new_slip, token_of
from casework.web.steps import mine, take_several
from casework.web.uploads import take_files, takes_files
from casework.workflow.states import Action, Role

bp = RoleBlueprint("office", __name__, Role.OFFICE, url_prefix="/office")

CASE_NUMBER = re.compile(r"\d{4}-\d{6,}")
TABS: Mapping[Tab, LazyString] = {
    Tab.TO_DISPATCH: _l("To dispatch"),
    Tab.SENT_BACK: _l("Sent back"),
    Tab.TO_FORWARD: _l("To forward"),
    Tab.TO_PUBLISH: _l("To decide on publication"),
    Tab.DISSATISFIED: _l("Redo asked for"),
    Tab.RUNNING: _l("All running"),
}


WAITS = (Tab.TO_DISPATCH, Tab.SENT_BACK, Tab.TO_FORWARD, Tab.DISSATISFIED)
"""The lists whose cases count as waiting in the menu."""


@bp.get("")
def inbox() -> ResponseReturnValue:
    """Show one list of the inbox, the one to dispatch unless another is named."""
    tab = _tab(request.args.get("tab"))
    form = FilterForm(formdata=request.args)
    counted = lists.counts(session(), me())
    show_counts(inbox=sum(counted[one] for one in WAITS))
    return render_template(
        "office/inbox.html",
        tab=tab,
        tabs=_navigation(tab, counted),
        page=_page(tab, form),
        filters=form,
        chosen=_chosen(form, "office.inbox", tab=tab.value),
        bulk=BulkForm(formdata=None),
        next_page=_next_page,
        **_names(),
    )


@bp.get("/cases")
def cases() -> ResponseReturnValue:
    """Show all cases, newest first; a whole case number leads to its page."""
    wanted = request.args.get("q", "").strip()
    if CASE_NUMBER.fullmatch(wanted):
        return redirect(url_for("cases.show", number=wanted))
    form = FilterForm(formdata=request.args)
    return render_template(
        "office/cases.html",
        tab=Tab.ALL,
        page=_page(Tab.ALL, form),
        filters=form,
        chosen=_chosen(form, "office.cases"),
        next_page=_next_page,
        **_names(),
    )


@bp.get("/next")
def next_letter() -> ResponseReturnValue:
    """Lead to the next letter that must be dispatched, or back to the inbox without one."""
    number = lists.next_to_dispatch(session(), me(), after=request.args.get("after"))
    if number is None:
        return redirect(url_for(".inbox"))
    return redirect(url_for("office_steps.dispatch", number=number))


@bp.route("/new", methods=["GET", "POST"])
@takes_files
def new() -> ResponseReturnValue:
    """Enter a letter on paper or a visit, once however often the form is sent."""
    form = IntakeForm()
    form.offer()
    take_files(form)
    token = token_of(form.slip.data)
    if request.method == "GET":
        form.slip.data = new_slip()
    elif token is None or not holds(form.slip.data):
        form.slip.data = new_slip()
        form.form_errors.append(_("This form was open for a long time. Read it and send it again."))
    elif form.validate():
        with refusals_on(form):
            made = form.submission(token)
            enter_once(token, form, lambda db: submission.submit(db, made, **mine()))
            return redirect(url_for(".entered"), 303)
    return form_page("office/new.html", form)


@bp.get("/entered")
def entered() -> ResponseReturnValue:
    """Show number and code of the letter just entered, to be printed for the petitioner."""
    receipt = entered_last()
    if receipt is None:
        return redirect(url_for(".new"))
    return render_template(
        "office/entered.html",
        case=receipt.case,
        code=receipt.access_code,
        follow=follow_slip(receipt.case),
    )


@bp.post("/several")
def several() -> ResponseReturnValue:
    """Take one step with every case that was ticked, and say what became of each."""
    form = BulkForm()
    step = request.form.get("step", "")
    if step not in BULK:
        abort(404)
    tab = _tab(request.form.get("tab"))
    problem = None
    if not form.validate():
        problem = next(str(errors[0]) for errors in form.errors.values() if errors)
    elif not form.numbers.data:
        problem = _("Tick the cases first.")
    else:
        problem = BULK[step].missing(form)
    tally = None if problem else take_several(form.numbers.data or [], BULK[step].take(form))
    page = render_template(
        "office/several.html",
        problem=problem,
        tally=tally,
        done=BULK[step].done,
        tab=tab,
        numbers=form.numbers.data,
        back=url_for(".inbox", tab=tab.value),
    )
    return page, 422 if problem else 200


Take = Callable[[Session, Case], object]


@dataclass(frozen=True, slots=True)
class Bulk:
    """A step that a list can take with many cases: what it still needs, and how it is taken."""

    done: LazyString
    missing: Callable[[BulkForm], str | None]
    take: Callable[[BulkForm], Take]


def _dispatch(form: BulkForm) -> Take:
    def take(db: Session, case: Case) -> None:
        (lead,) = sorting.units_in_order(db, [form.lead.chosen.id])
        office.dispatch(db, case, lead=lead, **mine())

    return take


def _forward(_form: BulkForm) -> Take:
    return lambda db, case: office.forward(db, case, **mine())


def _withhold(form: BulkForm) -> Take:
    return lambda db, case: publication.withhold(db, case, reason_code=form.reason.data, **mine())


BULK: Mapping[str, Bulk] = {
    "dispatch": Bulk(
        _l("Dispatched"),
        lambda form: None if form.lead.chosen else _("Choose the lead department."),
        _dispatch,
    ),
    "forward": Bulk(_l("Forwarded"), lambda form: None, _forward),
    "prepare": Bulk(
        _l("Prepared for publication"),
        lambda form: None,
        lambda form: lambda db, case: clean_texts.prepare_clean(db, case, **mine()),
    ),
    "withhold": Bulk(
        _l("Kept from publication"),
        lambda form: None if form.reason.data else _("Choose a reason from the list."),
        _withhold,
    ),
}


def _tab(name: str | None) -> Tab:
    return next((tab for tab in TABS if tab.value == name), Tab.TO_DISPATCH)


def _navigation(here: Tab, counted: Mapping[Tab, int]) -> list[dict[str, object]]:
    return [
        {
            "text": label,
            "href": url_for(".inbox", tab=tab.value),
            "current": tab is here,
            "count": counted[tab],
        }
        for tab, label in TABS.items()
    ]


def _page(tab: Tab, form: FilterForm) -> Page:
    """Return the rows of a list; a text that cannot be searched for finds nothing and says why."""
    words = (form.q.data or "").strip()
    after = request.args.get("after")
    try:
        if tab is Tab.ALL and words:
            return lists.searched(
                session(), me(), words, at=now(), filters=form.filters(), after=after
            )
        matching = search.matching(search.CASES, words) if words else None
    except Invalid as error:
        form.refuse(error)
        return Page([], None)
    return lists.page_of(
        session(),
        me(),
        tab,
        filters=form.filters(),
        matching=matching,
        after=after,
    )


def _chosen(form: FilterForm, endpoint: str, **kept: str) -> list[tuple[str, str]]:
    """Return each filter in words, with the address of the list without it."""
    given = {field.name: field.data for field in form if field.data and _is_known(field)}
    return [
        (
            f"{field.label.text}: {_shown(field)}",
            _address(endpoint, kept | {k: v for k, v in given.items() if k != field.name}),
        )
        for field in form
        if field.name in given
    ]


def _is_known(field: Field) -> bool:
    return not isinstance(field, SelectField) or field.data in {
        value for value, *_ in field.iter_choices()
    }


def _shown(field: Field) -> str:
    if isinstance(field, SelectField):
        return next(str(label) for value, label, *_ in field.iter_choices() if value == field.data)
    return str(field.data)


def _next_page(after: str) -> str:
    args = {key: value for key, value in request.args.items() if key != "after" and value}
    return _address(request.endpoint or ".inbox", args | {"after": after})


def _names() -> dict[str, object]:
    reasons = {one.code: one for one in reasons_for(Action.SEND_BACK)}
    return {"units": units(), "called": called, "reasons": reasons, "me": me()}


def _address(endpoint: str, args: Mapping[str, str]) -> str:
    return url_for(endpoint, **dict[str, Any](args))
