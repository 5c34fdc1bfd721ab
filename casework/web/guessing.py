"""Which categories a text is probably about, for pages that suggest one."""

from casework.queries import guesses
from casework.queries.directory import Subject
from casework.web.db import session
from casework.web.directory import open_subjects, subjects


def guessed(subject: str, body: str) -> list[Subject]:
    """Return the likely categories of a letter, the likeliest first; it may be about none."""
    found = guesses.guesses(session(), subject, body, open_subjects())
    return [subjects()[guess.category_id] for guess in found]
