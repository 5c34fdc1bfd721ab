"""Keep supervision, extensions, instructions and what is sent to whom.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BY_STEPS = (
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
)
BESIDE_THE_STEPS = (
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
TABLES = (
    "deliveries",
    "extensions",
    "instructions",
    "message_texts",
    "supervision_notices",
    "webhooks",
)


def upgrade() -> None:
    create_tables()
    op.alter_column("petitioners", "told_by", server_default=None)
    op.alter_column("users", "told_by_mail", server_default=None)
    op.create_check_constraint(
        op.f("ck_petitioners_told_by_known"), "petitioners", "told_by IN ('none', 'mail', 'sms')"
    )
    op.drop_constraint(op.f("ck_outbox_notice_known"), "outbox", type_="check")
    op.create_check_constraint(
        op.f("ck_outbox_notice_known"), "outbox", _one_of(BY_STEPS + BESIDE_THE_STEPS)
    )
    for table in TABLES:
        op.execute(f"GRANT SELECT, INSERT, UPDATE ON {table} TO casework_app")
    op.execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO casework_app")


def _one_of(notices: tuple[str, ...]) -> str:
    return "notice IN (" + ", ".join(f"'{notice}'" for notice in notices) + ")"


def create_tables() -> None:
    op.create_table(
        "webhooks",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("secret_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("notices", postgresql.ARRAY(sa.String(length=32)), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhooks")),
    )
    op.create_table(
        "message_texts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("notice", sa.String(length=32), nullable=False),
        sa.Column("medium", sa.String(length=32), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("body", sa.String(length=20000), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "medium IN ('mail', 'sms', 'inbox', 'webhook')",
            name=op.f("ck_message_texts_medium_known"),
        ),
        sa.CheckConstraint(
            "notice IN ('receipt', 'dispatched', 'recalled', 'declined', 'merged', 'sent_back', 'upheld', 'question', 'supplied', 'to_review', 'redraft', 'to_forward', 'rework', 'reply', 'published', 'redo', 'withdrawn', 'instruction', 'extension_asked', 'extension_granted', 'extension_refused', 'warning', 'reminder', 'order', 'order_chased', 'yellow_card', 'red_card', 'digest', 'calendar_missing')",
            name=op.f("ck_message_texts_notice_known"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_message_texts_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_texts")),
    )
    op.create_index(
        "uq_message_texts_version",
        "message_texts",
        ["notice", "medium", "language", "version"],
        unique=True,
    )
    op.create_table(
        "extensions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=5000), nullable=False),
        sa.Column("asked_by_id", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("for_leader", sa.Boolean(), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=True),
        sa.Column("decided_by_id", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision", sa.String(length=5000), nullable=False),
        sa.CheckConstraint(
            "unit IN ('working_days', 'calendar_days')", name=op.f("ck_extensions_unit_known")
        ),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (granted IS NULL) AND (decided_at IS NULL) = (decided_by_id IS NULL)",
            name=op.f("ck_extensions_decided_wholly"),
        ),
        sa.CheckConstraint("days BETWEEN 1 AND 30", name=op.f("ck_extensions_days_at_most_30")),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["users.id"], name=op.f("fk_extensions_asked_by_id")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_extensions_case_id")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["users.id"], name=op.f("fk_extensions_decided_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extensions")),
    )
    op.create_index("ix_extensions_case", "extensions", ["case_id", "id"], unique=False)
    op.create_index(
        "uq_extensions_granted",
        "extensions",
        ["case_id", "round"],
        unique=True,
        postgresql_where=sa.text("granted"),
    )
    op.create_index(
        "uq_extensions_open",
        "extensions",
        ["case_id"],
        unique=True,
        postgresql_where=sa.text("decided_at IS NULL"),
    )
    op.create_table(
        "instructions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.String(length=5000), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("answer", sa.String(length=5000), nullable=False),
        sa.Column("answered_by_id", sa.BigInteger(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["users.id"], name=op.f("fk_instructions_answered_by_id")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_instructions_by_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_instructions_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instructions")),
    )
    op.create_index("ix_instructions_case", "instructions", ["case_id", "id"], unique=False)
    op.create_index(
        "ix_instructions_open",
        "instructions",
        ["due_on", "id"],
        unique=False,
        postgresql_where=sa.text("answered_at IS NULL AND due_on IS NOT NULL"),
    )
    op.create_table(
        "supervision_notices",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("clock", sa.String(length=32), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("level", sa.String(length=32), nullable=False),
        sa.Column("department_id", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.String(length=5000), nullable=False),
        sa.Column("explain_by", sa.Date(), nullable=True),
        sa.Column("explanation", sa.String(length=5000), nullable=False),
        sa.Column("explained_by_id", sa.BigInteger(), nullable=True),
        sa.Column("explained_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_by_id", sa.BigInteger(), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_reason", sa.String(length=5000), nullable=False),
        sa.CheckConstraint(
            "clock IN ('sort', 'sign', 'objection', 'handle', 'forward', 'whole', 'answer')",
            name=op.f("ck_supervision_notices_clock_known"),
        ),
        sa.CheckConstraint(
            "level <> 'order' OR explain_by IS NOT NULL",
            name=op.f("ck_supervision_notices_order_has_a_day"),
        ),
        sa.CheckConstraint(
            "level IN ('warning', 'reminder', 'order', 'yellow_card', 'red_card')",
            name=op.f("ck_supervision_notices_level_known"),
        ),
        sa.CheckConstraint(
            "(cancelled_at IS NULL) = (cancelled_by_id IS NULL)",
            name=op.f("ck_supervision_notices_cancelled_by_somebody"),
        ),
        sa.CheckConstraint(
            "(explained_at IS NULL) = (explained_by_id IS NULL)",
            name=op.f("ck_supervision_notices_explained_by_somebody"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_supervision_notices_by_id")),
        sa.ForeignKeyConstraint(
            ["cancelled_by_id"], ["users.id"], name=op.f("fk_supervision_notices_cancelled_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_supervision_notices_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_supervision_notices_department_id")
        ),
        sa.ForeignKeyConstraint(
            ["explained_by_id"], ["users.id"], name=op.f("fk_supervision_notices_explained_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supervision_notices")),
    )
    op.create_index(
        "ix_supervision_notices_case", "supervision_notices", ["case_id", "id"], unique=False
    )
    op.create_index(
        "ix_supervision_notices_owed",
        "supervision_notices",
        ["explain_by", "id"],
        unique=False,
        postgresql_where=sa.text(
            "level = 'order' AND explained_at IS NULL AND cancelled_at IS NULL"
        ),
    )
    op.create_index(
        "ix_supervision_notices_unit",
        "supervision_notices",
        ["department_id", "level", "at"],
        unique=False,
    )
    op.create_index(
        "uq_supervision_notices_once",
        "supervision_notices",
        ["case_id", "clock", "due_on", "level"],
        unique=True,
        postgresql_where=sa.text("by_id IS NULL"),
    )
    op.create_table(
        "deliveries",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("notice", sa.String(length=32), nullable=False),
        sa.Column("medium", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("petitioner_id", sa.Uuid(), nullable=True),
        sa.Column("webhook_id", sa.BigInteger(), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("payload", postgresql.JSONB(), nullable=False),
        sa.Column("dedupe_key", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dead_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(length=500), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "medium IN ('mail', 'sms', 'inbox', 'webhook')", name=op.f("ck_deliveries_medium_known")
        ),
        sa.CheckConstraint(
            "notice IN ('receipt', 'dispatched', 'recalled', 'declined', 'merged', 'sent_back', 'upheld', 'question', 'supplied', 'to_review', 'redraft', 'to_forward', 'rework', 'reply', 'published', 'redo', 'withdrawn', 'instruction', 'extension_asked', 'extension_granted', 'extension_refused', 'warning', 'reminder', 'order', 'order_chased', 'yellow_card', 'red_card', 'digest', 'calendar_missing')",
            name=op.f("ck_deliveries_notice_known"),
        ),
        sa.CheckConstraint(
            "num_nonnulls(user_id, petitioner_id, webhook_id) = 1",
            name=op.f("ck_deliveries_one_receiver"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_deliveries_case_id")),
        sa.ForeignKeyConstraint(
            ["petitioner_id"], ["petitioners.id"], name=op.f("fk_deliveries_petitioner_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_deliveries_user_id")),
        sa.ForeignKeyConstraint(
            ["webhook_id"], ["webhooks.id"], name=op.f("fk_deliveries_webhook_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_deliveries_dedupe_key")),
    )
    op.create_index("ix_deliveries_case", "deliveries", ["case_id"], unique=False)
    op.create_index(
        "ix_deliveries_dead",
        "deliveries",
        ["id"],
        unique=False,
        postgresql_where=sa.text("dead_at IS NOT NULL"),
    )
    op.create_index(
        "ix_deliveries_inbox",
        "deliveries",
        ["user_id", "id"],
        unique=False,
        postgresql_where=sa.text("medium = 'inbox'"),
    )
    op.create_index(
        "ix_deliveries_unread",
        "deliveries",
        ["user_id", "id"],
        unique=False,
        postgresql_where=sa.text("medium = 'inbox' AND read_at IS NULL"),
    )
    op.create_index(
        "ix_deliveries_waiting",
        "deliveries",
        ["next_at"],
        unique=False,
        postgresql_where=sa.text("sent_at IS NULL AND dead_at IS NULL"),
    )
    op.add_column("job_slots", sa.Column("heartbeat_at", sa.DateTime(timezone=True), nullable=True))
    op.alter_column("outbox", "case_id", existing_type=sa.BIGINT(), nullable=True)
    op.add_column(
        "petitioners",
        sa.Column("told_by", sa.String(length=8), nullable=False, server_default="none"),
    )
    op.add_column(
        "users", sa.Column("told_by_mail", sa.Boolean(), nullable=False, server_default=sa.false())
    )


def downgrade() -> None:
    # What the older version cannot hold is dropped; it had no way to tell it.
    op.execute(f"DELETE FROM outbox WHERE case_id IS NULL OR NOT ({_one_of(BY_STEPS)})")
    op.drop_constraint(op.f("ck_outbox_notice_known"), "outbox", type_="check")
    op.create_check_constraint(op.f("ck_outbox_notice_known"), "outbox", _one_of(BY_STEPS))
    op.drop_constraint(op.f("ck_petitioners_told_by_known"), "petitioners", type_="check")
    op.drop_column("users", "told_by_mail")
    op.drop_column("petitioners", "told_by")
    op.alter_column("outbox", "case_id", existing_type=sa.BIGINT(), nullable=False)
    op.drop_column("job_slots", "heartbeat_at")
    op.drop_index(
        "ix_deliveries_waiting",
        table_name="deliveries",
        postgresql_where=sa.text("sent_at IS NULL AND dead_at IS NULL"),
    )
    op.drop_index(
        "ix_deliveries_unread",
        table_name="deliveries",
        postgresql_where=sa.text("medium = 'inbox' AND read_at IS NULL"),
    )
    op.drop_index(
        "ix_deliveries_inbox", table_name="deliveries", postgresql_where=sa.text("medium = 'inbox'")
    )
    op.drop_index(
        "ix_deliveries_dead",
        table_name="deliveries",
        postgresql_where=sa.text("dead_at IS NOT NULL"),
    )
    op.drop_index("ix_deliveries_case", table_name="deliveries")
    op.drop_table("deliveries")
    op.drop_index(
        "uq_supervision_notices_once",
        table_name="supervision_notices",
        postgresql_where=sa.text("by_id IS NULL"),
    )
    op.drop_index("ix_supervision_notices_unit", table_name="supervision_notices")
    op.drop_index(
        "ix_supervision_notices_owed",
        table_name="supervision_notices",
        postgresql_where=sa.text(
            "level = 'order' AND explained_at IS NULL AND cancelled_at IS NULL"
        ),
    )
    op.drop_index("ix_supervision_notices_case", table_name="supervision_notices")
    op.drop_table("supervision_notices")
    op.drop_index(
        "ix_instructions_open",
        table_name="instructions",
        postgresql_where=sa.text("answered_at IS NULL AND due_on IS NOT NULL"),
    )
    op.drop_index("ix_instructions_case", table_name="instructions")
    op.drop_table("instructions")
    op.drop_index(
        "uq_extensions_open",
        table_name="extensions",
        postgresql_where=sa.text("decided_at IS NULL"),
    )
    op.drop_index(
        "uq_extensions_granted", table_name="extensions", postgresql_where=sa.text("granted")
    )
    op.drop_index("ix_extensions_case", table_name="extensions")
    op.drop_table("extensions")
    op.drop_index("uq_message_texts_version", table_name="message_texts")
    op.drop_table("message_texts")
    op.drop_table("webhooks")
