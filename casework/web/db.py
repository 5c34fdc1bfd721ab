"""One session for each request, and one transaction for each change."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from flask import Flask, current_app, g
from sqlalchemy.orm import Session

T = TypeVar("T")


def init_app(app: Flask) -> None:
    app.teardown_request(_close)


def session() -> Session:
    """Return the session of this request, opened when first asked for."""
    if "session" not in g:
        g.session = current_app.extensions["sessions"]()
    found: Session = g.session
    return found


def outliving(read: Callable[[Session], Iterator[T]]) -> Iterator[T]:
    """Yield what ``read`` yields, from a session of its own.

    A long file is sent after the request has ended; what makes it must ask nothing of the request.
    """
    sessions = current_app.extensions["sessions"]

    def read_apart() -> Iterator[T]:
        with sessions() as own:
            yield from read(own)

    return read_apart()


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
