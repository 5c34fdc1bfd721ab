"""Let everybody narrow published answers by kind and street, and say whether one was useful.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

PUBLISHED = sa.text("state = 'published'")


def upgrade() -> None:
    op.add_column("publications", sa.Column("street_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_publications_street_id"), "publications", "departments", ["street_id"], ["id"]
    )
    op.execute(
        "UPDATE publications SET street_id = cases.street_id "
        "FROM cases WHERE cases.id = publications.case_id AND publications.state <> 'taken_down'"
    )
    for column in ("kind", "street_id"):
        op.create_index(
            f"ix_publications_{column.removesuffix('_id')}",
            "publications",
            [column, "published_at", "case_id"],
            postgresql_where=PUBLISHED,
        )
    op.create_table(
        "reader_opinions",
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("useful", sa.Integer(), nullable=False),
        sa.Column("not_useful", sa.Integer(), nullable=False),
        sa.Column("spared", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "useful >= 0 AND not_useful >= 0 AND spared >= 0",
            name=op.f("ck_reader_opinions_counted"),
        ),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["publications.case_id"],
            name=op.f("fk_reader_opinions_case_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("case_id", "day", name=op.f("pk_reader_opinions")),
    )
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON reader_opinions TO casework_app")


def downgrade() -> None:
    op.drop_table("reader_opinions")
    for column in ("kind", "street"):
        op.drop_index(f"ix_publications_{column}", table_name="publications")
    op.drop_column("publications", "street_id")
