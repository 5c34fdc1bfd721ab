"""The labelled texts, and how well the finders do on them. No person in them is real."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from casework.services.redaction.suggestions import findings

FOLDER = Path(__file__).parent
LABEL = re.compile(r"⟦(\w+)\|(.*?)⟧", re.DOTALL)


@dataclass(frozen=True)
class Labelled:
    """A text and the stretches of it that must not be read by everybody, with their kind."""

    text: str
    labels: tuple[tuple[int, int, str], ...]


def labelled(written: str) -> Labelled:
    """Read a line of the set: ⟦kind|value⟧ marks a detail, ``\\n`` is a line break."""
    written = written.replace("\\n", "\n")
    text, labels, position = "", [], 0
    for match in LABEL.finditer(written):
        text += written[position : match.start()]
        labels.append((len(text), len(text) + len(match.group(2)), match.group(1)))
        text += match.group(2)
        position = match.end()
    return Labelled(text + written[position:], tuple(labels))


def texts() -> Iterator[Labelled]:
    """Return the whole set."""
    for file in sorted(FOLDER.glob("labelled_*.txt")):
        for line in file.read_text(encoding="utf-8").splitlines():
            yield labelled(line)


@dataclass
class Measures:
    """How many details there are, how many were found whole, and how much was found in vain."""

    details: int = 0
    found: int = 0
    missed: tuple[str, ...] = ()

    @property
    def recall(self) -> float:
        return self.found / self.details


def recalls(groups: dict[str, frozenset[str]]) -> dict[str, Measures]:
    """Return the recall of each group of kinds; a detail counts if every sign of it is found."""
    measures = {name: Measures() for name in groups}
    for one in texts():
        covered = {place for f in findings(one.text, []) for place in range(f.start, f.end)}
        for start, end, kind in one.labels:
            whole = all(
                place in covered for place in range(start, end) if one.text[place].isalnum()
            )
            for name, kinds in groups.items():
                if kind in kinds:
                    measures[name].details += 1
                    measures[name].found += whole
                    if not whole:
                        measures[name].missed += (one.text,)
    return measures


def precision() -> tuple[int, int, list[tuple[str, str]]]:
    """Return how many finds touch a detail, how many there are, and the ones that touch none."""
    right, every, wrong = 0, 0, []
    for one in texts():
        for found in findings(one.text, []):
            every += 1
            if any(start < found.end and found.start < end for start, end, _ in one.labels):
                right += 1
            else:
                wrong.append((one.text[found.start : found.end], one.text))
    return right, every, wrong
