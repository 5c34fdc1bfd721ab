"""Fills an empty database with the made-up district and three months of its work."""

import heapq
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import exists, select, text, update
from sqlalchemy.orm import Session

from casework.demo import plans, texts
from casework.demo.following import let_some_be_followed
from casework.demo.guides import write_guides
from casework.demo.people import settle
from casework.demo.plans import Plan
from casework.demo.reviewing import ask_for_reviews
from casework.demo.stage import Stage, Story
from casework.demo.stories import Life, answered_call
from casework.demo.supervising import appeal_some, mornings
from casework.errors import CaseworkError
from casework.language import N_
from casework.models import Case, Department, OutboxMessage, User
from casework.queries.rules import rules_in_force
from casework.sealing import Sealer
from casework.services import follow_ups
from casework.services.defaults import seed_defaults
from casework.services.figure_days import renew
from casework.services.learning import learn_categories
from casework.workflow.calendar import local_day
from casework.workflow.states import State

STILL_NEWS = timedelta(days=3)
SUPERVISED_FOR = timedelta(days=100)
CASES = 400
SEED = 20260101
# Any number, always the same: two fillings of one database never run side by side.
LOCK = 7_404_012


class NotEmpty(CaseworkError):
    """A database in which somebody has begun to work is never filled."""

    message = N_("The database is not empty; the demo fills only an empty one.")


@dataclass(frozen=True, slots=True)
class Filled:
    """What was made, and one case with its code to try the petitioner's page."""

    cases: int
    number: str
    access_code: str


def is_empty(session: Session) -> bool:
    """Say whether nobody has entered anything yet."""
    used = select(
        exists().select_from(Case) | exists().select_from(User) | exists().select_from(Department)
    )
    return not session.scalar(used)


def fill(
    session: Session, sealer: Sealer, *, at: datetime, count: int = CASES, seed: int = SEED
) -> Filled:
    """Make the district as it stands at ``at``; the caller commits all of it or nothing.

    The same seed and instant give the same district. Raises NotEmpty.
    """
    session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    if not is_empty(session):
        raise NotEmpty()
    random = Random(seed)
    seed_defaults(session, at=at)
    district = settle(session, random, at=at - timedelta(days=120))
    stage = Stage(session, rules_in_force(session, sealer), random, district)
    write_guides(session, district, at=at)
    stories = _stories(stage, at, plans.drawn_plans(random, count))
    _play([*stories, mornings(stage, local_day(at) - SUPERVISED_FOR, at)], until=at)
    ask_for_reviews(stage, at)
    appeal_some(stage, at)
    session.flush()
    follow_ups.draw(session, at=at, rules=stage.rules)
    session.flush()
    while renew(session):
        pass
    let_some_be_followed(stage, at=at)
    learn_categories(session)
    # What the past had to tell has been told; the last days fill inboxes and the outbox page.
    past = OutboxMessage.created_at < at - STILL_NEWS
    session.execute(update(OutboxMessage).where(past).values(done_at=at))
    shown = next((key, case) for key, case in stage.cases.items() if case.state is State.FORWARDED)
    code = sealer.access_code_from(f"demo-{shown[0]:04d}")
    return Filled(len(stories), shown[1].number, code)


def _stories(stage: Stage, at: datetime, drawn: list[Plan]) -> list[Story]:
    stories: list[Story] = []
    lives: list[Life] = []
    letters = list(texts.templates())
    for key, plan in enumerate(drawn):
        street = stage.random.choice(stage.district.streets)
        received_at = _arrival(stage, at, plan)
        if plan.on_the_spot:
            call = stage.random.choice(texts.calls())
            stories.append(answered_call(stage, call, received_at, street))
            continue
        template = letters[key % len(letters)]
        letter = texts.letter(template, stage.random, street=street.name.removesuffix("办事处"))
        lives.append(Life(stage, key, plan, letter, street, received_at))
    find_hosts(lives)
    return stories + [life.story() for life in lives]


def _arrival(stage: Stage, at: datetime, plan: Plan) -> datetime:
    """Return when the case came: a moment of a working day, or by night for some letters."""
    day = local_day(at)
    for _ in range(plan.age):
        day -= timedelta(days=1)
        while not stage.rules.calendar.is_working(day):
            day -= timedelta(days=1)
    came = stage.morning(day) + timedelta(hours=stage.random.uniform(-1, 10))
    return min(came, at - timedelta(minutes=stage.random.uniform(5, 90)))


def find_hosts(lives: list[Life]) -> None:
    """Give each case that is to be merged another one that came a little before about the same."""
    for life in lives:
        if life.plan.until is not State.MERGED:
            continue
        earlier = [
            other
            for other in lives
            if timedelta(hours=1) < life.received_at - other.received_at < timedelta(days=9)
            and other.plan.until not in (State.MERGED, State.DECLINED, State.WITHDRAWN)
        ]
        if earlier:
            host = max(earlier, key=lambda other: other.received_at)
            life.host, life.letter, life.street = host.key, host.letter, host.street


def _play(stories: list[Story], *, until: datetime) -> None:
    """Resume whichever story is due next, until the clock has reached ``until``."""
    waiting: list[tuple[datetime, int]] = []
    for place, story in enumerate(stories):
        waiting.append((next(story), place))
    heapq.heapify(waiting)
    while waiting and waiting[0][0] <= until:
        _, place = heapq.heappop(waiting)
        due = next(stories[place], None)
        if due is not None:
            heapq.heappush(waiting, (due, place))
