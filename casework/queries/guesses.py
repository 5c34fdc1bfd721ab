"""Which category a letter is probably about: suggested from its words, and never demanded.

Each pair of characters speaks for the categories in whose earlier letters it stands more often
than in all, and for those whose names hold it. The voices are added up.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import log

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import CategoryGram
from casework.queries.directory import Subject
from casework.queries.likeness import pairs

SHOWN = 3
BEGINNING = 400
LEAST = 2.0
"""Below this sum of voices nothing is suggested: it would be a guess out of the blue."""

SMOOTH = 1.0
"""So many letters without a pair stand against each that has it, so that rare pairs say little."""

NAMED = 2.0
"""A pair in the name of a category counts as so many letters of it."""

PAIR = re.compile(r"[\u3400-\u9fff]{2}")

Counts = Mapping[str, Mapping[int, float]]


@dataclass(frozen=True, slots=True)
class Guess:
    """A category with the sum of the voices for it."""

    category_id: int
    score: float


def guesses(
    session: Session, subject: str, body: str, among: Iterable[Subject], *, size: int = SHOWN
) -> list[Guess]:
    """Return the categories of ``among`` that a letter is most probably about, the best first."""
    weights = weights_of(subject, body)
    if not weights:
        return []
    counts: dict[str, dict[int, float]] = defaultdict(dict)
    rows = session.execute(
        select(CategoryGram.gram, CategoryGram.category_id, CategoryGram.letters).where(
            CategoryGram.gram.in_(["", *weights])
        )
    )
    for gram, category_id, letters in rows:
        counts[gram][category_id] = float(letters)
    return best(weights, counts, names_of(among, weights), size=size)


def weights_of(subject: str, body: str) -> dict[str, float]:
    """Return the pairs of characters of a letter; those of its subject count double."""
    found = {gram: 1.0 for gram in pairs(body[:BEGINNING]) if PAIR.fullmatch(gram)}
    found |= {gram: 2.0 for gram in pairs(subject) if PAIR.fullmatch(gram)}
    return found


def names_of(among: Iterable[Subject], weights: Iterable[str]) -> dict[int, frozenset[str]]:
    """Return the categories that may be suggested, with the pairs of the letter in their names."""
    wanted = frozenset(weights)
    every = list(among)
    parents = {one.parent_id for one in every}
    return {one.id: pairs(one.path) & wanted for one in every if one.id not in parents}


def best(
    weights: Mapping[str, float],
    counts: Counts,
    names: Mapping[int, frozenset[str]],
    *,
    size: int = SHOWN,
) -> list[Guess]:
    """Return the categories for which the pairs of a letter speak most."""
    of_category = counts.get("", {})
    every = sum(of_category.values()) + 1
    absent = {key: log(SMOOTH / (of_category.get(key, 0.0) + SMOOTH)) for key in names}
    voices: dict[int, float] = defaultdict(float)
    speaking: dict[int, float] = defaultdict(float)
    known = 0.0
    for gram, weight in weights.items():
        letters = {key: n for key, n in counts.get(gram, {}).items() if key in names}
        for key in (key for key, named in names.items() if gram in named):
            letters[key] = letters.get(key, 0.0) + NAMED
        if not letters:
            continue
        known += weight
        usual = (sum(letters.values()) + SMOOTH) / (every + 2 * SMOOTH)
        for key, here in letters.items():
            share = (here + SMOOTH * usual) / (of_category.get(key, 0.0) + SMOOTH)
            voices[key] += weight * (log(share / usual) - absent[key])
            speaking[key] += weight * max(0.0, log(share / usual))
    scores = {key: voices[key] + known * absent[key] for key in voices if speaking[key] >= LEAST}
    ranked = sorted(scores, key=lambda key: (-scores[key], key))
    return [Guess(key, scores[key]) for key in ranked[:size]]
