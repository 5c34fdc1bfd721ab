"""Departments, streets and the petition office."""

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework.models import DepartmentType
from casework.queries import reference
from casework.queries.people import people_in
from casework.services import administration
from casework.web.blueprints.admin.door import bp, keep_seen, saved
from casework.web.clock import now
from casework.web.db import session
from casework.web.forms.admin import ClosingForm, DepartmentForm, NewDepartmentForm
from casework.web.guard import me
from casework.web.saving import form_page, saving, text_of


@bp.get("/departments")
def departments() -> ResponseReturnValue:
    return render_template("admin/departments.html", lines=reference.departments(session()))


@bp.route("/departments/new", methods=["GET", "POST"])
def new_department() -> ResponseReturnValue:
    form = NewDepartmentForm()
    if form.validate_on_submit():
        with saving(form) as db:
            administration.add_department(
                db,
                code=text_of(form.code),
                name=text_of(form.name),
                name_en=text_of(form.name_en),
                type=DepartmentType(form.type.data),
                phone=text_of(form.phone),
                position=form.position.data or 0,
                by=me(),
                at=now(),
            )
            return saved(_("The department is added."), ".departments")
    return form_page("admin/new_department.html", form)


@bp.route("/departments/<int:department_id>", methods=["GET", "POST"])
def department(department_id: int) -> ResponseReturnValue:
    row = reference.department(session(), department_id)
    form = DepartmentForm(obj=row)
    if form.validate_on_submit():
        with saving(form) as db:
            administration.change_department(
                db,
                row,
                name=text_of(form.name),
                name_en=text_of(form.name_en),
                type=DepartmentType(form.type.data),
                phone=text_of(form.phone),
                position=form.position.data or 0,
                seen=form.seen.data,
                by=me(),
                at=now(),
            )
            return saved(_("The changes are saved."), ".departments")
    return form_page("admin/department.html", form, row=row, there=keep_seen(form, row))


@bp.route("/departments/<int:department_id>/close", methods=["GET", "POST"])
def close_department(department_id: int) -> ResponseReturnValue:
    """Close a unit, after its running cases and its people were pointed out."""
    row, form = reference.department(session(), department_id), ClosingForm()
    if form.validate_on_submit():
        with saving(form) as db:
            administration.close_department(db, row, seen=form.seen.data, by=me(), at=now())
            return saved(_("The department is closed."), ".departments")
    keep_seen(form, row)
    return form_page(
        "admin/close_department.html",
        form,
        row=row,
        running=reference.running_cases(session(), row.id),
        people=people_in(session(), row.id),
    )


@bp.post("/departments/<int:department_id>/reopen")
def reopen_department(department_id: int) -> ResponseReturnValue:
    row = reference.department(session(), department_id)
    form = DepartmentForm(formdata=None, obj=row)
    with saving(form) as db:
        administration.reopen_department(db, row, by=me(), at=now())
        return saved(_("The department is open again."), ".departments")
    return form_page("admin/department.html", form, row=row, there=keep_seen(form, row))
