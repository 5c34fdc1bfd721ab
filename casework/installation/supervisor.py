"""Runs a whole installation in one terminal: database, web, jobs, in this order and back."""

import contextlib
import http.client
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from casework.installation import processes
from casework.installation.environment import completed
from casework.installation.ports import listen
from casework.installation.prepared import is_prepared, note_prepared
from casework.installation.state import RunState
from casework.postgres.places import make_var
from casework.postgres.roles import DATABASE, ready_database
from casework.postgres.server import Server
from config import ROOT

ANSWER_LIMIT = 60.0
PREDECESSOR_LIMIT = 10.0
ENDING_LIMIT = 40.0
PULSE = 0.3
WORKERS = 2


class StartFailed(Exception):
    """A part did not come up; the message holds the end of its log."""


class Stopped(Exception):
    """Somebody asked to stop while the start was still going on."""


@dataclass
class Supervisor:
    """Everything that one `make run` starts. ``say`` prints a line for the person who did."""

    var: Path
    say: Callable[[str], None]
    host: str = "127.0.0.1"
    port: int | None = None
    children: list[processes.Process] = field(default_factory=list)
    address: str = ""
    alone: bool = True
    _stop: threading.Event = field(default_factory=threading.Event)

    def run(self, announce: Callable[[], None]) -> None:
        """Start everything, call ``announce``, and stay until a signal asks to stop."""
        self._listen_for_signals()
        make_var(self.var)
        state, server = RunState(self.var), Server(self.var)
        try:
            self.alone = self._take(state)
            listener = self._listen(state)
            self._start(server, listener, state)
            announce()
            self._watch(server)
        except Stopped:
            self.say("Stopped before everything was up.")
        finally:
            state.ending()
            self._end(server)
            state.end()

    def _take(self, state: RunState) -> bool:
        """Become the one who runs this folder; wait for one who is just going."""
        deadline = time.monotonic() + ENDING_LIMIT
        while not state.take():
            if "ending" not in state.noted() or time.monotonic() > deadline:
                return False
            self._unless_stopped()
            self._stop.wait(0.1)
        return True

    def _listen_for_signals(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if number is signal.SIGHUP and not self._ends_with_terminal():
                continue
            signal.signal(number, lambda *_: self._stop.set())

    @staticmethod
    def _ends_with_terminal() -> bool:
        """Tell whether a closed terminal is meant to stop us: not when nohup took it away."""
        return signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN or sys.stdin.isatty()

    def _listen(self, state: RunState) -> socket.socket:
        last = state.noted().get("address", "")
        killed = self.alone and bool(last)
        if not self.alone:
            self.say(f"casework already runs in {self.var}" + (f" at {last}." if last else "."))
        listener = listen(self.host, self.port, patience=PREDECESSOR_LIMIT if killed else 0)
        port = listener.getsockname()[1]
        self.address = f"http://{self.host}:{port}"
        if not self.alone:
            self.say(f"This is a second one on the same data, on port {port}.")
        elif self.port is None and port != 8000:
            self.say(f"Port 8000 is taken by another program; this one takes port {port}.")
        return listener

    def _start(self, server: Server, listener: socket.socket, state: RunState) -> None:
        self.say("Starting the database ...")
        server.start()
        environment = completed(self._given(), self.var, ready_database(server))
        self._unless_stopped()
        if not is_prepared(server, DATABASE):
            self.say("Preparing the tables; the first time with a made-up district ...")
            self._prepare(environment)
            note_prepared(server, DATABASE)
        self._unless_stopped()
        logs = self.var / "logs"
        web = processes.web(environment, logs / "web.log", listener.fileno(), WORKERS)
        self.children = [web, processes.jobs(environment, logs / "jobs.log")]
        for child in self.children:
            child.start()
        self._await_answer(web)
        if self.alone:
            state.note(self.address)

    def _given(self) -> Mapping[str, str]:
        return {"PUBLIC_URL": self.address, "PATH": os.defpath, **os.environ}

    def _unless_stopped(self) -> None:
        if self._stop.is_set():
            raise Stopped

    def _prepare(self, environment: Mapping[str, str]) -> None:
        """Migrate and fill in a process of its own, so that its memory is given back."""
        child = subprocess.Popen(
            [sys.executable, "-m", "casework", "prepare"],
            env=dict(environment),
            cwd=ROOT,
            start_new_session=True,
        )
        while child.poll() is None:
            if self._stop.wait(0.02):
                child.terminate()
                child.wait()
                raise Stopped
        if child.returncode != 0:
            raise StartFailed("The database could not be prepared; the lines above say why.")

    def _await_answer(self, web: processes.Process) -> None:
        deadline = time.monotonic() + ANSWER_LIMIT
        while time.monotonic() < deadline:
            self._unless_stopped()
            if not web.running:
                break
            if self._answers():
                return
            self._stop.wait(0.05)
        tail = web.log.read_text(encoding="utf-8", errors="replace").splitlines()[-40:]
        raise StartFailed("\n".join(["The pages did not come up:", *tail, f"All of it: {web.log}"]))

    def _answers(self) -> bool:
        host, _, port = self.address.removeprefix("http://").rpartition(":")
        connection = http.client.HTTPConnection(host, int(port), timeout=2)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status < 500
        except OSError:
            return False
        finally:
            connection.close()

    def _watch(self, server: Server) -> None:
        terminal = Terminal()
        while not self._stop.wait(PULSE) and not terminal.closed():
            for child in self.children:
                if line := child.watch():
                    self.say(line)
            if not server.running:
                self.say("The database ended; starting it again.")
                server.start()

    def _end(self, server: Server) -> None:
        self.say("Stopping ...")
        for child in self.children:
            child.stop()
        server.stop()
        self.say("Stopped.")


class Terminal:
    """The terminal that we were started in, if it was one.

    A closed terminal signals only the leader of its session, and `make` as the leader waits for us
    without passing the signal on; so we look ourselves.
    """

    def __init__(self) -> None:
        self._poll = select.poll()
        if sys.stdin.isatty():
            self._poll.register(sys.stdin.fileno(), 0)

    def closed(self) -> bool:
        return bool(self._poll.poll(0))


def speak(line: str) -> None:
    """Print a line. A terminal that was closed must not keep the rest from being stopped."""
    with contextlib.suppress(OSError):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
