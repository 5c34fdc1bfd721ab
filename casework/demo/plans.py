"""What is to become of each case of the demo: how many end where, and by which detours."""

from dataclasses import dataclass
from random import Random

from casework.workflow.states import State


@dataclass(frozen=True, slots=True)
class Plan:
    """The life of one case in outline.

    ``age`` is how many working days ago it came. ``until`` is the state in which it is left
    alone, if time suffices. ``detours`` are what happens on the way.
    """

    until: State
    age: int
    on_the_spot: bool = False
    detours: frozenset[str] = frozenset()


S = State
SHARES: tuple[tuple[State, int, tuple[int, int]], ...] = (
    (S.SUBMITTED, 16, (0, 1)),
    (S.SUBMITTED, 3, (3, 5)),
    (S.DISPATCHED, 14, (1, 1)),
    (S.DISPATCHED, 3, (4, 6)),
    (S.HANDLING, 28, (2, 5)),
    (S.HANDLING, 12, (8, 20)),
    (S.RETURNED, 8, (2, 3)),
    (S.AWAITING_PETITIONER, 10, (2, 6)),
    (S.REVIEWING, 14, (3, 7)),
    (S.REPLIED, 12, (4, 6)),
    (S.FORWARDED, 26, (7, 12)),
    (S.PUBLISHED, 110, (9, 62)),
    (S.ARCHIVED, 52, (14, 62)),
    (S.DECLINED, 16, (4, 60)),
    (S.MERGED, 12, (6, 50)),
    (S.WITHDRAWN, 8, (4, 60)),
)
"""How many of 400 cases are to stand where, and how many working days ago they came."""

ON_THE_SPOT = 54
DETOURS = (
    ("send_back", 0.07),
    ("question", 0.10),
    ("redraft", 0.12),
    ("rework", 0.05),
    ("extension", 0.05),
    ("helpers", 0.15),
    ("late", 0.10),
    ("instruction", 0.04),
    ("unmask", 0.15),
    ("note", 0.08),
    ("pleased", 0.45),
)
AFTER_THE_ANSWER = (("redo", 0.06), ("unpublish", 0.04), ("follow_up", 0.12))


def drawn_plans(random: Random, count: int) -> list[Plan]:
    """Return ``count`` plans in the shares above, in no order."""
    scale = count / (sum(share for _, share, _ in SHARES) + ON_THE_SPOT)
    plans = [
        Plan(until, random.randint(*ages), detours=_detours(random, until))
        for until, share, ages in SHARES
        for _ in range(max(1, round(share * scale)))
    ]
    while len(plans) < count:
        plans.append(Plan(State.ARCHIVED, random.randint(0, 62), on_the_spot=True))
    random.shuffle(plans)
    return plans[:count] if len(plans) > count else plans


def _detours(random: Random, until: State) -> frozenset[str]:
    drawn = {name for name, chance in DETOURS if random.random() < chance}
    if until in (State.PUBLISHED, State.ARCHIVED):
        drawn |= {name for name, chance in AFTER_THE_ANSWER if random.random() < chance}
    return frozenset(drawn)


ENDS: tuple[tuple[State, int], ...] = (
    (S.PUBLISHED, 44),
    (S.ARCHIVED, 44),
    (S.DECLINED, 6),
    (S.MERGED, 3),
    (S.WITHDRAWN, 3),
)
"""Of 100 cases of a whole year, how many end where."""

OF_A_YEAR = (
    ("followed", 0.03),
    ("turned_down", 0.15),
    ("correction", 0.03),
    ("appeal", 0.25),
    ("review", 0.03),
)
"""Detours of a whole year; of the appeals only those about late answers are made."""

LATE_ANYHOW, LATE_IF_LAZY = 0.06, 0.35


def drawn_life(random: Random, *, lazy: bool) -> Plan:
    """Return a plan that goes on to its end; a lazy unit answers late far more often."""
    until = random.choices([state for state, _ in ENDS], [share for _, share in ENDS])[0]
    detours = set(_detours(random, until)) - {"late"}
    if random.random() < (LATE_IF_LAZY if lazy else LATE_ANYHOW):
        detours.add("late")
    detours |= {name for name, chance in OF_A_YEAR if random.random() < chance}
    if "redo" in detours:
        detours.discard("review")
    if "question" in detours and random.random() < 0.2:
        detours.add("silent")
    return Plan(until, age=30, detours=frozenset(detours))
