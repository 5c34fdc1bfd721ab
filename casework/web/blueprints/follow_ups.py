"""Follow-up calls: the operators' list, and the one that an operator has taken."""

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework.models import FollowUp
from casework.queries import follow_ups as lists
from casework.services import follow_ups
from casework.services.actors import staff
from casework.services.follow_ups import Said
from casework.web.clock import now, today
from casework.web.db import session, transaction
from casework.web.directory import unit_name
from casework.web.forms.base import CaseworkForm
from casework.web.forms.follow_ups import NotReachedForm, SaidForm, WrongForm
from casework.web.guard import RoleBlueprint, me
from casework.web.menu import show_counts
from casework.web.rules import rules
from casework.web.saving import form_page, saving, text_of
from casework.web.steps import mine
from casework.workflow.states import Role

bp = RoleBlueprint("follow_ups", __name__, Role.OPERATOR, url_prefix="/operator/follow-ups")


@bp.get("")
def index() -> ResponseReturnValue:
    """List who can be called now, one's own first."""
    after = request.args.get("after", type=int)
    rows, more = lists.waiting(session(), me(), at=now(), today=today(), after=after)
    count = lists.waiting_count(session(), me(), at=now(), today=today())
    show_counts(follow_ups=count)
    return render_template(
        "follow_ups/index.html",
        rows=rows,
        count=count,
        cap=lists.CAP,
        me=me(),
        at=now(),
        older=url_for(".index", after=more) if more else None,
        first=url_for(".index") if after else None,
        unit_name=unit_name,
    )


@bp.post("/next")
def take_next() -> ResponseReturnValue:
    """Take the most pressing one that nobody has."""
    with transaction() as db:
        row = follow_ups.take_next(db, by=staff(me()), at=now())
        taken_id = row.id if row else None
    if taken_id is None:
        flash(_("There is nobody to be called now."), "notice")
        return redirect(url_for(".index"))
    return redirect(url_for(".call", follow_up_id=taken_id))


@bp.post("/<int:follow_up_id>/take")
def take(follow_up_id: int) -> ResponseReturnValue:
    """Take one, so that no second operator calls."""
    with transaction() as db:
        follow_ups.take(db, follow_up_id, by=staff(me()), at=now())
    return redirect(url_for(".call", follow_up_id=follow_up_id))


@bp.post("/<int:follow_up_id>/release")
def release(follow_up_id: int) -> ResponseReturnValue:
    """Give one back without having called."""
    with transaction() as db:
        follow_ups.release(db, follow_up_id, by=staff(me()), at=now())
    return redirect(url_for(".index"))


@bp.get("/<int:follow_up_id>")
def call(follow_up_id: int) -> ResponseReturnValue:
    """Show what to ask about."""
    return _page(_mine(follow_up_id))


@bp.post("/<int:follow_up_id>/number")
def number(follow_up_id: int) -> ResponseReturnValue:
    """Show name and number; that they were read stands in the log of the case."""
    with transaction() as db:
        contact = follow_ups.number_to_call(db, follow_up_id, **mine())
    return _page(_mine(follow_up_id), contact=contact)


@bp.post("/<int:follow_up_id>/not-reached")
def not_reached(follow_up_id: int) -> ResponseReturnValue:
    """Note a call in which nothing was said."""
    form, row = NotReachedForm(), _mine(follow_up_id)
    if form.validate_on_submit():
        with saving(form) as db:
            follow_ups.note_call(
                db, follow_up_id, form.result.data, note=text_of(form.note), **mine()
            )
        if not form.errors:
            flash(_("The call is noted."), "success")
            return redirect(url_for(".index"))
    return _page(row, form)


@bp.post("/<int:follow_up_id>/said")
def said(follow_up_id: int) -> ResponseReturnValue:
    """Keep what the petitioner said."""
    row = _mine(follow_up_id)
    form = _said_form(row)
    if form.validate_on_submit():
        with saving(form) as db:
            follow_ups.note_answer(db, follow_up_id, _said(form), **mine())
        if not form.errors:
            flash(_("Thank you. What the petitioner said is kept."), "success")
            return redirect(url_for(".index"))
    return _page(row, form)


def _mine(follow_up_id: int) -> FollowUp:
    return follow_ups.taken(session(), follow_up_id, by=staff(me()), at=now())


def _said_form(row: FollowUp) -> SaidForm | WrongForm:
    return SaidForm() if row.case.satisfaction is None else WrongForm()


def _said(form: SaidForm | WrongForm) -> Said:
    words, again = text_of(form.words), bool(form.wants_redo.data)
    if isinstance(form, WrongForm):
        return Said(None, None, None, words, again)
    truthful = {"yes": True, "no": False}.get(form.truthful.data or "")
    return Said(form.satisfaction.data, form.solved.data == "yes", truthful, words, again)


def _page(
    row: FollowUp, form: CaseworkForm | None = None, *, contact: tuple[str, str] | None = None
) -> ResponseReturnValue:
    """Draw the call; ``form`` is the one that was sent and could not be taken."""
    kind = SaidForm if row.case.satisfaction is None else WrongForm
    values = {
        "row": row,
        "ask": lists.to_ask(session(), row),
        "contact": contact,
        "rates": kind is SaidForm,
        "said": form if isinstance(form, SaidForm | WrongForm) else kind(formdata=None),
        "missed": form if isinstance(form, NotReachedForm) else NotReachedForm(formdata=None),
        "most": rules().settings.follow_up_tries,
        "unit_name": unit_name,
    }
    if form is None:
        return make_response(render_template("follow_ups/call.html", **values))
    return form_page("follow_ups/call.html", form, **values)
