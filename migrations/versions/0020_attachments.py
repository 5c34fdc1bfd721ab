"""Keep photos and documents, sealed, with the cases that they belong to.

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

KINDS = "kind IN ('jpg', 'png', 'pdf', 'docx', 'xlsx', 'txt')"


def upgrade() -> None:
    op.create_table(
        "attachments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("basket", sa.LargeBinary(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(length=32), nullable=True),
        sa.Column("round", sa.Integer(), server_default="1", nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("content_hash", sa.LargeBinary(), nullable=False),
        sa.Column("scan", sa.String(length=32), nullable=False),
        sa.Column("public", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("added_by_id", sa.BigInteger(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(KINDS, name=op.f("ck_attachments_kind_known")),
        sa.CheckConstraint(
            "origin IN ('letter', 'supply', 'reply', 'forward')",
            name=op.f("ck_attachments_origin_known"),
        ),
        sa.CheckConstraint(
            "scan IN ('unscanned', 'waiting', 'clean', 'infected')",
            name=op.f("ck_attachments_scan_known"),
        ),
        sa.CheckConstraint(
            "(case_id IS NULL) <> (basket IS NULL)", name=op.f("ck_attachments_in_case_or_basket")
        ),
        sa.CheckConstraint(
            "(case_id IS NULL) = (origin IS NULL)", name=op.f("ck_attachments_came_with")
        ),
        sa.CheckConstraint("size > 0", name=op.f("ck_attachments_size_positive")),
        sa.CheckConstraint(
            "NOT public OR kind IN ('jpg', 'png')", name=op.f("ck_attachments_only_pictures_public")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_attachments_case_id")),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["users.id"], name=op.f("fk_attachments_added_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
    )
    _indexes()
    op.create_table(
        "attachment_contents",
        sa.Column("attachment_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attachment_id"],
            ["attachments.id"],
            name=op.f("fk_attachment_contents_attachment_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("attachment_id", name=op.f("pk_attachment_contents")),
    )
    op.create_table(
        "published_files",
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(KINDS, name=op.f("ck_published_files_kind_known")),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["publications.case_id"],
            name=op.f("fk_published_files_case_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("case_id", "position", name=op.f("pk_published_files")),
    )
    # What is sealed cannot be made smaller, and trying to takes time.
    op.execute("ALTER TABLE attachment_contents ALTER COLUMN sealed SET STORAGE EXTERNAL")
    op.execute("ALTER TABLE published_files ALTER COLUMN content SET STORAGE EXTERNAL")
    for table in ("attachments", "attachment_contents", "published_files"):
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO casework_app")


def _indexes() -> None:
    op.create_index(
        "ix_attachments_case",
        "attachments",
        ["case_id", "added_at", "position"],
        postgresql_where=sa.text("case_id IS NOT NULL"),
    )
    op.create_index(
        "uq_attachments_basket",
        "attachments",
        ["basket", "content_hash"],
        unique=True,
        postgresql_where=sa.text("basket IS NOT NULL"),
    )
    op.create_index(
        "ix_attachments_waiting",
        "attachments",
        ["added_at"],
        postgresql_where=sa.text("scan = 'waiting' AND case_id IS NOT NULL"),
    )
    op.create_index(
        "ix_attachments_unsent",
        "attachments",
        ["added_at"],
        postgresql_where=sa.text("case_id IS NULL"),
    )


def downgrade() -> None:
    for table in ("published_files", "attachment_contents", "attachments"):
        op.drop_table(table)
