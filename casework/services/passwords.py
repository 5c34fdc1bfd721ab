"""Passwords: how they are kept, checked and chosen."""

import re
import unicodedata
from collections.abc import Iterable

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from argon2.low_level import Type

from casework.errors import Invalid
from casework.language import N_
from casework.services.common_passwords import COMMON_PASSWORDS, COMMON_WORDS

SHORTEST, LONGEST, ADVISED = 8, 128, 15

_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1, type=Type.ID)

DUMMY_HASH = (
    "$argon2id$v=19$m=19456,t=2,p=1$05QSKgq+I9w/U+2vtpuj6Q"
    "$sMSDBoE1Fgcb6wTtFBNoNigwohw08nzPogtpcoK3P7o"
)
"""The hash of a random text that nobody kept; it makes an unknown name take as long as a known."""

TOO_SHORT = N_(
    "Use at least %(shortest)d characters. %(advised)d or more are better: "
    "some words that only you would put together."
)
TOO_LONG = N_("Use at most %(longest)d characters.")
TOO_COMMON = N_("This is one of the passwords that are tried first. Please choose another.")
TOO_NEAR = N_(
    "A password must be more than your own name, your department's or the district's. "
    "Please choose another."
)


def hash_password(password: str) -> str:
    """Return the argon2id hash that is stored."""
    return _hasher.hash(_normal(password))


def verify_password(stored: str | None, password: str) -> bool:
    """Say whether ``password`` is the one behind ``stored``; None is a person who does not exist.

    Either way takes one hash's time. Raises argon2's InvalidHashError if ``stored`` is no hash.
    """
    known = stored is not None and len(password) <= LONGEST
    against = stored if stored is not None and known else DUMMY_HASH
    try:
        _hasher.verify(against, _normal(password))
    except VerifyMismatchError:
        return False
    return known


def needs_rehash(stored: str) -> bool:
    """Say whether ``stored`` was made with older, weaker costs than today's."""
    return _hasher.check_needs_rehash(stored)


def check_new_password(
    password: str, *, context_words: Iterable[str] = (), field: str = "password"
) -> None:
    """Raise Invalid, which says why, for a password that is too easy to guess.

    ``context_words`` are the names that somebody would try for this person: of the account, the
    person, the department and the district. They may be a part of a long password.
    """
    normal = unicodedata.normalize("NFC", password)
    if len(normal) < SHORTEST:
        raise Invalid(field, TOO_SHORT, shortest=SHORTEST, advised=ADVISED)
    if len(normal) > LONGEST:
        raise Invalid(field, TOO_LONG, longest=LONGEST)
    if _is_mostly(normal, context_words):
        raise Invalid(field, TOO_NEAR)
    if _is_common(normal):
        raise Invalid(field, TOO_COMMON)


def _normal(password: str) -> bytes:
    """Return the bytes that are hashed: one form for characters that can be written in two."""
    return unicodedata.normalize("NFC", password[: LONGEST * 4]).encode("utf-8", "surrogatepass")


_SIGNS = re.compile(r"[\W_]+")
_ENDS = re.compile(r"^[\W\d_]+|[\W\d_]+$")
_SUBSTITUTES = str.maketrans("@4031!5$7", "aaoelisst")
_ROWS = (
    "01234567890123456789",
    "abcdefghijklmnopqrstuvwxyz",
    "`1234567890-=",
    "qwertyuiop[]",
    "asdfghjkl;'",
    "zxcvbnm,./",
)
_RUNS = tuple(run for row in _ROWS for run in (row, row[::-1]))
_DISTINCT = 4
_DIGITS_ENOUGH = 13


def _is_common(password: str) -> bool:
    """Say whether a guesser has this in the first few thousand tries."""
    folded = unicodedata.normalize("NFKC", password).casefold()
    bare = _SIGNS.sub("", folded)
    core = _ENDS.sub("", folded)
    spelt = {_ENDS.sub("", text.translate(_SUBSTITUTES)) for text in (folded, core, bare)}
    return (
        len(set(folded)) < _DISTINCT
        or not {folded, bare}.isdisjoint(COMMON_PASSWORDS)
        or core in COMMON_WORDS
        or not spelt.isdisjoint(COMMON_WORDS)
        or (bare.isdecimal() and len(bare) < _DIGITS_ENOUGH)  # a date, a phone number
        or any(text in run for run in _RUNS for text in (folded, bare) if text)
    )


def _is_mostly(password: str, words: Iterable[str]) -> bool:
    """Say whether fewer characters than a password needs are left without ``words``."""
    left = _bare(password)
    found = False
    for word in sorted({_bare(word) for word in words}, key=len, reverse=True):
        if len(word) >= (3 if word.isascii() else 2) and word in left:
            left, found = left.replace(word, ""), True
    return found and len(left) < SHORTEST


def _bare(text: str) -> str:
    return _SIGNS.sub("", unicodedata.normalize("NFKC", text).casefold())
