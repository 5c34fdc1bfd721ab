"""Tell who is responsible for a guide that it expires soon.

Revision ID: 0028
Revises: 0027
"""

import re
from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

ADDED = "guide_expires"
TABLES = ("outbox", "deliveries", "message_texts")


def upgrade() -> None:
    _hold_to(lambda known: (*known, ADDED))


def downgrade() -> None:
    for table in TABLES:
        op.execute(sa.text(f"DELETE FROM {table} WHERE notice = '{ADDED}'"))
    _hold_to(lambda known: tuple(one for one in known if one != ADDED))


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
