"""Keep guides and knowledge articles, and which of them an answer on the spot rests on.

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

KINDS = "kind IN ('guide', 'knowledge')"


def upgrade() -> None:
    _articles()
    _versions()
    _events()
    _public()
    _opinions()
    op.add_column("replies", sa.Column("article_id", sa.BigInteger(), nullable=True))
    op.add_column("replies", sa.Column("article_version", sa.Integer(), nullable=True))
    op.create_foreign_key(
        op.f("fk_replies_article_id"), "replies", "articles", ["article_id"], ["id"]
    )
    op.create_index(
        "ix_replies_article",
        "replies",
        ["article_id"],
        postgresql_where=sa.text("article_id IS NOT NULL"),
    )
    for table in ("article_versions", "article_events"):
        op.execute(f"GRANT SELECT, INSERT ON {table} TO casework_app")
    for table in ("articles", "public_articles", "article_opinions"):
        op.execute(f"GRANT SELECT, INSERT, UPDATE ON {table} TO casework_app")
    op.execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO casework_app")


def downgrade() -> None:
    op.drop_column("replies", "article_version")
    op.drop_column("replies", "article_id")
    for table in (
        "article_opinions",
        "public_articles",
        "article_events",
        "article_versions",
        "articles",
    ):
        op.drop_table(table)


def _articles() -> None:
    op.create_table(
        "articles",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("department_id", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("offered_version", sa.Integer(), nullable=True),
        sa.Column("published_version", sa.Integer(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'published', 'withdrawn')", name=op.f("ck_articles_state_known")
        ),
        sa.CheckConstraint(
            "(state = 'published') = (published_version IS NOT NULL)",
            name=op.f("ck_articles_published_iff_out"),
        ),
        sa.CheckConstraint(
            "published_version <= version", name=op.f("ck_articles_published_is_there")
        ),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_articles_department_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_articles")),
    )
    op.create_index("ix_articles_changed", "articles", ["changed_at", "id"])
    op.create_index("ix_articles_department", "articles", ["department_id", "changed_at", "id"])


def _versions() -> None:
    op.create_table(
        "article_versions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("article_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("readers", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("text", sa.String(length=20000), nullable=False),
        sa.Column("keywords", sa.String(length=200), nullable=False),
        sa.Column("category_id", sa.BigInteger(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("responsible_id", sa.BigInteger(), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("restored_from", sa.Integer(), nullable=True),
        _grams(),
        sa.CheckConstraint(KINDS, name=op.f("ck_article_versions_kind_known")),
        sa.CheckConstraint(
            "readers IN ('citizens', 'enterprises', 'staff')",
            name=op.f("ck_article_versions_readers_known"),
        ),
        sa.CheckConstraint(
            "btrim(title) <> '' AND btrim(text) <> ''",
            name=op.f("ck_article_versions_says_something"),
        ),
        sa.CheckConstraint(
            "valid_until >= valid_from", name=op.f("ck_article_versions_valid_forwards")
        ),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_article_versions_article_id")
        ),
        sa.ForeignKeyConstraint(
            ["category_id"], ["categories.id"], name=op.f("fk_article_versions_category_id")
        ),
        sa.ForeignKeyConstraint(
            ["responsible_id"], ["users.id"], name=op.f("fk_article_versions_responsible_id")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_article_versions_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_versions")),
        sa.UniqueConstraint(
            "article_id", "version", name=op.f("uq_article_versions_article_id_version")
        ),
    )
    op.create_index(
        op.f("ix_article_versions_responsible_id"), "article_versions", ["responsible_id"]
    )
    op.create_index(
        "ix_article_versions_grams", "article_versions", ["grams"], postgresql_using="gin"
    )


def _events() -> None:
    op.create_table(
        "article_events",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("article_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("change", sa.String(length=32), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "change IN ('written', 'offered', 'published', 'withdrawn')",
            name=op.f("ck_article_events_change_known"),
        ),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_article_events_article_id")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_article_events_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_events")),
    )
    op.create_index("ix_article_events_article", "article_events", ["article_id", "id"])


def _public() -> None:
    op.create_table(
        "public_articles",
        sa.Column("article_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("readers", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("text", sa.String(length=20000), nullable=False),
        sa.Column("keywords", sa.String(length=200), nullable=False),
        sa.Column("department_id", sa.BigInteger(), nullable=True),
        sa.Column("category_id", sa.BigInteger(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        _grams(),
        sa.CheckConstraint(KINDS, name=op.f("ck_public_articles_kind_known")),
        sa.CheckConstraint(
            "readers IN ('citizens', 'enterprises')",
            name=op.f("ck_public_articles_never_for_staff"),
        ),
        sa.CheckConstraint(
            "withdrawn_at IS NULL OR (title = '' AND text = '' AND keywords = '')",
            name=op.f("ck_public_articles_withdrawn_is_empty"),
        ),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_public_articles_article_id")
        ),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_public_articles_department_id")
        ),
        sa.ForeignKeyConstraint(
            ["category_id"], ["categories.id"], name=op.f("fk_public_articles_category_id")
        ),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_public_articles")),
    )
    for name, columns in {
        "newest": ["published_at", "article_id"],
        "department": ["department_id", "published_at", "article_id"],
        "category": ["category_id", "published_at", "article_id"],
    }.items():
        op.create_index(
            f"ix_public_articles_{name}",
            "public_articles",
            columns,
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        )
    op.create_index(
        "ix_public_articles_grams", "public_articles", ["grams"], postgresql_using="gin"
    )


def _opinions() -> None:
    op.create_table(
        "article_opinions",
        sa.Column("article_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("useful", sa.Integer(), nullable=False),
        sa.Column("not_useful", sa.Integer(), nullable=False),
        sa.Column("spared", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "useful >= 0 AND not_useful >= 0 AND spared >= 0",
            name=op.f("ck_article_opinions_counted"),
        ),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_article_opinions_article_id")
        ),
        sa.PrimaryKeyConstraint("article_id", "day", name=op.f("pk_article_opinions")),
    )


def _grams() -> sa.Column[list[str]]:
    """Return the pairs of characters that the search reads."""
    return sa.Column(
        "grams",
        postgresql.ARRAY(sa.String()),
        sa.Computed("han_bigrams(title || ' ' || keywords || ' ' || text)", persisted=True),
        nullable=False,
    )
