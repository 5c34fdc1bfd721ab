"""The people who sign in, as the administrator looks for them."""

from collections.abc import Sequence

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session, joinedload

from casework.errors import NotFound
from casework.models import User
from casework.workflow.states import Role

PAGE = 30
LARGEST_ID = 2**63 - 1


def people(
    session: Session,
    *,
    words: str = "",
    role: Role | None = None,
    department_id: int | None = None,
    disabled: bool | None = None,
    after: str = "",
    limit: int = PAGE,
) -> Sequence[User]:
    """Return a page of people by user name, from the one after ``after`` on, and one more."""
    wanted = select(User).options(joinedload(User.department)).where(User.username > after)
    if words:
        wanted = wanted.where(
            or_(
                User.username.contains(words.lower(), autoescape=True),
                User.display_name.icontains(words, autoescape=True),
            )
        )
    if role is not None:
        wanted = wanted.where(User.role == role)
    if department_id is not None:
        wanted = wanted.where(User.department_id == department_id)
    if disabled is not None:
        gone = User.disabled_at.is_not(None)
        wanted = wanted.where(gone if disabled else ~gone)
    return session.scalars(wanted.order_by(User.username).limit(limit + 1)).all()


def person(session: Session, user_id: int) -> User:
    """Return one person with the department. Raises NotFound."""
    found = None
    if user_id <= LARGEST_ID:
        found = session.get(User, user_id, options=[joinedload(User.department)])
    if found is None:
        raise NotFound()
    return found


def person_named(session: Session, username: str) -> User:
    """Return the person with a user name. Raises NotFound."""
    found = session.scalars(
        select(User).where(User.username == username).options(joinedload(User.department))
    ).one_or_none()
    if found is None:
        raise NotFound()
    return found


def people_in(session: Session, department_id: int) -> int:
    """Count the people of a department who can sign in."""
    return session.scalars(
        select(func.count())
        .select_from(User)
        .where(User.department_id == department_id, User.disabled_at.is_(None))
    ).one()


def another_of_office(session: Session, user: User) -> bool:
    """Say whether the petition office has somebody beside ``user`` who can check their work."""
    other = exists().where(User.role == Role.OFFICE, User.disabled_at.is_(None), User.id != user.id)
    return bool(session.scalar(select(other)))
