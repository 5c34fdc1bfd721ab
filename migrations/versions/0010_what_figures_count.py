"""Keep on each case what the figures count: its dispatch, its working days, detours and rating.

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ANSWERED = [
    "department_id",
    "received_on",
    "promised_on",
    "first_promised_on",
    "on_the_spot",
    "accused_department_id",
    "accused_user_id",
]
RECEIVED = [
    "department_id",
    "state",
    "completed_on",
    "promised_on",
    "on_the_spot",
    "accused_department_id",
    "accused_user_id",
]
TOLD_APART = ["category_id", "street_id", "channel", "kind"]
COUNTED = ["state", "consent", "worked_days", "satisfaction", "solved"]
DISPATCHED = [
    "department_id",
    "on_the_spot",
    "sent_back",
    "extended",
    "round",
    "accused_department_id",
    "accused_user_id",
]
HOLIDAYS = "SELECT day FROM calendar_days WHERE NOT is_working"
MADE_UP = "SELECT day FROM calendar_days WHERE is_working"


def upgrade() -> None:
    for column in (
        sa.Column("dispatched_on", sa.Date(), nullable=True),
        sa.Column("worked_days", sa.Integer(), nullable=True),
        sa.Column("sent_back", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("extended", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("satisfaction", sa.Integer(), nullable=True),
        sa.Column("solved", sa.Boolean(), nullable=True),
    ):
        op.add_column("cases", column)
    for name in ("sent_back", "extended"):
        op.alter_column("cases", name, server_default=None)
    _fill()
    op.create_check_constraint(
        op.f("ck_cases_dispatched_on_its_day"),
        "cases",
        "(dispatched_at IS NULL) = (dispatched_on IS NULL)",
    )
    op.create_check_constraint(
        op.f("ck_cases_rated_wholly"), "cases", "(satisfaction IS NULL) = (solved IS NULL)"
    )
    op.create_index(
        "ix_cases_dispatched",
        "cases",
        ["dispatched_on"],
        postgresql_include=DISPATCHED,
        postgresql_where=sa.text("dispatched_on IS NOT NULL"),
    )
    _index_answers([*ANSWERED, *COUNTED])
    _index_arrivals([*RECEIVED, *TOLD_APART])


def downgrade() -> None:
    _index_answers(ANSWERED)
    _index_arrivals(RECEIVED)
    op.drop_index("ix_cases_dispatched", table_name="cases")
    for name in ("rated_wholly", "dispatched_on_its_day"):
        op.drop_constraint(op.f(f"ck_cases_{name}"), "cases", type_="check")
    for name in (
        "solved",
        "satisfaction",
        "extended",
        "sent_back",
        "worked_days",
        "dispatched_on",
    ):
        op.drop_column("cases", name)


def _index_answers(included: list[str]) -> None:
    op.drop_index("ix_cases_completed", table_name="cases")
    op.create_index(
        "ix_cases_completed",
        "cases",
        ["completed_on"],
        postgresql_include=included,
        postgresql_where=sa.text("completed_on IS NOT NULL"),
    )


def _index_arrivals(included: list[str]) -> None:
    op.drop_index("ix_cases_figures", table_name="cases")
    op.create_index("ix_cases_figures", "cases", ["received_on"], postgresql_include=included)


def _fill() -> None:
    """Reckon the new columns of the cases that are there, from what stands about them."""
    op.execute(
        "UPDATE cases SET dispatched_on = (dispatched_at AT TIME ZONE 'Asia/Shanghai')::date "
        "WHERE dispatched_at IS NOT NULL"
    )
    op.execute(
        "UPDATE cases SET sent_back = true "
        "WHERE EXISTS (SELECT FROM objections WHERE objections.case_id = cases.id)"
    )
    op.execute(
        "UPDATE cases SET extended = true "
        "WHERE EXISTS (SELECT FROM extensions WHERE extensions.case_id = cases.id AND granted)"
    )
    op.execute(
        "UPDATE cases SET satisfaction = ratings.satisfaction, solved = ratings.solved "
        "FROM ratings WHERE ratings.case_id = cases.id AND ratings.round = cases.round"
    )
    op.execute(
        "UPDATE cases SET worked_days = (SELECT count(*) FROM generate_series("
        "dispatched_on + 1, completed_on, interval '1 day') AS days(day) "
        f"WHERE (extract(isodow FROM day) < 6 AND day::date NOT IN ({HOLIDAYS})) "
        f"OR day::date IN ({MADE_UP})) "
        "WHERE dispatched_on IS NOT NULL AND completed_on IS NOT NULL"
    )
