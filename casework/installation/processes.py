"""Starts the processes of an installation and keeps them running until it is told to stop."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from casework.postgres.account import Account
from config import ROOT

STOP_LIMIT = 15.0
FIRST_DELAY = 0.5
LONGEST_DELAY = 30.0
STEADY = 60.0


@dataclass
class Process:
    """One child that is started again whenever it ends, more slowly each time it ends early."""

    name: str
    program: list[str]
    environment: Mapping[str, str]
    log: Path
    dies_with: signal.Signals = signal.SIGTERM
    keep_open: tuple[int, ...] = ()
    child: subprocess.Popen[bytes] | None = None
    restarts: int = 0
    _delay: float = FIRST_DELAY
    _started: float = 0.0
    _next: float = field(default=0.0)

    def start(self) -> None:
        """Start the child in its own session: Ctrl-C reaches us alone, and we end it in turn."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with open(self.log, "ab") as log:
            self.child = subprocess.Popen(
                Account().command(self.program, dies_with=self.dies_with),
                env=dict(self.environment),
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=self.keep_open,
            )
        self._started = time.monotonic()

    @property
    def running(self) -> bool:
        return self.child is not None and self.child.poll() is None

    def watch(self) -> str | None:
        """Start the child again when it has ended and its delay is over; say what was done."""
        if self.child is None or self.running:
            return None
        now = time.monotonic()
        if not self._next:
            steady = now - self._started > STEADY
            self._delay = FIRST_DELAY if steady else min(self._delay * 2, LONGEST_DELAY)
            self._next = now + self._delay
            return f"{self.name} ended ({self._end()}); starting it again. Its log: {self.log}"
        if now >= self._next:
            self._next = 0.0
            self.restarts += 1
            self.start()
        return None

    def _end(self) -> str:
        code = self.child.returncode if self.child else 0
        return f"signal {-code}" if code < 0 else f"exit code {code}"

    def stop(self) -> None:
        """Ask it to end what it has begun; after a while end it, with all that it started."""
        child, self.child = self.child, None
        if child is None or child.poll() is not None:
            return
        child.terminate()
        try:
            child.wait(STOP_LIMIT)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def web(environment: Mapping[str, str], log: Path, socket: int, workers: int) -> Process:
    """Return the web server on a socket that is already listening."""
    program = [sys.executable, "-m", "gunicorn", "wsgi:app", f"--bind=fd://{socket}"]
    return Process(
        "The web server",
        program + gunicorn_options(workers),
        environment,
        log,
        dies_with=signal.SIGINT,
        keep_open=(socket,),
    )


def jobs(environment: Mapping[str, str], log: Path) -> Process:
    program = [sys.executable, "-m", "casework", "jobs", "run"]
    return Process("The jobs process", program, environment, log)


def gunicorn_options(workers: int) -> list[str]:
    return [f"--workers={workers}", "--config=python:casework.installation.gunicorn"]
