"""What the administrator keeps: categories, limits, the calendar, reasons and settings."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.models.base import Base, bigid, code, instant, line, note, one_of
from casework.workflow.states import Action, Clock, Kind, Unit, Urgency


class Category(Base):
    """One node of the subject tree, at most three levels deep.

    ``path`` is the names from the root joined by " / ", kept so that lists need no recursion.
    """

    __tablename__ = "categories"
    __table_args__ = (
        UniqueConstraint("parent_id", "name", postgresql_nulls_not_distinct=True),
        CheckConstraint("level BETWEEN 1 AND 3", name="level_known"),
        CheckConstraint("(level = 1) = (parent_id IS NULL)", name="root_has_no_parent"),
    )

    id: Mapped[bigid]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id"), index=True)
    level: Mapped[int]
    name: Mapped[line]
    name_en: Mapped[line] = mapped_column(default="")
    path: Mapped[str] = mapped_column(String(620))
    position: Mapped[int] = mapped_column(default=0)
    closed_at: Mapped[instant | None]

    parent: Mapped[Category | None] = relationship(remote_side="Category.id")


class LimitRule(Base):
    """How long a clock runs for cases that match, from a date on.

    An empty column matches every case; the most exact match wins, then the latest
    ``holds_from``. Rows are added and never rewritten, so that an old case keeps its sum.
    """

    __tablename__ = "limit_rules"
    __table_args__ = (
        one_of("clock", Clock),
        one_of("kind", Kind),
        one_of("urgency", Urgency),
        one_of("unit", Unit),
        CheckConstraint("days BETWEEN 1 AND 366", name="days_sane"),
        UniqueConstraint(
            "clock",
            "kind",
            "urgency",
            "category_id",
            "holds_from",
            postgresql_nulls_not_distinct=True,
        ),
    )

    id: Mapped[bigid]
    clock: Mapped[Clock]
    kind: Mapped[Kind | None]
    urgency: Mapped[Urgency | None]
    category_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id"))
    days: Mapped[int]
    unit: Mapped[Unit]
    holds_from: Mapped[date]
    source: Mapped[line] = mapped_column(default="")
    created_at: Mapped[instant]


class CalendarDay(Base):
    """A day that departs from "Monday to Friday are working days"."""

    __tablename__ = "calendar_days"

    day: Mapped[date] = mapped_column(primary_key=True)
    is_working: Mapped[bool]
    name: Mapped[line] = mapped_column(default="")
    name_en: Mapped[line] = mapped_column(default="")


class CalendarYear(Base):
    """A year whose official days have been entered."""

    __tablename__ = "calendar_years"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entered_at: Mapped[instant]


class Reason(Base):
    """A coded reason for a step, with the text that people read."""

    __tablename__ = "reasons"
    __table_args__ = (
        one_of("action", Action),
        Index("ix_reasons_action_position", "action", "position"),
    )

    code: Mapped[code] = mapped_column(primary_key=True)
    action: Mapped[Action]
    text: Mapped[note]
    text_en: Mapped[note]
    position: Mapped[int] = mapped_column(default=0)
    closed_at: Mapped[instant | None]


class Setting(Base):
    """A named value that the administrator may change without a release."""

    __tablename__ = "settings"

    name: Mapped[code] = mapped_column(primary_key=True)
    value: Mapped[object] = mapped_column(JSONB)
    changed_at: Mapped[instant]
