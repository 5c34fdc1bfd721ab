"""Ask some petitioners by telephone what the answer was worth.

Revision ID: 0023
Revises: 0022
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

GROUNDS = "('dissatisfied', 'red_card', 'redone', 'phone_only', 'random')"
OUTCOMES = "('answered', 'unreachable', 'refused', 'rated_online', 'lapsed')"
RESULTS = "('reached', 'no_answer', 'busy', 'wrong_number', 'refused')"


def upgrade() -> None:
    op.create_table(
        "follow_ups",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("ground", sa.String(length=32), nullable=False),
        sa.Column("phone_hash", sa.LargeBinary(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("claimed_by_id", sa.BigInteger(), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=32), nullable=True),
        sa.CheckConstraint(f"ground IN {GROUNDS}", name=op.f("ck_follow_ups_ground_known")),
        sa.CheckConstraint(f"outcome IN {OUTCOMES}", name=op.f("ck_follow_ups_outcome_known")),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (outcome IS NULL)",
            name=op.f("ck_follow_ups_closed_with_outcome"),
        ),
        sa.CheckConstraint(
            "(claimed_at IS NULL) = (claimed_by_id IS NULL)",
            name=op.f("ck_follow_ups_claimed_by_somebody"),
        ),
        sa.CheckConstraint("tries >= 0", name=op.f("ck_follow_ups_tries_counted")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_follow_ups_case_id")),
        sa.ForeignKeyConstraint(
            ["claimed_by_id"], ["users.id"], name=op.f("fk_follow_ups_claimed_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_ups")),
        sa.UniqueConstraint("case_id", "round", name=op.f("uq_follow_ups_case_id_round")),
    )
    op.create_index(
        "ix_follow_ups_open",
        "follow_ups",
        ["next_at", "id"],
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index("ix_follow_ups_phone", "follow_ups", ["phone_hash", "drawn_at"])
    op.create_table(
        "follow_up_calls",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("follow_up_id", sa.BigInteger(), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("result", sa.String(length=32), nullable=False),
        sa.Column("note", sa.String(length=5000), nullable=False),
        sa.CheckConstraint(f"result IN {RESULTS}", name=op.f("ck_follow_up_calls_result_known")),
        sa.ForeignKeyConstraint(
            ["follow_up_id"],
            ["follow_ups.id"],
            name=op.f("fk_follow_up_calls_follow_up_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_follow_up_calls_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up_calls")),
    )
    op.create_index("ix_follow_up_calls_of", "follow_up_calls", ["follow_up_id", "id"])
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON follow_ups TO casework_app")
    op.execute("GRANT SELECT, INSERT ON follow_up_calls TO casework_app")
    op.execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO casework_app")


def downgrade() -> None:
    op.drop_table("follow_up_calls")
    op.drop_table("follow_ups")
