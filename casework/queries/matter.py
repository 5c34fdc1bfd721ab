"""Which titles are about the same matter as a subject that somebody types."""

from collections.abc import Iterable

from casework.queries.likeness import likeness, pairs

ALIKE = 0.34
"""From this share of common pairs of characters on, a title is about the same matter."""

NAMED = 0.5
"""How close a title is at least of which a whole keyword stands in the subject."""

SHORTEST = 2
"""A keyword of a single character stands in too many subjects to say anything."""


def closeness(
    mine: frozenset[str], subject: str, titles: Iterable[tuple[int, str, str]]
) -> list[int]:
    """Return the keys of the ``titles`` that are close to a subject, the closest first.

    Each title is (key, title, keywords); of equals the one that was named first comes first.
    """
    low = subject.lower()
    scored = [
        (_score(mine, low, title, keywords), -place, key)
        for place, (key, title, keywords) in enumerate(titles)
    ]
    return [key for score, _place, key in sorted(scored, reverse=True) if score >= ALIKE]


def _score(mine: frozenset[str], subject: str, title: str, keywords: str) -> float:
    close = likeness(mine, pairs(title))
    words = [word for word in keywords.lower().split() if len(word) >= SHORTEST]
    named = sum(len(word) for word in words if word in subject)
    return max(close, min(1.0, NAMED + named / 100)) if named else close
