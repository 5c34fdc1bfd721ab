"""Keep how often pairs of characters stand in the letters of a category.

Revision ID: 0022
Revises: 0021
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "category_grams",
        sa.Column("gram", sa.String(length=2), nullable=False),
        sa.Column("category_id", sa.BigInteger(), nullable=False),
        sa.Column("letters", sa.Integer(), nullable=False),
        sa.CheckConstraint("letters > 0", name=op.f("ck_category_grams_counted")),
        sa.ForeignKeyConstraint(
            ["category_id"], ["categories.id"], name=op.f("fk_category_grams_category_id")
        ),
        sa.PrimaryKeyConstraint("gram", "category_id", name=op.f("pk_category_grams")),
    )
    op.create_index("ix_category_grams_category", "category_grams", ["category_id"])
    op.execute("GRANT SELECT, INSERT, DELETE ON category_grams TO casework_app")


def downgrade() -> None:
    op.drop_table("category_grams")
