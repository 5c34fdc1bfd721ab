"""Let petitioners get a new access code through the contact on file.

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

BEFORE = (
    "receipt",
    "dispatched",
    "recalled",
    "declined",
    "merged",
    "sent_back",
    "upheld",
    "question",
    "supplied",
    "to_review",
    "redraft",
    "to_forward",
    "rework",
    "reply",
    "published",
    "redo",
    "withdrawn",
    "instruction",
    "extension_asked",
    "extension_granted",
    "extension_refused",
    "warning",
    "reminder",
    "order",
    "order_chased",
    "yellow_card",
    "red_card",
    "digest",
    "calendar_missing",
    "extension_for_leader",
    "circular",
)
ADDED = ("lost_code",)
TABLES = ("outbox", "deliveries", "message_texts")


def upgrade() -> None:
    op.create_table(
        "code_requests",
        sa.Column("case_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.CheckConstraint("tries BETWEEN 0 AND 6", name=op.f("ck_code_requests_tries_few")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_code_requests_case_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_code_requests")),
    )
    op.create_index(
        "ix_petitioners_email",
        "petitioners",
        ["email_hash", "case_id"],
        postgresql_where=sa.text("email_hash IS NOT NULL"),
    )
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON code_requests TO casework_app")
    _hold_to(BEFORE + ADDED)


def downgrade() -> None:
    unknown = "notice IN (" + ", ".join(f"'{notice}'" for notice in ADDED) + ")"
    for table in TABLES:
        op.execute(f"DELETE FROM {table} WHERE {unknown}")
    _hold_to(BEFORE)
    op.drop_index("ix_petitioners_email", table_name="petitioners")
    op.drop_table("code_requests")


def _hold_to(notices: tuple[str, ...]) -> None:
    known = "notice IN (" + ", ".join(f"'{notice}'" for notice in notices) + ")"
    for table in TABLES:
        op.drop_constraint(op.f(f"ck_{table}_notice_known"), table, type_="check")
        op.create_check_constraint(op.f(f"ck_{table}_notice_known"), table, known)
