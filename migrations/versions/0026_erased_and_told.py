"""Hold nothing of a follower who has been erased, and find all that a petitioner was told.

Revision ID: 0026
Revises: 0025
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

NAME = "ck_followers_erased_wholly"
EACH = "(erased_at IS NULL) = (sealed IS NOT NULL) AND (erased_at IS NULL) = (contact_hash IS NOT NULL)"
BOTH = "(erased_at IS NULL) = (sealed IS NOT NULL AND contact_hash IS NOT NULL)"


def upgrade() -> None:
    op.execute(
        "UPDATE followers SET sealed = NULL, contact_hash = NULL WHERE erased_at IS NOT NULL "
        "AND num_nonnulls(sealed, contact_hash) > 0"
    )
    op.drop_constraint(op.f(NAME), "followers", type_="check")
    op.create_check_constraint(op.f(NAME), "followers", EACH)
    op.create_index(
        "ix_deliveries_petitioner",
        "deliveries",
        ["petitioner_id", "id"],
        postgresql_where=sa.text("petitioner_id IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_deliveries_petitioner", table_name="deliveries")
    op.drop_constraint(op.f(NAME), "followers", type_="check")
    op.create_check_constraint(op.f(NAME), "followers", BOTH)
