"""Cases of the made-up district that others may follow, and who has the same problem."""

from datetime import datetime, timedelta

from sqlalchemy import select

from casework.demo.stage import Stage, Story, pause
from casework.demo.texts import contact
from casework.models import Case, Follower
from casework.queries.followed import Followed
from casework.services import followers, matters
from casework.workflow.states import State

SHOWN = 3


def let_some_be_followed(stage: Stage, *, at: datetime) -> int:
    """Open the newest cases in hand under a title of street and category; count them."""
    clerk, opened = stage.district.actor("office"), 0
    in_hand = [case for case in stage.cases.values() if case.state is State.HANDLING]
    for case in sorted(in_hand, key=lambda case: case.received_at, reverse=True):
        title = neutral_title(case)
        if title is None:
            continue
        matters.let_follow(stage.session, case, title=title, by=clerk, at=at, rules=stage.rules)
        opened += 1
        if opened == SHOWN:
            break
    return opened


def neutral_title(case: Case) -> str | None:
    """Return a title that tells nothing of anybody, or None for what nobody may follow."""
    if matters.why_not_followed(case) or not case.category or not case.street:
        return None
    return f"{case.street.name.removesuffix('办事处')}{case.category.name}问题"


def let_follow(stage: Stage, case: Case, at: datetime) -> Story:
    """Show a case to the public, whom some neighbours join; not all of them stay."""
    title, random = neutral_title(case), stage.random
    if title is None:
        return at
    at = yield from pause(stage.at_work(at, (0.5, 4)))
    clerk = stage.district.actor("office")
    matters.let_follow(stage.session, case, title=title, by=clerk, at=at, rules=stage.rules)
    followed = Followed(case.id, title)
    for _ in range(random.randint(1, 6)):
        at = yield from pause(at + timedelta(minutes=random.uniform(1, 60)))
        _join(stage, followed, at)
    return at


def _join(stage: Stage, followed: Followed, at: datetime) -> None:
    """Let somebody follow who types the number that the message holds; every eighth never does."""
    random, session, rules = stage.random, stage.session, stage.rules
    neighbour = contact(random)
    told = neighbour.email or neighbour.phone
    medium = "mail" if neighbour.email else "sms"
    followers.join(session, followed, told, medium=medium, language="zh_CN", at=at, rules=rules)
    if random.random() < 0.12:
        return
    kind = "email" if neighbour.email else "phone"
    row = session.scalars(
        select(Follower).where(
            Follower.case_id == followed.case_id,
            Follower.contact_hash == rules.sealer.search_hash(kind, told),
        )
    ).one()
    number = rules.sealer.confirmation_number(row.nonce)
    followers.confirm(session, followed, told, number, at=at + timedelta(minutes=3), rules=rules)
    if random.random() < 0.08:
        followers.leave(session, row.id, at=at + timedelta(minutes=9))
