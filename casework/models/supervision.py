"""How cases are kept in time: supervision levels, extensions and leaders' instructions."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.models.base import Base, bigid, instant, one_of
from casework.models.base import note as remark
from casework.models.case import Case
from casework.models.people import Department, User
from casework.workflow.states import Clock, Unit
from casework.workflow.supervision import Level


class SupervisionNotice(Base):
    """One level reached by one due date of a case, or set by a supervisor's hand.

    ``department_id`` is the unit that owes the case; none is the petition office. An order
    carries the day by which it must be explained. ``by_id`` is empty for what time itself set;
    of that, each level stands once per case, clock and due date.
    """

    __tablename__ = "supervision_notices"
    __table_args__ = (
        one_of("level", Level),
        one_of("clock", Clock),
        CheckConstraint(
            "(explained_at IS NULL) = (explained_by_id IS NULL)", name="explained_by_somebody"
        ),
        CheckConstraint(
            "(cancelled_at IS NULL) = (cancelled_by_id IS NULL)", name="cancelled_by_somebody"
        ),
        CheckConstraint("level <> 'order' OR explain_by IS NOT NULL", name="order_has_a_day"),
        Index(
            "uq_supervision_notices_once",
            "case_id",
            "clock",
            "due_on",
            "level",
            unique=True,
            postgresql_where=text("by_id IS NULL"),
        ),
        Index("ix_supervision_notices_case", "case_id", "id"),
        Index("ix_supervision_notices_unit", "department_id", "level", "at"),
        Index(
            "ix_supervision_notices_owed",
            "explain_by",
            "id",
            postgresql_where=text(
                "level = 'order' AND explained_at IS NULL AND cancelled_at IS NULL"
            ),
        ),
    )

    id: Mapped[bigid]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    clock: Mapped[Clock]
    due_on: Mapped[date]
    level: Mapped[Level]
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    at: Mapped[instant]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    note: Mapped[remark] = mapped_column(default="")
    explain_by: Mapped[date | None]
    explanation: Mapped[remark] = mapped_column(default="")
    explained_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    explained_at: Mapped[instant | None]
    cancelled_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    cancelled_at: Mapped[instant | None]
    cancel_reason: Mapped[remark] = mapped_column(default="")

    case: Mapped[Case] = relationship()
    department: Mapped[Department | None] = relationship()


class Extension(Base):
    """More time that a department asked for; granted at most once in a round (条例 34)."""

    __tablename__ = "extensions"
    __table_args__ = (
        one_of("unit", Unit),
        CheckConstraint("days BETWEEN 1 AND 30", name="days_at_most_30"),
        CheckConstraint(
            "(decided_at IS NULL) = (granted IS NULL) "
            "AND (decided_at IS NULL) = (decided_by_id IS NULL)",
            name="decided_wholly",
        ),
        Index(
            "uq_extensions_open",
            "case_id",
            unique=True,
            postgresql_where=text("decided_at IS NULL"),
        ),
        Index(
            "uq_extensions_granted",
            "case_id",
            "round",
            unique=True,
            postgresql_where=text("granted"),
        ),
        Index("ix_extensions_case", "case_id", "id"),
        Index(
            "ix_extensions_waiting",
            "for_leader",
            "id",
            postgresql_where=text("decided_at IS NULL"),
        ),
    )

    id: Mapped[bigid]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    round: Mapped[int]
    days: Mapped[int]
    unit: Mapped[Unit]
    reason: Mapped[remark]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    asked_at: Mapped[instant]
    for_leader: Mapped[bool] = mapped_column(default=False)
    granted: Mapped[bool | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[instant | None]
    decision: Mapped[remark] = mapped_column(default="")

    case: Mapped[Case] = relationship()
    asked_by: Mapped[User] = relationship(foreign_keys=asked_by_id)


class Instruction(Base):
    """What a leader wrote on a case, with the day by which an answer is wanted."""

    __tablename__ = "instructions"
    __table_args__ = (
        Index("ix_instructions_case", "case_id", "id"),
        Index(
            "ix_instructions_open",
            "due_on",
            "id",
            postgresql_where=text("answered_at IS NULL AND due_on IS NOT NULL"),
        ),
    )

    id: Mapped[bigid]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[instant]
    text: Mapped[remark]
    due_on: Mapped[date | None]
    answer: Mapped[remark] = mapped_column(default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    answered_at: Mapped[instant | None]

    case: Mapped[Case] = relationship()
    by: Mapped[User] = relationship(foreign_keys=by_id)


class Circular(Base):
    """The circular of a month (通报) as it was issued; rows are added and never changed.

    ``content`` is the JSON of ``queries.circulars``; ``hash`` covers it and the foreword under a
    key that the database does not hold.
    """

    __tablename__ = "circulars"
    __table_args__ = (CheckConstraint("extract(day FROM month) = 1", name="whole_month"),)

    month: Mapped[date] = mapped_column(primary_key=True)
    issued_at: Mapped[instant]
    issued_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    foreword: Mapped[remark] = mapped_column(default="")
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    hash: Mapped[bytes] = mapped_column(LargeBinary)

    issued_by: Mapped[User] = relationship()
