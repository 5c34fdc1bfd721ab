"""Exact search in Chinese texts, newest first, for lists of staff and of the public alike.

A text is found exactly when it contains each of the words that were typed (split at blanks), in
any script, without regard to capitals. The database keeps the pairs of neighbouring characters
of every text (``grams``); an index on them leaves few candidates, which are then read in full.
Words of Latin letters and digits alone are found as whole words.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    String,
    and_,
    func,
    literal,
    literal_column,
    select,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute, Session

from casework.errors import Invalid
from casework.language import N_
from casework.models import Case, Publication

LONGEST = 100
MOST_WORDS = 8
COUNTED = 1_000
"""Hits are counted up to here; lists then say "1 000+"."""

WALKED = 20_000
"""How many of the newest rows are read for a common word before the index is asked again."""

WINDOW = timedelta(days=365)
"""How far back a single character is looked for: no index helps with it."""

UNSTORABLE = re.compile(r"[\x00-\x08\x0e-\x1f\ud800-\udfff]")
RUNS = re.compile(r"([\u3400-\u9fff]+)|([a-z0-9]+)")

Key = tuple[datetime, int]
"""Where a row stands in its list: its instant and its id."""


@dataclass(frozen=True, slots=True)
class Searched:
    """A table with texts: how its rows are ordered, and the columns that are read."""

    at: InstrumentedAttribute[Any]
    id: InstrumentedAttribute[int]
    texts: tuple[InstrumentedAttribute[str], ...]

    @property
    def grams(self) -> ColumnElement[Any]:
        """The column that the database alone writes, and the models therefore do not know."""
        return literal_column(f"{self.id.class_.__tablename__}.grams", ARRAY(String))

    @property
    def key(self) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
        return self.at.expression, self.id.expression

    def newest(self) -> list[ColumnElement[Any]]:
        """Return the order of every list of the table."""
        return [column.desc() for column in self.key]

    def follows(self, after: Key) -> ColumnElement[bool]:
        """Return the condition under which a row comes after ``after`` in that order."""
        return tuple_(*self.key) < tuple_(literal(after[0]), literal(after[1]))


CASES = Searched(Case.received_at, Case.id, (Case.subject, Case.body))
PUBLICATIONS = Searched(
    Publication.published_at,
    Publication.case_id,
    (Publication.subject, Publication.body, Publication.reply),
)


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page of hits. ``count`` is one more than COUNTED where there are more.

    ``next_key`` leads to the next page; ``since`` is set where only newer rows were looked at.
    """

    rows: Sequence[Row[Any]]
    count: int
    next_key: Key | None
    since: datetime | None = None


def words_of(text: str) -> tuple[str, ...]:
    """Return the words to be found, in small letters.

    Raises Invalid for what no text can contain or what nobody means.
    """
    if UNSTORABLE.search(text):
        raise Invalid("q", N_("This text has an invisible character. Write it again."))
    if len(text) > LONGEST:
        raise Invalid(
            "q", N_("Search for no more than %(limit)d characters at once."), limit=LONGEST
        )
    words = dict.fromkeys(text.lower().split())
    if len(words) > MOST_WORDS:
        raise Invalid("q", N_("Search for no more than %(limit)d words at once."), limit=MOST_WORDS)
    return tuple(words)


def certain_grams(word: str) -> frozenset[str]:
    """Return grams that every text with ``word`` in it has.

    A run at an end of the word may go on in the text, so only pairs inside it are certain. A
    word without any Chinese pair falls back on its Latin runs, taken as whole words.
    """
    pairs: set[str] = set()
    inner: set[str] = set()
    whole: set[str] = set()
    for run in RUNS.finditer(word):
        chinese, latin = run.groups()
        at_end = run.start() == 0 or run.end() == len(word)
        if chinese and len(chinese) > 1:
            pairs.update(chinese[i : i + 2] for i in range(len(chinese) - 1))
        elif latin and at_end:
            whole.add(latin)
        elif not at_end:
            inner.add(run.group())
    return frozenset(pairs | inner or whole)


def search_page(
    session: Session,
    base: Select[Any],
    table: Searched,
    text: str,
    *,
    size: int,
    at: datetime,
    after: Key | None = None,
) -> SearchPage:
    """Return the rows of ``base`` that contain every word of ``text``, newest first.

    ``base`` brings the columns and every condition on what may be seen. First the index names
    candidates up to a cap: a rare word is answered from those. For a common word the list is
    walked from its newest row, where hits are met soon; only a word that was common long ago
    takes a third look. Raises Invalid as ``words_of`` does.
    """
    words = words_of(text)
    grams = _grams_of(words)
    since = None if grams else at - WINDOW
    hits = base.where(_stands_in(table, words), *([table.at >= since] if since else []))
    listed = hits if since else hits.where(_has(table, grams))
    probed = _probe(session, listed, table, ordered=since is not None)
    if len(probed) <= COUNTED:
        keys = sorted((key for key in probed if after is None or key < after), reverse=True)
    else:
        keys = _walk(session, hits, table, after, size, edge=since is None)
        if len(keys) <= size and since is None:
            keys = _sort_all(session, listed, table, after, size)
    more = len(keys) > size
    rows = _rows_of(session, base, table, keys[:size])
    return SearchPage(rows, len(probed), keys[size - 1] if more else None, since)


def matching(table: Searched, text: str) -> ColumnElement[bool]:
    """Return the condition alone, for lists that page and sort in a way of their own.

    Raises Invalid as ``words_of`` does.
    """
    words = words_of(text)
    grams = _grams_of(words)
    found = _stands_in(table, words)
    return and_(_has(table, grams), found) if grams else found


def _grams_of(words: Sequence[str]) -> frozenset[str]:
    return frozenset(gram for word in words for gram in certain_grams(word))


def _has(table: Searched, grams: frozenset[str]) -> ColumnElement[bool]:
    return table.grams.contains(literal(sorted(grams), ARRAY(String)))


def _stands_in(table: Searched, words: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition that every word stands in one of the texts."""
    whole: ColumnElement[Any] = table.texts[0].expression
    for column in table.texts[1:]:
        whole = whole.concat(" ").concat(column)
    low = func.lower(whole)
    return and_(true(), *(low.contains(word, autoescape=True) for word in words))


def _probe(session: Session, hits: Select[Any], table: Searched, *, ordered: bool) -> list[Key]:
    """Return the keys of hits, one more than COUNTED at most.

    They come in no order, so that the planner is not led to walk the list for a rare word; only
    where there is no index anyway are the newest taken.
    """
    order = table.newest() if ordered else [None]
    return _keys(session, hits.order_by(None).order_by(*order).limit(COUNTED + 1), table)


def _walk(
    session: Session,
    hits: Select[Any],
    table: Searched,
    after: Key | None,
    size: int,
    *,
    edge: bool,
) -> list[Key]:
    """Return hits after ``after`` in the order of the list; ``edge`` ends it after WALKED rows."""
    if after is not None:
        hits = hits.where(table.follows(after))
    if edge:
        rows = select(table.at).order_by(*table.newest()).offset(WALKED).limit(1)
        if after is not None:
            rows = rows.where(table.follows(after))
        last = func.coalesce(rows.scalar_subquery(), literal_column("'-infinity'::timestamptz"))
        hits = hits.where(table.at >= last)
    return _keys(session, hits.order_by(None).order_by(*table.newest()).limit(size + 1), table)


def _sort_all(
    session: Session, hits: Select[Any], table: Searched, after: Key | None, size: int
) -> list[Key]:
    """Return the next keys from all hits of the index; the fence keeps the sort out of the plan."""
    if after is not None:
        hits = hits.where(table.follows(after))
    columns = (table.at.label("at"), table.id.label("id"))
    fenced = hits.order_by(None).with_only_columns(*columns).cte("hit").prefix_with("MATERIALIZED")
    newest = select(fenced).order_by(fenced.c.at.desc(), fenced.c.id.desc()).limit(size + 1)
    return [(row.at, row.id) for row in session.execute(newest)]


def _keys(session: Session, hits: Select[Any], table: Searched) -> list[Key]:
    return [(row[0], row[1]) for row in session.execute(hits.with_only_columns(*table.key))]


def _rows_of(
    session: Session, base: Select[Any], table: Searched, keys: Sequence[Key]
) -> Sequence[Row[Any]]:
    if not keys:
        return []
    rows = base.where(table.id.in_([key[1] for key in keys]))
    return session.execute(rows.order_by(None).order_by(*table.newest())).all()
