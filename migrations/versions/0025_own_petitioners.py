"""Find the petitioners of a letter, also where it was merged.

Revision ID: 0025
Revises: 0024
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_petitioners_own", "petitioners", [sa.text("coalesce(from_case_id, case_id)")]
    )


def downgrade() -> None:
    op.drop_index("ix_petitioners_own", table_name="petitioners")
