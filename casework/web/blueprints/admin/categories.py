"""The tree of categories, three levels deep, one level a page."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework.models import Category
from casework.queries import reference
from casework.services import administration
from casework.web.blueprints.admin.door import bp, keep_seen, number_or_none, saved
from casework.web.clock import now
from casework.web.db import session
from casework.web.forms.admin import CategoryForm
from casework.web.guard import me
from casework.web.saving import form_page, saving, text_of


@bp.get("/categories")
def categories() -> ResponseReturnValue:
    words = request.args.get("q", "").replace("\0", "").strip()[:200]
    parent = _parent(request.args.get("under"))
    if words:
        lines = reference.categories_named(session(), words)
    else:
        lines = reference.categories_below(session(), parent)
    return render_template(
        "admin/categories.html", lines=lines, parent=parent, above=_above(parent), words=words
    )


@bp.route("/categories/new", methods=["GET", "POST"])
def new_category() -> ResponseReturnValue:
    parent = _parent(request.args.get("under"))
    form = CategoryForm()
    if form.validate_on_submit():
        with saving(form) as db:
            administration.add_category(
                db,
                parent,
                name=text_of(form.name),
                name_en=text_of(form.name_en),
                position=form.position.data or 0,
                by=me(),
                at=now(),
            )
            return saved(
                _("The category is added."), ".categories", under=parent.id if parent else None
            )
    return form_page("admin/new_category.html", form, parent=parent, above=_above(parent))


@bp.route("/categories/<int:category_id>", methods=["GET", "POST"])
def category(category_id: int) -> ResponseReturnValue:
    row = reference.category(session(), category_id)
    form = CategoryForm(obj=row)
    if form.validate_on_submit():
        with saving(form) as db:
            administration.change_category(
                db,
                row,
                name=text_of(form.name),
                name_en=text_of(form.name_en),
                position=form.position.data or 0,
                seen=form.seen.data,
                by=me(),
                at=now(),
            )
            return saved(_("The changes are saved."), ".categories", under=row.parent_id)
    return _page_of(row, form)


@bp.post("/categories/<int:category_id>/close")
def close_category(category_id: int) -> ResponseReturnValue:
    row = reference.category(session(), category_id)
    form = CategoryForm(formdata=None, obj=row)
    with saving(form) as db:
        administration.close_category(db, row, by=me(), at=now())
        return saved(
            _("The category and those below it are closed."), ".category", category_id=row.id
        )
    return _page_of(row, form)


@bp.post("/categories/<int:category_id>/reopen")
def reopen_category(category_id: int) -> ResponseReturnValue:
    row = reference.category(session(), category_id)
    form = CategoryForm(formdata=None, obj=row)
    with saving(form) as db:
        administration.reopen_category(db, row, by=me(), at=now())
        return saved(_("The category is open again."), ".category", category_id=row.id)
    return _page_of(row, form)


def _page_of(row: Category, form: CategoryForm) -> ResponseReturnValue:
    return form_page(
        "admin/category.html", form, row=row, above=_above(row)[:-1], there=keep_seen(form, row)
    )


def _parent(text: str | None) -> Category | None:
    parent_id = number_or_none(text)
    return reference.category(session(), parent_id) if parent_id else None


def _above(category: Category | None) -> list[Category]:
    """Return the way from the root down to ``category``."""
    way: list[Category] = []
    while category is not None:
        way.insert(0, category)
        category = reference.category(session(), category.parent_id) if category.parent_id else None
    return way
