"""What the chart macros need of Python: a round axis, and which of many points bear their name."""

from collections.abc import Iterable

STEPS = (2, 4, 6, 8, 10)
"""First digits of an axis's top; its half is a whole number with each of them."""

MOST_NAMES = 4
"""So many names fit beside each other on a phone."""


def axis_top(values: Iterable[int | None]) -> int:
    """Return the smallest round number that no value exceeds, whose half is whole."""
    highest = max((value or 0 for value in values), default=0)
    unit = 1
    while highest > STEPS[-1] * unit:
        unit *= 10
    return next(step * unit for step in STEPS if step * unit >= highest)


def name_every(count: int) -> int:
    """Return which points are named: each so many, counted from the last."""
    return max(1, -(-count // MOST_NAMES))
