"""The office's list of petitioners whom no message reaches, to be told in another way."""

from flask.typing import ResponseReturnValue

from casework.web import undelivered
from casework.web.guard import RoleBlueprint
from casework.workflow.states import Role

bp = RoleBlueprint("undelivered", __name__, Role.OFFICE, url_prefix="/office/undelivered")


@bp.get("")
def index() -> ResponseReturnValue:
    return undelivered.list_page("office/undelivered.html", ".index")


@bp.post("/<int:delivery_id>/again")
def send_again(delivery_id: int) -> ResponseReturnValue:
    """Let a delivery that was given up be tried anew."""
    return undelivered.try_again(delivery_id, ".index")


@bp.post("/<int:delivery_id>/by-hand")
def by_hand(delivery_id: int) -> ResponseReturnValue:
    """Note that the petitioner was told in another way."""
    return undelivered.told_by_hand(delivery_id, ".index")
