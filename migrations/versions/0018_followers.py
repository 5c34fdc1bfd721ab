"""Let others follow a matter that is handled, and be told of its answer.

Revision ID: 0018
Revises: 0017
"""

import re
from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

ADDED = ("follow_confirm", "followed_answered", "followed_published", "followed_closed")
TABLES = ("outbox", "deliveries", "message_texts")
ONE_RECEIVER = "num_nonnulls(user_id, petitioner_id, webhook_id{}) = 1"


def upgrade() -> None:
    _matters()
    _followers()
    op.add_column("deliveries", sa.Column("follower_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_deliveries_follower_id"), "deliveries", "followers", ["follower_id"], ["id"]
    )
    _hold_receivers(ONE_RECEIVER.format(", follower_id"))
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON public_matters TO casework_app")
    op.execute("GRANT SELECT, INSERT, UPDATE ON followers TO casework_app")
    op.execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO casework_app")
    _hold_notices(lambda known: (*known, *ADDED))


def downgrade() -> None:
    unknown = "notice IN (" + ", ".join(f"'{notice}'" for notice in ADDED) + ")"
    for table in TABLES:
        op.execute(f"DELETE FROM {table} WHERE {unknown}")
    _hold_notices(lambda known: tuple(one for one in known if one not in ADDED))
    _hold_receivers(ONE_RECEIVER.format(""))
    op.drop_column("deliveries", "follower_id")
    op.drop_table("followers")
    op.drop_table("public_matters")


def _matters() -> None:
    op.create_table(
        "public_matters",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("department_id", sa.BigInteger(), nullable=True),
        sa.Column("opened_by_id", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("followers", sa.Integer(), nullable=False),
        sa.CheckConstraint("btrim(title) <> ''", name=op.f("ck_public_matters_named")),
        sa.CheckConstraint("followers >= 0", name=op.f("ck_public_matters_counted")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_public_matters_case_id")),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_public_matters_department_id")
        ),
        sa.ForeignKeyConstraint(
            ["opened_by_id"], ["users.id"], name=op.f("fk_public_matters_opened_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_matters")),
        sa.UniqueConstraint("case_id", name=op.f("uq_public_matters_case_id")),
    )
    op.create_index(
        "ix_public_matters_open",
        "public_matters",
        ["opened_at", "id"],
        postgresql_where=sa.text("closed_at IS NULL"),
    )


def _followers() -> None:
    op.create_table(
        "followers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("medium", sa.String(length=8), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("contact_hash", sa.LargeBinary(), nullable=True),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("erase_on", sa.Date(), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("medium IN ('mail', 'sms')", name=op.f("ck_followers_medium_known")),
        sa.CheckConstraint(
            "(erased_at IS NULL) = (sealed IS NOT NULL AND contact_hash IS NOT NULL)",
            name=op.f("ck_followers_erased_wholly"),
        ),
        sa.CheckConstraint("tries BETWEEN 0 AND 6", name=op.f("ck_followers_tries_few")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_followers_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_followers")),
    )
    op.create_index(
        "uq_followers_contact",
        "followers",
        ["case_id", "contact_hash"],
        unique=True,
        postgresql_where=sa.text("erased_at IS NULL"),
    )
    op.create_index(
        "ix_followers_case",
        "followers",
        ["case_id"],
        postgresql_where=sa.text("confirmed_at IS NOT NULL AND erased_at IS NULL"),
    )
    op.create_index(
        "ix_followers_erased",
        "followers",
        ["erase_on"],
        postgresql_where=sa.text("erased_at IS NULL"),
    )


def _hold_receivers(condition: str) -> None:
    op.drop_constraint(op.f("ck_deliveries_one_receiver"), "deliveries", type_="check")
    if "follower_id" not in condition:
        op.execute("DELETE FROM deliveries WHERE follower_id IS NOT NULL")
    op.create_check_constraint(op.f("ck_deliveries_one_receiver"), "deliveries", condition)


def _hold_notices(changed: Callable[[tuple[str, ...]], tuple[str, ...]]) -> None:
    """Let the tables hold other notices than now; what they hold now is asked of the database."""
    for table in TABLES:
        name = f"ck_{table}_notice_known"
        asked = sa.text("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name")
        written = str(op.get_bind().scalar(asked, {"name": name}))
        notices = changed(tuple(re.findall(r"'([a-z_]+)'", written)))
        known = "notice IN (" + ", ".join(f"'{notice}'" for notice in notices) + ")"
        op.drop_constraint(op.f(name), table, type_="check")
        op.create_check_constraint(op.f(name), table, known)
