"""The virus scanner fails closed for the file and never for the letter."""

import socket
import struct
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from casework.jobs.files import scan_waiting, throw_away_unsent
from casework.jobs.work import Work
from casework.models import AttachmentContent, CaseEvent, Origin, Scan
from casework.services.actors import PETITIONER
from casework.services.attachments import baskets
from casework.services.attachments.judging import judged
from casework.services.attachments.scanning import Scanner, ScannerAway
from casework.workflow.states import State
from config import BadSettings, Settings
from tests.factories import DATA_KEYS, HASH_KEY, MONDAY, SEALER, District
from tests.files.samples import pdf
from tests.web.citizen import LETTER, open_case, page_of, send
from tests.web.client import LintingClient
from tests.web.test_files import kept_files, own_link, post, written

EVIL = b"X5O!EVIL"


class Clamd:
    """A scanner that finds a virus in what holds EVIL; ``answer`` is said in place of the truth."""

    def __init__(self) -> None:
        self.server = socket.create_server(("127.0.0.1", 0))
        self.answer: bytes | None = None
        self.asked: list[bytes] = []
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def address(self) -> str:
        return f"tcp://127.0.0.1:{self.server.getsockname()[1]}"

    def close(self) -> None:
        self.server.close()

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self.server.accept()
            except OSError:
                return
            with line:
                content = self._read(line.makefile("rb"))
                self.asked.append(content)
                found = b"stream: Test-Virus FOUND" if EVIL in content else b"stream: OK"
                answer = found if self.answer is None else self.answer
                if answer:
                    line.sendall(answer + b"\0")

    @staticmethod
    def _read(stream) -> bytes:  # type: ignore[no-untyped-def]
        assert stream.read(10) == b"zINSTREAM\0"
        content = b""
        while size := struct.unpack("!L", stream.read(4))[0]:
            content += stream.read(size)
        return content


@pytest.fixture
def clamd() -> Iterator[Clamd]:
    server = Clamd()
    yield server
    server.close()


@pytest.fixture(autouse=True)
def _district(district: District) -> District:
    return district


@pytest.fixture
def nowhere() -> Scanner:
    """A scanner at a port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    return Scanner(f"tcp://127.0.0.1:{port}", timeout=1)


@pytest.fixture
def work(session: Session) -> Work:
    opened = sessionmaker(
        session.connection(), join_transaction_mode="create_savepoint", expire_on_commit=False
    )
    return Work(opened, SEALER)


def test_a_file_goes_to_the_scanner_whole(clamd: Clamd) -> None:
    content = pdf(b"x" * 300_000)
    assert Scanner(clamd.address).verdict(content) is Scan.CLEAN
    assert clamd.asked == [content]
    assert Scanner(clamd.address).verdict(pdf(EVIL)) is Scan.INFECTED


@pytest.mark.parametrize("answer", [b"", b"INSTREAM size limit exceeded. ERROR", b"nonsense"])
def test_an_answer_that_is_none_is_no_clean_file(clamd: Clamd, answer: bytes) -> None:
    clamd.answer = answer
    with pytest.raises(ScannerAway):
        Scanner(clamd.address).verdict(pdf())


def test_a_scanner_that_is_away_knows_nothing(nowhere: Scanner, tmp_path: Path) -> None:
    for scanner in (nowhere, Scanner(f"unix:{tmp_path}/none.sock")):
        with pytest.raises(ScannerAway):
            scanner.verdict(pdf())


def test_a_file_with_a_virus_is_refused_and_the_letter_is_kept(
    client: LintingClient,
    app: Flask,
    session: Session,
    clamd: Clamd,
) -> None:
    app.extensions["scanner"] = Scanner(clamd.address)
    files = [("good.pdf", pdf()), ("evil.pdf", pdf(EVIL))]
    answer = post(client, client.fetch("/letters/new"), files, LETTER)
    assert answer.status_code == 422
    page = page_of(answer)
    assert "病毒" in page.one(id="files-error").text
    send(client, page_of(post(client, page)))
    assert [file.scan for file in kept_files(session)] == [Scan.CLEAN]


def test_with_the_scanner_away_the_letter_is_taken_and_its_file_waits(
    client: LintingClient,
    app: Flask,
    session: Session,
    nowhere: Scanner,
    clamd: Clamd,
    work: Work,
) -> None:
    app.extensions["scanner"] = nowhere
    number, code = written(client, ("good.pdf", pdf()), ("evil.pdf", pdf(EVIL)))
    good, evil = kept_files(session)
    assert [good.scan, evil.scan] == [Scan.WAITING, Scan.WAITING]
    open_case(client, number, code)
    page = client.fetch("/follow/case")
    assert "正在进行病毒检测" in page.one("main").text
    assert page.one("main").all("a", download="") == []
    assert client.get(f"/follow/case/files/{good.id}").status_code == 422

    away = Work(work.sessions, SEALER, nowhere)
    assert scan_waiting(away, MONDAY) == 0
    assert [file.scan for file in kept_files(session)] == [Scan.WAITING, Scan.WAITING]

    assert scan_waiting(Work(work.sessions, SEALER, Scanner(clamd.address)), MONDAY) == 2
    good, evil = kept_files(session)
    assert [good.scan, evil.scan] == [Scan.CLEAN, Scan.INFECTED]
    assert session.get(AttachmentContent, evil.id) is None
    page = client.fetch("/follow/case")
    assert client.get(own_link(page, "good")).status_code == 200
    assert client.get(f"/follow/case/files/{evil.id}").status_code == 422
    events = session.scalars(select(CaseEvent).order_by(CaseEvent.id.desc()).limit(1)).one()
    assert (events.action, events.data) == ("drop_file", {"file": str(evil.id), "why": "virus"})
    assert scan_waiting(Work(work.sessions, SEALER, Scanner(clamd.address)), MONDAY) == 0


def test_what_was_never_sent_is_thrown_away_after_a_day(
    session: Session, district: District, work: Work
) -> None:
    case = district.case_in(State.SUBMITTED)
    for token in ("sent", "forgotten"):
        file = judged(f"{token}.pdf", pdf())
        baskets.add(session, token, file, Scan.UNSCANNED, at=MONDAY, sealer=SEALER)
    baskets.attach(
        session, case, "sent", Origin.LETTER, by=PETITIONER, at=MONDAY, rules=district.rules
    )
    session.commit()
    assert throw_away_unsent(work, MONDAY + baskets.KEPT) == 0
    assert throw_away_unsent(work, MONDAY + baskets.KEPT * 2) == 1
    assert [file.case_id for file in kept_files(session)] == [case.id]
    assert len(session.scalars(select(AttachmentContent)).all()) == 1


@pytest.mark.parametrize("address", ["clamd.ctl", "http://x", "tcp://", "unix:"])
def test_an_address_that_is_none_stops_the_start(address: str) -> None:
    environment = {
        "DATABASE_URL": "postgresql://x",
        "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz",
        "DATA_KEYS": DATA_KEYS,
        "HASH_KEY": HASH_KEY,
        "CLAMD": address,
    }
    with pytest.raises(BadSettings, match="CLAMD"):
        Settings.from_environment(environment)
