"""The ways out of the house, as the settings of the installation describe them."""

from collections.abc import Callable, Mapping
from typing import Protocol

from casework.errors import GuardFailed
from casework.language import N_
from casework.models import Medium
from casework.notify.message import Message
from casework.notify.transports.mail import MailTransport, SmtpServer
from casework.notify.transports.outcomes import Later, Refused, SendFailed
from casework.notify.transports.sms import SmsGateway, SmsTransport
from casework.notify.transports.webhook import WebhookTransport

Transport = Callable[[Message], None]

UNFIT = N_("A setting for mail or text messages does not fit. Wanted: %(wanted)s")

__all__ = ["Later", "OutwardSettings", "Refused", "SendFailed", "Transport", "transports"]


class OutwardSettings(Protocol):
    """What the ways out need to know of the configuration."""

    @property
    def demo(self) -> bool: ...
    @property
    def smtp_url(self) -> str: ...
    @property
    def mail_from(self) -> str: ...
    @property
    def mail_name(self) -> str: ...
    @property
    def sms(self) -> Mapping[str, str]: ...
    @property
    def sms_headers(self) -> Mapping[str, str]: ...
    @property
    def webhook_hosts(self) -> tuple[str, ...]: ...


def kept_for_the_page(message: Message) -> None:
    """Send nothing: the demo shows on its outbox page what would have left."""


def transports(settings: OutwardSettings) -> dict[Medium, Transport]:
    """Return the way out for each medium that is set up; in the demo none stays without one.

    Raises GuardFailed for settings that describe no way.
    """
    try:
        return _described(settings)
    except ValueError as error:
        raise GuardFailed(UNFIT, wanted=str(error)) from error


def _described(settings: OutwardSettings) -> dict[Medium, Transport]:
    found: dict[Medium, Transport] = {}
    if settings.demo:
        found |= {Medium.MAIL: kept_for_the_page, Medium.SMS: kept_for_the_page}
    if settings.smtp_url:
        server = SmtpServer.parse(settings.smtp_url)
        found[Medium.MAIL] = MailTransport(server, settings.mail_from, settings.mail_name)
    if settings.sms:
        found[Medium.SMS] = SmsTransport(SmsGateway(**settings.sms, headers=settings.sms_headers))
    if settings.webhook_hosts:
        found[Medium.WEBHOOK] = WebhookTransport(frozenset(settings.webhook_hosts))
    return found
