"""What the administrator keeps beside people: units, categories, reasons and settings."""

import re
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.errors import Conflict, GuardFailed, Invalid
from casework.language import N_
from casework.models import Category, Change, Department, DepartmentType, Reason, Setting, User
from casework.services import admin_log
from casework.services.sweeps import WITHHELD_WITHOUT_CONSENT
from casework.workflow.states import Action

CODE = re.compile(r"[a-z0-9][a-z0-9._-]{0,31}")
CODE_WRONG = N_("Use small letters from a to z, digits, dots, dashes and low lines, 32 at most.")
SEPARATOR = " / "
DEEPEST = 3
DEPARTMENT_CLASHES = {
    "uq_departments_code": ("code", N_("This code is taken. Please choose another.")),
    "uq_departments_name": ("name", N_("There is a department of this name already.")),
    "uq_departments_one_office": ("type", N_("There is a petition office already.")),
}
CATEGORY_CLASHES = {
    "uq_categories_parent_id_name": ("name", N_("There is a category of this name here already."))
}
REASON_CLASHES = {"pk_reasons": ("code", N_("This code is taken. Please choose another."))}


def add_department(
    session: Session,
    *,
    code: str,
    name: str,
    name_en: str,
    type: DepartmentType,
    phone: str,
    position: int,
    by: User | None,
    at: datetime,
) -> Department:
    """Add a unit; its code never changes, as registers refer to it. Raises Invalid."""
    if not CODE.fullmatch(code):
        raise Invalid("code", CODE_WRONG)
    department = Department(
        code=code, name=name, name_en=name_en, type=type, phone=phone, position=position
    )
    admin_log.add(session, department, by=by, at=at, clashes=DEPARTMENT_CLASHES)
    return department


def change_department(
    session: Session,
    department: Department,
    *,
    name: str,
    name_en: str,
    type: DepartmentType,
    phone: str,
    position: int,
    seen: str | None = None,
    by: User | None,
    at: datetime,
) -> None:
    """Rename or reorder a unit. Raises Invalid, Conflict, or GuardFailed for the one office."""
    with admin_log.changing(
        session, department, by=by, at=at, seen=seen, clashes=DEPARTMENT_CLASHES
    ):
        if department.type is DepartmentType.OFFICE and type is not DepartmentType.OFFICE:
            raise Invalid("type", N_("The petition office cannot become something else."))
        department.name, department.name_en, department.type = name, name_en, type
        department.phone, department.position = phone, position


def close_department(
    session: Session,
    department: Department,
    *,
    seen: str | None = None,
    by: User | None,
    at: datetime,
) -> None:
    """Give a unit no new cases; those it has stay with it. Raises Conflict or GuardFailed."""
    with admin_log.changing(session, department, by=by, at=at, seen=seen, change=Change.CLOSED):
        if department.closed_at:
            raise Conflict()
        if department.type is DepartmentType.OFFICE:
            raise GuardFailed(N_("The petition office cannot be closed."))
        department.closed_at = at


def reopen_department(
    session: Session,
    department: Department,
    *,
    seen: str | None = None,
    by: User | None,
    at: datetime,
) -> None:
    """Let a closed unit receive cases again. Raises Conflict or Invalid."""
    with admin_log.changing(
        session,
        department,
        by=by,
        at=at,
        seen=seen,
        change=Change.OPENED,
        clashes=DEPARTMENT_CLASHES,
    ):
        department.closed_at = None


def add_category(
    session: Session,
    parent: Category | None,
    *,
    name: str,
    name_en: str,
    position: int,
    by: User | None,
    at: datetime,
) -> Category:
    """Add a category below ``parent``, or a new root. Raises Invalid or GuardFailed."""
    _check_category_name(name)
    if parent is not None and (parent.level >= DEEPEST or parent.closed_at):
        raise GuardFailed(N_("Categories go three levels deep, below a category that is open."))
    category = Category(
        parent_id=parent.id if parent else None,
        level=parent.level + 1 if parent else 1,
        name=name,
        name_en=name_en,
        path=_path(parent, name),
        position=position,
    )
    admin_log.add(session, category, by=by, at=at, clashes=CATEGORY_CLASHES)
    return category


def change_category(
    session: Session,
    category: Category,
    *,
    name: str,
    name_en: str,
    position: int,
    seen: str | None = None,
    by: User | None,
    at: datetime,
) -> None:
    """Rename or reorder a category; the paths below it follow. Raises Invalid or Conflict."""
    _check_category_name(name)
    parent = session.get(Category, category.parent_id) if category.parent_id else None
    with admin_log.changing(session, category, by=by, at=at, seen=seen, clashes=CATEGORY_CLASHES):
        category.name, category.name_en, category.position = name, name_en, position
        category.path = _path(parent, name)
        _carry_down(session, category)


def close_category(
    session: Session, category: Category, *, seen: str | None = None, by: User | None, at: datetime
) -> None:
    """Offer a category and those below it no more; cases that have it keep it."""
    with admin_log.changing(session, category, by=by, at=at, seen=seen, change=Change.CLOSED):
        category.closed_at = category.closed_at or at
        for below in _below(session, category):
            close_category(session, below, by=by, at=at)


def reopen_category(
    session: Session, category: Category, *, seen: str | None = None, by: User | None, at: datetime
) -> None:
    """Offer a category again, without those below it. Raises GuardFailed below a closed one."""
    parent = session.get(Category, category.parent_id) if category.parent_id else None
    if parent and parent.closed_at:
        raise GuardFailed(N_("The category above is closed. Open it first."))
    with admin_log.changing(session, category, by=by, at=at, seen=seen, change=Change.OPENED):
        category.closed_at = None


def add_reason(
    session: Session,
    *,
    code: str,
    action: Action,
    text: str,
    text_en: str,
    position: int,
    by: User | None,
    at: datetime,
) -> Reason:
    """Add a coded reason for a step; its code never changes. Raises Invalid."""
    if not CODE.fullmatch(code):
        raise Invalid("code", CODE_WRONG)
    reason = Reason(code=code, action=action, text=text, text_en=text_en, position=position)
    admin_log.add(session, reason, by=by, at=at, clashes=REASON_CLASHES)
    return reason


def change_reason(
    session: Session,
    reason: Reason,
    *,
    text: str,
    text_en: str,
    position: int,
    seen: str | None = None,
    by: User | None,
    at: datetime,
) -> None:
    """Say a reason in other words from now on. Raises Conflict."""
    with admin_log.changing(session, reason, by=by, at=at, seen=seen):
        reason.text, reason.text_en, reason.position = text, text_en, position


def close_reason(
    session: Session, reason: Reason, *, seen: str | None = None, by: User | None, at: datetime
) -> None:
    """Offer a reason no more. Raises GuardFailed for the last of a step, or the system's own."""
    if reason.code == WITHHELD_WITHOUT_CONSENT:
        raise GuardFailed(N_("The system itself needs this reason. It cannot be closed."))
    if not _other_open_reasons(session, reason):
        raise GuardFailed(N_("This is the last reason for this step. Add another one first."))
    with admin_log.changing(session, reason, by=by, at=at, seen=seen, change=Change.CLOSED):
        reason.closed_at = reason.closed_at or at


def reopen_reason(
    session: Session, reason: Reason, *, seen: str | None = None, by: User | None, at: datetime
) -> None:
    """Offer a reason again."""
    with admin_log.changing(session, reason, by=by, at=at, seen=seen, change=Change.OPENED):
        reason.closed_at = None


def change_settings(
    session: Session, values: Mapping[str, object], *, by: User | None, at: datetime
) -> None:
    """Keep the settings that differ from what the table holds; the caller checks their shape."""
    stored = {row.name: row for row in session.scalars(select(Setting).with_for_update())}
    for name, value in values.items():
        row = stored.get(name)
        if row is None:
            admin_log.add(session, Setting(name=name, value=value, changed_at=at), by=by, at=at)
        elif row.value != value:
            with admin_log.changing(session, row, by=by, at=at):
                row.value, row.changed_at = value, at


def _check_category_name(name: str) -> None:
    if SEPARATOR.strip() in name:
        raise Invalid("name", N_("A name cannot hold a slash: it parts the levels of a path."))


def _path(parent: Category | None, name: str) -> str:
    return SEPARATOR.join([parent.path, name] if parent else [name])


def _carry_down(session: Session, category: Category) -> None:
    for below in _below(session, category):
        below.path = _path(category, below.name)
        _carry_down(session, below)


def _below(session: Session, category: Category) -> list[Category]:
    return list(
        session.scalars(
            select(Category).where(Category.parent_id == category.id).order_by(Category.id)
        )
    )


def _other_open_reasons(session: Session, reason: Reason) -> bool:
    found = session.scalars(
        select(Reason.code)
        .where(
            Reason.action == reason.action,
            Reason.code != reason.code,
            Reason.closed_at.is_(None),
        )
        .limit(1)
    )
    return found.first() is not None
