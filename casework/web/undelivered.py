"""What two doors share: a list of deliveries, and what is done with those that nobody takes."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework.language import N_
from casework.queries import notices as told
from casework.services import notices
from casework.web.clock import now
from casework.web.db import session, transaction
from casework.web.guard import me
from casework.web.outward import MEDIA, NOTICES

DEAD = "dead"
REASONS: dict[str, str] = {
    "no address": N_("There is no address any more"),
    "no phone number": N_("This is no phone number"),
    "gateway refuses the number": N_("The number was refused"),
    "gateway answers otherwise": N_("The SMS gateway did not take it"),
    "no result": N_("Every try broke off"),
    "redirect refused": N_("The other system answers with a redirect, which is refused"),
    "host not on the list": N_("The host is not on the list of allowed ones"),
    "private address refused": N_("The host lies in a private network, which is refused"),
    "ConnectionRefusedError": N_("The server is not there"),
    "TimeoutError": N_("The server does not answer"),
    "SMTPServerDisconnected": N_("The server broke off"),
}


def list_page(template: str, endpoint: str) -> ResponseReturnValue:
    """Draw a page of deliveries, those that nobody takes first of all."""
    chosen = request.args.get("show", DEAD)
    chosen = chosen if chosen in told.CHOSEN else DEAD
    given = request.args.get("before", "")
    before = int(given) if given.isdecimal() and len(given) < 19 else None
    found = told.deliveries(session(), me(), chosen=chosen, before=before)
    page = found[: told.PAGE]
    return render_template(
        template,
        deliveries=page,
        chosen=chosen,
        first=before is None,
        older=page[-1].id if len(found) > told.PAGE else None,
        media=MEDIA,
        notices=NOTICES,
        why=why,
        endpoint=endpoint,
    )


def try_again(delivery_id: int, endpoint: str) -> ResponseReturnValue:
    """Let a delivery be tried anew, and go back to the list."""
    with transaction() as db:
        notices.send_again(told.dead_delivery(db, me(), delivery_id), at=now())
    flash(_("It is tried again."), "success")
    return redirect(url_for(endpoint), 303)


def told_by_hand(delivery_id: int, endpoint: str) -> ResponseReturnValue:
    """Note that the receiver was told in another way, and go back to the list."""
    with transaction() as db:
        delivery = told.dead_delivery(db, me(), delivery_id)
        notices.told_by_hand(delivery, by=me(), at=now())
    flash(_("It is noted that the receiver was told in another way."), "success")
    return redirect(url_for(endpoint), 303)


def why(reason: str) -> str:
    """Return in plain words why something was not delivered."""
    if not reason:
        return ""
    if reason in REASONS:
        return str(_(REASONS[reason]))
    if reason.startswith("SMTP 5"):
        return str(_("The address was refused (%(code)s)", code=reason))
    return str(_("Not taken for now (%(code)s)", code=reason))
