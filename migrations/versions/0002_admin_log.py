"""Log what administrators change, in rows that can only be added.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

LOG_REFUSES = """
CREATE FUNCTION admin_events_append_only() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the log of the administrators is append-only'
        USING ERRCODE = 'insufficient_privilege';
END $$
"""


def upgrade() -> None:
    op.create_table(
        "admin_events",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("change", sa.String(length=32), nullable=False),
        sa.Column("table_name", sa.String(length=64), nullable=False),
        sa.Column("row_key", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("before", postgresql.JSONB(), nullable=False),
        sa.Column("after", postgresql.JSONB(), nullable=False),
        sa.CheckConstraint(
            "change IN ('added', 'changed', 'closed', 'opened', 'link_made', 'codes_removed')",
            name=op.f("ck_admin_events_change_known"),
        ),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], name=op.f("fk_admin_events_actor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_admin_events")),
    )
    op.create_index("ix_admin_events_row", "admin_events", ["table_name", "row_key", "id"])
    op.execute(LOG_REFUSES)
    op.execute(
        "CREATE TRIGGER admin_events_append_only BEFORE UPDATE OR DELETE ON admin_events "
        "FOR EACH ROW EXECUTE FUNCTION admin_events_append_only()"
    )
    op.execute(
        "CREATE TRIGGER admin_events_no_truncate BEFORE TRUNCATE ON admin_events "
        "FOR EACH STATEMENT EXECUTE FUNCTION admin_events_append_only()"
    )
    op.execute("REVOKE ALL ON admin_events FROM casework_app")
    op.execute("GRANT SELECT, INSERT ON admin_events TO casework_app")
    op.execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO casework_app")


def downgrade() -> None:
    op.drop_index("ix_admin_events_row", table_name="admin_events")
    op.drop_table("admin_events")
    op.execute("DROP FUNCTION admin_events_append_only()")
