"""Reviews and re-reviews: which case looks at the answer to which other one again, and hearings."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.models.base import Base, bigid, instant, note
from casework.models.case import Case
from casework.models.people import Department


class Review(Base):
    """A case that reviews the answer to another one (条例 35), or such a review again (条例 36).

    ``of_case_id`` is the case whose answer is reviewed; ``asked_from_id`` the case of the
    petitioner who asks, which is another one only where it was merged; ``first_id`` the case with
    which it all began. Each answer is reviewed once for each petitioner; there is no third stage.
    """

    __tablename__ = "reviews"
    __table_args__ = (
        CheckConstraint("stage IN (1, 2)", name="two_stages"),
        CheckConstraint("case_id <> of_case_id", name="not_of_itself"),
        UniqueConstraint("asked_from_id"),
        UniqueConstraint("first_id", "stage"),
        Index("ix_reviews_of", "of_case_id"),
    )

    case_id: Mapped[int] = mapped_column(
        ForeignKey("cases.id"), primary_key=True, autoincrement=False
    )
    of_case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    asked_from_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    first_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    stage: Mapped[int]
    asked_at: Mapped[instant]

    case: Mapped[Case] = relationship(foreign_keys=case_id)
    of_case: Mapped[Case] = relationship(foreign_keys=of_case_id)


class ReviewBar(Base):
    """A department that must not handle a review, since it gave an answer that is reviewed.

    A trigger of the database keeps such a department out of the case and of its co-handlers.
    """

    __tablename__ = "review_bars"

    case_id: Mapped[int] = mapped_column(
        ForeignKey("reviews.case_id"), primary_key=True, autoincrement=False
    )
    department_id: Mapped[int] = mapped_column(
        ForeignKey("departments.id"), primary_key=True, autoincrement=False
    )

    department: Mapped[Department] = relationship()


class Hearing(Base):
    """The days of a hearing, which the time for a review does not count; or one called off."""

    __tablename__ = "hearings"
    __table_args__ = (
        CheckConstraint("last >= first", name="ends_after_it_begins"),
        CheckConstraint(
            "(called_off_at IS NULL) = (called_off_by_id IS NULL)", name="called_off_by_somebody"
        ),
        Index("ix_hearings_case", "case_id", "id"),
    )

    id: Mapped[bigid]
    case_id: Mapped[int] = mapped_column(ForeignKey("reviews.case_id"))
    first: Mapped[date]
    last: Mapped[date]
    note: Mapped[note]
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    entered_at: Mapped[instant]
    called_off_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    called_off_at: Mapped[instant | None]
