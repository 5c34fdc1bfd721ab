"""The whole system starts, mends itself, and stops without leaving anything behind."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from casework.installation.environment import random_key, random_key_ring, random_secret
from tests.platform.waiting import until

SECRETS = {
    "DEMO": "0",  # an empty system: filling the demo has tests of its own
    "SECRET_KEY": random_secret(),
    "DATA_KEYS": random_key_ring(),
    "HASH_KEY": random_key(),
}


@dataclass
class Run:
    """A `casework run` of a test, with all that it has said so far."""

    process: "subprocess.Popen[str]"
    lines: list[str] = field(default_factory=list)
    listener: threading.Thread = field(default_factory=threading.Thread)

    def listen(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as spoken:
            for line in spoken:
                self.lines.append(line.strip())

    @property
    def said(self) -> str:
        return "\n".join(self.lines)

    @property
    def address(self) -> str:
        line = next(line for line in self.lines if line.startswith("casework is up:"))
        return line.split()[-1]

    def is_up(self) -> bool:
        ended = self.process.poll() is not None
        return ended or any("Ctrl-C stops everything" in line for line in self.lines)


class Runs:
    """Starts systems in one data folder and ends them all."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.started: list[Run] = []

    def start(self, port: int | None) -> Run:
        environment = {"PATH": os.environ["PATH"], "VAR": str(self.var), **SECRETS}
        port_option = ["--port", str(port)] if port else []
        # A suite started under nohup ignores hangups, and its children would do as it does.
        hangups = ["env", "--default-signal=HUP"]
        process = subprocess.Popen(
            [*hangups, sys.executable, "-m", "casework", "run", *port_option],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        run = Run(process)
        run.listener = threading.Thread(target=run.listen)
        run.listener.start()
        self.started.append(run)
        assert until(run.is_up, 60), run.said
        return run

    def leftovers(self) -> list[int]:
        return [pid for pid in _pids() if str(self.var) in _environment(pid) + _arguments(pid)]

    def end(self) -> None:
        for run in self.started:
            if run.process.poll() is None:
                run.process.terminate()
            run.process.wait(40)
            run.listener.join(10)


def _pids() -> list[int]:
    return [int(entry) for entry in os.listdir("/proc") if entry.isdigit()]


def _read(path: str) -> str:
    try:
        return Path(path).read_bytes().decode("utf-8", "replace")
    except OSError:
        return ""


def _environment(pid: int) -> str:
    return _read(f"/proc/{pid}/environ")


def _arguments(pid: int) -> str:
    return _read(f"/proc/{pid}/cmdline")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def status(address: str, path: str = "readyz") -> int:
    try:
        with urllib.request.urlopen(address + path, timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code
    except OSError:
        return 0


def postmaster(var: Path) -> int:
    note = json.loads((var / "postgres.json").read_text())
    file = var / note["home"] / "data" / "postmaster.pid"
    return int(file.read_text(encoding="ascii").split("\n", 1)[0])


def masters(runs: Runs) -> list[int]:
    found = [pid for pid in runs.leftovers() if "gunicorn" in _arguments(pid)]
    return [min(found)] if found else []


@pytest.fixture
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runs]:
    var = Path("/tmp") / f"casework-run-{os.getpid()}-{tmp_path_factory.mktemp('n').name}"
    var.mkdir(mode=0o755)
    runs = Runs(var)
    yield runs
    runs.end()
    shutil.rmtree(var, ignore_errors=True)


@pytest.mark.parametrize("farewell", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_everything(runs: Runs, farewell: signal.Signals) -> None:
    run = runs.start(free_port())
    assert until(lambda: status(run.address) == 200)
    run.process.send_signal(farewell)
    assert run.process.wait(30) == 0
    assert runs.leftovers() == []
    assert not (runs.var / "running.json").exists()


def test_whatever_is_killed_comes_back(runs: Runs) -> None:
    run = runs.start(free_port())
    os.kill(masters(runs)[0], signal.SIGKILL)
    assert until(lambda: "The web server ended (signal 9)" in run.said)
    assert until(lambda: status(run.address) == 200)
    os.kill(postmaster(runs.var), signal.SIGKILL)
    assert until(lambda: "The database ended; starting it again." in run.said)
    assert until(lambda: status(run.address) == 200)


def test_after_a_kill_of_the_whole_the_next_start_simply_works(runs: Runs) -> None:
    port = free_port()
    first = runs.start(port)
    first.process.kill()
    first.process.wait()
    second = runs.start(port)
    assert until(lambda: status(second.address) == 200)
    assert second.address == first.address


def test_a_start_waits_for_one_that_is_just_ending(runs: Runs) -> None:
    first = runs.start(free_port())
    first.process.terminate()
    assert until(lambda: "Stopping ..." in first.said)
    second = runs.start(int(first.address.rstrip("/").rpartition(":")[2]))
    assert second.address == first.address


def test_a_second_start_shares_the_data_and_survives_the_first(runs: Runs) -> None:
    first = runs.start(free_port())
    second = runs.start(free_port())
    assert f"casework already runs in {runs.var} at {first.address.rstrip('/')}" in second.said
    assert second.address.rstrip("/").rpartition(":")[2] in second.said
    first.process.terminate()
    assert first.process.wait(30) == 0
    assert until(lambda: status(second.address) == 200)


def test_a_taken_port_ends_the_start_with_a_sentence(runs: Runs) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        run = runs.start(port)
        assert run.process.wait(20) == 1
    assert until(lambda: f"Port {port} is taken by another program" in run.said)
    assert "Traceback" not in run.said
