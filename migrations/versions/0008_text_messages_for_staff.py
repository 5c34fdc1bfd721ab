"""Let staff choose which notices come as a text message to their mobile.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

EVERYTHING = "ARRAY['work', 'limits', 'news']::varchar[]"


def upgrade() -> None:
    op.add_column(
        "users", sa.Column("mobile", sa.String(length=40), nullable=False, server_default="")
    )
    op.add_column(
        "users",
        sa.Column(
            "texted", postgresql.ARRAY(sa.String(length=16)), nullable=False, server_default="{}"
        ),
    )
    op.alter_column("users", "mobile", server_default=None)
    op.alter_column("users", "texted", server_default=None)
    op.create_check_constraint(op.f("ck_users_texted_known"), "users", f"texted <@ {EVERYTHING}")


def downgrade() -> None:
    op.drop_constraint(op.f("ck_users_texted_known"), "users", type_="check")
    op.drop_column("users", "texted")
    op.drop_column("users", "mobile")
