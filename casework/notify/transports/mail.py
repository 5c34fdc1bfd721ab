"""Sends by SMTP: plain, STARTTLS or TLS, with or without a login."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import policy
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from typing import Self
from urllib.parse import parse_qs, unquote, urlsplit

from casework.notify.message import Message
from casework.notify.transports.outcomes import Later, Refused

TIMEOUT = 10.0
PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
CONTENT_LANGUAGE = {"zh_CN": "zh-CN", "en": "en"}


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where mail goes: ``smtp://``, ``smtp+starttls://`` or ``smtps://``, perhaps with a login."""

    scheme: str
    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    ca_file: str = ""

    @classmethod
    def parse(cls, url: str) -> Self:
        """Read SMTP_URL. Raises ValueError, whose message holds no part of the login."""
        parts = urlsplit(url)
        if parts.scheme not in PORTS or not parts.hostname:
            raise ValueError("smtp://, smtp+starttls:// or smtps:// and a host")
        return cls(
            parts.scheme,
            parts.hostname,
            parts.port or PORTS[parts.scheme],
            unquote(parts.username or ""),
            unquote(parts.password or ""),
            parse_qs(parts.query).get("ca", [""])[0],
        )

    @contextmanager
    def opened(self, timeout: float) -> Iterator[smtplib.SMTP]:
        """Give a connection that is ready to send; its end is not waited for."""
        client = self._connected(timeout)
        try:
            if self.scheme == "smtp+starttls":
                client.starttls(context=self._context())
            if self.user:
                client.login(self.user, self.password)
            yield client
        finally:
            client.close()

    def _connected(self, timeout: float) -> smtplib.SMTP:
        if self.scheme == "smtps":
            return smtplib.SMTP_SSL(self.host, self.port, timeout=timeout, context=self._context())
        return smtplib.SMTP(self.host, self.port, timeout=timeout)

    def _context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.ca_file or None)


@dataclass(frozen=True, slots=True)
class MailTransport:
    """Hands messages to one SMTP server."""

    server: SmtpServer
    sender: str
    name: str = ""
    timeout: float = TIMEOUT

    def __call__(self, message: Message) -> None:
        """Send ``message``. Raises Refused when the address is not taken, else Later.

        A receiver or a text that is refused for good is a refusal; a login or a sender that is
        refused is a fault of ours, which somebody will put right.
        """
        mail = composed(message, sender=self.sender, name=self.name)
        try:
            with self.server.opened(self.timeout) as client:
                client.send_message(mail, self.sender, [message.to])
        except smtplib.SMTPRecipientsRefused as error:
            raise _by_code(next(iter(error.recipients.values()))[0]) from error
        except smtplib.SMTPDataError as error:
            raise _by_code(error.smtp_code) from error
        except smtplib.SMTPResponseException as error:
            raise Later(f"SMTP {error.smtp_code}") from error
        except (smtplib.SMTPException, OSError) as error:
            raise Later(type(error).__name__) from error


def composed(message: Message, *, sender: str, name: str = "") -> EmailMessage:
    """Return the mail as it leaves; the same notice gives the same Message-ID each time.

    Raises Refused for an address or a header that could smuggle in another line.
    """
    local, _, host = message.to.rpartition("@")
    if not local or not host or not message.to.isprintable() or " " in message.to:
        raise Refused("no address")
    mail = EmailMessage(policy=policy.SMTP.clone(max_line_length=76, cte_type="7bit"))
    try:
        mail["From"] = Address(name, addr_spec=sender)
        mail["To"] = Address(addr_spec=message.to)
        mail["Subject"] = message.subject
        mail["Message-ID"] = f"<{message.digest}@{sender.rpartition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail["X-Auto-Response-Suppress"] = "All"
        mail["Precedence"] = "bulk"
        mail["List-Id"] = f"<notices.{sender.rpartition('@')[2]}>"
    except (ValueError, MessageError) as error:
        raise Refused("unsafe header") from error
    mail.set_content(message.body + "\n", charset="utf-8", cte="base64")
    mail["Content-Language"] = CONTENT_LANGUAGE.get(message.language, message.language)
    return mail


def _by_code(code: int) -> Later | Refused:
    return Refused(f"SMTP {code}") if 500 <= code < 600 else Later(f"SMTP {code}")
