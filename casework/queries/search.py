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
    CompoundSelect,
    Row,
    Select,
    String,
    and_,
    func,
    literal,
    literal_column,
    null,
    select,
    text,
    true,
    tuple_,
    union_all,
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

COMMON = 4 * COUNTED
"""A word that the planner expects in more rows than this is looked for by walking the list."""

WALKED = 20_000
"""How many of the newest rows are read for a common word before the index is asked again."""

WINDOW = timedelta(days=365)
"""How far back a single character is looked for: no index helps with it."""

UNSTORABLE = re.compile(r"[\x00-\x08\x0e-\x1f\ud800-\udfff]")
RUNS = re.compile(r"([\u3400-\u9fff]+)|([a-z0-9]+)")

PAIR = 2

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

    def comes_after(self, before: Key) -> ColumnElement[bool]:
        """Return the condition under which a row comes after ``before`` in the other order."""
        return tuple_(*self.key) > tuple_(literal(before[0]), literal(before[1]))


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


def is_one_gram(word: str) -> bool:
    """Say whether a text has ``word`` exactly when it has its gram, so that nobody need read it."""
    run = RUNS.fullmatch(word)
    return run is not None and (run.group(2) is not None or len(word) == PAIR)


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
    the hits of the whole table up to a cap: a rare word is answered from those. For a common
    one the list of ``base`` is walked from its newest row, where hits are met soon; only a word
    that was common long ago takes a third look. Raises Invalid as ``words_of`` does.
    """
    words = words_of(text)
    grams = _grams_of(words)
    since = None if grams else at - WINDOW
    search = _Search(session, base, table, words, grams, since)
    keys = search.first_keys()
    page = [key for key in keys if after is None or key < after]
    if len(keys) > COUNTED and len(page) <= size and after is not None:
        page = search.further_keys(after, size + 1)
    rows = _rows_of(session, base, table, page[:size])
    return SearchPage(rows, len(keys), page[size - 1] if len(page) > size else None, since)


@dataclass(frozen=True, slots=True)
class _Search:
    """One search, and the ways in which its hits are found."""

    session: Session
    base: Select[Any]
    table: Searched
    words: tuple[str, ...]
    grams: frozenset[str]
    since: datetime | None

    def first_keys(self) -> list[Key]:
        """Return the newest hits, one more than COUNTED at most."""
        if self.since is not None:
            return self._in_window(None, COUNTED + 1)
        if self._estimate() > COMMON:
            return self._of_many(None, COUNTED + 1)
        named = select(self.table.id.label("id")).where(_listed(self.table, self.words, self.grams))
        everywhere = self._fenced(named.limit(COUNTED + 1), "everywhere")
        mine = self._plain().where(self.table.id.in_(select(everywhere.c.id)))
        # The row without an instant counts all hits, those too that are not for the reader.
        count = select(null(), func.count()).select_from(everywhere)
        found = self._keys(union_all(mine, count))
        hits = next(number for at, number in found if at is None)
        keys = [key for key in found if key[0] is not None]
        if hits > COUNTED:
            return self._of_many(None, COUNTED + 1)
        return sorted(keys, reverse=True)

    def _estimate(self) -> int:
        """Return how many rows the planner expects to hold the grams, from its statistics.

        Naming a thousand hits of a common word to learn that it is common costs more than the
        page itself. A wrong guess costs time, never a hit.
        """
        name = self.table.id.class_.__tablename__
        asked = text(
            f"EXPLAIN (FORMAT JSON) SELECT 1 FROM {name} WHERE grams @> CAST(:grams AS varchar[])"
        )
        plan = self.session.scalar(asked, {"grams": sorted(self.grams)})
        return int(plan[0]["Plan"]["Plan Rows"]) if plan else 0

    def further_keys(self, after: Key, size: int) -> list[Key]:
        """Return hits that follow ``after``, where there are more than were counted."""
        if self.since is not None:
            return self._in_window(after, size)
        return self._of_many(after, size)

    def _in_window(self, after: Key | None, size: int) -> list[Key]:
        """Read the rows since an instant one by one: no index knows a single character."""
        hits = self._plain(after).where(
            self.table.at >= self.since, _stands_in(self.table, self.words)
        )
        return self._keys(hits.order_by(*self.table.newest()).limit(size))

    def _of_many(self, after: Key | None, size: int) -> list[Key]:
        """Walk the list; where that finds too little in time, sort all hits of the index.

        The walk reads the texts in a query of its own for each row (LATERAL), because the
        planner does not know what reading a long text costs and would read the whole table.
        """
        walk = self._fenced(self._plain(after).order_by(*self.table.newest()).limit(WALKED), "walk")
        stands = select(literal(1).label("one")).where(
            self.table.id == walk.c.id, _stands_in(self.table, self.words)
        )
        found = stands.correlate(walk).limit(1).lateral("found")
        hits = self._keys(
            select(walk.c.at, walk.c.id)
            .join(found, true())
            .order_by(walk.c.at.desc(), walk.c.id.desc())
            .limit(size)
        )
        if len(hits) == size or self._walked(after) < WALKED:
            return hits
        listed = self._plain(after).where(_listed(self.table, self.words, self.grams))
        hit = self._fenced(listed, "hit")
        return self._keys(
            select(hit.c.at, hit.c.id).order_by(hit.c.at.desc(), hit.c.id.desc()).limit(size)
        )

    def _walked(self, after: Key | None) -> int:
        """Return over how many rows the walk went, when it met too few hits."""
        rows = self._plain(after).limit(WALKED).subquery()
        return self.session.scalar(select(func.count()).select_from(rows)) or 0

    def _plain(self, after: Key | None = None) -> Select[Any]:
        """Return the keys of ``base`` in no order."""
        keys = (self.table.at.label("at"), self.table.id.label("id"))
        plain = self.base.order_by(None).with_only_columns(*keys, maintain_column_froms=True)
        return plain if after is None else plain.where(self.table.follows(after))

    def _fenced(self, keys: Select[Any], name: str) -> Any:
        """Return keys that are found before anything else is decided."""
        return keys.cte(name).prefix_with("MATERIALIZED")

    def _keys(self, hits: Select[Any] | CompoundSelect[Any]) -> list[Key]:
        return [(row[0], row[1]) for row in self.session.execute(hits)]


def matching(table: Searched, text: str) -> ColumnElement[bool]:
    """Return the condition alone, for lists that page and sort in a way of their own.

    Raises Invalid as ``words_of`` does.
    """
    words = words_of(text)
    grams = _grams_of(words)
    return _listed(table, words, grams) if grams else _stands_in(table, words)


def _grams_of(words: Sequence[str]) -> frozenset[str]:
    return frozenset(gram for word in words for gram in certain_grams(word))


def _listed(table: Searched, words: Sequence[str], grams: frozenset[str]) -> ColumnElement[bool]:
    """Return the condition that the index answers, and after it those words that need reading."""
    has = table.grams.contains(literal(sorted(grams), ARRAY(String)))
    return and_(has, _stands_in(table, [word for word in words if not is_one_gram(word)]))


def _stands_in(table: Searched, words: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition that every word stands in one of the texts."""
    whole: ColumnElement[Any] = table.texts[0].expression
    for column in table.texts[1:]:
        whole = whole.concat(" ").concat(column)
    low = func.lower(whole)
    return and_(true(), *(low.contains(word, autoescape=True) for word in words))


def _rows_of(
    session: Session, base: Select[Any], table: Searched, keys: Sequence[Key]
) -> Sequence[Row[Any]]:
    if not keys:
        return []
    rows = base.where(table.id.in_([key[1] for key in keys]))
    return session.execute(rows.order_by(None).order_by(*table.newest())).all()
