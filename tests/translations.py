"""Finds every string that people read and looks it up in the Chinese catalogue.

``python -m tests.translations`` prints what is missing; the architecture tests call it too.
"""

import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[1]
CATALOGUE = ROOT / "casework/translations/zh_CN/LC_MESSAGES/messages.po"
METHODS = [
    ("**.py", "python"),
    ("**/templates/**.html", "jinja2"),
    ("**/templates/**.txt", "jinja2"),
]
JINJA = {"trimmed": "true", "silent": "false", "extensions": "jinja2.ext.do"}
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]")
KEYWORDS = {**DEFAULT_KEYWORDS, "N_": None, "_l": None, "lazy_gettext": None, "_n": (1, 2)}


def used() -> Iterator[tuple[str, str | tuple[str, ...]]]:
    """Yield each place and the msgid that stands there."""
    found = extract_from_dir(
        ROOT / "casework",
        METHODS,
        {pattern: JINJA for pattern, method in METHODS if method == "jinja2"},
        KEYWORDS,
    )
    for file, line, msgid, _comments, _context in found:
        yield f"casework/{file}:{line}", msgid


def missing() -> list[str]:
    """Return a line for each msgid that has no Chinese, with the place that uses it."""
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="zh_CN")
    lines = []
    for place, msgid in used():
        single = msgid if isinstance(msgid, str) else msgid[0]
        if single and not _translated(catalogue.get(single)):
            lines.append(f"{place}: {single!r}")
    return sorted(set(lines))


def misfits() -> list[str]:
    """Return a line for each Chinese string with a placeholder that nobody fills."""
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="zh_CN")
    return [
        f"{message.id!r}: {unknown}"
        for message in catalogue
        if (unknown := _placeholders(message.string) - _placeholders(message.id))
    ]


def _placeholders(text: str | Sequence[str]) -> set[str]:
    parts = [text] if isinstance(text, str) else list(text)
    return {name for part in parts for name in PLACEHOLDER.findall(part)}


def _translated(message: Message | None) -> bool:
    if message is None or message.fuzzy:
        return False
    strings = message.string if isinstance(message.string, (tuple, list)) else [message.string]
    return all(strings)


def main() -> int:
    lines = [f"no Chinese for {line}" for line in missing()]
    lines += [f"unknown placeholder in {line}" for line in misfits()]
    for line in lines:
        sys.stdout.write(line + "\n")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
