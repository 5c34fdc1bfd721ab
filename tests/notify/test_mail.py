"""Mail that every server takes, that nobody can bend, and that says nothing on its outside."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from casework.models import Medium
from casework.notify.message import Message
from casework.notify.transports import Later, Refused
from casework.notify.transports.mail import MailTransport, SmtpServer, composed
from tests.notify.smtp import Postman, smtp_server

SENDER = "notices@district.example"


def letter(**changes: str) -> Message:
    values = {
        "key": "reply:1:mail:p1",
        "to": "wang@example.org",
        "subject": "信访件 2026-000123 已有答复",
        "body": "您好！\n\n您的信访件已有答复。🏮\n",
    } | changes
    return Message(medium=Medium.MAIL, **values)


def read_back(message: Message) -> object:
    raw = composed(message, sender=SENDER, name="区人民政府").as_bytes()
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    assert raw.isascii()
    return message_from_bytes(raw, policy=policy.default)


def test_chinese_comes_back_as_it_was_written() -> None:
    mail = read_back(letter())
    assert mail["Subject"] == "信访件 2026-000123 已有答复"
    assert mail["From"] == "区人民政府 <notices@district.example>"
    assert mail.get_content().replace("\r\n", "\n").strip() == "您好！\n\n您的信访件已有答复。🏮"


def test_machines_are_told_not_to_answer() -> None:
    mail = read_back(letter())
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Id"]
    assert mail["Content-Language"] == "zh-CN"


def test_one_notice_has_one_message_id_that_tells_nothing() -> None:
    first, again = (composed(letter(), sender=SENDER)["Message-ID"] for _ in range(2))
    assert first == again
    assert "reply" not in first
    assert first != composed(letter(key="other"), sender=SENDER)["Message-ID"]


@pytest.mark.parametrize(
    "to",
    [
        "wang@example.org\r\nBcc: all@example.org",
        "wang@example.org\nSubject: x",
        "wang@example.org, li@example.org",
        "wang",
        "@example.org",
        "",
        "wang@\x00example.org",
    ],
)
def test_an_address_that_is_more_than_one_is_refused(to: str) -> None:
    with pytest.raises(Refused):
        composed(letter(to=to), sender=SENDER)


def test_a_subject_never_begins_another_header() -> None:
    with pytest.raises(Refused):
        composed(letter(subject="Hello\r\nBcc: all@example.org"), sender=SENDER)


def test_nothing_personal_shows_in_the_printed_form() -> None:
    assert "wang" not in repr(letter())


@pytest.mark.parametrize("url", ["http://mail.example", "smtp://", "mail.example:25"])
def test_an_address_of_no_server_is_refused_without_showing_it(url: str) -> None:
    with pytest.raises(ValueError, match="smtp://"):
        SmtpServer.parse(url)


def test_a_login_is_read_and_never_shown() -> None:
    server = SmtpServer.parse("smtp+starttls://app:p%40ss@mail.example")
    assert (server.port, server.user, server.password) == (587, "app", "p@ss")
    assert "p@ss" not in repr(server)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for this machine, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


def context(certificate: Path) -> ssl.SSLContext:
    found = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    found.load_cert_chain(certificate)
    return found


def knows(
    server: object, session: object, envelope: object, mechanism: str, data: object
) -> object:
    assert isinstance(data, LoginPassword)
    return AuthResult(success=(data.login, data.password) == (b"app", b"secret"))


def sending_to(address: str, scheme: str, login: str, certificate: Path) -> MailTransport:
    port = address.rpartition(":")[2]
    url = f"{scheme}://{login}@localhost:{port}?ca={certificate}"
    return MailTransport(SmtpServer.parse(url), SENDER, timeout=5)


@pytest.mark.parametrize("scheme", ["smtp+starttls", "smtps"])
def test_it_signs_in_over_tls(certificate: Path, scheme: str) -> None:
    postman, tls = Postman(), context(certificate)
    name = "ssl_context" if scheme == "smtps" else "tls_context"
    tls_first = scheme == "smtps"
    strict = {"auth_required": not tls_first, "auth_require_tls": not tls_first}
    with smtp_server(postman, **{name: tls}, authenticator=knows, **strict) as address:
        sending_to(address, scheme, "app:secret", certificate)(letter())
        with pytest.raises(Later):
            sending_to(address, scheme, "app:wrong", certificate)(letter())
    assert len(postman.taken) == 1


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(certificate: Path) -> None:
    with smtp_server(Postman(), tls_context=context(certificate)) as address:
        port = address.rpartition(":")[2]
        server = SmtpServer.parse(f"smtp+starttls://localhost:{port}")
        with pytest.raises(Later):
            MailTransport(server, SENDER, timeout=5)(letter())


def test_a_password_is_never_sent_in_the_clear_where_tls_was_asked_for() -> None:
    with smtp_server(Postman()) as address:
        port = address.rpartition(":")[2]
        server = SmtpServer.parse(f"smtp+starttls://app:secret@127.0.0.1:{port}")
        with pytest.raises(Later):
            MailTransport(server, SENDER, timeout=5)(letter())
