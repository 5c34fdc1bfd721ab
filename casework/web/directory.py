"""Units, categories and reasons for forms and lists, kept by each process as long as the rules."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from flask import current_app
from sqlalchemy.orm import Session

from casework.models import DepartmentType
from casework.queries import directory
from casework.queries.directory import ReasonText, Subject, Unit
from casework.queries.rules import Rules
from casework.web.db import session
from casework.web.language import language
from casework.web.rules import rules
from casework.workflow.states import Action

T = TypeVar("T")


@dataclass(slots=True)
class _Kept:
    of: Rules
    lists: dict[str, object] = field(default_factory=dict)


def units() -> dict[int, Unit]:
    """Return every unit by its id, closed ones too, in the administrator's order."""
    return _list("units", lambda db: {unit.id: unit for unit in directory.all_units(db)})


def subjects() -> dict[int, Subject]:
    """Return every category by its id, closed ones too."""
    return _list("subjects", lambda db: {one.id: one for one in directory.all_subjects(db)})


def reasons_for(action: Action) -> list[ReasonText]:
    """Return the reasons that may be given for ``action``."""
    every: list[ReasonText] = _list("reasons", directory.open_reasons)
    return [reason for reason in every if reason.action is action]


def open_units(*, but: int | None = None) -> list[Unit]:
    """Return the units that may receive cases, without the petition office and without ``but``."""
    return [
        unit
        for unit in units().values()
        if unit.is_open and unit.type is not DepartmentType.OFFICE and unit.id != but
    ]


def streets() -> list[Unit]:
    """Return the streets that are open."""
    return [unit for unit in open_units() if unit.type is DepartmentType.STREET]


def open_subjects() -> list[Subject]:
    """Return the categories that a case can be put in."""
    return [subject for subject in subjects().values() if subject.is_open]


def unit_name(unit_id: int | None) -> str:
    """Return the name of a unit in the language of the page."""
    unit = units().get(unit_id) if unit_id is not None else None
    return called(unit) if unit else "–"


def called(named: Unit | Subject) -> str:
    """Return the name in the language of the page; an empty English name is written in Chinese."""
    return named.name_en if language() == "en" and named.name_en else named.name


def subject_area(category_id: int | None) -> str | None:
    """Return what a category is called with those above it, None for none."""
    found = subjects().get(category_id) if category_id is not None else None
    if found is None:
        return None
    return found.name_en if language() == "en" and found.name_en else found.path


def reason_text(reason: ReasonText) -> str:
    """Return what a reason says in the language of the page."""
    return reason.text_en if language() == "en" and reason.text_en else reason.text


def _list(name: str, read: Callable[[Session], T]) -> T:
    """Return a list as it was read under the rules in force; it goes when they go."""
    now_in_force = rules()
    kept: _Kept | None = current_app.extensions.get("directory")
    if kept is None or kept.of is not now_in_force:
        kept = current_app.extensions["directory"] = _Kept(now_in_force)
    if name not in kept.lists:
        kept.lists[name] = read(session())
    found: T = kept.lists[name]  # type: ignore[assignment]
    return found
