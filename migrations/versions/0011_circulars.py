"""Keep the circular of each month as it was issued.

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "circulars",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_by_id", sa.BigInteger(), nullable=False),
        sa.Column("foreword", sa.String(length=5000), nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("extract(day FROM month) = 1", name=op.f("ck_circulars_whole_month")),
        sa.ForeignKeyConstraint(
            ["issued_by_id"], ["users.id"], name=op.f("fk_circulars_issued_by_id")
        ),
        sa.PrimaryKeyConstraint("month", name=op.f("pk_circulars")),
    )
    # What was issued stays as it was: the application may add and read, and nothing else.
    op.execute("REVOKE ALL ON circulars FROM casework_app")
    op.execute("GRANT SELECT, INSERT ON circulars TO casework_app")


def downgrade() -> None:
    op.drop_table("circulars")
