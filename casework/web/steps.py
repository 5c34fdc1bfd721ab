"""The one way in which a view takes a step with a case.

A step with a page of its own is one call in its view::

    @bp.route("/<number>/recall", methods=["GET", "POST"])
    def recall(number: str) -> ResponseReturnValue:
        form = RecallForm()
        form.reason.choices = reasons_for(Action.RECALL)
        return step_page(
            number,
            Action.RECALL,
            form,
            lambda db, case: office.recall(
                db, case, reason_code=form.reason.data, note=form.note.data, **mine()
            ),
            template="office/recall.html",
            done=_l("The case is back in the inbox."),
        )

``step_page`` does the rest, in the same way for everybody:

* GET: the case is looked up as the reader may see it. If the step is not open to them now, the
  page answers 409 or 422 with the reason; it still shows the case as it is.
* POST: the form's shape is checked (422), then the case is locked, the service runs and commits.
* A refusal of the core (Invalid, GuardFailed, IllegalStep, Conflict) rolls back and draws the
  same page again, 422 or 409: everything typed is kept, the message stands on the field it
  names or on top, and the case is read afresh, so the reader sees what has changed.
* Success: the message ``done`` and a redirect, to the page that the request names as ``back``
  (a list, say), else to the case.

The template extends ``cases/step.html``, which draws the case, the problem, the form around it
and its buttons, and fills the blocks ``fields`` and, where it needs them, ``before``, ``beside``
and ``buttons``. It is given ``case``, ``form``, ``action``, ``problem`` (the refusal or None),
``closed`` (the step is not open: no form is drawn), ``back`` and whatever ``beside`` returns.
Steps without typing are one click: a POST that calls ``one_click``; a refusal draws the case page
with the reason on top. A list takes a step with several cases by ``take_several``: each is its
own transaction, and the refused ones come back with their reasons.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypedDict

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel.speaklater import LazyString
from sqlalchemy.orm import Session

from casework.errors import (
    CaseworkError,
    Conflict,
    GuardFailed,
    IllegalStep,
    Invalid,
    NotFound,
    NotPermitted,
)
from casework.models import Case
from casework.queries import cases
from casework.queries.rules import Rules
from casework.services.actors import Actor, staff
from casework.services.choices import closed_because
from casework.web.case_page import case_page
from casework.web.clock import now, today
from casework.web.db import session, transaction
from casework.web.errors import REFUSALS, wording
from casework.web.forms.base import CaseworkForm
from casework.web.guard import me
from casework.web.rules import rules
from casework.web.ways import own_address
from casework.workflow.states import Action

READABLE = (Invalid, GuardFailed, IllegalStep, Conflict)
"""Refusals that the person can do something about on the page where they typed."""

Take = Callable[[Session, Case], object]
Beside = Callable[[Session, Case], Mapping[str, object]]


class Mine(TypedDict):
    """Who takes the step, when, and under which rules: what every service asks for."""

    by: Actor
    at: datetime
    rules: Rules


def mine() -> Mine:
    """Return what this request says about a step, to be passed on as ``**mine()``."""
    return {"by": staff(me()), "at": now(), "rules": rules()}


def step_page(
    number: str,
    action: Action | None,
    form: CaseworkForm,
    take: Take,
    *,
    template: str,
    done: LazyString | Callable[[Case], str],
    beside: Beside | None = None,
    back: str | None = None,
    also: str | None = None,
) -> ResponseReturnValue:
    """Show the page of a step, or take it; see the module for what happens when.

    ``action`` is None for what moves nothing, such as adding a part; such a page is always
    open. ``back`` is where to go afterwards when the request names no page of its own. ``also``
    is the number of a second case that the step needs, which is locked with the first.
    """
    if form.validate_on_submit():
        try:
            case = _taken(number, take, also=also)
        except READABLE as error:
            return _again(number, action, form, error, template=template, beside=beside, back=back)
        flash(done(case) if callable(done) else str(done), "success")
        return redirect(way_on(number, back))
    return _again(number, action, form, None, template=template, beside=beside, back=back)


def one_click(
    number: str, take: Take, *, done: LazyString | Callable[[Case], str]
) -> ResponseReturnValue:
    """Take a step that needs no typing; a refusal draws the case page with the reason on top."""
    try:
        case = _taken(number, take)
    except READABLE as error:
        case = cases.case_page(session(), me(), number)
        return case_page(case, problem=wording(error)), REFUSALS[type(error)]
    flash(done(case) if callable(done) else str(done), "success")
    return redirect(way_on(number))


@dataclass(slots=True)
class Tally:
    """What became of several cases at once: the numbers done, and why others were not."""

    done: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)


AT_ONCE = 100
"""How many cases a list may move with one press."""


def take_several(numbers: Iterable[str], take: Take) -> Tally:
    """Take the same step with each of the cases, each in a transaction of its own."""
    tally = Tally()
    for number in list(dict.fromkeys(numbers))[:AT_ONCE]:
        try:
            _taken(number, take)
        except (*READABLE, NotFound, NotPermitted) as error:
            tally.refused[number] = wording(error)
        else:
            tally.done.append(number)
    return tally


def way_on(number: str, back: str | None = None) -> str:
    """Return where to go after a step: the page that the request names, else the case."""
    named = request.values.get("back")
    if named:
        return own_address(named)
    return back or url_for("cases.show", number=number)


def _taken(number: str, take: Take, *, also: str | None = None) -> Case:
    with transaction() as db:
        if also:
            cases.lock_in_order(db, me(), (number, also))
        case = cases.for_update(db, me(), number)
        take(db, case)
    return case


def _again(
    number: str,
    action: Action | None,
    form: CaseworkForm,
    error: CaseworkError | None,
    *,
    template: str,
    beside: Beside | None,
    back: str | None,
) -> ResponseReturnValue:
    """Draw the page of a step with what was typed and what stands in the way."""
    db = session()
    case = cases.case_page(db, me(), number)
    closed = None
    if action is not None and request.method != "POST":
        closed = closed_because(db, case, action, by=staff(me()), today=today(), rules=rules())
    if isinstance(closed, NotPermitted):
        raise closed
    if isinstance(error, Invalid):
        form.refuse(error)
    stands = error or closed
    problem = wording(stands) if stands and not isinstance(stands, Invalid) else None
    page = render_template(
        template,
        case=case,
        form=form,
        action=action,
        problem=problem,
        closed=closed is not None,
        back=way_on(number, back),
        **(beside(db, case) if beside else {}),
    )
    return make_response(page, REFUSALS[type(stands)] if stands else 422 if form.errors else 200)
