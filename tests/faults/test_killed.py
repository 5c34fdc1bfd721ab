"""What was acknowledged is there, whatever is killed meanwhile; what was typed is shown back."""

import os
import shutil
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from casework.postgres.server import Server
from tests.faults.citizens import Citizen, form_of
from tests.platform.test_run import Run, Runs, free_port, masters, postmaster, status
from tests.platform.waiting import until

WRITERS, LETTERS_AFTER = 4, 8


@pytest.fixture(scope="module")
def runs() -> Iterator[Runs]:
    var = Path("/tmp") / f"casework-faults-{os.getpid()}"
    var.mkdir(mode=0o755)
    runs = Runs(var)
    yield runs
    runs.end()
    shutil.rmtree(var, ignore_errors=True)


@pytest.fixture(scope="module")
def run(runs: Runs) -> Run:
    return runs.start(free_port())


def kept(runs: Runs, column: str = "number") -> list[str]:
    """Return what the database holds of all cases, asked as its superuser."""
    with closing(Server(runs.var).connect("casework")) as db, db.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM cases")
        return [row[0] for row in cursor.fetchall()]


def worker(runs: Runs) -> int:
    """Return one of the processes that answer."""
    master = masters(runs)[0]
    children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    return int(children[0])


def ready(run: Run) -> bool:
    return status(run.address) == 200


def write_on(address: str, name: str, told: list[str], enough: threading.Event) -> None:
    """Write letter after letter; keep the number of each that was acknowledged."""
    citizen, count = Citizen(address), 0
    while not enough.is_set():
        count += 1
        form = citizen.written(f"{name} {count}")
        if form and (number := citizen.send(form)):
            told.append(number)


@contextmanager
def writing(address: str) -> Iterator[list[str]]:
    """Have several citizens write for as long as the block lasts."""
    told: list[str] = []
    enough = threading.Event()
    with ThreadPoolExecutor(WRITERS) as pool:
        for name in range(WRITERS):
            pool.submit(write_on, address, f"writer {name}", told, enough)
        try:
            yield told
        finally:
            enough.set()


def test_nothing_that_was_acknowledged_is_lost(runs: Runs, run: Run) -> None:
    with writing(run.address) as told:
        assert until(lambda: len(told) >= LETTERS_AFTER)
        os.kill(worker(runs), signal.SIGKILL)
        before = len(told)
        assert until(lambda: len(told) >= before + LETTERS_AFTER)
        os.kill(postmaster(runs.var), signal.SIGKILL)
        before = len(told)
        assert until(lambda: ready(run) and len(told) >= before + LETTERS_AFTER, 40)
    numbers = kept(runs)
    assert set(told) <= set(numbers)
    assert len(numbers) == len(set(numbers))
    assert len(told) == len(set(told))


@contextmanager
def without_database(runs: Runs, run: Run) -> Iterator[None]:
    """Kill the database while nobody is there to start it again."""
    os.kill(run.process.pid, signal.SIGSTOP)
    try:
        os.kill(postmaster(runs.var), signal.SIGKILL)
        assert until(lambda: status(run.address) == 503)
        yield
    finally:
        os.kill(run.process.pid, signal.SIGCONT)


def test_without_its_database_the_system_keeps_what_was_typed_and_recovers_alone(
    runs: Runs, run: Run
) -> None:
    citizen = Citizen(run.address)
    form = citizen.written("写了很久的一封信")
    assert form is not None
    with without_database(runs, run):
        assert status(run.address, "healthz") == 200
        assert citizen.get("/answers").status == 503
        refused = citizen.post("/letters/send", form)
        assert refused.status == 503
        assert "写了很久的一封信" in refused.page.text
        assert "路灯三天不亮，请尽快修理。" in refused.page.text
        again = form_of(refused.page, "/letters/send")
    assert until(lambda: ready(run), 30)
    number = citizen.send(again)
    assert number in kept(runs)


def test_twenty_sendings_of_one_letter_at_once_are_one_case(runs: Runs, run: Run) -> None:
    assert until(lambda: ready(run), 30)
    citizen = Citizen(run.address)
    form = citizen.written("按了二十次")
    assert form is not None
    with ThreadPoolExecutor(20) as pool:
        numbers = set(pool.map(lambda _: Citizen(run.address, citizen.jar).send(form), range(20)))
    assert kept(runs, "subject").count("按了二十次") == 1
    assert len(numbers - {None}) == 1
