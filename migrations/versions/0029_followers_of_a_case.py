"""Count all who have followed a case by an index.

Revision ID: 0029
Revises: 0028
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _index("confirmed_at IS NOT NULL")


def downgrade() -> None:
    _index("confirmed_at IS NOT NULL AND erased_at IS NULL")


def _index(those: str) -> None:
    op.drop_index("ix_followers_case", table_name="followers")
    op.create_index("ix_followers_case", "followers", ["case_id"], postgresql_where=sa.text(those))
