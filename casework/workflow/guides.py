"""The closed lists of guides and articles, and when one of them may be read by whom."""

from datetime import date, timedelta
from enum import StrEnum

from casework.language import N_

SOON = timedelta(days=30)
"""So long before its last day an article is on the list of what is about to expire."""


class ArticleKind(StrEnum):
    GUIDE = "guide"
    KNOWLEDGE = "knowledge"


class Readers(StrEnum):
    """For whom an article is written. ``STAFF`` never leaves the house."""

    CITIZENS = "citizens"
    ENTERPRISES = "enterprises"
    STAFF = "staff"


PUBLIC_READERS = (Readers.CITIZENS, Readers.ENTERPRISES)


class ArticleState(StrEnum):
    """Where an article stands; a published one may have a newer version that is not out yet."""

    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class ArticleChange(StrEnum):
    """What somebody did with an article, as its history keeps it."""

    WRITTEN = "written"
    OFFERED = "offered"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


ARTICLE_KINDS: dict[ArticleKind, str] = {
    ArticleKind.GUIDE: N_("Guide"),
    ArticleKind.KNOWLEDGE: N_("Knowledge article"),
}
READERS: dict[Readers, str] = {
    Readers.CITIZENS: N_("Citizens"),
    Readers.ENTERPRISES: N_("Enterprises"),
    Readers.STAFF: N_("Staff only"),
}
ARTICLE_STATES: dict[ArticleState, str] = {
    ArticleState.DRAFT: N_("Draft"),
    ArticleState.PUBLISHED: N_("In force"),
    ArticleState.WITHDRAWN: N_("Out of force"),
}
ARTICLE_CHANGES: dict[ArticleChange, str] = {
    ArticleChange.WRITTEN: N_("Written"),
    ArticleChange.OFFERED: N_("Given to a colleague to check"),
    ArticleChange.PUBLISHED: N_("Put in force"),
    ArticleChange.WITHDRAWN: N_("Taken out of force"),
}


def has_expired(valid_until: date | None, today: date) -> bool:
    """Say whether the last day of an article is over."""
    return valid_until is not None and valid_until < today


def expires_soon(valid_until: date | None, today: date) -> bool:
    """Say whether an article is still good and will not be for much longer."""
    return valid_until is not None and today <= valid_until <= today + SOON
