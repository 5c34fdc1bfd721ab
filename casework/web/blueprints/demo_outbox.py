"""What the demo would have sent by mail and text message, to be read on a page instead."""

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue

from casework.errors import NotFound
from casework.models import Delivery, Medium
from casework.notify.rendering import Rendering
from casework.notify.transports import Refused
from casework.notify.wording import sms_parts
from casework.queries import notices as told
from casework.sealing import mask_email, mask_phone
from casework.web.db import session
from casework.web.guard import OpenBlueprint
from casework.web.outward import rendering

bp = OpenBlueprint("demo_outbox", __name__)


@bp.get("/demo/outbox")
def index() -> ResponseReturnValue:
    """Show the newest mails and text messages; outside the demo there is no such page."""
    if not current_app.config["DEMO"]:
        raise NotFound()
    given = request.args.get("before", "")
    before = int(given) if given.isdecimal() and len(given) < 19 else None
    found = told.outward(session(), before=before)
    page = found[: told.PAGE]
    words = rendering(page)
    return render_template(
        "demo/outbox.html",
        letters=[_shown(delivery, words) for delivery in page],
        first=before is None,
        older=page[-1].id if len(found) > told.PAGE else None,
    )


def _shown(delivery: Delivery, words: Rendering) -> dict[str, object]:
    text = words.text(delivery, leaving=True)  # this page is the receiver's telephone
    return {
        "delivery": delivery,
        "to": _receiver(delivery, words),
        "subject": text.subject,
        "body": text.body,
        "parts": sms_parts(text.body) if delivery.medium is Medium.SMS else None,
    }


def _receiver(delivery: Delivery, words: Rendering) -> str | None:
    """Return the address with most of it hidden: others read this page too."""
    mask = mask_email if delivery.medium is Medium.MAIL else mask_phone
    try:
        return mask(words.address(delivery))
    except Refused:
        return None
