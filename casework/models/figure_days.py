"""What the figures count, by day and group, so that years of cases need not be read again."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    Identity,
    Index,
    Integer,
    String,
    Table,
    text,
)

from casework.models.base import Base

COUNTED = (
    "received",
    "declined",
    "merged",
    "withdrawn",
    "valid",
    "valid_completed",
    "valid_open",
    "on_the_spot",
    "dispatched",
    "sent_back",
    "extended",
    "redone",
    "completed",
    "on_time",
    "on_time_first",
    "late",
    "appraised",
    "left_out",
    "within_15",
    "within_60",
    "rated",
    "satisfied",
    "solved",
    "consented",
    "published",
)
"""The measures that belong to a day; what stands open and late belongs to none."""

WHOLE = "whole"
GROUPS = (WHOLE, "department", "street", "channel", "kind", "category")

FIGURE_DAYS = Table(
    "figure_days",
    Base.metadata,
    Column("grouping", String(16), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("key", String(32), primary_key=True),
    *(Column(name, Integer, nullable=False) for name in COUNTED),
    CheckConstraint(f"grouping IN {GROUPS}", name="grouping_known"),
    Index("ix_figure_days_key", "grouping", "key", "day"),
)
"""How many cases of a group each measure counts on a day; a key is an id or a value as text.

A category is one of the first level, with all below it. The key of the whole is empty, and so
is that of the cases that have no such group.
"""

FIGURE_MARKS = Table(
    "figure_marks",
    Base.metadata,
    Column("id", BigInteger, Identity(always=False), primary_key=True),
    Column("day", Date, nullable=False),
    Index("ix_figure_marks_day", "day"),
)
"""Days whose counts are no longer true; the database marks them with the change of a case."""

FIGURES_READ = (
    Index(
        "ix_cases_figures",
        "received_on",
        postgresql_include=[
            "department_id",
            "state",
            "completed_on",
            "promised_on",
            "on_the_spot",
            "accused_department_id",
            "accused_user_id",
            "category_id",
            "street_id",
            "channel",
            "kind",
        ],
    ),
    Index(
        "ix_cases_completed",
        "completed_on",
        postgresql_include=[
            "department_id",
            "received_on",
            "promised_on",
            "first_promised_on",
            "on_the_spot",
            "accused_department_id",
            "accused_user_id",
            "state",
            "consent",
            "worked_days",
            "satisfaction",
            "solved",
            "left_out",
            "street_id",
            "category_id",
            "channel",
            "kind",
        ],
        postgresql_where=text("completed_on IS NOT NULL"),
    ),
    Index(
        "ix_cases_dispatched",
        "dispatched_on",
        postgresql_include=[
            "department_id",
            "on_the_spot",
            "sent_back",
            "extended",
            "round",
            "accused_department_id",
            "accused_user_id",
            "channel",
        ],
        postgresql_where=text("dispatched_on IS NOT NULL"),
    ),
    Index(
        "ix_cases_answered_late",
        "completed_on",
        postgresql_include=[
            "promised_on",
            "received_on",
            "department_id",
            "street_id",
            "category_id",
            "channel",
            "kind",
            "on_the_spot",
            "accused_department_id",
            "accused_user_id",
            "left_out",
        ],
        postgresql_where=text("completed_on > promised_on"),
    ),
    Index(
        "ix_cases_accused_user",
        "accused_user_id",
        postgresql_where=text("accused_user_id IS NOT NULL"),
    ),
)
"""The indexes of cases by which figures are counted without reading the wide rows."""
