"""Let the figures be counted from their indexes alone.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

COMPLETED = "completed_on IS NOT NULL"


def upgrade() -> None:
    _drop()
    op.create_index(
        "ix_cases_figures",
        "cases",
        ["received_on"],
        postgresql_include=[
            "department_id",
            "state",
            "completed_on",
            "promised_on",
            "on_the_spot",
            "accused_department_id",
            "accused_user_id",
        ],
    )
    op.create_index(
        "ix_cases_completed",
        "cases",
        ["completed_on"],
        postgresql_include=[
            "department_id",
            "received_on",
            "promised_on",
            "first_promised_on",
            "on_the_spot",
            "accused_department_id",
            "accused_user_id",
        ],
        postgresql_where=sa.text(COMPLETED),
    )


def downgrade() -> None:
    _drop()
    op.create_index(
        "ix_cases_figures",
        "cases",
        [
            "received_on",
            "department_id",
            "channel",
            "state",
            "completed_on",
            "promised_on",
            "on_the_spot",
        ],
    )
    op.create_index(
        "ix_cases_completed",
        "cases",
        ["completed_on", "department_id", "promised_on", "on_the_spot"],
        postgresql_where=sa.text(COMPLETED),
    )


def _drop() -> None:
    op.drop_index("ix_cases_figures", table_name="cases")
    op.drop_index("ix_cases_completed", table_name="cases")
