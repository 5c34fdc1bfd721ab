"""Let units ask to leave a late case out of their on-time rate, and count what was left out.

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

NOTICES = (
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
)
ADDED = ("appeal", "appeal_granted", "appeal_refused")
TABLES = ("outbox", "deliveries", "message_texts")
COUNTED = ("appraised", "left_out")
ANSWERED = [
    "department_id",
    "received_on",
    "promised_on",
    "first_promised_on",
    "on_the_spot",
    "accused_department_id",
    "accused_user_id",
    "state",
    "consent",
    "worked_days",
    "satisfaction",
    "solved",
]
TOLD_APART = ["street_id", "category_id", "channel", "kind"]
LATE = [
    "promised_on",
    "received_on",
    "department_id",
    "street_id",
    "category_id",
    "channel",
    "kind",
    "on_the_spot",
    "accused_department_id",
    "accused_user_id",
]
ENDS = "('declined', 'merged', 'withdrawn', 'forwarded', 'published', 'archived')"
COLUMNS = (
    "received_on",
    "dispatched_on",
    "completed_on",
    "promised_on",
    "first_promised_on",
    "department_id",
    "street_id",
    "category_id",
    "channel",
    "kind",
    "consent",
    "on_the_spot",
    "round",
    "worked_days",
    "sent_back",
    "extended",
    "satisfaction",
    "solved",
)


def upgrade() -> None:
    _make_appeals()
    op.add_column(
        "cases", sa.Column("left_out", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.alter_column("cases", "left_out", server_default=None)
    _count_anew()
    for name in COUNTED:
        op.add_column("figure_days", sa.Column(name, sa.Integer(), nullable=False))
    _index([*ANSWERED, "left_out", *TOLD_APART], [*LATE, "left_out"])
    _mark_on((*COLUMNS, "left_out"))
    _hold_to(NOTICES + ADDED)


def downgrade() -> None:
    unknown = "notice IN (" + ", ".join(f"'{notice}'" for notice in ADDED) + ")"
    for table in TABLES:
        op.execute(f"DELETE FROM {table} WHERE {unknown}")
    _hold_to(NOTICES)
    _mark_on(COLUMNS)
    _index(ANSWERED, LATE)
    for name in COUNTED:
        op.drop_column("figure_days", name)
    op.drop_column("cases", "left_out")
    op.drop_table("appeals")


def _make_appeals() -> None:
    op.create_table(
        "appeals",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=5000), nullable=False),
        sa.Column("evidence", sa.String(length=5000), nullable=False),
        sa.Column("asked_by_id", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=True),
        sa.Column("decision", sa.String(length=5000), nullable=False),
        sa.Column("decided_by_id", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (granted IS NULL) "
            "AND (decided_at IS NULL) = (decided_by_id IS NULL)",
            name=op.f("ck_appeals_decided_wholly"),
        ),
        sa.CheckConstraint(
            "decided_by_id <> asked_by_id", name=op.f("ck_appeals_decided_by_another")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_appeals_case_id")),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_appeals_department_id")
        ),
        sa.ForeignKeyConstraint(["asked_by_id"], ["users.id"], name=op.f("fk_appeals_asked_by_id")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["users.id"], name=op.f("fk_appeals_decided_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeals")),
        sa.UniqueConstraint("case_id", "round", name=op.f("uq_appeals_case_id_round")),
    )
    op.create_index(
        "ix_appeals_waiting", "appeals", ["id"], postgresql_where=sa.text("decided_at IS NULL")
    )
    op.create_index("ix_appeals_unit", "appeals", ["department_id", "id"])
    op.execute("GRANT SELECT, INSERT, UPDATE ON appeals TO casework_app")


def _count_anew() -> None:
    """Mark every day that is kept; their rows do not hold the new columns yet."""
    op.execute("INSERT INTO figure_marks (day) SELECT DISTINCT day FROM figure_days")
    op.execute("DELETE FROM figure_days")


def _index(answered: list[str], late: list[str]) -> None:
    for name, included, where in (
        ("ix_cases_completed", answered, "completed_on IS NOT NULL"),
        ("ix_cases_answered_late", late, "completed_on > promised_on"),
    ):
        op.drop_index(name, table_name="cases")
        op.create_index(
            name,
            "cases",
            ["completed_on"],
            postgresql_include=included,
            postgresql_where=sa.text(where),
        )


def _mark_on(columns: tuple[str, ...]) -> None:
    """Mark the days of a case when one of ``columns`` or the way it ended changes."""
    op.execute("DROP TRIGGER cases_mark_figures ON cases")
    before, after = (
        ", ".join(
            (
                f"CASE WHEN {row}.state IN {ENDS} THEN {row}.state ELSE 'running' END",
                *(f"{row}.{name}" for name in columns),
            )
        )
        for row in ("OLD", "NEW")
    )
    op.execute(
        "CREATE TRIGGER cases_mark_figures AFTER UPDATE ON cases FOR EACH ROW "
        f"WHEN (({before}) IS DISTINCT FROM ({after})) EXECUTE FUNCTION mark_figure_days()"
    )


def _hold_to(notices: tuple[str, ...]) -> None:
    known = "notice IN (" + ", ".join(f"'{notice}'" for notice in notices) + ")"
    for table in TABLES:
        op.drop_constraint(op.f(f"ck_{table}_notice_known"), table, type_="check")
        op.create_check_constraint(op.f(f"ck_{table}_notice_known"), table, known)
