"""How often pairs of characters stand in the letters of a category, learnt each night."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from casework.models.base import Base


class CategoryGram(Base):
    """In how many letters of a category a pair of characters stands.

    Pairs alone, each of several letters, without their order: nobody's letter can be read from it.
    The empty pair holds how many letters there were.
    """

    __tablename__ = "category_grams"
    __table_args__ = (
        CheckConstraint("letters > 0", name="counted"),
        Index("ix_category_grams_category", "category_id"),
    )

    gram: Mapped[str] = mapped_column(String(2), primary_key=True)
    category_id: Mapped[int] = mapped_column(ForeignKey("categories.id"), primary_key=True)
    letters: Mapped[int]
