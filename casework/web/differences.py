"""What changed between two versions of a text, so that a page can mark it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

SENTENCE = re.compile(r"[^。！？；\n.!?;]*[。！？；\n.!?;]?")
COMPARED_BY_SIGN = 1_000
"""Longer stretches than this are shown as a whole: comparing every sign would take too long.

For the same reason sentences that come again and again are no place from which to compare."""


class Fate(StrEnum):
    """What became of a stretch."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of the older or the newer text."""

    text: str
    fate: Fate


def differences(old: str, new: str) -> list[Stretch]:
    """Return ``old`` and ``new`` woven into one: what stayed, what went and what came."""
    return list(_joined(_woven(SENTENCE.findall(old), SENTENCE.findall(new), fine=True)))


def _woven(old: list[str], new: list[str], *, fine: bool) -> Iterator[Stretch]:
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=fine).get_opcodes():
        before, after = "".join(old[i:j]), "".join(new[k:m])
        if tag == "equal":
            yield Stretch(before, Fate.SAME)
        elif fine and before and after and max(len(before), len(after)) <= COMPARED_BY_SIGN:
            yield from _woven(list(before), list(after), fine=False)
        else:
            yield Stretch(before, Fate.GONE)
            yield Stretch(after, Fate.NEW)


def _joined(stretches: Iterator[Stretch]) -> Iterator[Stretch]:
    held: Stretch | None = None
    for one in stretches:
        if not one.text:
            continue
        if held is not None and held.fate is one.fate:
            held = Stretch(held.text + one.text, one.fate)
            continue
        if held is not None:
            yield held
        held = one
    if held is not None:
        yield held
