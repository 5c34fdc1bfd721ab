"""A unit asks to leave a case out of its on-time rate (考核申诉), and what was decided."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.models.base import Base, bigid, instant
from casework.models.base import note as remark
from casework.models.case import Case
from casework.models.people import User


class Appeal(Base):
    """One appeal; there is one at most for each round of a case.

    ``case.left_out`` says whether the case is left out now.
    """

    __tablename__ = "appeals"
    __table_args__ = (
        UniqueConstraint("case_id", "round"),
        CheckConstraint(
            "(decided_at IS NULL) = (granted IS NULL) "
            "AND (decided_at IS NULL) = (decided_by_id IS NULL)",
            name="decided_wholly",
        ),
        CheckConstraint("decided_by_id <> asked_by_id", name="decided_by_another"),
        Index("ix_appeals_waiting", "id", postgresql_where=text("decided_at IS NULL")),
        Index("ix_appeals_unit", "department_id", "id"),
    )

    id: Mapped[bigid]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    round: Mapped[int]
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"))
    reason: Mapped[remark]
    evidence: Mapped[remark]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    asked_at: Mapped[instant]
    granted: Mapped[bool | None]
    decision: Mapped[remark] = mapped_column(default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[instant | None]

    case: Mapped[Case] = relationship()
    asked_by: Mapped[User] = relationship(foreign_keys=asked_by_id)
