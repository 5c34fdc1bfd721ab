"""Who does not agree: petitioners who ask for a review, and units that appeal about a late case."""

from datetime import date, datetime, timedelta

from sqlalchemy import select

from casework.demo.stage import Stage, Story, pause
from casework.demo.supervising import GROUNDS
from casework.models import Case, Department, DepartmentType, ReviewBar
from casework.services import appeals, department, office, reviews
from casework.services.actors import PETITIONER
from casework.workflow.calendar import local_day

REASONS = (
    "答复说已经处理，可是现场一直没有变化，请另外的单位再看一看。",
    "答复没有说明依据是哪一条规定，我不认可，申请复查。",
    "答复只说了一半，另外两个问题没有回答。",
)
PLEASE_REVIEW = "请由贵单位复查原答复。"
OPINIONS = (
    "经复查，原答复认定事实清楚，予以维持。复查过程和依据另附说明。",
    "经复查，原答复对现场情况说明不充分，现予补充；原承办单位应在十日内完成整改。",
    "经复查，原答复适用规定不当，予以纠正，并由原承办单位重新作出处理。",
)
HEARD = "邀请信访人和原承办单位到场听证。"
HEARING, LATE, CONTESTED = 0.3, 0.08, 0.35
"""Of the reviews, how many are heard, how many come late, how many lead to a re-review."""

ALLOWED = 0.4
"""How many of the appeals are granted."""

WORDS = {True: "情况属实，不计入考核。", False: "所述情况不影响按期答复，仍计入考核。"}


def appeal(stage: Stage, case: Case, at: datetime) -> Story:
    """Let the unit appeal about an answer that was late, and the supervisor decide."""
    session, district, random, rules = stage.session, stage.district, stage.random, stage.rules
    if case.department is None:
        return at
    by = district.handler(case.department)
    if appeals.why_not_appealed(session, case, by=by) is not None:
        return at
    at = yield from pause(stage.at_work(at, (4, 30)))
    reason, evidence = random.choice(GROUNDS)
    appeals.appeal(session, case, reason=reason, evidence=evidence, by=by, at=at, rules=rules)
    at = yield from pause(stage.after_days(at, random.randint(1, 4)))
    grant, decider = random.random() < ALLOWED, district.actor("supervisor")
    appeals.decide(session, case, grant=grant, words=WORDS[grant], by=decider, at=at, rules=rules)
    return at


def ask_for_review(stage: Stage, case: Case, at: datetime) -> Story:
    """Let the petitioner ask for a review of the answer, and of its answer for a re-review."""
    at = yield from pause(at + timedelta(hours=stage.random.uniform(2, 120)))
    answered = reviews.answered_case(stage.session, case)
    today = local_day(at)
    if reviews.why_not_asked(stage.session, case, answered, on=today, rules=stage.rules):
        return at
    reason = stage.random.choice(REASONS)
    review = reviews.ask_review(
        stage.session, case, reason=reason, by=PETITIONER, at=at, rules=stage.rules
    ).case
    at = yield from _review(stage, review, at)
    if stage.random.random() < CONTESTED:
        return (yield from ask_for_review(stage, review, at))
    return at


def _review(stage: Stage, case: Case, at: datetime) -> Story:
    """Tell how another unit looks at the answer again, some with a hearing, and answers."""
    session, rules, district = stage.session, stage.rules, stage.district
    clerk, unit = district.actor("office"), _unbarred(stage, case)
    handler, reviewer = district.handler(unit), district.reviewer(unit)
    at = yield from pause(stage.at_work(at, (1, 9)))
    office.dispatch(session, case, lead=unit, note=PLEASE_REVIEW, by=clerk, at=at, rules=rules)
    at = yield from pause(stage.at_work(at, (1, 9)))
    department.sign(session, case, by=handler, at=at, rules=rules)
    at = yield from _heard(stage, case, unit, at)
    days = stage.random.randint(24, 32) if stage.random.random() < LATE else _soon(stage)
    at = yield from pause(stage.after_days(at, days))
    opinion = stage.random.choice(OPINIONS)
    department.draft(session, case, text=opinion, by=handler, at=at, rules=rules)
    at = yield from pause(stage.at_work(at, (1, 8)))
    department.approve(session, case, by=reviewer, at=at, rules=rules)
    at = yield from pause(stage.at_work(at, (1, 8)))
    office.forward(session, case, by=clerk, at=at, rules=rules)
    return at


def _soon(stage: Stage) -> int:
    return stage.random.randint(4, 16)


def _unbarred(stage: Stage, case: Case) -> Department:
    """Return a unit that had no part in the answer and is not accused."""
    barred = set(
        stage.session.scalars(select(ReviewBar.department_id).where(ReviewBar.case_id == case.id))
    )
    barred.add(case.accused_department_id or 0)
    able = [
        unit
        for unit in stage.district.units.values()
        if unit.id not in barred and unit.type is DepartmentType.DEPARTMENT
    ]
    return stage.random.choice(able)


def _heard(stage: Stage, case: Case, unit: Department, at: datetime) -> Story:
    """Enter a hearing of a few days now and then; one of ten is called off."""
    if stage.random.random() >= HEARING:
        return at
    session, rules, by = stage.session, stage.rules, stage.district.handler(unit)
    at = yield from pause(stage.at_work(at, (1, 8)))
    first = local_day(at) + timedelta(days=stage.random.randint(2, 6))
    last: date = first + timedelta(days=stage.random.randint(0, 4))
    hearing = reviews.hold_hearing(
        session, case, first=first, last=last, note=HEARD, by=by, at=at, rules=rules
    )
    if stage.random.random() < 0.1:
        at = yield from pause(stage.at_work(at, (2, 8)))
        reviews.call_off_hearing(
            session, case, hearing.id, reason="信访人来电表示不再需要。", by=by, at=at, rules=rules
        )
    return at
