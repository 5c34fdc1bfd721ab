"""Many cases at once, as copies of one that was led through the steps."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from casework.models import Case

OWN = {"id", "ref", "number", "grams", "form_token", "source_id"}


def copies(session: Session, case: Case, count: int, **changed: str) -> None:
    """Add ``count`` cases like ``case``; ``changed`` are columns as SQL, ``n`` is 1 to ``count``.

    They have no log, petitioners or clocks: enough for what counts columns of cases.
    """
    session.flush()
    names = [column.name for column in Case.__table__.columns if column.name not in OWN]
    values = ", ".join(changed.get(name, name) for name in names)
    session.execute(
        text(
            f"INSERT INTO cases (ref, {', '.join(names)}) "
            f"SELECT gen_random_uuid(), {values} FROM cases, generate_series(1, :count) AS copy(n) "
            "WHERE id = :case"
        ),
        {"count": count, "case": case.id},
    )
