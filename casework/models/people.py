"""Departments and the people who work in them, with their sessions."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.models.base import Base, bigid, code, instant, line, one_of, states_in
from casework.workflow.states import DEPARTMENT_ROLES, STAFF_ROLES, Role

NOTICE_GROUPS = "ARRAY['work', 'limits', 'news']::varchar[]"


class DepartmentType(StrEnum):
    OFFICE = "office"
    DEPARTMENT = "department"
    STREET = "street"


class Department(Base):
    """A unit that receives cases; ``office`` is the petition office, of which there is one."""

    __tablename__ = "departments"
    __table_args__ = (
        one_of("type", DepartmentType),
        Index(
            "uq_departments_one_office",
            "type",
            unique=True,
            postgresql_where=text("type = 'office' AND closed_at IS NULL"),
        ),
        CheckConstraint("btrim(name) <> '' AND btrim(name_en) <> ''", name="named"),
    )

    id: Mapped[bigid]
    code: Mapped[code] = mapped_column(unique=True)
    name: Mapped[line] = mapped_column(unique=True)
    name_en: Mapped[line]
    type: Mapped[DepartmentType]
    phone: Mapped[str] = mapped_column(String(40), default="")
    position: Mapped[int] = mapped_column(default=0)
    closed_at: Mapped[instant | None]


class User(Base):
    """A member of staff who signs in. Petitioners have no account.

    ``mailed`` and ``texted`` are the groups of notices that come by e-mail and as a text message
    beside the inbox.
    """

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint(f"role IN ({states_in(frozenset(STAFF_ROLES))})", name="role_known"),
        CheckConstraint(
            f"role NOT IN ({states_in(frozenset(DEPARTMENT_ROLES))}) OR department_id IS NOT NULL",
            name="department_known",
        ),
        CheckConstraint("username = lower(username)", name="username_lower"),
        CheckConstraint(f"mailed <@ {NOTICE_GROUPS}", name="mailed_known"),
        CheckConstraint(f"texted <@ {NOTICE_GROUPS}", name="texted_known"),
    )

    id: Mapped[bigid]
    username: Mapped[str] = mapped_column(String(64), unique=True)
    display_name: Mapped[line]
    role: Mapped[Role]
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"), index=True)
    email: Mapped[str] = mapped_column(String(254), default="")
    language: Mapped[str] = mapped_column(String(8), default="")
    mobile: Mapped[str] = mapped_column(String(40), default="")
    mailed: Mapped[list[str]] = mapped_column(ARRAY(String(16)), default=list)
    texted: Mapped[list[str]] = mapped_column(ARRAY(String(16)), default=list)
    password_hash: Mapped[str] = mapped_column(String(200))
    password_changed_at: Mapped[instant | None]
    must_change_password: Mapped[bool] = mapped_column(default=False)
    totp_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    totp_last_step: Mapped[int | None]
    created_at: Mapped[instant]
    disabled_at: Mapped[instant | None]

    department: Mapped[Department | None] = relationship()


class StaffSession(Base):
    """A signed-in browser. The cookie holds the token, this row only its SHA-256."""

    __tablename__ = "staff_sessions"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    started_at: Mapped[instant]
    seen_at: Mapped[instant]
    ended_at: Mapped[instant | None]

    user: Mapped[User] = relationship()


class ResetLink(Base):
    """A one-time link with which a person sets a new password."""

    __tablename__ = "reset_links"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    created_at: Mapped[instant]
    expires_at: Mapped[instant]
    used_at: Mapped[instant | None]


class Tally(Base):
    """How often something was tried in a window of time; shared by all processes."""

    __tablename__ = "tallies"

    key: Mapped[str] = mapped_column(String(128), primary_key=True)
    window_start: Mapped[instant] = mapped_column(primary_key=True)
    count: Mapped[int]
