"""What the log of administration holds, written as the administrator knows it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from casework.language import translate
from casework.models import AdminEvent, Change
from casework.web.directory import subjects, unit_name
from casework.web.forms.admin import DEPARTMENT_TYPES, TABLES
from casework.web.language import instant, language, short_day
from casework.workflow import words

CHANGES = {
    Change.ADDED: _l("Added"),
    Change.CHANGED: _l("Changed"),
    Change.CLOSED: _l("Closed"),
    Change.OPENED: _l("Opened"),
    Change.LINK_MADE: _l("Link for a password made"),
    Change.CODES_REMOVED: _l("One-time codes removed"),
}
CHANGES_OF_PEOPLE = {Change.CLOSED: _l("Disabled"), Change.OPENED: _l("Enabled")}
FIELDS = {
    "username": _l("User name"),
    "display_name": _l("Name"),
    "role": _l("Role"),
    "department_id": _l("Department"),
    "email": _l("E-mail address"),
    "disabled_at": _l("Disabled"),
    "code": _l("Code"),
    "name": _l("Name in Chinese"),
    "name_en": _l("Name in English"),
    "type": _l("What it is"),
    "phone": _l("Phone number"),
    "position": _l("Place in the list"),
    "closed_at": _l("Closed"),
    "parent_id": _l("Category above"),
    "path": _l("Path"),
    "clock": _l("What is timed"),
    "kind": _l("Kind of case"),
    "urgency": _l("Urgency"),
    "category_id": _l("Category"),
    "days": _l("Number of days"),
    "unit": _l("Counted in"),
    "holds_from": _l("Holds from"),
    "source": _l("Where it comes from"),
    "day": _l("Day"),
    "is_working": _l("Working day"),
    "year": _l("Year"),
    "entered_at": _l("Complete since"),
    "action": _l("Step"),
    "text": _l("Text in Chinese"),
    "text_en": _l("Text in English"),
    "value": _l("Value"),
}
BOOKS: Mapping[str, Mapping[Any, str]] = {
    "role": words.ROLES,
    "type": DEPARTMENT_TYPES,
    "clock": words.CLOCKS,
    "kind": words.KINDS,
    "urgency": words.URGENCIES,
    "unit": words.UNITS,
    "action": words.ACTIONS,
}
WRITTEN: Mapping[str, Callable[[Any], str]] = {
    "department_id": unit_name,
    "category_id": lambda key: _category(key),
    "parent_id": lambda key: _category(key),
    "holds_from": lambda text: short_day(date.fromisoformat(text)),
    "day": lambda text: short_day(date.fromisoformat(text)),
    "disabled_at": lambda text: instant(datetime.fromisoformat(text)),
    "closed_at": lambda text: instant(datetime.fromisoformat(text)),
    "entered_at": lambda text: instant(datetime.fromisoformat(text)),
    "is_working": lambda worked: _("Yes") if worked else _("No"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """One field that changed; ``before`` is None where there was nothing to compare with."""

    label: str
    before: str | None
    after: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the log as the page draws it."""

    at: datetime
    who: str
    what: str
    name: str
    change: str
    parts: tuple[Part, ...]


def in_words(event: AdminEvent) -> Line:
    """Return ``event`` with all its codes and keys written out."""
    people = event.table_name == "users"
    change = CHANGES_OF_PEOPLE.get(event.change) if people else None
    named = event.label
    if event.table_name == "limit_rules":
        named = written("clock", named)
    return Line(
        event.at,
        event.actor.display_name if event.actor else _("Command line"),
        translate(language(), TABLES.get(event.table_name, "")) or event.table_name,
        named,
        str(change or CHANGES[event.change]),
        tuple(_parts(event)),
    )


def _parts(event: AdminEvent) -> list[Part]:
    compared = event.change is not Change.ADDED
    kept = event.after or event.before
    return [
        Part(
            str(FIELDS.get(name, name)),
            written(name, event.before.get(name)) if compared and event.before else None,
            written(name, event.after.get(name)),
        )
        for name in FIELDS
        if name in kept and (compared or event.after.get(name) not in (None, ""))
    ]


def written(name: str, value: object) -> str:
    """Return a value of the log as people write it; what is not known stays as it is."""
    if value is None or value == "":
        return "–"
    if name in BOOKS:
        known = {member.value: word for member, word in BOOKS[name].items()}
        return translate(language(), known.get(str(value), str(value)))
    return WRITTEN[name](value) if name in WRITTEN else str(value)


def _category(key: int) -> str:
    found = subjects().get(key)
    return found.path if found else str(key)
