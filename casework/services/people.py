"""The people who sign in: who may, as what, and where. Nobody is ever deleted."""

import re
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.errors import Conflict, GuardFailed, Invalid
from casework.language import N_
from casework.models import Change, Department, User
from casework.services import admin_log
from casework.services.accounts import (
    NO_PASSWORD,
    make_reset_link,
    normal_username,
    remove_totp,
    void_links,
)
from casework.services.sessions import end_all_sessions
from casework.workflow.states import DEPARTMENT_ROLES, STAFF_ROLES, Role

USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,63}")
TAKEN = {
    "uq_users_username": ("username", N_("This user name is taken. Please choose another.")),
}
LAST_ADMINISTRATOR = N_(
    "This is the last administrator who can sign in. Make somebody else administrator first."
)


def add_person(
    session: Session,
    *,
    username: str,
    display_name: str,
    role: Role,
    department_id: int | None,
    email: str = "",
    mobile: str = "",
    by: User | None,
    at: datetime,
) -> User:
    """Add somebody who can sign in once a password was set by a link. Raises Invalid."""
    name = normal_username(username)
    if not USERNAME.fullmatch(name):
        raise Invalid(
            "username",
            N_("Use 2 to 64 small letters from a to z, digits, dots and dashes."),
        )
    _check_place(session, role, department_id)
    user = User(
        username=name,
        display_name=display_name,
        role=role,
        department_id=department_id,
        email=email,
        mobile=mobile,
        password_hash=NO_PASSWORD,
        created_at=at,
    )
    admin_log.add(session, user, by=by, at=at, clashes=TAKEN)
    return user


def add_first_administrator(
    session: Session, *, username: str, display_name: str, at: datetime
) -> User:
    """Add an administrator to a district that has none who can sign in.

    Raises GuardFailed if there is one: that one adds the others.
    """
    if _administrators(session):
        raise GuardFailed(N_("There is an administrator already, who can add others."))
    return add_person(
        session,
        username=username,
        display_name=display_name,
        role=Role.ADMINISTRATOR,
        department_id=None,
        by=None,
        at=at,
    )


def change_person(
    session: Session,
    user: User,
    *,
    display_name: str,
    role: Role,
    department_id: int | None,
    email: str,
    mobile: str = "",
    seen: str | None = None,
    by: User | None,
    at: datetime,
) -> None:
    """Change who somebody is; with another role or department all sessions of theirs end.

    Raises Invalid, Conflict, or GuardFailed for the last administrator.
    """
    if role is not Role.ADMINISTRATOR:
        _keep_an_administrator(session, user)
    with admin_log.changing(session, user, by=by, at=at, seen=seen):
        if (role, department_id) != (user.role, user.department_id):
            _check_place(session, role, department_id)
            end_all_sessions(session, user, at)
        user.display_name, user.email, user.mobile = display_name, email, mobile
        user.role, user.department_id = role, department_id


def disable(
    session: Session, user: User, *, seen: str | None = None, by: User | None, at: datetime
) -> None:
    """Let somebody sign in no more, at once. Raises Conflict, or GuardFailed (see message)."""
    if by is not None and by.id == user.id:
        raise GuardFailed(N_("Nobody can disable their own account. Ask another administrator."))
    _keep_an_administrator(session, user)
    with admin_log.changing(session, user, by=by, at=at, seen=seen, change=Change.CLOSED):
        if user.disabled_at:
            raise Conflict()
        user.disabled_at = at
        end_all_sessions(session, user, at)
        void_links(session, user, at)


def enable(
    session: Session, user: User, *, seen: str | None = None, by: User | None, at: datetime
) -> None:
    """Let somebody sign in again, with the password from before. Raises Conflict."""
    with admin_log.changing(session, user, by=by, at=at, seen=seen, change=Change.OPENED):
        if user.disabled_at is None:
            raise Conflict()
        user.disabled_at = None


def reset_link(
    session: Session, user: User, *, public_url: str, by: User | None, at: datetime
) -> str:
    """Return a link that sets a password once, to be shown once. Raises GuardFailed."""
    if user.disabled_at:
        raise GuardFailed(N_("This account is disabled. Enable it before you make a link."))
    admin_log.note(session, user, Change.LINK_MADE, by=by, at=at)
    return make_reset_link(session, user, public_url=public_url, at=at)


def remove_codes(session: Session, user: User, *, by: User | None, at: datetime) -> None:
    """Ask somebody who has lost the telephone for no codes any more; all sessions end."""
    admin_log.note(session, user, Change.CODES_REMOVED, by=by, at=at)
    remove_totp(session, user)
    end_all_sessions(session, user, at)


def _check_place(session: Session, role: Role, department_id: int | None) -> None:
    if role not in STAFF_ROLES:
        raise Invalid("role", N_("Choose what this person does."))
    if department_id is None:
        if role in DEPARTMENT_ROLES:
            raise Invalid("department_id", N_("Choose the department in which this person works."))
        return
    department = session.get(Department, department_id)
    if department is None or department.closed_at:
        raise Invalid("department_id", N_("Choose a department that is open."))


def _administrators(session: Session) -> list[int]:
    """Lock and return the ids of those who can administer."""
    return list(
        session.scalars(
            select(User.id)
            .where(User.role == Role.ADMINISTRATOR, User.disabled_at.is_(None))
            .order_by(User.id)
            .with_for_update()
        )
    )


def _keep_an_administrator(session: Session, user: User) -> None:
    """Lock all administrators, in one order for everybody, and make sure that one is left."""
    if user.role is Role.ADMINISTRATOR and not set(_administrators(session)) - {user.id}:
        raise GuardFailed(LAST_ADMINISTRATOR)
