"""The mornings of the demo: levels are set at eight, and most orders are explained in time."""

from datetime import date, datetime, time, timedelta
from random import Random

from sqlalchemy import select

from casework.demo.stage import Stage, Story
from casework.models import Case, Department, SupervisionNotice
from casework.queries.digests import open_order, with_its_unit
from casework.queries.supervision_levels import cases_to_raise
from casework.services import appeals, supervision
from casework.services.supervision_sweep import raise_levels
from casework.workflow.calendar import SHANGHAI, local_day

EIGHT = time(8, tzinfo=SHANGHAI)
SEED = 20260102
EXPLAINED = 0.15
"""How many of the orders that are open are explained on each morning."""

REASONS = (
    "需要外单位配合，已经协调完毕，三个工作日内办结。",
    "现场情况复杂，已完成勘查，正在安排施工。",
    "经办人轮休交接不及时，已经指定专人办理。",
)


GROUNDS = (
    ("需等待上级主管部门出具意见，非本单位原因。", "市局 11 号复函，收文日期见收文登记簿。"),
    ("连续暴雨，户外施工无法进行。", "区气象台暴雨预警信号发布记录。"),
)


def appeal_some(stage: Stage, at: datetime) -> None:
    """Let units appeal about the last cases that were answered late; the first is decided."""
    late = stage.session.scalars(
        select(Case)
        .where(Case.completed_on > Case.promised_on, Case.completed_at < at - timedelta(hours=1))
        .order_by(Case.completed_at.desc(), Case.id)
        .limit(len(GROUNDS))
    ).all()
    for place, (case, (reason, evidence)) in enumerate(zip(late, GROUNDS, strict=False)):
        assert case.department is not None  # somebody answered it
        by = stage.district.handler(case.department)
        stage.session.flush()
        appeals.appeal(
            stage.session,
            case,
            reason=reason,
            evidence=evidence,
            by=by,
            at=at - timedelta(minutes=50 - place),
            rules=stage.rules,
        )
        if place == 0:
            appeals.decide(
                stage.session,
                case,
                grant=True,
                words="情况属实，不计入考核。",
                by=stage.district.actor("supervisor"),
                at=at - timedelta(minutes=20),
                rules=stage.rules,
            )


def mornings(stage: Stage, first: date, last: datetime) -> Story:
    """Set the levels of each working day from ``first`` on, and explain some of the orders."""
    random, at = Random(SEED), datetime.combine(first, EIGHT)
    while at <= last:
        yield at
        if stage.rules.calendar.is_working(local_day(at)):
            found = cases_to_raise(stage.session, at=at, rules=stage.rules)
            raise_levels(stage.session, found, at=at, rules=stage.rules)
            explain_some(stage, random, at + timedelta(hours=2))
        at += timedelta(days=1)
    return at


def explain_some(stage: Stage, random: Random, at: datetime) -> None:
    """Let units explain the orders that they got on an earlier day."""
    orders = stage.session.execute(
        select(Case, SupervisionNotice.department_id, Department)
        .join(SupervisionNotice, SupervisionNotice.case_id == Case.id)
        .outerjoin(Department, Department.id == SupervisionNotice.department_id)
        .where(*open_order(), with_its_unit(), SupervisionNotice.at < at - timedelta(hours=3))
        .order_by(SupervisionNotice.id)
    ).all()
    for case, unit_id, unit in orders:
        if random.random() >= EXPLAINED or not supervision.open_orders(stage.session, case):
            continue
        district = stage.district
        by = district.actor("office") if unit_id is None else district.handler(unit)
        text = random.choice(REASONS)
        supervision.explain(stage.session, case, text=text, by=by, at=at, rules=stage.rules)
