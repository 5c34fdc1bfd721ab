"""Let a letter come from several people, who have chosen at most five delegates.

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

CHECKS = (
    ("cases", "speaks_for_several", "speaks_for BETWEEN 2 AND 1000000"),
    ("petitioners", "at_most_five", "position BETWEEN 1 AND 5"),
)


def upgrade() -> None:
    op.add_column("cases", sa.Column("speaks_for", sa.Integer(), nullable=True))
    for table, name, condition in CHECKS:
        op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, condition)


def downgrade() -> None:
    for table, name, _condition in CHECKS:
        op.drop_constraint(op.f(f"ck_{table}_{name}"), table, type_="check")
    op.drop_column("cases", "speaks_for")
