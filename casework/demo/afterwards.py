"""What the central staff does day by day in a played year: follow-up calls, wishes for a redo."""

from datetime import datetime, timedelta
from random import Random

from sqlalchemy import select

from casework.demo.stage import Stage, Story
from casework.models import RedoRequest
from casework.queries.cases import for_update_by_id
from casework.services import follow_ups, redo_requests
from casework.services.follow_ups import Said
from casework.workflow.calendar import local_day
from casework.workflow.follow_ups import Result

ENDS = {
    Result.REACHED: 62,
    Result.NO_ANSWER: 20,
    Result.BUSY: 9,
    Result.REFUSED: 6,
    Result.WRONG_NUMBER: 3,
}
"""How 100 calls end."""

SHIFTS = (10.0, 14.5, 18.5)
"""The hours at which an operator begins with the list, on working days."""

A_SHIFT = 8
"""How many calls fit into one shift."""

WAITS = 4
"""How many working days the office lets a wish lie at most; granted ones are played sooner."""

NOT_AGAIN = "经核实，答复所述措施已经落实，本次不再重办。如有新的情况，请随时告诉我们。"
SAID = ("比原来好一些，还要再看看。", "已经解决了，谢谢。", "说的和做的不一样，希望再来看一次。")


def follow_up_calls(stage: Stage, begins: datetime) -> Story:
    """Let an operator call those on the list, shift by shift, a few minutes a call."""
    random, day = Random(stage.random.random()), begins
    while True:
        for hour in SHIFTS:
            at = day + timedelta(hours=hour)
            yield at
            if not stage.rules.calendar.is_working(local_day(at)):
                continue
            for _ in range(A_SHIFT):
                if not _call(stage, random, at):
                    break
                at += timedelta(minutes=6)
                yield at
        day += timedelta(days=1)


def _call(stage: Stage, random: Random, at: datetime) -> bool:
    """Call the next one on the list; say whether there was one."""
    session, rules = stage.session, stage.rules
    by = stage.district.actor("operator2")
    row = follow_ups.take_next(session, by=by, at=at)
    if row is None:
        return False
    follow_ups.number_to_call(session, row.id, by=by, at=at, rules=rules)
    result = random.choices(list(ENDS), list(ENDS.values()))[0]
    if result is Result.REACHED:
        said = _said(random)
        follow_ups.note_answer(session, row.id, said, by=by, at=at, rules=rules)
    else:
        follow_ups.note_call(session, row.id, result, note="", by=by, at=at, rules=rules)
    return True


def _said(random: Random) -> Said:
    points = random.choices((5, 4, 3, 2, 1), (30, 35, 18, 11, 6))[0]
    words = SAID[2] if points <= 2 else random.choice(SAID[:2])
    again = points <= 2 and random.random() < 0.5
    return Said(points, points > 2, random.random() < 0.9, words, wants_redo=again)


def wishes_decided(stage: Stage, begins: datetime) -> Story:
    """Let the office refuse each afternoon, with a reason, what it has not granted in days."""
    at, clerk = begins + timedelta(hours=16), stage.district.actor("office")
    calendar = stage.rules.calendar
    while True:
        yield at
        if calendar.is_working(local_day(at)):
            for request in stage.session.scalars(
                select(RedoRequest).where(RedoRequest.decided_at.is_(None)).order_by(RedoRequest.id)
            ).all():
                if calendar.after(local_day(request.asked_at), WAITS) > local_day(at):
                    continue
                case = for_update_by_id(stage.session, request.case_id)
                redo_requests.refuse_redo(
                    stage.session, case, reason=NOT_AGAIN, by=clerk, at=at, rules=stage.rules
                )
        at += timedelta(days=1)
