"""A text that is out and must be changed: prepared by one person, approved by another."""

from collections.abc import Mapping
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from casework.models import Case, PublicText
from casework.queries import cases
from casework.queries.publications import prepared_text, versions_of
from casework.services import publication
from casework.web.blueprints.publication_steps import bp
from casework.web.clock import now
from casework.web.db import session
from casework.web.differences import differences
from casework.web.directory import unit_name
from casework.web.forms.publication import CorrectionForm, PublishForm
from casework.web.guard import me
from casework.web.public_text import FIELDS, originals, public_text
from casework.web.steps import mine, step_page
from casework.workflow.states import Action

__all__ = ["bp"]


@bp.route("/<number>/correction", methods=["GET", "POST"])
def draft_correction(number: str) -> ResponseReturnValue:
    """Prepare another text in the place of the one that is out."""
    form = CorrectionForm()

    def take(db: Session, case: Case) -> None:
        publication.draft_correction(
            db,
            case,
            subject=form.subject.data or "",
            body=form.body.data or "",
            reply=form.reply.data or "",
            why=form.why.data or "",
            may_stand=form.may_stand.data or (),
            sensitive=form.sensitive.data or (),
            **mine(),
        )

    return step_page(
        number,
        None,
        form,
        take,
        template="office/correction.html",
        done=_l("The correction is ready. A colleague checks and approves it."),
        beside=lambda db, case: originals(db, case, form),
    )


@bp.route("/<number>/correct", methods=["GET", "POST"])
def correct(number: str) -> ResponseReturnValue:
    """Check a correction against what is out, and let everybody read it instead."""
    form = PublishForm()

    def beside(db: Session, case: Case) -> Mapping[str, object]:
        around = public_text(db, case)
        form.read.data = around["version"]
        out = prepared_text(db, case)
        return {**around, "changes": _changes(out, around["text"]), "at": now()}

    return step_page(
        number,
        Action.CORRECT,
        form,
        lambda db, case: publication.correct(db, case, read=form.read.data, **mine()),
        template="office/correct.html",
        done=lambda case: _("The public text of %(number)s is corrected.", number=case.number),
        beside=beside,
    )


@bp.get("/<number>/public-texts")
def versions(number: str) -> ResponseReturnValue:
    """Show every version of the public text beside the one before it."""
    case = cases.case_page(session(), me(), number)
    every = versions_of(session(), case)
    earlier: list[PublicText | None] = [*every[1:], None]
    return render_template(
        "office/versions.html",
        case=case,
        versions=[(one, _changes(before, one)) for one, before in zip(every, earlier, strict=True)],
        unit_name=unit_name,
    )


def _changes(before: Any, after: Any) -> dict[str, Any]:
    """Return what changed in each part; nothing did where there is nothing to compare."""
    if before is None or after is None:
        return {}
    return {
        name: differences(getattr(before, name), getattr(after, name))
        for name in FIELDS
        if getattr(before, name) != getattr(after, name)
    }
