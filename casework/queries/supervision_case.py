"""What supervisors and leaders have put on one case, for its page."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from casework.models import Case, Department, Instruction, SupervisionNotice, User
from casework.workflow.states import Clock
from casework.workflow.supervision import Level

AnySelect = Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class LevelLine:
    """One level on a case: set by time, or by the person who is named."""

    id: int
    level: Level
    clock: Clock
    due_on: date
    at: datetime
    name: str | None
    name_en: str | None
    department_id: int | None
    by: str | None
    note: str
    explain_by: date | None
    explanation: str
    explained_by: str | None
    explained_at: datetime | None
    lifted_by: str | None
    lifted_at: datetime | None
    lift_reason: str

    @property
    def wants_explanation(self) -> bool:
        """Say whether a written explanation is still owed."""
        return self.explain_by is not None and self.explained_at is None and self.lifted_at is None


def level_line(row: dict[str, Any]) -> LevelLine:
    """Return a row of JSON whose instants and days are read already as a line."""
    return LevelLine(**{**row, "level": Level(row["level"]), "clock": Clock(row["clock"])})


def levels_on(case: Case) -> AnySelect:
    """Return the levels on ``case``, newest first."""
    setter, explainer, lifter = aliased(User), aliased(User), aliased(User)
    notice = SupervisionNotice
    return (
        select(
            notice.id,
            notice.level,
            notice.clock,
            notice.due_on,
            notice.at,
            Department.name,
            Department.name_en,
            notice.department_id,
            setter.display_name.label("by"),
            notice.note,
            notice.explain_by,
            notice.explanation,
            explainer.display_name.label("explained_by"),
            notice.explained_at,
            lifter.display_name.label("lifted_by"),
            notice.cancelled_at.label("lifted_at"),
            notice.cancel_reason.label("lift_reason"),
        )
        .outerjoin(Department, Department.id == notice.department_id)
        .outerjoin(setter, setter.id == notice.by_id)
        .outerjoin(explainer, explainer.id == notice.explained_by_id)
        .outerjoin(lifter, lifter.id == notice.cancelled_by_id)
        .where(notice.case_id == case.id)
        .order_by(notice.id.desc())
    )


def instructions_on(case: Case) -> AnySelect:
    """Return the leaders' instructions on ``case`` with their answers, newest first."""
    leader, answerer = aliased(User), aliased(User)
    return (
        select(
            Instruction.id,
            Instruction.text,
            leader.display_name.label("leader"),
            Instruction.at,
            Instruction.due_on,
            Instruction.answer,
            answerer.display_name.label("answered_by"),
            Instruction.answered_at,
        )
        .outerjoin(leader, leader.id == Instruction.by_id)
        .outerjoin(answerer, answerer.id == Instruction.answered_by_id)
        .where(Instruction.case_id == case.id)
        .order_by(Instruction.id.desc())
    )
