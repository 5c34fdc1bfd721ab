"""The rules in force, kept by each process for a few seconds so that pages need not read them."""

from time import monotonic

from flask import current_app

from casework.queries.rules import Rules, rules_in_force
from casework.web.db import session

KEPT_SECONDS = 10.0


def rules() -> Rules:
    """Return the rules; another process sees a change of the administrator within 10 seconds."""
    extensions = current_app.extensions
    forgotten = extensions.get("rules_forgotten", 0)
    kept: tuple[int, float, Rules] | None = extensions.get("rules")
    if kept is not None and kept[0] == forgotten and monotonic() - kept[1] < KEPT_SECONDS:
        return kept[2]
    fresh = rules_in_force(session(), extensions["sealer"])
    extensions["rules"] = (forgotten, monotonic(), fresh)
    return fresh


def forget_rules() -> None:
    """Read the rules again at the next use, after they have been changed here.

    Those that somebody is reading at this moment are not kept either.
    """
    extensions = current_app.extensions
    extensions["rules_forgotten"] = extensions.get("rules_forgotten", 0) + 1
