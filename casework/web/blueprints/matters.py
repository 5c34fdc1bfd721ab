"""Matters that are being handled, for everybody who has the same problem."""

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from casework.queries import followed
from casework.web.db import session
from casework.web.directory import unit_name
from casework.web.guard import OpenBlueprint
from casework.web.outside import address_of, tagged
from casework.web.outward import offered

bp = OpenBlueprint("matters", __name__, shared=True)


@bp.get("/matters")
def index() -> ResponseReturnValue:
    """List the matters that can be followed, newest first."""
    after = request.args.get("after")
    page, more = followed.matters(session(), after=after)
    html = render_template(
        "matters/index.html",
        page=page,
        unit_name=unit_name,
        address_of=address_of,
        newer=url_for(".index") if after else None,
        older=url_for(".index", after=more) if more else None,
    )
    return tagged(html)


@bp.get("/matters/<int:matter_id>")
def show(matter_id: int) -> ResponseReturnValue:
    """Show where a matter stands; once closed it leads to its answer, if that is public."""
    found = followed.matter(session(), matter_id)
    if found is None:
        abort(404)
    if found.closed_at is not None and found.answer is None:
        return render_template("matters/closed.html"), 410
    return tagged(
        render_template(
            "matters/show.html",
            matter=found,
            unit=unit_name(found.department_id) if found.department_id else None,
            address=address_of("matters.show", matter_id=matter_id),
            may_join=found.closed_at is None and bool(offered()),
        )
    )
