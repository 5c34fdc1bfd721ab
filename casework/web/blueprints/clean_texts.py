"""Many consultations at once whose texts show nothing personal: read, ticked, published."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from casework.models import Case
from casework.queries.inbox import Tab
from casework.queries.people import another_of_office
from casework.queries.publications import clean_texts
from casework.services import clean_texts as several
from casework.services.public_texts import version_of
from casework.web.blueprints.office import bp
from casework.web.db import session
from casework.web.directory import unit_name
from casework.web.forms.publication import CleanForm
from casework.web.guard import me
from casework.web.steps import mine, take_several

__all__ = ["bp"]


@bp.route("/clean-texts", methods=["GET", "POST"])
def clean() -> ResponseReturnValue:
    """Show prepared clean texts as everybody will read them, and publish those that are ticked."""
    form = CleanForm()
    ticked = form.numbers.data or []
    if form.validate_on_submit() and ticked:
        return render_template(
            "office/several.html",
            problem=None,
            tally=take_several(ticked, _publish),
            done=_l("Published"),
            tab=Tab.TO_PUBLISH,
            numbers=ticked,
            back=url_for(".clean"),
        )
    problem = _("Tick the cases first.") if request.method == "POST" else None
    after = request.args.get("after", type=int)
    rows, following = clean_texts(session(), me(), after=after)
    page = render_template(
        "office/clean.html",
        rows=rows,
        ticked=ticked,
        problem=problem,
        me=me(),
        alone=not another_of_office(session(), me()),
        version_of=version_of,
        unit_name=unit_name,
        first=url_for(".clean") if after else None,
        older=url_for(".clean", after=following) if following else None,
        back=url_for(".inbox", tab=Tab.TO_PUBLISH.value),
    )
    return page, 422 if problem else 200


def _publish(db: Session, case: Case) -> None:
    """Publish one; the version is the one that stood on the page."""
    read = request.form.get(f"read-{case.number}", "")
    several.publish_clean(db, case, read=read, **mine())
