"""Finding cases: the one rule about who sees which, and the look-ups that start from it."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select
from sqlalchemy.orm import Session, joinedload

from casework.errors import NotFound
from casework.models import Case, CoHandler, User
from casework.workflow.states import DEPARTMENT_ROLES, Channel, Role

SEES_ALL = frozenset({Role.OFFICE, Role.SUPERVISOR, Role.LEADER})


def seen_by(user: User) -> ColumnElement[bool]:
    """Return the condition under which ``user`` may see a case.

    Every list, search, count, export, file and feed for staff starts from it (control Z1).
    Nobody sees a case that is about them, and a department none that is about it (Z4).
    Operators see calls and what they entered; administrators see no cases.
    """
    if user.role in SEES_ALL:
        return not_about(user)
    if user.role is Role.OPERATOR:
        return and_(
            not_about(user), or_(Case.channel == Channel.CALL, Case.submitted_by_id == user.id)
        )
    if user.role in DEPARTMENT_ROLES:
        return and_(
            not_about(user),
            or_(Case.department_id == user.department_id, _helped_by(user.department_id)),
        )
    return false()


def not_about(user: User) -> ColumnElement[bool]:
    """Return the wall around accusations alone, for counts of cases that ``user`` once had (Z4)."""
    not_about_them = Case.accused_user_id.is_distinct_from(user.id)
    if user.role not in DEPARTMENT_ROLES:
        return not_about_them
    return and_(not_about_them, Case.accused_department_id.is_distinct_from(user.department_id))


def _helped_by(department_id: int | None) -> ColumnElement[bool]:
    return exists().where(
        CoHandler.case_id == Case.id,
        CoHandler.department_id == department_id,
        CoHandler.removed_at.is_(None),
    )


def visible_to(user: User) -> Select[Case]:
    """Return the select that every staff look-up of a case starts from."""
    return select(Case).where(seen_by(user))


def case_page(session: Session, user: User, number: str) -> Case:
    """Return one case that ``user`` may see, with its departments and category.

    Raises NotFound alike for a case that is not there and for one that is not theirs (Z2).
    """
    found = session.scalars(
        visible_to(user)
        .where(Case.number == number)
        .options(joinedload(Case.department), joinedload(Case.street), joinedload(Case.category))
    ).one_or_none()
    if found is None:
        raise NotFound()
    return found


def for_update(session: Session, user: User, number: str) -> Case:
    """Lock and return one case that ``user`` may see; see ``case_page`` for what it raises."""
    found = session.scalars(
        visible_to(user)
        .where(Case.number == number)
        .with_for_update(of=Case)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise NotFound()
    return found


def lock_in_order(session: Session, user: User, numbers: Collection[str]) -> None:
    """Lock several cases, the smallest id first, so that two people never wait for each other.

    Those that ``user`` may not see are left alone; ``for_update`` tells which.
    """
    session.execute(
        select(Case.id)
        .where(seen_by(user), Case.number.in_(sorted(numbers)))
        .order_by(Case.id)
        .with_for_update(of=Case)
    )


def for_update_by_id(session: Session, case_id: int) -> Case:
    """Lock and return a case by its id, for jobs and imports, which act for nobody."""
    return session.scalars(
        select(Case)
        .where(Case.id == case_id)
        .with_for_update(of=Case)
        .execution_options(populate_existing=True)
    ).one()
