"""Keep what the figures count by day and group, and mark the days that a change makes untrue.

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

GROUPS = ("whole", "department", "street", "channel", "kind", "category")
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
    "within_15",
    "within_60",
    "rated",
    "satisfied",
    "solved",
    "consented",
    "published",
)
ENDS = "('declined', 'merged', 'withdrawn', 'forwarded', 'published', 'archived')"
COUNTS = (
    "CASE WHEN {row}.state IN " + ENDS + " THEN {row}.state ELSE 'running' END",
    *(
        "{row}." + name
        for name in (
            "received_on",
            "dispatched_on",
            "completed_on",
            "promised_on",
            "first_promised_on",
            "department_id",
            "street_id",
            "category_id",
            "channel",
            "kind",
            "consent",
            "on_the_spot",
            "round",
            "worked_days",
            "sent_back",
            "extended",
            "satisfaction",
            "solved",
        )
    ),
)
MARK = """
CREATE FUNCTION mark_figure_days() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO figure_marks (day)
  SELECT DISTINCT day FROM unnest(ARRAY[
    NEW.received_on, NEW.dispatched_on, NEW.completed_on,
    OLD.received_on, OLD.dispatched_on, OLD.completed_on]) AS days(day)
  WHERE day IS NOT NULL;
  RETURN NULL;
END $$
"""


def upgrade() -> None:
    op.create_table(
        "figure_days",
        sa.Column("grouping", sa.String(length=16), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in COUNTED),
        sa.CheckConstraint(f"grouping IN {GROUPS}", name=op.f("ck_figure_days_grouping_known")),
        sa.PrimaryKeyConstraint("grouping", "day", "key", name=op.f("pk_figure_days")),
    )
    op.create_index("ix_figure_days_key", "figure_days", ["grouping", "key", "day"])
    op.create_table(
        "figure_marks",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure_marks")),
    )
    op.create_index("ix_figure_marks_day", "figure_marks", ["day"])
    op.execute("GRANT SELECT, INSERT, DELETE ON figure_days, figure_marks TO casework_app")
    _index_cases()
    op.execute(
        "INSERT INTO figure_marks (day) SELECT received_on FROM cases "
        "UNION SELECT dispatched_on FROM cases WHERE dispatched_on IS NOT NULL "
        "UNION SELECT completed_on FROM cases WHERE completed_on IS NOT NULL"
    )
    op.execute(MARK)
    before, after = (", ".join(one.format(row=row) for one in COUNTS) for row in ("OLD", "NEW"))
    op.execute(
        "CREATE TRIGGER cases_mark_figures AFTER UPDATE ON cases FOR EACH ROW "
        f"WHEN (({before}) IS DISTINCT FROM ({after})) EXECUTE FUNCTION mark_figure_days()"
    )
    op.execute(
        "CREATE TRIGGER cases_mark_figures_first AFTER INSERT ON cases "
        "FOR EACH ROW EXECUTE FUNCTION mark_figure_days()"
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER cases_mark_figures ON cases")
    op.execute("DROP TRIGGER cases_mark_figures_first ON cases")
    op.execute("DROP FUNCTION mark_figure_days")
    op.drop_index("ix_objections_department", table_name="objections")
    op.drop_index("ix_cases_accused_user", table_name="cases")
    op.drop_index("ix_cases_answered_late", table_name="cases")
    op.drop_table("figure_marks")
    op.drop_table("figure_days")


def _index_cases() -> None:
    op.create_index(
        "ix_cases_answered_late",
        "cases",
        ["completed_on"],
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
        ],
        postgresql_where=sa.text("completed_on > promised_on"),
    )
    op.create_index(
        "ix_cases_accused_user",
        "cases",
        ["accused_user_id"],
        postgresql_where=sa.text("accused_user_id IS NOT NULL"),
    )
    op.create_index("ix_objections_department", "objections", ["department_id", "at"])
