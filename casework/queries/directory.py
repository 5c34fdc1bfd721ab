"""The short lists that forms and lists name things by: units, categories, coded reasons."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Category, Department, DepartmentType, Reason
from casework.workflow.states import Action


@dataclass(frozen=True, slots=True)
class Unit:
    """A department, street or the petition office."""

    id: int
    code: str
    name: str
    name_en: str
    type: DepartmentType
    is_open: bool


@dataclass(frozen=True, slots=True)
class Subject:
    """A category with its names from the root."""

    id: int
    parent_id: int | None
    level: int
    path: str
    name: str
    name_en: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class ReasonText:
    """A coded reason that may be given now."""

    code: str
    action: Action
    text: str
    text_en: str


def all_units(session: Session) -> list[Unit]:
    """Return every unit in the administrator's order, closed ones too: old cases name them."""
    rows = session.execute(
        select(
            Department.id,
            Department.code,
            Department.name,
            Department.name_en,
            Department.type,
            Department.closed_at.is_(None),
        ).order_by(Department.position, Department.id)
    )
    return [Unit(*row) for row in rows]


def all_subjects(session: Session) -> list[Subject]:
    """Return the whole tree of categories, each level in the administrator's order."""
    rows = session.execute(
        select(
            Category.id,
            Category.parent_id,
            Category.level,
            Category.path,
            Category.name,
            Category.name_en,
            Category.closed_at.is_(None),
        ).order_by(Category.level, Category.position, Category.id)
    )
    return [Subject(*row) for row in rows]


def open_reasons(session: Session) -> list[ReasonText]:
    """Return the reasons that may be given for a step, of all steps."""
    rows = session.execute(
        select(Reason.code, Reason.action, Reason.text, Reason.text_en)
        .where(Reason.closed_at.is_(None))
        .order_by(Reason.action, Reason.position, Reason.code)
    )
    return [ReasonText(*row) for row in rows]
