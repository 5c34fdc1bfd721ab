"""How pages are shown: in large type, with high contrast, as the reader has chosen."""

from dataclasses import dataclass

from flask import Flask, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.utils import redirect

from casework.web.guard import OpenBlueprint
from casework.web.language import YEAR, here
from casework.web.ways import own_address

COOKIE = "display"
LARGE, CONTRAST = "large", "contrast"
SEPARATOR = "-"
PLAIN = "plain"
MODES = (PLAIN, LARGE, CONTRAST, f"{LARGE}{SEPARATOR}{CONTRAST}")

bp = OpenBlueprint("display", __name__, url_prefix="/display")


@dataclass(frozen=True, slots=True)
class Switch:
    """One link of the header that changes how pages are shown."""

    label: str
    href: str


def init_app(app: Flask) -> None:
    app.jinja_env.globals |= {"display_classes": display_classes, "display_switches": switches}


def display_classes() -> str:
    """Return the classes of the whole page: none, one or both of the names."""
    return " ".join(_chosen())


def switches() -> list[Switch]:
    """Return the switch of every page: each way of showing it can be turned on and off."""
    labels = {
        LARGE: (_("Large type"), _("Normal type")),
        CONTRAST: (_("High contrast"), _("Normal colours")),
    }
    chosen = _chosen()
    return [
        Switch(
            off if name in chosen else on,
            url_for("display.switch", mode=_mode(set(chosen) ^ {name}), next=here()),
        )
        for name, (on, off) in labels.items()
    ]


@bp.get("/<mode>")
def switch(mode: str) -> ResponseReturnValue:
    """Keep the choice in a cookie that says nothing of its reader, and return to the page."""
    response = redirect(own_address(request.args.get("next")))
    if mode == PLAIN:
        response.delete_cookie(COOKIE, samesite="Lax", httponly=True, secure=request.is_secure)
    elif mode in MODES:
        response.set_cookie(
            COOKIE, mode, max_age=YEAR, samesite="Lax", httponly=True, secure=request.is_secure
        )
    return response


def _chosen() -> tuple[str, ...]:
    kept = request.cookies.get(COOKIE, "")
    parts = kept.split(SEPARATOR) if kept in MODES else ()
    return tuple(name for name in (LARGE, CONTRAST) if name in parts)


def _mode(names: set[str]) -> str:
    return SEPARATOR.join(name for name in (LARGE, CONTRAST) if name in names) or PLAIN
