"""A relay as a process of its own, to be killed: database, SMTP server and instant are given."""

import sys
from datetime import datetime

from casework.models import Medium
from casework.models.engine import application_engine, session_factory
from casework.notify.relay import Relay
from casework.notify.transports.mail import MailTransport, SmtpServer
from tests.notify.conftest import house_in


def main(database: str, smtp: str, instant: str) -> None:
    at = datetime.fromisoformat(instant)
    mail = MailTransport(SmtpServer.parse(smtp), "notices@example.cn")
    sessions = session_factory(application_engine(database))
    Relay(sessions, house_in, {Medium.MAIL: mail}, lambda: at).carry()


if __name__ == "__main__":
    main(*sys.argv[1:])
