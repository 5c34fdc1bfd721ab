"""The office lets others with the same problem follow a case that is being handled."""

from collections.abc import Mapping

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from casework.models import Case
from casework.services import followers, matters
from casework.web.errors import wording
from casework.web.forms.matters import MatterForm
from casework.web.guard import RoleBlueprint
from casework.web.saving import text_of
from casework.web.steps import mine, one_click, step_page
from casework.workflow.states import Role

bp = RoleBlueprint("matter_steps", __name__, Role.OFFICE, url_prefix="/cases")


@bp.route("/<number>/followers", methods=["GET", "POST"])
def let_follow(number: str) -> ResponseReturnValue:
    """Write the title under which others may follow a case, and show how many do."""
    form = MatterForm()

    def beside(db: Session, case: Case) -> Mapping[str, object]:
        matter = matters.matter_of(db, case.id)
        if request.method == "GET" and matter is not None:
            form.title.data = matter.title
        refusal = matters.why_not_followed(case)
        return {
            "matter": matter,
            "refusal": wording(refusal) if refusal else None,
            "followers": followers.number_of(db, case.id),
        }

    return step_page(
        number,
        None,
        form,
        lambda db, case: matters.let_follow(db, case, title=text_of(form.title), **mine()),
        template="office/let_follow.html",
        done=_l("Others can follow the matter now."),
        beside=beside,
    )


@bp.post("/<number>/followers/close")
def close(number: str) -> ResponseReturnValue:
    """Take the matter off the public pages."""
    return one_click(
        number,
        lambda db, case: matters.close(db, case, **mine()),
        done=_l("The matter no longer stands on the public pages."),
    )
