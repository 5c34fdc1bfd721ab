"""The settings of an installation, read from the environment and checked before all else."""

import json
import os
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent
SHORTEST_SECRET = 32
FEWEST_CHARACTERS = 10
GIVEAWAYS = ("change", "default", "example", "password", "secret", "insecure")


class BadSettings(Exception):
    """A setting is missing or unsafe; the message names its variable and never its value."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the processes need to know from outside; secrets do not show in its printed form."""

    database_url: str = field(repr=False)
    secret_key: str = field(repr=False)
    data_keys: str = field(repr=False)
    hash_key: str = field(repr=False)
    database_owner_url: str = field(default="", repr=False)
    var: Path = ROOT / "var"
    demo: bool = False
    testing: bool = False
    public_url: str = "http://127.0.0.1:8000"
    trusted_hosts: tuple[str, ...] = ()
    proxies: int = 0
    session_idle: timedelta = timedelta(minutes=30)
    session_longest: timedelta = timedelta(hours=12)
    pool_size: int = 8
    log_level: str = "INFO"
    smtp_url: str = field(default="", repr=False)
    mail_from: str = ""
    mail_name: str = ""
    sms: Mapping[str, str] = field(default_factory=dict, repr=False)
    sms_headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    webhook_hosts: tuple[str, ...] = ()
    clamd: str = ""

    @property
    def https(self) -> bool:
        """Tell whether readers come by HTTPS, so that cookies may insist on it."""
        return self.public_url.startswith("https://")

    @property
    def owner_url(self) -> str:
        """Return the address for migrations: the owner's, or the only one there is."""
        return self.database_owner_url or self.database_url

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """Read and check all settings. Raises BadSettings, naming the variable at fault."""
        read = _Reader(environment)
        public_url = read.text("PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")
        settings = cls(
            database_url=read.required("DATABASE_URL"),
            database_owner_url=read.text("DATABASE_OWNER_URL"),
            secret_key=read.required("SECRET_KEY"),
            data_keys=read.required("DATA_KEYS"),
            hash_key=read.required("HASH_KEY"),
            var=Path(read.text("VAR") or ROOT / "var").absolute(),
            demo=read.switch("DEMO"),
            public_url=public_url,
            trusted_hosts=read.names("TRUSTED_HOSTS") or _hosts_of(public_url),
            proxies=read.number("PROXY_HOPS", 0, most=5),
            session_idle=timedelta(minutes=read.number("SESSION_IDLE_MINUTES", 30, least=1)),
            session_longest=timedelta(hours=read.number("SESSION_HOURS", 12, least=1)),
            pool_size=read.number("POOL_SIZE", 8, least=1, most=100),
            log_level=read.text("LOG_LEVEL", "INFO").upper(),
            smtp_url=read.text("SMTP_URL"),
            mail_from=read.text("MAIL_FROM"),
            mail_name=read.text("MAIL_NAME"),
            sms=_sms_of(read),
            sms_headers=read.mapping("SMS_HEADERS"),
            webhook_hosts=read.names("WEBHOOK_HOSTS"),
            clamd=_clamd_of(read),
        )
        _check_secrets(settings)
        _check_mail(settings)
        return settings


@dataclass(frozen=True, slots=True)
class _Reader:
    environment: Mapping[str, str]

    def text(self, name: str, default: str = "") -> str:
        return self.environment.get(name, "").strip() or default

    def required(self, name: str) -> str:
        if value := self.text(name):
            return value
        raise BadSettings(f"{name} is not set; docs/operations.md says what it must hold.")

    def names(self, name: str) -> tuple[str, ...]:
        return tuple(part.strip() for part in self.text(name).split(",") if part.strip())

    def switch(self, name: str) -> bool:
        value = self.text(name, "0").lower()
        if value not in {"0", "1", "true", "false", "yes", "no"}:
            raise BadSettings(f"{name} must be 1 or 0.")
        return value in {"1", "true", "yes"}

    def mapping(self, name: str) -> dict[str, str]:
        try:
            found = json.loads(self.text(name, "{}"))
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise BadSettings(f'{name} must be written as {{"Name": "value"}}.')
        return {str(key): str(value) for key, value in found.items()}

    def number(self, name: str, default: int, *, least: int = 0, most: int = 100_000) -> int:
        value = self.text(name, str(default))
        if not value.isascii() or not value.isdigit() or not least <= int(value) <= most:
            raise BadSettings(f"{name} must be a whole number from {least} to {most}.")
        return int(value)


SMS_PARTS = ("url", "method", "body", "content_type", "success", "refused", "secret")
"""What describes the gateway for text messages, each as SMS_URL, SMS_METHOD and so on."""


def _sms_of(read: _Reader) -> dict[str, str]:
    named = ((part, read.text(f"SMS_{part.upper()}")) for part in SMS_PARTS)
    given = {part: value for part, value in named if value}
    if given and "url" not in given:
        raise BadSettings("SMS_URL is not set, but other settings for text messages are.")
    return given


def _clamd_of(read: _Reader) -> str:
    address = read.text("CLAMD")
    parts = urlsplit(address)
    fits = parts.path if parts.scheme == "unix" else parts.scheme == "tcp" and parts.hostname
    if address and not fits:
        raise BadSettings("CLAMD must begin with unix:/ or tcp://.")
    return address


def _check_mail(settings: Settings) -> None:
    if not settings.smtp_url:
        return
    parts = urlsplit(settings.smtp_url)
    if parts.scheme not in {"smtp", "smtp+starttls", "smtps"} or not parts.hostname:
        raise BadSettings("SMTP_URL must begin with smtp://, smtp+starttls:// or smtps://.")
    if settings.mail_from.count("@") != 1:
        raise BadSettings("MAIL_FROM must be the address from which mail is sent.")


def _hosts_of(public_url: str) -> tuple[str, ...]:
    parts = urlsplit(public_url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise BadSettings("PUBLIC_URL must be the full address that readers type.")
    local = ("127.0.0.1", "localhost")
    return local if parts.hostname in local else (parts.hostname,)


def _check_secrets(settings: Settings) -> None:
    """Refuse secrets that somebody could guess. In the demo they are made at random."""
    _check_random("SECRET_KEY", settings.secret_key)
    if settings.demo:
        return
    lowered = settings.secret_key.lower()
    if any(word in lowered for word in GIVEAWAYS):
        raise BadSettings("SECRET_KEY is a placeholder; `casework secrets` prints random values.")
    for part in settings.data_keys.split(","):
        _check_key("DATA_KEYS", part.strip().partition(":")[2])
    _check_key("HASH_KEY", settings.hash_key)


def _check_random(name: str, value: str) -> None:
    if len(value) < SHORTEST_SECRET or len(set(value)) < FEWEST_CHARACTERS:
        raise BadSettings(
            f"{name} must have {SHORTEST_SECRET} random characters or more; "
            "`casework secrets` prints some."
        )


def _check_key(name: str, encoded: str) -> None:
    try:
        key = b64decode(encoded, validate=True)
    except ValueError:
        raise BadSettings(f"{name} is not base64; `casework secrets` prints keys.") from None
    if len(key) != 32 or len(set(key)) < FEWEST_CHARACTERS:
        raise BadSettings(f"{name} needs random keys of 32 bytes; `casework secrets` prints some.")
