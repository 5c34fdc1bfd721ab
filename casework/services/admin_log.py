"""The log of the administrators' changes, and the check that nobody else was first."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy import inspect
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from casework.errors import Conflict, Invalid
from casework.models import (
    AdminEvent,
    Base,
    CalendarDay,
    CalendarYear,
    Category,
    Change,
    Department,
    LimitRule,
    Reason,
    Setting,
    User,
)

Values = dict[str, object]
Clashes = Mapping[str, tuple[str, str]]
"""By the name of a unique constraint: the field that it speaks of, and what to say beside it."""

LOGGED: Mapping[type[Base], tuple[str, ...]] = {
    User: ("username", "display_name", "role", "department_id", "email", "disabled_at"),
    Department: ("code", "name", "name_en", "type", "phone", "position", "closed_at"),
    Category: ("parent_id", "name", "name_en", "path", "position", "closed_at"),
    LimitRule: ("clock", "kind", "urgency", "category_id", "days", "unit", "holds_from", "source"),
    CalendarDay: ("day", "is_working", "name", "name_en"),
    CalendarYear: ("year", "entered_at"),
    Reason: ("code", "action", "text", "text_en", "position", "closed_at"),
    Setting: ("name", "value"),
}
"""What the log keeps of each table; a column that is not named here is never written there."""


def values_of(row: Base) -> Values:
    """Return what the log keeps of ``row``, as JSON writes it."""
    return {name: _plain(getattr(row, name)) for name in LOGGED[type(row)]}


def fingerprint(row: Base) -> str:
    """Return what changes whenever ``row`` does; a form carries it to see who was first."""
    text = json.dumps(values_of(row), sort_keys=True, ensure_ascii=False)
    return sha256(text.encode()).hexdigest()[:16]


@contextmanager
def changing(
    session: Session,
    row: Base,
    *,
    by: User | None,
    at: datetime,
    seen: str | None = None,
    change: Change = Change.CHANGED,
    clashes: Clashes | None = None,
) -> Iterator[None]:
    """Lock ``row``, let the block change it, write what changed into the log.

    ``seen`` is the fingerprint of what the person was looking at. Raises Conflict if somebody
    else has changed the row since, and Invalid where the change hits one of ``clashes``.
    """
    session.refresh(row, with_for_update={"of": type(row)})
    if seen is not None and seen != fingerprint(row):
        raise Conflict()
    before = values_of(row)
    yield
    flush(session, clashes)
    after = values_of(row)
    changed = [name for name, value in after.items() if value != before[name]]
    if changed:
        _write(
            session,
            row,
            change,
            by=by,
            at=at,
            before={name: before[name] for name in changed},
            after={name: after[name] for name in changed},
        )


def add(
    session: Session, row: Base, *, by: User | None, at: datetime, clashes: Clashes | None = None
) -> None:
    """Add ``row`` and a line about it. Raises Invalid where it hits one of ``clashes``."""
    session.add(row)
    flush(session, clashes)
    _write(session, row, Change.ADDED, by=by, at=at, before={}, after=values_of(row))


def remove(session: Session, row: Base, *, by: User | None, at: datetime) -> None:
    """Take away ``row``, which nothing can refer to, and keep what it held in the log."""
    before = values_of(row)
    _write(session, row, Change.CLOSED, by=by, at=at, before=before, after={})
    session.delete(row)
    session.flush()


def note(session: Session, row: Base, change: Change, *, by: User | None, at: datetime) -> None:
    """Write a line about something whose content the log must not hold."""
    _write(session, row, change, by=by, at=at, before={}, after={})


def flush(session: Session, clashes: Clashes | None) -> None:
    """Send what is pending. Raises Invalid for a unique constraint that ``clashes`` names."""
    try:
        session.flush()
    except IntegrityError as error:
        diagnosis = getattr(error.orig, "diag", None)
        name = str(getattr(diagnosis, "constraint_name", ""))
        if clashes and name in clashes:
            field, message = clashes[name]
            raise Invalid(field, message) from error
        raise


def _write(
    session: Session,
    row: Base,
    change: Change,
    *,
    by: User | None,
    at: datetime,
    before: Values,
    after: Values,
) -> None:
    key = ",".join(str(part) for part in inspect(row).identity or ())
    session.add(
        AdminEvent(
            at=at,
            actor_id=by.id if by else None,
            change=change,
            table_name=row.__tablename__,
            row_key=key,
            label=_label(row),
            before=before,
            after=after,
        )
    )
    session.flush()


def _label(row: Base) -> str:
    """Return what people call ``row``, as it was called at the time."""
    for name in ("path", "display_name", "name", "day", "year", "code", "clock"):
        if value := getattr(row, name, None):
            return str(value)[:200]
    return str(row.__tablename__)


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date | datetime) else value
