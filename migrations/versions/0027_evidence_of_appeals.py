"""Keep the files that prove an appeal about the on-time rate, never public.

Revision ID: 0027
Revises: 0026
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

BEFORE = ("letter", "supply", "reply", "forward")


def upgrade() -> None:
    _know((*BEFORE, "appeal"))
    op.create_check_constraint(
        op.f("ck_attachments_no_evidence_public"), "attachments", "NOT public OR origin <> 'appeal'"
    )


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM attachments WHERE origin = 'appeal'"))
    op.drop_constraint(op.f("ck_attachments_no_evidence_public"), "attachments", type_="check")
    _know(BEFORE)


def _know(origins: tuple[str, ...]) -> None:
    """Let files have come with these things only."""
    listed = ", ".join(f"'{one}'" for one in origins)
    op.drop_constraint(op.f("ck_attachments_origin_known"), "attachments", type_="check")
    op.create_check_constraint(
        op.f("ck_attachments_origin_known"), "attachments", f"origin IN ({listed})"
    )
