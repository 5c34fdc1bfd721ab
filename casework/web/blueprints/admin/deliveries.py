"""What goes out by mail, text message and webhook: what waits, what left, what nobody takes."""

from flask.typing import ResponseReturnValue

from casework.web.blueprints.admin.door import bp
from casework.web.undelivered import list_page, told_by_hand, try_again


@bp.get("/deliveries")
def deliveries() -> ResponseReturnValue:
    return list_page("admin/deliveries.html", ".deliveries")


@bp.post("/deliveries/<int:delivery_id>/again")
def send_again(delivery_id: int) -> ResponseReturnValue:
    """Let a delivery that was given up be tried anew."""
    return try_again(delivery_id, ".deliveries")


@bp.post("/deliveries/<int:delivery_id>/by-hand")
def by_hand(delivery_id: int) -> ResponseReturnValue:
    """Note that the receiver was told in another way."""
    return told_by_hand(delivery_id, ".deliveries")
