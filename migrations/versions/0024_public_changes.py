"""Count the changes of what everybody may read, so that pages are drawn once.

Revision ID: 0024
Revises: 0023
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

TABLES = (
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
NOTE = """
CREATE FUNCTION note_public_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO public_changes DEFAULT VALUES;
  RETURN NULL;
END $$
"""


def upgrade() -> None:
    op.create_table(
        "public_changes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_changes")),
    )
    op.execute("INSERT INTO public_changes DEFAULT VALUES")
    op.execute("GRANT SELECT, INSERT, DELETE ON public_changes TO casework_app")
    op.execute(NOTE)
    for table in TABLES:
        op.execute(
            f"CREATE TRIGGER {table}_public_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE "
            f"ON {table} FOR EACH STATEMENT EXECUTE FUNCTION note_public_change()"
        )


def downgrade() -> None:
    for table in TABLES:
        op.execute(f"DROP TRIGGER {table}_public_change ON {table}")
    op.execute("DROP FUNCTION note_public_change")
    op.drop_table("public_changes")
