"""Let leaders decide extensions, and tell everybody of a circular.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
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
)
ADDED = ("extension_for_leader", "circular")
TABLES = ("outbox", "deliveries", "message_texts")


def upgrade() -> None:
    op.create_index(
        "ix_extensions_waiting",
        "extensions",
        ["for_leader", "id"],
        postgresql_where=sa.text("decided_at IS NULL"),
    )
    _hold_to(BEFORE + ADDED)


def downgrade() -> None:
    # What the older version has no words for is dropped; it had no way to tell it.
    unknown = "notice IN (" + ", ".join(f"'{notice}'" for notice in ADDED) + ")"
    for table in TABLES:
        op.execute(f"DELETE FROM {table} WHERE {unknown}")
    _hold_to(BEFORE)
    op.drop_index("ix_extensions_waiting", table_name="extensions")


def _hold_to(notices: tuple[str, ...]) -> None:
    known = "notice IN (" + ", ".join(f"'{notice}'" for notice in notices) + ")"
    for table in TABLES:
        op.drop_constraint(op.f(f"ck_{table}_notice_known"), table, type_="check")
        op.create_check_constraint(op.f(f"ck_{table}_notice_known"), table, known)
