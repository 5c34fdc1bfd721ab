"""Keep reviews and re-reviews, hearings, requests to have a case done again, and if it was true.

Going down is refused while there is a review, or a log that holds one of its steps or a wish for a
redo. The older version knows neither their words nor their limit. Turned into letters, reviews
would come back to the units that are kept out of them, and their logs, which nobody may rewrite,
would hold steps that the older version cannot read. Deleted, letters that were acknowledged would
be lost. So whoever must go back restores the backup from before the upgrade, which is consistent.

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import context, op
from alembic.util import CommandError

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

CHANNELS = ("letter", "leader_mailbox", "call", "visit", "paper", "api")
CLOCKS = ("sort", "sign", "objection", "handle", "forward", "whole", "answer")
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
    "appeal",
    "appeal_granted",
    "appeal_refused",
    "to_clear",
    "cleared",
    "turned_down",
    "follow_confirm",
    "followed_answered",
    "followed_published",
    "followed_closed",
)
WITH_CHANNELS = ("cases", "publications")
WITH_CLOCKS = ("case_clocks", "supervision_notices", "limit_rules")
WITH_NOTICES = ("outbox", "deliveries", "message_texts")

UNKNOWN_BEFORE = """
SELECT (SELECT count(*) FROM cases WHERE channel IN ('review', 're_review')) AS reviews,
  (SELECT count(DISTINCT case_id) FROM case_events WHERE action IN ('ask_review', 'review_asked',
    'hold_hearing', 'call_off_hearing', 'ask_redo', 'refuse_redo')) AS logs
"""

KEEP_OUT = """
CREATE FUNCTION keep_out_the_reviewed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  reviewed bigint;
BEGIN
  reviewed := CASE TG_TABLE_NAME WHEN 'cases' THEN (to_jsonb(NEW) ->> 'id')::bigint
    ELSE (to_jsonb(NEW) ->> 'case_id')::bigint END;
  IF EXISTS (SELECT FROM review_bars
             WHERE case_id = reviewed AND department_id = NEW.department_id) THEN
    RAISE EXCEPTION 'a department cannot review its own answer' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$
"""

DISPATCHED = [
    "department_id",
    "on_the_spot",
    "sent_back",
    "extended",
    "round",
    "accused_department_id",
    "accused_user_id",
]


def upgrade() -> None:
    for table in WITH_CHANNELS:
        _hold(table, "channel", (*CHANNELS, "review", "re_review"))
    for table in WITH_CLOCKS:
        _hold(table, "clock", (*CLOCKS, "review"))
    for table in WITH_NOTICES:
        _hold(table, "notice", (*NOTICES, "redo_refused"))
    _make_reviews()
    _make_redo_requests()
    op.add_column("ratings", sa.Column("truthful", sa.Boolean(), nullable=True))
    op.add_column("ratings", sa.Column("by_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f("fk_ratings_by_id"), "ratings", "users", ["by_id"], ["id"])
    _index_figures(["channel"])
    op.execute(
        "INSERT INTO limit_rules (clock, days, unit, holds_from, source, created_at) "
        "SELECT 'review', 30, 'calendar_days', '2000-01-01', '信访工作条例 35、36', now() "
        "WHERE EXISTS (SELECT FROM limit_rules)"
    )


def _make_reviews() -> None:
    op.create_table(
        "reviews",
        sa.Column("case_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("of_case_id", sa.BigInteger(), nullable=False),
        sa.Column("asked_from_id", sa.BigInteger(), nullable=False),
        sa.Column("first_id", sa.BigInteger(), nullable=False),
        sa.Column("stage", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("stage IN (1, 2)", name=op.f("ck_reviews_two_stages")),
        sa.CheckConstraint("case_id <> of_case_id", name=op.f("ck_reviews_not_of_itself")),
        *(
            sa.ForeignKeyConstraint([name], ["cases.id"], name=op.f(f"fk_reviews_{name}"))
            for name in ("case_id", "of_case_id", "asked_from_id", "first_id")
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_reviews")),
        sa.UniqueConstraint("asked_from_id", name=op.f("uq_reviews_asked_from_id")),
        sa.UniqueConstraint("first_id", "stage", name=op.f("uq_reviews_first_id_stage")),
    )
    op.create_index("ix_reviews_of", "reviews", ["of_case_id"])
    op.create_table(
        "review_bars",
        sa.Column("case_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("department_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["reviews.case_id"], name=op.f("fk_review_bars_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_review_bars_department_id")
        ),
        sa.PrimaryKeyConstraint("case_id", "department_id", name=op.f("pk_review_bars")),
    )
    op.create_table(
        "hearings",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=5000), nullable=False),
        sa.Column("entered_by_id", sa.BigInteger(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("called_off_by_id", sa.BigInteger(), nullable=True),
        sa.Column("called_off_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("last >= first", name=op.f("ck_hearings_ends_after_it_begins")),
        sa.CheckConstraint(
            "(called_off_at IS NULL) = (called_off_by_id IS NULL)",
            name=op.f("ck_hearings_called_off_by_somebody"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["reviews.case_id"], name=op.f("fk_hearings_case_id")),
        *(
            sa.ForeignKeyConstraint([name], ["users.id"], name=op.f(f"fk_hearings_{name}"))
            for name in ("entered_by_id", "called_off_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hearings")),
    )
    op.create_index("ix_hearings_case", "hearings", ["case_id", "id"])
    op.execute("GRANT SELECT, INSERT ON reviews, review_bars TO casework_app")
    op.execute("GRANT SELECT, INSERT, UPDATE ON hearings TO casework_app")
    op.execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO casework_app")
    op.execute(KEEP_OUT)
    for table in ("cases", "co_handlers"):
        op.execute(
            f"CREATE TRIGGER keep_out_the_reviewed BEFORE INSERT OR UPDATE OF department_id "
            f"ON {table} FOR EACH ROW WHEN (NEW.department_id IS NOT NULL) "
            "EXECUTE FUNCTION keep_out_the_reviewed()"
        )


def _make_redo_requests() -> None:
    """Ask for what dissatisfied ratings ask for whose window may still be open."""
    op.create_table(
        "redo_requests",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("wish", sa.String(length=5000), nullable=False),
        sa.Column("asked_by_id", sa.BigInteger(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=True),
        sa.Column("decision", sa.String(length=5000), nullable=False),
        sa.Column("decided_by_id", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (granted IS NULL) "
            "AND (decided_at IS NULL) = (decided_by_id IS NULL)",
            name=op.f("ck_redo_requests_decided_wholly"),
        ),
        sa.CheckConstraint(
            "granted IS NOT FALSE OR btrim(decision) <> ''",
            name=op.f("ck_redo_requests_refused_with_words"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_redo_requests_case_id")),
        *(
            sa.ForeignKeyConstraint([name], ["users.id"], name=op.f(f"fk_redo_requests_{name}"))
            for name in ("asked_by_id", "decided_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redo_requests")),
        sa.UniqueConstraint("case_id", "round", name=op.f("uq_redo_requests_case_id_round")),
    )
    op.create_index(
        "ix_redo_requests_open",
        "redo_requests",
        ["case_id"],
        postgresql_where=sa.text("decided_at IS NULL"),
    )
    op.execute("GRANT SELECT, INSERT, UPDATE ON redo_requests TO casework_app")
    op.execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO casework_app")
    op.execute(
        "INSERT INTO redo_requests (case_id, round, wish, asked_at, decision) "
        "SELECT c.id, c.round, r.comment, r.at, '' FROM cases c "
        "JOIN ratings r ON r.case_id = c.id AND r.round = c.round "
        "WHERE r.satisfaction <= 2 AND c.completed_on >= current_date - coalesce("
        "(SELECT value::text::int FROM settings WHERE name = 'rating_window_days'), 15)"
    )


def downgrade() -> None:
    _refuse_to_lose()
    op.execute("DELETE FROM limit_rules WHERE clock = 'review'")
    _index_figures([])
    op.drop_constraint(op.f("fk_ratings_by_id"), "ratings", type_="foreignkey")
    op.drop_column("ratings", "by_id")
    op.drop_column("ratings", "truthful")
    for table in ("cases", "co_handlers"):
        op.execute(f"DROP TRIGGER keep_out_the_reviewed ON {table}")
    op.execute("DROP FUNCTION keep_out_the_reviewed")
    for table in ("redo_requests", "hearings", "review_bars", "reviews"):
        op.drop_table(table)
    for table in WITH_NOTICES:
        op.execute(f"DELETE FROM {table} WHERE notice = 'redo_refused'")
        _hold(table, "notice", NOTICES)
    for table in WITH_CLOCKS:
        _hold(table, "clock", CLOCKS)
    for table in WITH_CHANNELS:
        _hold(table, "channel", CHANNELS)


def _refuse_to_lose() -> None:
    if context.is_offline_mode():
        return
    found = op.get_bind().execute(sa.text(UNKNOWN_BEFORE)).one()
    if any(found):
        raise CommandError(
            f"The database stays as it is: version 0018 knows neither the {found.reviews} reviews "
            f"nor the steps of {found.logs} logs (reviews, hearings, wishes for a redo). To go "
            "back, restore the backup that was made before the upgrade (casework restore)."
        )


def _hold(table: str, column: str, values: tuple[str, ...]) -> None:
    name = op.f(f"ck_{table}_{column}_known")
    op.drop_constraint(name, table, type_="check")
    listed = ", ".join(f"'{value}'" for value in values)
    op.create_check_constraint(name, table, f"{column} IN ({listed})")


def _index_figures(more: list[str]) -> None:
    op.drop_index("ix_cases_dispatched", table_name="cases")
    op.create_index(
        "ix_cases_dispatched",
        "cases",
        ["dispatched_on"],
        postgresql_include=[*DISPATCHED, *more],
        postgresql_where=sa.text("dispatched_on IS NOT NULL"),
    )
