"""What follows an answer that did not help: the request to have the case done again."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.models.base import Base, bigid, instant, note
from casework.models.case import Case
from casework.models.people import User


class RedoRequest(Base):
    """A petitioner's wish that the case be done again, once for each answer.

    A dissatisfied rating asks for it, or an operator after a follow-up (``asked_by_id``). The
    office grants it by the step ``redo``, or refuses it with ``decision``, which the petitioner
    reads.
    """

    __tablename__ = "redo_requests"
    __table_args__ = (
        UniqueConstraint("case_id", "round"),
        CheckConstraint(
            "(decided_at IS NULL) = (granted IS NULL) "
            "AND (decided_at IS NULL) = (decided_by_id IS NULL)",
            name="decided_wholly",
        ),
        CheckConstraint("granted IS NOT FALSE OR btrim(decision) <> ''", name="refused_with_words"),
        Index("ix_redo_requests_open", "case_id", postgresql_where=text("decided_at IS NULL")),
    )

    id: Mapped[bigid]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    round: Mapped[int]
    wish: Mapped[note] = mapped_column(default="")
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    asked_at: Mapped[instant]
    granted: Mapped[bool | None]
    decision: Mapped[note] = mapped_column(default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[instant | None]

    case: Mapped[Case] = relationship()
    asked_by: Mapped[User | None] = relationship(foreign_keys=asked_by_id)
