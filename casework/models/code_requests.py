"""Who waits for a number with which a lost access code is replaced."""

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from casework.models.base import Base, instant


class CodeRequest(Base):
    """A petitioner has lost the access code and waits for a number at the contact on file.

    The number is made from ``nonce`` by a key that the database does not hold.
    """

    __tablename__ = "code_requests"
    __table_args__ = (CheckConstraint("tries BETWEEN 0 AND 6", name="tries_few"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    nonce: Mapped[str] = mapped_column(String(64))
    asked_at: Mapped[instant]
    tries: Mapped[int] = mapped_column(default=0)
