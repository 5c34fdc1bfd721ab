"""Let petitioners change their contact and have a case erased, and let the office hold one.

Revision ID: 0021
Revises: 0020
"""

import re
from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

ADDED = (
    "contact_code",
    "contact_changed",
    "erasure_asked",
    "erasure_granted",
    "erasure_refused",
)
TABLES = ("outbox", "deliveries", "message_texts")

REASONS = """
INSERT INTO reasons (code, action, text, text_en, position)
SELECT code, action, '信访人申请删除', 'The petitioner asked for erasure', 90
FROM (VALUES ('unpublish.erased', 'unpublish'), ('withhold.erased', 'withhold'))
    AS new (code, action)
WHERE EXISTS (SELECT FROM reasons)
ON CONFLICT DO NOTHING
"""

# The log refuses every change but one: a note goes once its case is erased. The chain covers the
# hash of the note, so that it still holds.
LOG_REFUSES = """
CREATE OR REPLACE FUNCTION case_events_append_only() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.note IS NULL
            AND to_jsonb(NEW) - 'note' = to_jsonb(OLD) - 'note'
            AND EXISTS (
                SELECT FROM erasures
                WHERE case_id = OLD.case_id AND carried_out_at IS NOT NULL)
        THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'the log of a case is append-only' USING ERRCODE = 'insufficient_privilege';
END $$
"""
LOG_REFUSED = """
CREATE OR REPLACE FUNCTION case_events_append_only() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the log of a case is append-only' USING ERRCODE = 'insufficient_privilege';
END $$
"""
FORGET_NOTES = """
CREATE FUNCTION forget_notes(erased bigint) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public AS $$
  WITH gone AS (
    UPDATE case_events SET note = NULL WHERE case_id = erased AND note IS NOT NULL RETURNING 1)
  SELECT count(*) FROM gone
$$
"""


def upgrade() -> None:
    _create_tables()
    op.execute(LOG_REFUSES)
    op.execute(FORGET_NOTES)
    op.execute("REVOKE ALL ON FUNCTION forget_notes(bigint) FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION forget_notes(bigint) TO casework_app")
    for table, rights in (
        ("contact_changes", "SELECT, INSERT, UPDATE, DELETE"),
        ("erasures", "SELECT, INSERT, UPDATE"),
        ("legal_holds", "SELECT, INSERT, UPDATE, DELETE"),
    ):
        op.execute(f"REVOKE ALL ON {table} FROM casework_app")
        op.execute(f"GRANT {rights} ON {table} TO casework_app")
    op.execute(REASONS)
    _hold_to(lambda known: known + ADDED)


def downgrade() -> None:
    unknown = "notice IN (" + ", ".join(f"'{notice}'" for notice in ADDED) + ")"
    for table in TABLES:
        op.execute(f"DELETE FROM {table} WHERE {unknown}")
    _hold_to(lambda known: tuple(one for one in known if one not in ADDED))
    op.execute("DROP FUNCTION forget_notes(bigint)")
    op.execute(LOG_REFUSED)
    for table in ("legal_holds", "erasures", "contact_changes"):
        op.drop_table(table)


def _create_tables() -> None:
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "contact_changes",
        sa.Column("petitioner_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("field", sa.String(length=8), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("asked_at", instant, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("done_at", instant, nullable=True),
        sa.CheckConstraint(
            "field IN ('phone', 'email')", name=op.f("ck_contact_changes_field_known")
        ),
        sa.CheckConstraint("tries BETWEEN 0 AND 6", name=op.f("ck_contact_changes_tries_few")),
        sa.ForeignKeyConstraint(
            ["petitioner_id"], ["petitioners.id"], name=op.f("fk_contact_changes_petitioner_id")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_contact_changes_case_id")),
        sa.PrimaryKeyConstraint("petitioner_id", name=op.f("pk_contact_changes")),
    )
    op.create_index("ix_contact_changes_case", "contact_changes", ["case_id"])
    op.create_table(
        "erasures",
        sa.Column("case_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("asked_at", instant, nullable=True),
        sa.Column("reason", sa.String(length=5000), nullable=False),
        sa.Column("decided_at", instant, nullable=True),
        sa.Column("decided_by_id", sa.BigInteger(), nullable=True),
        sa.Column("granted", sa.Boolean(), nullable=True),
        sa.Column("answer", sa.String(length=5000), nullable=False),
        sa.Column("carried_out_at", instant, nullable=True),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (granted IS NULL) "
            "AND (decided_at IS NULL) = (decided_by_id IS NULL)",
            name=op.f("ck_erasures_decided_wholly"),
        ),
        sa.CheckConstraint(
            "carried_out_at IS NULL OR granted IS NOT FALSE",
            name=op.f("ck_erasures_only_granted"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_erasures_case_id")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["users.id"], name=op.f("fk_erasures_decided_by_id")
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_erasures")),
    )
    op.create_index(
        "ix_erasures_waiting",
        "erasures",
        ["asked_at"],
        postgresql_where=sa.text("decided_at IS NULL"),
    )
    op.create_index(
        "ix_erasures_granted",
        "erasures",
        ["decided_at"],
        postgresql_where=sa.text("granted AND carried_out_at IS NULL"),
    )
    op.create_table(
        "legal_holds",
        sa.Column("case_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("since", instant, nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=5000), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_legal_holds_case_id")),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_legal_holds_by_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_legal_holds")),
    )


def _hold_to(changed: Callable[[tuple[str, ...]], tuple[str, ...]]) -> None:
    """Change the notices that three tables may hold, whatever other migrations have added."""
    for table in TABLES:
        name = f"ck_{table}_notice_known"
        written = op.get_bind().scalar(
            sa.text("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name"),
            {"name": name},
        )
        notices = changed(tuple(re.findall(r"'([a-z_]+)'", written)))
        known = "notice IN (" + ", ".join(f"'{notice}'" for notice in notices) + ")"
        op.drop_constraint(op.f(name), table, type_="check")
        op.create_check_constraint(op.f(name), table, known)
