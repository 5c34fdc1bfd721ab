"""Short pieces of long texts, with the words marked that somebody searched for."""

import re
from collections.abc import Sequence

from markupsafe import Markup, escape

SHOWN = 120
BEFORE = 30


def excerpt(text: str, words: Sequence[str]) -> str:
    """Return a piece of ``text`` around the first of ``words``, or its beginning."""
    flat = " ".join(text.split())
    hit = _any_of(words).search(flat) if words else None
    start = max(0, hit.start() - BEFORE) if hit else 0
    piece = flat[start : start + SHOWN]
    return f"{'…' if start else ''}{piece}{'…' if start + SHOWN < len(flat) else ''}"


def marked(text: str, words: Sequence[str]) -> Markup:
    """Return ``text`` as it may stand in a page, with each of ``words`` marked."""
    if not words:
        return escape(text)
    parts = _any_of(words).split(text)
    return Markup("").join(
        Markup("<mark>{}</mark>").format(part) if position % 2 else escape(part)
        for position, part in enumerate(parts)
    )


def _any_of(words: Sequence[str]) -> re.Pattern[str]:
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile(f"({'|'.join(map(re.escape, longest_first))})", re.IGNORECASE)
