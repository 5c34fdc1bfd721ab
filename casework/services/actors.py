"""Who takes a step: a member of staff, the petitioner, or the system itself."""

from dataclasses import dataclass

from casework.models import User
from casework.workflow.states import Role


@dataclass(frozen=True, slots=True)
class Actor:
    """The capacity in which somebody acts, and the account behind it, if there is one."""

    role: Role
    user: User | None = None

    @property
    def department_id(self) -> int | None:
        return self.user.department_id if self.user else None

    @property
    def user_id(self) -> int | None:
        return self.user.id if self.user else None


PETITIONER = Actor(Role.PETITIONER)
SYSTEM = Actor(Role.SYSTEM)


def staff(user: User) -> Actor:
    """Return ``user`` as somebody who takes a step."""
    return Actor(user.role, user)
