"""Addresses of our own: where a person may be sent back to, and nowhere else."""

from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit

from flask import current_app, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

HOME = "home.index"


def own_address(target: str | None) -> str:
    """Return ``target`` if it is a page of ours that can be read, else the home page.

    Only a path that our own routes know passes: no host, no scheme, no backslash, no control
    character, however encoded (controls W4).
    """
    if target and _is_plain_path(target) and readable(urlsplit(target).path):
        return target
    return url_for(HOME)


def address_with(endpoint: str, choices: Mapping[str, str]) -> str:
    """Return the address of a list narrowed to ``choices``, or of the whole list for none."""
    return f"{url_for(endpoint)}?{urlencode(choices)}" if choices else url_for(endpoint)


def readable(path: str) -> bool:
    """Tell whether one of our pages answers a GET of ``path``."""
    adapter = current_app.create_url_adapter(request)
    if adapter is None:
        return False
    try:
        endpoint, _ = adapter.match(path, method="GET")
    except RequestRedirect:
        return False
    except HTTPException:
        return False
    return endpoint not in ("static", "language.switch", "display.switch")


def way_back() -> str:
    """Return where to go on after a refused step: the page above this one, or this one."""
    parent = request.path.rsplit("/", 1)[0]
    if parent and readable(parent):
        return parent
    return request.path if readable(request.path) else url_for(HOME)


def _is_plain_path(target: str) -> bool:
    if not target.startswith("/") or target.startswith("//") or "\\" in target:
        return False
    if any(ord(character) < 33 or ord(character) == 127 for character in target):
        return False
    lowered = target.lower()
    if any(code in urlsplit(lowered).path for code in ("%0", "%1", "%2f", "%5c", "%7f")):
        return False
    try:
        parts = urlsplit(target)
    except ValueError:
        return False
    return not parts.scheme and not parts.netloc
