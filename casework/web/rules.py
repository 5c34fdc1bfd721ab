"""The rules in force, kept by each process for a few seconds so that pages need not read them."""

from time import monotonic

from flask import current_app

from casework.queries.rules import Rules, rules_in_force
from casework.web.db import session

KEPT_SECONDS = 10.0


def rules() -> Rules:
    """Return the rules; another process sees a change of the administrator within 10 seconds."""
    kept: tuple[float, Rules] | None = current_app.extensions.get("rules")
    if kept is not None and monotonic() - kept[0] < KEPT_SECONDS:
        return kept[1]
    forgotten = current_app.extensions.get("rules_forgotten", 0)
    fresh = rules_in_force(session(), current_app.extensions["sealer"])
    if current_app.extensions.get("rules_forgotten", 0) == forgotten:
        current_app.extensions["rules"] = (
            monotonic(),
            fresh,
        )  # nothing changed while they were read
    return fresh


def forget_rules() -> None:
    """Read the rules again at the next use, after they have been changed here."""
    extensions = current_app.extensions
    extensions["rules_forgotten"] = extensions.get("rules_forgotten", 0) + 1
    extensions.pop("rules", None)
