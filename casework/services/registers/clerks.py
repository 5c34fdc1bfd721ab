"""The accounts in whose name a register is taken in: made when needed, and never to sign in."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Department, User
from casework.services.actors import Actor, staff
from casework.services.passwords import DUMMY_HASH
from casework.workflow.states import Role

NAME = "导入专用"
"""What the log shows for steps that somebody took before this system kept the register."""


class Clerks:
    """One disabled account for each role and department, looked up once a run."""

    def __init__(self, session: Session, *, at: datetime) -> None:
        self._session = session
        self._at = at
        self._found: dict[str, Actor] = {}

    def of(self, role: Role, department: Department | None = None) -> Actor:
        """Return who acts as ``role``, for ``department`` where the role belongs to one."""
        username = f"import-{role.value}" + (f"-{department.code.lower()}" if department else "")
        if username not in self._found:
            self._found[username] = staff(self._account(username, role, department))
        return self._found[username]

    def _account(self, username: str, role: Role, department: Department | None) -> User:
        user = self._session.scalars(select(User).where(User.username == username)).one_or_none()
        if user is None:
            user = User(
                username=username,
                display_name=NAME,
                role=role,
                department_id=department.id if department else None,
                password_hash=DUMMY_HASH,
                created_at=self._at,
                disabled_at=self._at,
            )
            self._session.add(user)
            self._session.flush()
        return user
