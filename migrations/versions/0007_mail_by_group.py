"""Let staff choose which notices come by e-mail.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

EVERYTHING = "ARRAY['work', 'limits', 'news']::varchar[]"


def upgrade() -> None:
    op.add_column(
        "users",
        sa.Column(
            "mailed", postgresql.ARRAY(sa.String(length=16)), nullable=False, server_default="{}"
        ),
    )
    op.execute(f"UPDATE users SET mailed = {EVERYTHING} WHERE told_by_mail")
    op.alter_column("users", "mailed", server_default=None)
    op.create_check_constraint(op.f("ck_users_mailed_known"), "users", f"mailed <@ {EVERYTHING}")
    op.drop_column("users", "told_by_mail")


def downgrade() -> None:
    op.add_column(
        "users",
        sa.Column("told_by_mail", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.execute("UPDATE users SET told_by_mail = cardinality(mailed) > 0")
    op.alter_column("users", "told_by_mail", server_default=None)
    op.drop_constraint(op.f("ck_users_mailed_known"), "users", type_="check")
    op.drop_column("users", "mailed")
