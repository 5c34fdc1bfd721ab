"""Let the office find dissatisfied ratings without reading every answered case.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_ratings_dissatisfied",
        "ratings",
        ["at", "case_id", "round"],
        postgresql_where=sa.text("satisfaction <= 2"),
    )


def downgrade() -> None:
    op.drop_index("ix_ratings_dissatisfied", table_name="ratings")
