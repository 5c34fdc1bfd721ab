"""One session for each request, and one transaction for each change."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, current_app, g
from sqlalchemy.orm import Session


def init_app(app: Flask) -> None:
    app.teardown_request(_close)


def session() -> Session:
    """Return the session of this request, opened when first asked for."""
    if "session" not in g:
        g.session = current_app.extensions["sessions"]()
    found: Session = g.session
    return found


@contextmanager
def transaction() -> Iterator[Session]:
    """Commit what the block did, or roll all of it back."""
    current = session()
    try:
        yield current
        current.commit()
    except BaseException:
        current.rollback()
        raise


def _close(_: BaseException | None) -> None:
    opened: Session | None = g.pop("session", None)
    if opened is not None:
        opened.close()
