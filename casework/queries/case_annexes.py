"""The short lists around a case, each as a select that its page gathers as JSON."""

from typing import Any

from sqlalchemy import Select, select

from casework.models import CoHandler, Department, Question, Rating, ReplyPart, User


def questions(case: Any) -> Select[*tuple[Any, ...]]:
    """Return the questions to the petitioner with their answers, the oldest first."""
    return (
        select(
            Question.text,
            User.display_name.label("asked_by"),
            Question.asked_at,
            Question.answer,
            Question.answered_at,
        )
        .outerjoin(User, User.id == Question.asked_by_id)
        .where(Question.case_id == case.id)
        .order_by(Question.id)
    )


def parts(case: Any) -> Select[*tuple[Any, ...]]:
    """Return what helping departments add to the reply, the newest first."""
    return (
        select(
            Department.name,
            Department.name_en,
            User.display_name.label("author"),
            ReplyPart.written_at,
            ReplyPart.text,
        )
        .join(Department, Department.id == ReplyPart.department_id)
        .outerjoin(User, User.id == ReplyPart.author_id)
        .where(ReplyPart.case_id == case.id)
        .order_by(ReplyPart.id.desc())
    )


def ratings(case: Any) -> Select[*tuple[Any, ...]]:
    """Return what the petitioner said of the answer of each round, the newest first."""
    return (
        select(
            Rating.round,
            Rating.satisfaction,
            Rating.solved,
            Rating.truthful,
            Rating.comment,
            Rating.at,
        )
        .where(Rating.case_id == case.id)
        .order_by(Rating.round.desc())
    )


def co_handlers(case: Any) -> Select[*tuple[Any, ...]]:
    """Return the departments that help now."""
    return (
        select(Department.id, Department.name, Department.name_en)
        .join(CoHandler, CoHandler.department_id == Department.id)
        .where(CoHandler.case_id == case.id, CoHandler.removed_at.is_(None))
        .order_by(Department.position, Department.id)
    )
