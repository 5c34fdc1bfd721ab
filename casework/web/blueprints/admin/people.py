"""The people who sign in: found, added, changed, disabled, and helped with a lost password."""

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework.models import User
from casework.queries import people as found_people
from casework.queries import reference
from casework.services import people as changes
from casework.services.accounts import has_second_step
from casework.web.blueprints.admin.door import (
    bp,
    keep_seen,
    number_or_none,
    public_url,
    saved,
    unit_choices,
)
from casework.web.blueprints.admin.wording import in_words
from casework.web.clock import now
from casework.web.db import session
from casework.web.forms.admin import ClosingForm, NewPersonForm, PeopleFilter, PersonForm
from casework.web.guard import me
from casework.web.saving import form_page, saving, text_of
from casework.workflow.states import Role


@bp.get("/people")
def people() -> ResponseReturnValue:
    filters = PeopleFilter(request.args)
    filters.department.choices = unit_choices(_("All departments"))
    filters.validate()
    lines = found_people.people(
        session(),
        words=text_of(filters.q)[:200] if not filters.q.errors else "",
        role=Role(filters.role.data) if filters.role.data and not filters.role.errors else None,
        department_id=number_or_none(filters.department.data),
        disabled={"open": False, "disabled": True}.get(filters.state.data or ""),
        after=request.args.get("after", "").replace("\0", "")[:64],
    )
    page, more = lines[: found_people.PAGE], lines[found_people.PAGE :]
    asked: dict[str, Any] = {
        name: value for name, value in request.args.items() if value and name != "after"
    }
    return render_template(
        "admin/people.html",
        form=filters,
        people=page,
        asked=asked,
        first=url_for(".people", **asked) if "after" in request.args else None,
        following=url_for(".people", **asked, after=page[-1].username) if more else None,
    )


@bp.route("/people/new", methods=["GET", "POST"])
def new_person() -> ResponseReturnValue:
    form = NewPersonForm()
    form.department_id.choices = unit_choices("–")
    if form.validate_on_submit():
        with saving(form) as db:
            user = changes.add_person(
                db,
                username=text_of(form.username),
                display_name=text_of(form.display_name),
                role=Role(form.role.data),
                department_id=number_or_none(form.department_id.data),
                email=text_of(form.email),
                mobile=text_of(form.mobile),
                by=me(),
                at=now(),
            )
            return saved(
                _(
                    "%(name)s has an account. Make a link now, with which a password is set.",
                    name=user.display_name,
                ),
                ".person",
                user_id=user.id,
            )
    return form_page("admin/new_person.html", form)


@bp.get("/people/<int:user_id>")
def person(user_id: int) -> ResponseReturnValue:
    return _page_of(found_people.person(session(), user_id), ClosingForm())


@bp.route("/people/<int:user_id>/change", methods=["GET", "POST"])
def change_person(user_id: int) -> ResponseReturnValue:
    user = found_people.person(session(), user_id)
    form = PersonForm(obj=user)
    form.department_id.choices = unit_choices("–", chosen=user.department_id)
    if form.validate_on_submit():
        with saving(form) as db:
            changes.change_person(
                db,
                user,
                display_name=text_of(form.display_name),
                role=Role(form.role.data),
                department_id=number_or_none(form.department_id.data),
                email=text_of(form.email),
                mobile=text_of(form.mobile),
                seen=form.seen.data,
                by=me(),
                at=now(),
            )
            return saved(_("The changes are saved."), ".person", user_id=user_id)
    return form_page("admin/change_person.html", form, user=user, there=keep_seen(form, user))


@bp.post("/people/<int:user_id>/disable")
def disable_person(user_id: int) -> ResponseReturnValue:
    user, form = found_people.person(session(), user_id), ClosingForm()
    if form.validate_on_submit():
        with saving(form) as db:
            changes.disable(db, user, seen=form.seen.data, by=me(), at=now())
            return saved(
                _("%(name)s cannot sign in any more.", name=user.display_name),
                ".person",
                user_id=user_id,
            )
    return _page_of(user, form)


@bp.post("/people/<int:user_id>/enable")
def enable_person(user_id: int) -> ResponseReturnValue:
    user, form = found_people.person(session(), user_id), ClosingForm()
    if form.validate_on_submit():
        with saving(form) as db:
            changes.enable(db, user, seen=form.seen.data, by=me(), at=now())
            return saved(
                _("%(name)s can sign in again.", name=user.display_name), ".person", user_id=user_id
            )
    return _page_of(user, form)


@bp.post("/people/<int:user_id>/link")
def reset_link(user_id: int) -> ResponseReturnValue:
    """Show a link that sets a password: once, in the answer to the press, and never again."""
    user, form = found_people.person(session(), user_id), ClosingForm()
    if form.validate_on_submit():
        with saving(form) as db:
            link = changes.reset_link(db, user, public_url=public_url(), by=me(), at=now())
            return render_template("admin/reset_link.html", user=user, link=link)
    return _page_of(user, form)


@bp.post("/people/<int:user_id>/codes")
def remove_codes(user_id: int) -> ResponseReturnValue:
    user, form = found_people.person(session(), user_id), ClosingForm()
    if form.validate_on_submit():
        with saving(form) as db:
            changes.remove_codes(db, user, by=me(), at=now())
            return saved(
                _("%(name)s signs in without one-time codes.", name=user.display_name),
                ".person",
                user_id=user_id,
            )
    return _page_of(user, form)


def _page_of(user: User, form: ClosingForm) -> ResponseReturnValue:
    keep_seen(form, user)
    events = reference.admin_events(session(), table="users", row=str(user.id))[:10]
    return form_page(
        "admin/person.html",
        form,
        user=user,
        second_step=has_second_step(user),
        lines=[in_words(event) for event in events],
    )
