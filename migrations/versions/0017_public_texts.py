"""Keep every version of a public text, and let no sensitive one out without a leader.

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
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
    "lost_code",
    "appeal",
    "appeal_granted",
    "appeal_refused",
)
ADDED = ("to_clear", "cleared", "turned_down")
TABLES = ("outbox", "deliveries", "message_texts")

IS_DRAFT = "published_at IS NULL AND ended_at IS NULL"

# What is out or was prepared becomes the first version. Who let it out stands in the log.
FIRST_VERSIONS = """
INSERT INTO public_texts (case_id, version, correction, subject, body, reply, why, sensitive,
    clean, redacted_by_id, redacted_at, refusal, published_by_id, published_at)
SELECT p.case_id, 1, false, p.subject, p.body, p.reply, '',
    CASE WHEN p.state = 'published' THEN '{}' ELSE p.sensitive END, false,
    p.redacted_by_id, p.redacted_at, '',
    CASE WHEN p.state = 'published' THEN (
        SELECT e.actor_id FROM case_events e
        WHERE e.case_id = p.case_id AND e.action = 'publish' ORDER BY e.seq DESC LIMIT 1) END,
    p.published_at
FROM publications p WHERE p.state <> 'taken_down'
"""

# Reports that went out before leaders were asked stay out, as if approved when they went out; no
# version says so, and each correction asks a leader.
REPORTS = """
UPDATE publications SET sensitive = '{accusation}', cleared_at = published_at WHERE kind = 'report'
"""


def upgrade() -> None:
    _create_table()
    op.add_column(
        "publications",
        sa.Column(
            "sensitive", postgresql.ARRAY(sa.String(16)), nullable=False, server_default="{}"
        ),
    )
    op.alter_column("publications", "sensitive", server_default=None)
    for name in ("cleared_at", "corrected_at"):
        op.add_column("publications", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.execute(REPORTS)
    op.execute(FIRST_VERSIONS)
    for table, out in (
        ("publications", "state <> 'published'"),
        ("public_texts", "published_at IS NULL"),
    ):
        op.create_check_constraint(
            op.f(f"ck_{table}_sensitive_out_when_cleared"),
            table,
            f"{out} OR cardinality(sensitive) = 0 OR cleared_at IS NOT NULL",
        )
    op.create_check_constraint(
        op.f("ck_publications_reports_are_sensitive"),
        "publications",
        "state <> 'published' OR kind <> 'report' OR 'accusation' = ANY (sensitive)",
    )
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON public_texts TO casework_app")
    op.execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO casework_app")
    _hold_to(BEFORE + ADDED)


def downgrade() -> None:
    unknown = "notice IN (" + ", ".join(f"'{notice}'" for notice in ADDED) + ")"
    for table in TABLES:
        op.execute(f"DELETE FROM {table} WHERE {unknown}")
    _hold_to(BEFORE)
    op.drop_constraint(op.f("ck_publications_reports_are_sensitive"), "publications")
    op.drop_constraint(op.f("ck_publications_sensitive_out_when_cleared"), "publications")
    for name in ("sensitive", "cleared_at", "corrected_at"):
        op.drop_column("publications", name)
    op.drop_table("public_texts")


def _create_table() -> None:
    instant = sa.DateTime(timezone=True)
    people = ("redacted_by_id", "cleared_by_id", "refused_by_id", "published_by_id")
    op.create_table(
        "public_texts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("correction", sa.Boolean(), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("body", sa.String(length=20000), nullable=False),
        sa.Column("reply", sa.String(length=20000), nullable=False),
        sa.Column("why", sa.String(length=5000), nullable=False),
        sa.Column("sensitive", postgresql.ARRAY(sa.String(16)), nullable=False),
        sa.Column("clean", sa.Boolean(), nullable=False),
        sa.Column("redacted_by_id", sa.BigInteger(), nullable=True),
        sa.Column("redacted_at", instant, nullable=False),
        sa.Column("cleared_by_id", sa.BigInteger(), nullable=True),
        sa.Column("cleared_at", instant, nullable=True),
        sa.Column("refused_by_id", sa.BigInteger(), nullable=True),
        sa.Column("refused_at", instant, nullable=True),
        sa.Column("refusal", sa.String(length=5000), nullable=False),
        sa.Column("published_by_id", sa.BigInteger(), nullable=True),
        sa.Column("published_at", instant, nullable=True),
        sa.Column("ended_at", instant, nullable=True),
        sa.CheckConstraint(
            "(cleared_at IS NULL) = (cleared_by_id IS NULL)",
            name=op.f("ck_public_texts_cleared_by"),
        ),
        sa.CheckConstraint(
            "(refused_at IS NULL) = (refused_by_id IS NULL)",
            name=op.f("ck_public_texts_refused_by"),
        ),
        sa.CheckConstraint(
            "cleared_at IS NULL OR refused_at IS NULL", name=op.f("ck_public_texts_one_answer")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_public_texts_case_id")),
        *(
            sa.ForeignKeyConstraint([name], ["users.id"], name=op.f(f"fk_public_texts_{name}"))
            for name in people
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_texts")),
        sa.UniqueConstraint("case_id", "version", name=op.f("uq_public_texts_case_id_version")),
    )
    _create_indexes()


def _create_indexes() -> None:
    wants_leader = "cleared_at IS NULL AND refused_at IS NULL AND cardinality(sensitive) > 0"
    for name, column, unique, condition in (
        ("uq_public_texts_draft", "case_id", True, IS_DRAFT),
        ("uq_public_texts_out", "case_id", True, "published_at IS NOT NULL AND ended_at IS NULL"),
        ("ix_public_texts_for_leader", "id", False, f"{IS_DRAFT} AND {wants_leader}"),
        ("ix_public_texts_clean", "id", False, f"{IS_DRAFT} AND clean"),
    ):
        op.create_index(
            name, "public_texts", [column], unique=unique, postgresql_where=sa.text(condition)
        )


def _hold_to(notices: tuple[str, ...]) -> None:
    known = "notice IN (" + ", ".join(f"'{notice}'" for notice in notices) + ")"
    for table in TABLES:
        op.drop_constraint(op.f(f"ck_{table}_notice_known"), table, type_="check")
        op.create_check_constraint(op.f(f"ck_{table}_notice_known"), table, known)
