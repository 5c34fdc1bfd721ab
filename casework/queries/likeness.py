"""How like two short Chinese texts are: by the pairs of characters that they share."""

import re

_HAN_OR_WORD = re.compile(r"[\u3400-\u9fff]+|[a-z0-9]+")


def pairs(text: str) -> frozenset[str]:
    """Return the pairs of Chinese characters and the words of ``text``, as the search cuts them."""
    found: set[str] = set()
    for run in _HAN_OR_WORD.findall(text.lower()):
        if run[0].isascii():
            found.add(run)
        else:
            found.update(run[i : i + 2] for i in range(max(len(run) - 1, 1)))
    return frozenset(found)


def likeness(mine: frozenset[str], theirs: frozenset[str]) -> float:
    """Return from 0 to 1 how much two sets of pairs have in common (Dice's coefficient)."""
    if not mine or not theirs:
        return 0.0
    return 2 * len(mine & theirs) / (len(mine) + len(theirs))
