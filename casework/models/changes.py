"""A line for each change of what everybody may read, added by triggers of the tables."""

from sqlalchemy import BigInteger, Column, DateTime, Identity, Table, func

from casework.models.base import Base

READ_BY_EVERYBODY = (
    "article_opinions",
    "calendar_days",
    "calendar_years",
    "categories",
    "departments",
    "figure_days",
    "limit_rules",
    "public_articles",
    "public_matters",
    "publications",
    "published_files",
    "reader_opinions",
    "reasons",
    "settings",
)
"""Every table that a page for everybody may read; each has the trigger."""

PUBLIC_CHANGES = Table(
    "public_changes",
    Base.metadata,
    Column("id", BigInteger, Identity(always=False), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
)
"""The newest line is never deleted, so that no state comes back while a page of it is kept."""
