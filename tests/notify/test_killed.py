"""kill -9 of a relay at any instant: everything arrives, at most what was on its way twice."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import Engine

from casework.notify.relay import LEASE
from casework.notify.transports.mail import MailTransport, SmtpServer
from tests.notify.conftest import Town
from tests.notify.smtp import Postman, smtp_server
from tests.platform.waiting import until

ROOT = Path(__file__).parents[2]
LETTERS = 24


@pytest.mark.parametrize("taken", [1, 7, 13])
def test_two_relays_of_which_one_is_killed(town: Town, town_engine: Engine, taken: int) -> None:
    town.letters(LETTERS)
    postman = Postman()
    with smtp_server(postman) as url:
        database = town_engine.url.render_as_string(hide_password=False)
        program = [sys.executable, "-m", "tests.notify.one_relay", database, url]
        doomed = subprocess.Popen([*program, town.clock.now.isoformat()], cwd=ROOT)
        assert until(lambda: len(postman.taken) >= taken)
        doomed.kill()
        doomed.wait()
        mail = MailTransport(SmtpServer.parse(url), "notices@example.cn")
        town.relay(mail=mail).carry()
        town.clock.wait(LEASE)
        town.relay(mail=mail).carry()
    counted = Counter(postman.ids)
    assert len(counted) == LETTERS
    assert sum(counted.values()) <= LETTERS + 1
    assert all(row.sent_at for row in town.deliveries())
