"""A real SMTP server on this machine that can misbehave in the ways that servers do."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

Rule = Callable[[int], str | None]


@dataclass
class Postman:
    """Keeps what it takes. ``rcpt`` and ``data`` may answer otherwise, by the number of the try."""

    rcpt: Rule = lambda _count: None
    data: Rule = lambda _count: None
    drop_after_data: Callable[[int], bool] = lambda _count: False
    taken: list[EmailMessage] = field(default_factory=list)
    tries: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    async def handle_RCPT(  # noqa: N802 - the name that aiosmtpd calls
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        with self._lock:
            self.tries += 1
        if refusal := self.rcpt(self.tries):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if refusal := self.data(self.tries):
            return refusal
        with self._lock:
            self.taken.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
        if self.drop_after_data(self.tries):
            server.transport.abort()
        return "250 OK"

    @property
    def ids(self) -> list[str]:
        return [str(mail["Message-ID"]) for mail in self.taken]


@contextmanager
def smtp_server(postman: Postman, **options: Any) -> Iterator[str]:
    """Run a server for ``postman`` and give its address."""
    controller = Controller(postman, hostname="127.0.0.1", port=free_port(), **options)
    controller.start()
    try:
        yield f"smtp://127.0.0.1:{controller.port}"
    finally:
        controller.stop()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@contextmanager
def silent_server() -> Iterator[str]:
    """Listen and never say a word, as a server does that is far too slow."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        one.listen()
        yield f"smtp://127.0.0.1:{one.getsockname()[1]}"
