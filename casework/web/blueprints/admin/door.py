"""The door of administration, its sections, and what all its pages do alike."""

from typing import Any

from flask import current_app, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from casework.errors import Conflict
from casework.models import Base
from casework.services import admin_log
from casework.web.directory import called, units
from casework.web.forms.admin import Kept
from casework.web.forms.base import Words, options
from casework.web.guard import RoleBlueprint
from casework.web.rules import forget_rules
from casework.workflow.states import Role

bp = RoleBlueprint("admin", __name__, Role.ADMINISTRATOR, url_prefix="/admin")

SECTIONS = (
    ("people", _l("People")),
    ("departments", _l("Departments")),
    ("categories", _l("Categories")),
    ("limits", _l("Limits")),
    ("calendar", _l("Calendar")),
    ("reasons", _l("Reasons")),
    ("texts", _l("Texts")),
    ("deliveries", _l("Deliveries")),
    ("jobs", _l("Scheduled work")),
    ("district", _l("District")),
    ("log", _l("Log")),
)
"""Each section lies at an address of its own name, and its first page is the view of that name."""


@bp.context_processor
def sections() -> dict[str, object]:
    """Give every page of administration the way to the others."""
    here = request.path.removeprefix("/admin").strip("/").partition("/")[0]
    return {
        "sections": [
            {"text": label, "href": url_for(f"admin.{name}"), "current": name == here}
            for name, label in SECTIONS
        ]
    }


def saved(message: str, endpoint: str, **values: Any) -> ResponseReturnValue:
    """Say that it is done and go on; what this process remembers of the rules is read again."""
    forget_rules()
    flash(message, "success")
    return redirect(url_for(endpoint, **values))


def keep_seen(form: Kept, row: Base) -> list[tuple[str, object]]:
    """Note in the form what the person sees now; return what somebody else has changed it to.

    There is something to return after a conflict only, so a second press overwrites knowingly.
    """
    form.seen.data = admin_log.fingerprint(row)
    if not isinstance(g.get("refusal"), Conflict):
        return []
    return [
        (field.label.text, getattr(row, field.name))
        for field in form
        if hasattr(row, field.name) and _written(field.data) != _written(getattr(row, field.name))
    ]


def _written(value: object) -> str:
    return "" if value is None else str(value)


def unit_choices(everything: Words, *, chosen: int | None = None) -> list[Any]:
    """Return the units to choose from: the open ones, and the one that is chosen already."""
    offered = [unit for unit in units().values() if unit.is_open or unit.id == chosen]
    return options([("", everything), *((unit.id, called(unit)) for unit in offered)])


def number_or_none(text: str | None) -> int | None:
    """Return the key that a list of choices gave, or None where nothing was chosen."""
    return int(text) if text and text.isdecimal() and len(text) < 19 else None


def public_url() -> str:
    """Return the address of this service as the settings have it, whatever the request says."""
    address: str = current_app.extensions["settings"].public_url
    return address
