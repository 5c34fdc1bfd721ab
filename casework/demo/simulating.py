"""Plays a year of the district through the real services and the real schedule.

Calls that are answered on the spot end as they begin: no clock, job or other case ever meets
them. So a second process may play them beside the rest, and the district is the same.
"""

import heapq
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from random import Random
from typing import cast

from sqlalchemy import text, update
from sqlalchemy.orm import Session, sessionmaker

from casework.demo import plans, texts
from casework.demo.afterwards import follow_up_calls, wishes_decided
from casework.demo.filling import NotEmpty, find_hosts, is_empty
from casework.demo.people import settle
from casework.demo.stage import Stage, Story
from casework.demo.stories import Life, answered_call
from casework.demo.supervising import explain_some
from casework.errors import CaseworkError
from casework.jobs.registry import JOBS, Scheduled
from casework.jobs.work import Work
from casework.models import Delivery, Medium, Setting
from casework.notify.spread import spread
from casework.queries.rules import rules_in_force
from casework.sealing import Sealer
from casework.services.defaults import seed_defaults
from casework.workflow.calendar import WorkCalendar, local_day, midnight
from casework.workflow.states import Channel

PEAK = 5.0
"""How many times the letters of a usual working day come on the busiest day of a year."""

WEEKEND = 0.35
"""The share of a working day's letters and calls that come on a day off."""

ANSWERED_AT_ONCE = 0.85
"""The share of calls that the operator answers on the spot."""

LAZY = 4
"""How many units are late far more often than the others."""

NOT_PLAYED = frozenset(
    {
        "forget-changes",
        "tidy-up",
        "learn-categories",
        "renew-figures",
        "verify-figures",
        "scan-files",
        "throw-away-unsent-files",
    }
)
"""Jobs that clear away what a simulated year never makes, that only read, or count anew."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How much a simulated time holds; ``first`` is its first day."""

    first: date
    days: int
    letters: int
    calls: int


@dataclass(slots=True)
class Progress:
    """How far the play has come after a day; ``refused`` are steps that the rules forbade."""

    days: int = 0
    steps: int = 0
    refused: int = 0
    jobs: dict[str, int] = field(default_factory=dict)


class OneSession:
    """Gives every job the session of the play, so that all see the same cases as they stand."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @contextmanager
    def __call__(self) -> Iterator[Session]:
        yield self._session

    @contextmanager
    def begin(self) -> Iterator[Session]:
        yield self._session
        self._session.commit()


def settled(session: Session, sealer: Sealer, scale: Scale, *, seed: int) -> Stage:
    """Make the district that the play begins with.

    The same scale and seed give the same play, whatever the clock of the machine says. Raises
    NotEmpty for a database in which somebody has begun to work.
    """
    if not is_empty(session):
        raise NotEmpty()
    random, begins = Random(seed), midnight(scale.first)
    seed_defaults(session, at=begins)
    district = settle(session, random, at=begins)
    _leave_no_lot(session, at=begins)
    stage = Stage(session, rules_in_force(session, sealer), random, district)
    session.commit()
    return stage


def _leave_no_lot(session: Session, *, at: datetime) -> None:
    """Ask afterwards by rule only: a lot falls by the keys of an installation, never the same."""
    for name in ("follow_up_share", "follow_up_phone_share"):
        session.merge(Setting(name=name, value=0, changed_at=at))


def lives(stage: Stage, scale: Scale) -> Iterator[Progress]:
    """Play all cases and the schedule, yielding after each day; every step is a transaction."""
    session, begins = stage.session, midnight(scale.first)
    stories = _lives(stage, scale)
    progress = Progress()
    work = Work(cast("sessionmaker[Session]", OneSession(session)), stage.rules.sealer)
    jobs = [
        _scheduled(work, entry, begins, progress) for entry in JOBS if entry.name not in NOT_PLAYED
    ]
    days = [make(stage, begins) for make in (_evenings, follow_up_calls, wishes_decided)]
    with _hasty(session):
        yield from _play(stage, [*stories, *jobs, *days], scale, progress)


def answered_calls(stage: Stage, scale: Scale, *, seed: int) -> Iterator[Progress]:
    """Play the calls that are answered on the spot, yielding after each day."""
    stage = replace(stage, random=Random(f"{seed} calls"))
    stories = _calls(stage, scale)
    with _hasty(stage.session):
        yield from _play(stage, stories, scale, Progress())


@contextmanager
def _hasty(session: Session) -> Iterator[None]:
    """Let no commit wait for the disk: a play that ends with the machine begins anew."""
    session.execute(text("SET synchronous_commit = off"))
    yield
    session.execute(text("RESET synchronous_commit"))
    session.commit()


def _play(
    stage: Stage, stories: Sequence[Story], scale: Scale, progress: Progress
) -> Iterator[Progress]:
    """Resume whichever story is due next, and yield whenever a day is over."""
    waiting = [(next(story), place) for place, story in enumerate(stories)]
    heapq.heapify(waiting)
    for day in range(1, scale.days + 1):
        night = midnight(scale.first + timedelta(days=day))
        while waiting and waiting[0][0] < night:
            _, place = heapq.heappop(waiting)
            due = _resume(stage, stories[place], progress)
            if due is not None:
                heapq.heappush(waiting, (due, place))
        progress.days = day
        yield progress


def _resume(stage: Stage, story: Story, progress: Progress) -> datetime | None:
    """Let a story take its next step; one that the rules refuse ends there."""
    try:
        due = next(story, None)
        stage.session.commit()
    except CaseworkError:
        stage.session.rollback()
        progress.refused += 1
        return None
    progress.steps += 1
    return due


def _lives(stage: Stage, scale: Scale) -> list[Story]:
    """Return the stories of all letters, and of the calls that become a case."""
    random, letters = stage.random, list(texts.templates())
    lazy = {unit.code for unit in random.sample(list(stage.district.units.values()), LAZY)}
    opened = scale.calls - round(scale.calls * ANSWERED_AT_ONCE)
    came: list[tuple[datetime, Channel | None]] = [
        *((at, None) for at in _arrivals(stage, scale, scale.letters, peak=PEAK)),
        *((at, Channel.CALL) for at in _arrivals(stage, scale, opened, peak=1.5)),
    ]
    lives = []
    for key, (at, channel) in enumerate(sorted(came, key=lambda one: one[0])):
        template = random.choice(letters)
        street = random.choice(stage.district.streets)
        letter = texts.letter(template, random, street=street.name.removesuffix("办事处"))
        plan = plans.drawn_life(random, lazy=template.department in lazy)
        lives.append(Life(stage, key, plan, letter, street, at, channel=channel))
    find_hosts(lives)
    return [life.story() for life in lives]


def _calls(stage: Stage, scale: Scale) -> list[Story]:
    """Return the calls that are answered on the spot."""
    random, calls = stage.random, texts.calls()
    return [
        answered_call(stage, random.choice(calls), at, random.choice(stage.district.streets))
        for at in _arrivals(stage, scale, round(scale.calls * ANSWERED_AT_ONCE), peak=1.5)
    ]


def _arrivals(stage: Stage, scale: Scale, count: int, *, peak: float) -> list[datetime]:
    """Return ``count`` instants within the days, in order; one working day is the peak."""
    random, calendar = stage.random, stage.rules.calendar
    days = [scale.first + timedelta(days=number) for number in range(scale.days)]
    weights = [_weight(random, calendar, day) for day in days]
    working = [place for place, day in enumerate(days) if calendar.is_working(day)]
    if working:
        weights[random.choice(working)] = peak
    drawn = random.choices(days, weights, k=count)
    return sorted(midnight(day) + timedelta(hours=_hour(random)) for day in drawn)


def _weight(random: Random, calendar: WorkCalendar, day: date) -> float:
    return random.uniform(0.8, 1.2) if calendar.is_working(day) else WEEKEND


def _hour(random: Random) -> float:
    """Return an hour of the day: most write by day, some at night."""
    return random.uniform(0, 24) if random.random() < 0.1 else random.triangular(7, 22, 10)


def _scheduled(work: Work, entry: Scheduled, begins: datetime, progress: Progress) -> Story:
    """Run a job at each of its own instants, as the jobs process does."""
    at = entry.trigger.get_next_fire_time(None, begins)
    while True:
        yield at
        progress.jobs[entry.name] = progress.jobs.get(entry.name, 0) + entry.job(work, at)
        at = entry.trigger.get_next_fire_time(at, at + timedelta(seconds=1))


def _evenings(stage: Stage, begins: datetime) -> Story:
    """Each evening tell everybody what the day has brought, and let units explain orders."""
    random, at = Random(stage.random.random()), begins + timedelta(hours=18)
    while True:
        yield at
        while spread(stage.session, calendar=stage.rules.calendar, at=at):
            stage.session.commit()
        _deliver(stage.session, at)
        if stage.rules.calendar.is_working(local_day(at)):
            explain_some(stage, random, at)
        at += timedelta(days=1)


def _deliver(session: Session, at: datetime) -> None:
    """Let mail and text messages arrive: the play has no servers that could be asked."""
    session.execute(
        update(Delivery)
        .where(
            Delivery.sent_at.is_(None),
            Delivery.dead_at.is_(None),
            Delivery.medium.in_([Medium.MAIL, Medium.SMS]),
            Delivery.next_at <= at,
        )
        .values(sent_at=Delivery.next_at, attempts=1)
        .execution_options(synchronize_session=False)
    )
