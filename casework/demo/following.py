"""A few cases of the made-up district that others may follow."""

from datetime import datetime

from casework.demo.stage import Stage
from casework.services import matters
from casework.workflow.states import State

SHOWN = 3


def let_some_be_followed(stage: Stage, *, at: datetime) -> int:
    """Open the newest cases in hand under a title of street and category; count them."""
    clerk, opened = stage.district.actor("office"), 0
    in_hand = [case for case in stage.cases.values() if case.state is State.HANDLING]
    for case in sorted(in_hand, key=lambda case: case.received_at, reverse=True):
        if matters.why_not_followed(case) or not case.category or not case.street:
            continue
        title = f"{case.street.name.removesuffix('办事处')}{case.category.name}问题"
        matters.let_follow(stage.session, case, title=title, by=clerk, at=at, rules=stage.rules)
        opened += 1
        if opened == SHOWN:
            break
    return opened
