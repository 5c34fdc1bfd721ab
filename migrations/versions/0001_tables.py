"""Create the tables, the append-only log and the role of the application.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

CASE_NUMBER = (
    "extract(year FROM received_on)::int::text || '-' "
    "|| lpad(id::text, greatest(6, length(id::text)), '0')"
)

RUNNING = (
    "state IN ('awaiting_petitioner', 'dispatched', 'handling', 'replied', "
    "'returned', 'reviewing', 'submitted')"
)

APPLICATION_ROLE = """
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'casework_app') THEN
        CREATE ROLE casework_app NOLOGIN;
        EXECUTE format('GRANT casework_app TO %I', current_user);
    END IF;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN NULL;  -- another database of the cluster did
    WHEN insufficient_privilege THEN
        RAISE EXCEPTION 'create the role casework_app first, or give % CREATEROLE', current_user;
END $$
"""

# Pairs of neighbouring Chinese characters, and whole runs of Latin letters and digits: an index
# on them finds any Chinese words exactly, without a tokeniser.
HAN_BIGRAMS = r"""
CREATE FUNCTION han_bigrams(s text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT coalesce(array_agg(DISTINCT t), '{}') FROM (
    SELECT substr(m[1], i, 2) t
      FROM regexp_matches(lower(s), '([\u3400-\u9fff]+)', 'g') m,
           generate_series(1, greatest(length(m[1]) - 1, 1)) i
    UNION ALL
    SELECT m[1] FROM regexp_matches(lower(s), '([a-z0-9]+)', 'g') m) q
$$
"""

LOG_REFUSES = """
CREATE FUNCTION case_events_append_only() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the log of a case is append-only' USING ERRCODE = 'insufficient_privilege';
END $$
"""

NEVER_DELETED = ("cases", "replies", "reply_parts", "objections", "case_clocks", "users")


def upgrade() -> None:
    op.execute(APPLICATION_ROLE)
    op.execute(HAN_BIGRAMS)
    create_tables()
    # Long texts leave the row early, so that lists and figures read narrow pages.
    op.execute("ALTER TABLE cases SET (toast_tuple_target = 256)")
    op.execute("ALTER TABLE publications SET (toast_tuple_target = 256)")
    op.create_index("ix_cases_grams", "cases", ["grams"], postgresql_using="gin")
    op.create_index("ix_publications_grams", "publications", ["grams"], postgresql_using="gin")
    op.execute(LOG_REFUSES)
    op.execute(
        "CREATE TRIGGER case_events_append_only BEFORE UPDATE OR DELETE ON case_events "
        "FOR EACH ROW EXECUTE FUNCTION case_events_append_only()"
    )
    op.execute(
        "CREATE TRIGGER case_events_no_truncate BEFORE TRUNCATE ON case_events "
        "FOR EACH STATEMENT EXECUTE FUNCTION case_events_append_only()"
    )
    grant()


def grant() -> None:
    op.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    op.execute("GRANT USAGE ON SCHEMA public TO casework_app")
    op.execute(
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO casework_app"
    )
    op.execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO casework_app")
    op.execute("REVOKE UPDATE, DELETE ON case_events FROM casework_app")
    op.execute("REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM casework_app")
    for table in NEVER_DELETED:
        op.execute(f"REVOKE DELETE ON {table} FROM casework_app")


def create_tables() -> None:
    op.create_table(
        "calendar_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("is_working", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_calendar_days")),
    )
    op.create_table(
        "calendar_years",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_calendar_years")),
    )
    op.create_table(
        "categories",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("path", sa.String(length=620), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(level = 1) = (parent_id IS NULL)", name=op.f("ck_categories_root_has_no_parent")
        ),
        sa.CheckConstraint("level BETWEEN 1 AND 3", name=op.f("ck_categories_level_known")),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["categories.id"], name=op.f("fk_categories_parent_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_categories")),
        sa.UniqueConstraint(
            "parent_id",
            "name",
            name=op.f("uq_categories_parent_id_name"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index(op.f("ix_categories_parent_id"), "categories", ["parent_id"], unique=False)
    op.create_table(
        "departments",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("type", sa.String(length=32), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "btrim(name) <> '' AND btrim(name_en) <> ''", name=op.f("ck_departments_named")
        ),
        sa.CheckConstraint(
            "type IN ('office', 'department', 'street')", name=op.f("ck_departments_type_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_departments")),
        sa.UniqueConstraint("code", name=op.f("uq_departments_code")),
        sa.UniqueConstraint("name", name=op.f("uq_departments_name")),
    )
    op.create_index(
        "uq_departments_one_office",
        "departments",
        ["type"],
        unique=True,
        postgresql_where=sa.text("type = 'office' AND closed_at IS NULL"),
    )
    op.create_table(
        "job_slots",
        sa.Column("job", sa.String(length=64), nullable=False),
        sa.Column("slot", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("worker", sa.String(length=200), nullable=False),
        sa.Column("result", sa.String(length=2000), nullable=True),
        sa.Column("error", sa.String(length=2000), nullable=True),
        sa.PrimaryKeyConstraint("job", "slot", name=op.f("pk_job_slots")),
    )
    op.create_table(
        "reasons",
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("text", sa.String(length=5000), nullable=False),
        sa.Column("text_en", sa.String(length=5000), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "action IN ('submit', 'answer_now', 'dispatch', 'decline', 'recall', 'merge', 'sign', 'send_back', 'uphold', 'ask_petitioner', 'supply', 'draft', 'redraft', 'approve', 'rework', 'forward', 'publish', 'withhold', 'unpublish', 'redo', 'withdraw', 'instruct')",
            name=op.f("ck_reasons_action_known"),
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_reasons")),
    )
    op.create_index("ix_reasons_action_position", "reasons", ["action", "position"], unique=False)
    op.create_table(
        "settings",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("value", postgresql.JSONB(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_settings")),
    )
    op.create_table(
        "tallies",
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("window_start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", "window_start", name=op.f("pk_tallies")),
    )
    op.create_table(
        "limit_rules",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("clock", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=True),
        sa.Column("urgency", sa.String(length=32), nullable=True),
        sa.Column("category_id", sa.BigInteger(), nullable=True),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=32), nullable=False),
        sa.Column("holds_from", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "clock IN ('sort', 'sign', 'objection', 'handle', 'forward', 'whole', 'answer')",
            name=op.f("ck_limit_rules_clock_known"),
        ),
        sa.CheckConstraint(
            "kind IN ('consultation', 'help', 'complaint', 'report', 'suggestion', 'praise')",
            name=op.f("ck_limit_rules_kind_known"),
        ),
        sa.CheckConstraint(
            "unit IN ('working_days', 'calendar_days')", name=op.f("ck_limit_rules_unit_known")
        ),
        sa.CheckConstraint(
            "urgency IN ('normal', 'urgent', 'critical')", name=op.f("ck_limit_rules_urgency_known")
        ),
        sa.CheckConstraint("days BETWEEN 1 AND 366", name=op.f("ck_limit_rules_days_sane")),
        sa.ForeignKeyConstraint(
            ["category_id"], ["categories.id"], name=op.f("fk_limit_rules_category_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_limit_rules")),
        sa.UniqueConstraint(
            "clock",
            "kind",
            "urgency",
            "category_id",
            "holds_from",
            name=op.f("uq_limit_rules_clock_kind_urgency_category_id_holds_from"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("username", sa.String(length=64), nullable=False),
        sa.Column("display_name", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("department_id", sa.BigInteger(), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("password_changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("totp_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("totp_last_step", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "role IN ('administrator', 'handler', 'leader', 'office', 'operator', 'reviewer', 'supervisor')",
            name=op.f("ck_users_role_known"),
        ),
        sa.CheckConstraint(
            "role NOT IN ('handler', 'reviewer') OR department_id IS NOT NULL",
            name=op.f("ck_users_department_known"),
        ),
        sa.CheckConstraint("username = lower(username)", name=op.f("ck_users_username_lower")),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_users_department_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("username", name=op.f("uq_users_username")),
    )
    op.create_index(op.f("ix_users_department_id"), "users", ["department_id"], unique=False)
    op.create_table(
        "cases",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("ref", sa.Uuid(), nullable=False),
        sa.Column(
            "number", sa.String(length=24), sa.Computed(CASE_NUMBER, persisted=True), nullable=False
        ),
        sa.Column("form_token", sa.String(length=64), nullable=True),
        sa.Column("access_hash", sa.LargeBinary(), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("urgency", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("body", sa.String(length=20000), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("street_id", sa.BigInteger(), nullable=True),
        sa.Column("category_id", sa.BigInteger(), nullable=True),
        sa.Column("department_id", sa.BigInteger(), nullable=True),
        sa.Column("accused_department_id", sa.BigInteger(), nullable=True),
        sa.Column("accused_user_id", sa.BigInteger(), nullable=True),
        sa.Column("submitted_by_id", sa.BigInteger(), nullable=True),
        sa.Column("merged_into_id", sa.BigInteger(), nullable=True),
        sa.Column("unnamed", sa.Boolean(), nullable=False),
        sa.Column("consent", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("source_id", sa.String(length=64), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("dispatched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("promised_on", sa.Date(), nullable=True),
        sa.Column("first_promised_on", sa.Date(), nullable=True),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completed_on", sa.Date(), nullable=True),
        sa.Column("on_the_spot", sa.Boolean(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("head_seq", sa.Integer(), nullable=False),
        sa.Column("head_hash", sa.LargeBinary(), nullable=False),
        sa.Column(
            "grams",
            postgresql.ARRAY(sa.String()),
            sa.Computed("han_bigrams(subject || ' ' || body)", persisted=True),
            nullable=False,
        ),
        sa.CheckConstraint(
            "(state = 'merged') = (merged_into_id IS NOT NULL)", name=op.f("ck_cases_merged_where")
        ),
        sa.CheckConstraint(
            "(state IN ('archived', 'forwarded', 'published')) = (completed_at IS NOT NULL)",
            name=op.f("ck_cases_completed_iff_told"),
        ),
        sa.CheckConstraint(
            "(state IN ('awaiting_petitioner', 'dispatched', 'handling', 'replied', 'returned', 'reviewing', 'submitted')) = (due_on IS NOT NULL)",
            name=op.f("ck_cases_due_iff_running"),
        ),
        sa.CheckConstraint(
            "NOT on_the_spot OR channel = 'call'", name=op.f("ck_cases_only_calls_on_the_spot")
        ),
        sa.CheckConstraint(
            "channel IN ('letter', 'leader_mailbox', 'call', 'visit', 'paper', 'api')",
            name=op.f("ck_cases_channel_known"),
        ),
        sa.CheckConstraint(
            "kind IN ('consultation', 'help', 'complaint', 'report', 'suggestion', 'praise')",
            name=op.f("ck_cases_kind_known"),
        ),
        sa.CheckConstraint(
            "state IN ('submitted', 'dispatched', 'handling', 'returned', 'awaiting_petitioner', 'reviewing', 'replied', 'forwarded', 'published', 'archived', 'declined', 'merged', 'withdrawn')",
            name=op.f("ck_cases_state_known"),
        ),
        sa.CheckConstraint(
            "state IN ('submitted', 'returned') OR department_id IS NOT NULL OR on_the_spot OR state IN ('declined', 'merged', 'withdrawn')",
            name=op.f("ck_cases_dispatched_to_somebody"),
        ),
        sa.CheckConstraint(
            "urgency IN ('normal', 'urgent', 'critical')", name=op.f("ck_cases_urgency_known")
        ),
        sa.CheckConstraint(
            "(completed_at IS NULL) = (completed_on IS NULL)",
            name=op.f("ck_cases_completed_on_its_day"),
        ),
        sa.CheckConstraint(
            "accused_department_id IS NULL OR department_id IS NULL OR accused_department_id <> department_id",
            name=op.f("ck_cases_not_with_the_accused"),
        ),
        sa.CheckConstraint("merged_into_id <> id", name=op.f("ck_cases_not_into_itself")),
        sa.CheckConstraint(
            "promised_on IS NOT NULL OR on_the_spot", name=op.f("ck_cases_promise_made")
        ),
        sa.ForeignKeyConstraint(
            ["accused_department_id"],
            ["departments.id"],
            name=op.f("fk_cases_accused_department_id"),
        ),
        sa.ForeignKeyConstraint(
            ["accused_user_id"], ["users.id"], name=op.f("fk_cases_accused_user_id")
        ),
        sa.ForeignKeyConstraint(
            ["category_id"], ["categories.id"], name=op.f("fk_cases_category_id")
        ),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_cases_department_id")
        ),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["cases.id"], name=op.f("fk_cases_merged_into_id")
        ),
        sa.ForeignKeyConstraint(["street_id"], ["departments.id"], name=op.f("fk_cases_street_id")),
        sa.ForeignKeyConstraint(
            ["submitted_by_id"], ["users.id"], name=op.f("fk_cases_submitted_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint("form_token", name=op.f("uq_cases_form_token")),
        sa.UniqueConstraint("number", name=op.f("uq_cases_number")),
        sa.UniqueConstraint("ref", name=op.f("uq_cases_ref")),
        sa.UniqueConstraint("source_id", name=op.f("uq_cases_source_id")),
    )
    op.create_index(
        "ix_cases_channel_received", "cases", ["channel", "received_at", "id"], unique=False
    )
    op.create_index(
        "ix_cases_completed",
        "cases",
        ["completed_on", "department_id", "promised_on", "on_the_spot"],
        unique=False,
        postgresql_where=sa.text("completed_on IS NOT NULL"),
    )
    op.create_index(
        "ix_cases_department_due",
        "cases",
        ["department_id", "due_on", "id"],
        unique=False,
        postgresql_where=sa.text(RUNNING),
    )
    op.create_index(
        "ix_cases_department_received",
        "cases",
        ["department_id", "received_at", "id"],
        unique=False,
    )
    op.create_index(
        "ix_cases_due",
        "cases",
        ["due_on", "id"],
        unique=False,
        postgresql_where=sa.text(RUNNING),
    )
    op.create_index(
        "ix_cases_figures",
        "cases",
        [
            "received_on",
            "department_id",
            "channel",
            "state",
            "completed_on",
            "promised_on",
            "on_the_spot",
        ],
        unique=False,
    )
    op.create_index(
        "ix_cases_merged_into",
        "cases",
        ["merged_into_id"],
        unique=False,
        postgresql_where=sa.text("merged_into_id IS NOT NULL"),
    )
    op.create_index("ix_cases_received", "cases", ["received_at", "id"], unique=False)
    op.create_index(
        "ix_cases_state_completed", "cases", ["state", "completed_at", "id"], unique=False
    )
    op.create_index(
        "ix_cases_state_due",
        "cases",
        ["state", "due_on", "id"],
        unique=False,
        postgresql_where=sa.text(RUNNING),
    )
    op.create_index(
        "ix_cases_submitted_by", "cases", ["submitted_by_id", "received_at", "id"], unique=False
    )
    op.create_table(
        "reset_links",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_reset_links_user_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_reset_links")),
    )
    op.create_index(op.f("ix_reset_links_user_id"), "reset_links", ["user_id"], unique=False)
    op.create_table(
        "staff_sessions",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_staff_sessions_user_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_staff_sessions")),
    )
    op.create_index(op.f("ix_staff_sessions_user_id"), "staff_sessions", ["user_id"], unique=False)
    op.create_table(
        "case_clocks",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("clock", sa.String(length=32), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("first_due_on", sa.Date(), nullable=False),
        sa.Column("paused_on", sa.Date(), nullable=True),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("inputs", postgresql.JSONB(), nullable=False),
        sa.Column("ledger", postgresql.JSONB(), nullable=False),
        sa.CheckConstraint(
            "(outcome IN ('done', 'cancelled')) = (stopped_at IS NOT NULL)",
            name=op.f("ck_case_clocks_outcome_iff_over"),
        ),
        sa.CheckConstraint(
            "clock IN ('sort', 'sign', 'objection', 'handle', 'forward', 'whole', 'answer')",
            name=op.f("ck_case_clocks_clock_known"),
        ),
        sa.CheckConstraint(
            "stopped_at IS NULL OR paused_on IS NULL", name=op.f("ck_case_clocks_stopped_stands")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_clocks_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_clocks")),
    )
    op.create_index("ix_case_clocks_case", "case_clocks", ["case_id", "id"], unique=False)
    op.create_index(
        "ix_case_clocks_due",
        "case_clocks",
        ["clock", "due_on", "case_id"],
        unique=False,
        postgresql_where=sa.text("stopped_at IS NULL AND paused_on IS NULL"),
    )
    op.create_index(
        "uq_case_clocks_running",
        "case_clocks",
        ["case_id", "clock"],
        unique=True,
        postgresql_where=sa.text("stopped_at IS NULL"),
    )
    op.create_table(
        "case_events",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("from_state", sa.String(length=32), nullable=True),
        sa.Column("to_state", sa.String(length=32), nullable=False),
        sa.Column("actor_role", sa.String(length=32), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason_code", sa.String(length=32), nullable=True),
        sa.Column("note", sa.String(length=5000), nullable=True),
        sa.Column("note_hash", sa.LargeBinary(), nullable=False),
        sa.Column("data", postgresql.JSONB(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "actor_role IN ('operator', 'office', 'handler', 'reviewer', 'supervisor', 'leader', 'administrator', 'petitioner', 'system', 'api')",
            name=op.f("ck_case_events_actor_role_known"),
        ),
        sa.CheckConstraint(
            "to_state IN ('submitted', 'dispatched', 'handling', 'returned', 'awaiting_petitioner', 'reviewing', 'replied', 'forwarded', 'published', 'archived', 'declined', 'merged', 'withdrawn')",
            name=op.f("ck_case_events_to_state_known"),
        ),
        sa.CheckConstraint(
            "(seq = 1) = (from_state IS NULL)", name=op.f("ck_case_events_opens_once")
        ),
        sa.CheckConstraint("seq >= 1", name=op.f("ck_case_events_seq_positive")),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], name=op.f("fk_case_events_actor_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_events_case_id")),
        sa.ForeignKeyConstraint(
            ["reason_code"], ["reasons.code"], name=op.f("fk_case_events_reason_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_events")),
    )
    op.create_index("uq_case_events_chain", "case_events", ["case_id", "seq"], unique=True)
    op.create_table(
        "co_handlers",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("department_id", sa.BigInteger(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_co_handlers_case_id")),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_co_handlers_department_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_co_handlers")),
    )
    op.create_index(
        "ix_co_handlers_department",
        "co_handlers",
        ["department_id", "case_id"],
        unique=False,
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.create_index(
        "uq_co_handlers_active",
        "co_handlers",
        ["case_id", "department_id"],
        unique=True,
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.create_table(
        "objections",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("department_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_objections_case_id")),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_objections_department_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objections")),
    )
    op.create_index("uq_objections_once", "objections", ["case_id", "department_id"], unique=True)
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("notice", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("payload", postgresql.JSONB(), nullable=False),
        sa.Column("dedupe_key", sa.String(length=128), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dead_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "notice IN ('receipt', 'dispatched', 'recalled', 'declined', 'merged', 'sent_back', 'upheld', 'question', 'supplied', 'to_review', 'redraft', 'to_forward', 'rework', 'reply', 'published', 'redo', 'withdrawn', 'instruction')",
            name=op.f("ck_outbox_notice_known"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_outbox_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_outbox_dedupe_key")),
    )
    op.create_index("ix_outbox_case", "outbox", ["case_id"], unique=False)
    op.create_index(
        "ix_outbox_waiting",
        "outbox",
        ["next_at"],
        unique=False,
        postgresql_where=sa.text("done_at IS NULL AND dead_at IS NULL"),
    )
    op.create_table(
        "petitioners",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("from_case_id", sa.BigInteger(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("phone_hash", sa.LargeBinary(), nullable=True),
        sa.Column("name_hash", sa.LargeBinary(), nullable=True),
        sa.Column("id_number_hash", sa.LargeBinary(), nullable=True),
        sa.Column("email_hash", sa.LargeBinary(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_petitioners_case_id")),
        sa.ForeignKeyConstraint(
            ["from_case_id"], ["cases.id"], name=op.f("fk_petitioners_from_case_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_petitioners")),
    )
    op.create_index("ix_petitioners_case", "petitioners", ["case_id"], unique=False)
    op.create_index(
        "ix_petitioners_id_number",
        "petitioners",
        ["id_number_hash", "case_id"],
        unique=False,
        postgresql_where=sa.text("id_number_hash IS NOT NULL"),
    )
    op.create_index(
        "ix_petitioners_name",
        "petitioners",
        ["name_hash", "case_id"],
        unique=False,
        postgresql_where=sa.text("name_hash IS NOT NULL"),
    )
    op.create_index(
        "ix_petitioners_phone",
        "petitioners",
        ["phone_hash", "case_id"],
        unique=False,
        postgresql_where=sa.text("phone_hash IS NOT NULL"),
    )
    op.create_table(
        "publications",
        sa.Column("case_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("department_id", sa.BigInteger(), nullable=True),
        sa.Column("category_id", sa.BigInteger(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("body", sa.String(length=20000), nullable=False),
        sa.Column("reply", sa.String(length=20000), nullable=False),
        sa.Column("redacted_by_id", sa.BigInteger(), nullable=True),
        sa.Column("redacted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_down_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "grams",
            postgresql.ARRAY(sa.String()),
            sa.Computed("han_bigrams(subject || ' ' || body || ' ' || reply)", persisted=True),
            nullable=False,
        ),
        sa.CheckConstraint(
            "(state = 'published') = (published_at IS NOT NULL)",
            name=op.f("ck_publications_published_iff_out"),
        ),
        sa.CheckConstraint(
            "channel IN ('letter', 'leader_mailbox', 'call', 'visit', 'paper', 'api')",
            name=op.f("ck_publications_channel_known"),
        ),
        sa.CheckConstraint(
            "kind IN ('consultation', 'help', 'complaint', 'report', 'suggestion', 'praise')",
            name=op.f("ck_publications_kind_known"),
        ),
        sa.CheckConstraint(
            "state IN ('prepared', 'published', 'taken_down')",
            name=op.f("ck_publications_state_known"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_publications_case_id")),
        sa.ForeignKeyConstraint(
            ["category_id"], ["categories.id"], name=op.f("fk_publications_category_id")
        ),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_publications_department_id")
        ),
        sa.ForeignKeyConstraint(
            ["redacted_by_id"], ["users.id"], name=op.f("fk_publications_redacted_by_id")
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_publications")),
        sa.UniqueConstraint("number", name=op.f("uq_publications_number")),
    )
    op.create_index(
        "ix_publications_category",
        "publications",
        ["category_id", "published_at", "case_id"],
        unique=False,
        postgresql_where=sa.text("state = 'published'"),
    )
    op.create_index(
        "ix_publications_department",
        "publications",
        ["department_id", "published_at", "case_id"],
        unique=False,
        postgresql_where=sa.text("state = 'published'"),
    )
    op.create_index(
        "ix_publications_newest",
        "publications",
        ["published_at", "case_id"],
        unique=False,
        postgresql_where=sa.text("state = 'published'"),
    )
    op.create_table(
        "questions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("asked_by_id", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.String(length=5000), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(length=5000), nullable=False),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["users.id"], name=op.f("fk_questions_asked_by_id")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_questions_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questions")),
    )
    op.create_index("ix_questions_case", "questions", ["case_id", "id"], unique=False)
    op.create_index(
        "uq_questions_open",
        "questions",
        ["case_id"],
        unique=True,
        postgresql_where=sa.text("answered_at IS NULL"),
    )
    op.create_table(
        "ratings",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("satisfaction", sa.Integer(), nullable=False),
        sa.Column("solved", sa.Boolean(), nullable=False),
        sa.Column("comment", sa.String(length=5000), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "satisfaction BETWEEN 1 AND 5", name=op.f("ck_ratings_satisfaction_known")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_ratings_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ratings")),
        sa.UniqueConstraint("case_id", "round", name=op.f("uq_ratings_case_id_round")),
    )
    op.create_table(
        "replies",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=20000), nullable=False),
        sa.Column("basis", sa.String(length=200), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=True),
        sa.Column("department_id", sa.BigInteger(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by_id", sa.BigInteger(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("btrim(text) <> ''", name=op.f("ck_replies_says_something")),
        sa.CheckConstraint(
            "(approved_at IS NULL) = (approved_by_id IS NULL)", name=op.f("ck_replies_approved_by")
        ),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["users.id"], name=op.f("fk_replies_approved_by_id")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_replies_author_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_replies_case_id")),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_replies_department_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replies")),
        sa.UniqueConstraint("case_id", "version", name=op.f("uq_replies_case_id_version")),
    )
    op.create_table(
        "reply_parts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("department_id", sa.BigInteger(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.String(length=20000), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_reply_parts_author_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_reply_parts_case_id")),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_reply_parts_department_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply_parts")),
    )
    op.create_index("ix_reply_parts_case", "reply_parts", ["case_id", "id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_reply_parts_case", table_name="reply_parts")
    op.drop_table("reply_parts")
    op.drop_table("replies")
    op.drop_table("ratings")
    op.drop_index(
        "uq_questions_open", table_name="questions", postgresql_where=sa.text("answered_at IS NULL")
    )
    op.drop_index("ix_questions_case", table_name="questions")
    op.drop_table("questions")
    op.drop_index(
        "ix_publications_newest",
        table_name="publications",
        postgresql_where=sa.text("state = 'published'"),
    )
    op.drop_index(
        "ix_publications_department",
        table_name="publications",
        postgresql_where=sa.text("state = 'published'"),
    )
    op.drop_index(
        "ix_publications_category",
        table_name="publications",
        postgresql_where=sa.text("state = 'published'"),
    )
    op.drop_table("publications")
    op.drop_index(
        "ix_petitioners_phone",
        table_name="petitioners",
        postgresql_where=sa.text("phone_hash IS NOT NULL"),
    )
    op.drop_index(
        "ix_petitioners_name",
        table_name="petitioners",
        postgresql_where=sa.text("name_hash IS NOT NULL"),
    )
    op.drop_index(
        "ix_petitioners_id_number",
        table_name="petitioners",
        postgresql_where=sa.text("id_number_hash IS NOT NULL"),
    )
    op.drop_index("ix_petitioners_case", table_name="petitioners")
    op.drop_table("petitioners")
    op.drop_index(
        "ix_outbox_waiting",
        table_name="outbox",
        postgresql_where=sa.text("done_at IS NULL AND dead_at IS NULL"),
    )
    op.drop_index("ix_outbox_case", table_name="outbox")
    op.drop_table("outbox")
    op.drop_index("uq_objections_once", table_name="objections")
    op.drop_table("objections")
    op.drop_index(
        "uq_co_handlers_active",
        table_name="co_handlers",
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.drop_index(
        "ix_co_handlers_department",
        table_name="co_handlers",
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.drop_table("co_handlers")
    op.drop_index("uq_case_events_chain", table_name="case_events")
    op.drop_table("case_events")
    op.drop_index(
        "uq_case_clocks_running",
        table_name="case_clocks",
        postgresql_where=sa.text("stopped_at IS NULL"),
    )
    op.drop_index(
        "ix_case_clocks_due",
        table_name="case_clocks",
        postgresql_where=sa.text("stopped_at IS NULL AND paused_on IS NULL"),
    )
    op.drop_index("ix_case_clocks_case", table_name="case_clocks")
    op.drop_table("case_clocks")
    op.drop_index(op.f("ix_staff_sessions_user_id"), table_name="staff_sessions")
    op.drop_table("staff_sessions")
    op.drop_index(op.f("ix_reset_links_user_id"), table_name="reset_links")
    op.drop_table("reset_links")
    op.drop_index("ix_cases_submitted_by", table_name="cases")
    op.drop_index(
        "ix_cases_state_due",
        table_name="cases",
        postgresql_where=sa.text(RUNNING),
    )
    op.drop_index("ix_cases_state_completed", table_name="cases")
    op.drop_index("ix_cases_received", table_name="cases")
    op.drop_index(
        "ix_cases_merged_into",
        table_name="cases",
        postgresql_where=sa.text("merged_into_id IS NOT NULL"),
    )
    op.drop_index("ix_cases_figures", table_name="cases")
    op.drop_index(
        "ix_cases_due",
        table_name="cases",
        postgresql_where=sa.text(RUNNING),
    )
    op.drop_index("ix_cases_department_received", table_name="cases")
    op.drop_index(
        "ix_cases_department_due",
        table_name="cases",
        postgresql_where=sa.text(RUNNING),
    )
    op.drop_index(
        "ix_cases_completed",
        table_name="cases",
        postgresql_where=sa.text("completed_on IS NOT NULL"),
    )
    op.drop_index("ix_cases_channel_received", table_name="cases")
    op.drop_table("cases")
    op.drop_index(op.f("ix_users_department_id"), table_name="users")
    op.drop_table("users")
    op.drop_table("limit_rules")
    op.drop_table("tallies")
    op.drop_table("settings")
    op.drop_index("ix_reasons_action_position", table_name="reasons")
    op.drop_table("reasons")
    op.drop_table("job_slots")
    op.drop_index(
        "uq_departments_one_office",
        table_name="departments",
        postgresql_where=sa.text("type = 'office' AND closed_at IS NULL"),
    )
    op.drop_table("departments")
    op.drop_index(op.f("ix_categories_parent_id"), table_name="categories")
    op.drop_table("categories")
    op.drop_table("calendar_years")
    op.drop_table("calendar_days")
    op.execute("DROP FUNCTION case_events_append_only()")
    op.execute("DROP FUNCTION han_bigrams(text)")
    op.execute("REVOKE USAGE ON SCHEMA public FROM casework_app")
