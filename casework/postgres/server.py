"""Starts, watches and stops one embedded PostgreSQL cluster."""

import fcntl
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg2

from casework.postgres.account import Account, server_account
from casework.postgres.binaries import find_binaries, reachable
from casework.postgres.places import Places, choose_places, make_var
from casework.postgres.secrets import kept_secret

START_LIMIT = 30.0
STOP_LIMIT = 30.0
LARGEST_LOG = 10_000_000
PORT = 5432
SUPERUSER = "casework_superuser"

# A small server shared with the web processes. Statements and row values stay out of the log,
# which would otherwise repeat what a petitioner wrote whenever a statement fails.
SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "80",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "random_page_cost": "1.1",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "password_encryption": "scram-sha-256",
}


class ServerFailed(Exception):
    """The database server could not be started; the message says where its log is."""


@dataclass
class Server:
    """One cluster in one folder. ``process`` is None while another process runs it."""

    var: Path
    settings: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    account: Account = field(default_factory=server_account)
    _places: Places | None = None
    _binaries: Path | None = None

    @property
    def places(self) -> Places:
        if self._places is None:
            self._places = choose_places(self.var, self.account)
        return self._places

    @property
    def binaries(self) -> Path:
        if self._binaries is None:
            self._binaries = reachable(find_binaries(), self.account, self.places.home)
        return self._binaries

    @property
    def secrets(self) -> Path:
        return self.var / "secrets"

    def password(self, login: str) -> str:
        return kept_secret(self.secrets, login)

    def url(self, login: str, database: str) -> str:
        """Return the address of ``database`` for ``login``, password included."""
        password = self.password(login)
        socket = self.places.socket
        return f"postgresql+psycopg2://{login}:{password}@:{PORT}/{database}?host={socket}"

    def connect(self, database: str = "postgres") -> psycopg2.extensions.connection:
        """Connect as the cluster's superuser, over the socket only."""
        return psycopg2.connect(
            host=str(self.places.socket),
            port=PORT,
            dbname=database,
            user=SUPERUSER,
            password=self.password(SUPERUSER),
            connect_timeout=3,
        )

    def alive(self) -> bool:
        try:
            self.connect().close()
        except psycopg2.OperationalError:
            return False
        return True

    @property
    def running(self) -> bool:
        """Tell cheaply whether the cluster runs, whoever started it."""
        if self.process is not None:
            return self.process.poll() is None
        return self._postmaster() is not None

    def start(self) -> None:
        """Start the cluster, or join it when another process of this folder already runs it.

        To be called from a thread that stays: the server ends with the thread that started it.
        """
        make_var(self.var)
        with self.locked():
            self._initialise()
            if not self.alive():
                self._launch()

    def stop(self) -> None:
        """Stop the cluster if it is ours: open transactions are rolled back, nothing is lost."""
        process, self.process = self.process, None
        if process is None or process.poll() is not None:
            return
        for last_word in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            process.send_signal(last_word)
            try:
                process.wait(STOP_LIMIT)
            except subprocess.TimeoutExpired:
                continue
            return

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other processes of this folder from starting or setting up at the same moment."""
        with open(self.var / "postgres.lock", "w", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _initialise(self) -> None:
        data = self.places.data
        if (data / "PG_VERSION").exists():
            return
        fresh = data.with_name("data.new")
        shutil.rmtree(fresh, ignore_errors=True)
        word = self.places.home / "password"
        word.write_text(self.password(SUPERUSER), encoding="utf-8")
        word.chmod(0o600)
        self.account.own(word)
        try:
            self._run_initdb(fresh, word)
        finally:
            word.unlink()
        shutil.rmtree(data, ignore_errors=True)
        fresh.rename(data)

    def _run_initdb(self, data: Path, password_file: Path) -> None:
        program = [str(self.binaries / "initdb"), "-D", str(data), "-U", SUPERUSER]
        program += ["--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions"]
        program += ["--auth=scram-sha-256", f"--pwfile={password_file}"]
        if self.settings.get("fsync") == "off":
            program.append("--no-sync")
        done = subprocess.run(
            self.account.command(program),
            cwd="/",
            env=_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
        if done.returncode != 0:
            raise ServerFailed(f"The database could not be created in {data}:\n{done.stderr}")

    def _launch(self) -> None:
        """Try for a while: what is left of a killed server needs a moment to go away."""
        deadline = time.monotonic() + START_LIMIT
        self._keep_log_small()
        while time.monotonic() < deadline:
            if self.process is None or self.process.poll() is not None:
                self._forget_dead_postmaster()
                self.process = self._spawn()
            if self.alive():
                return
            time.sleep(0.05)
        self.stop()
        raise ServerFailed(
            f"The database did not start in {START_LIMIT:.0f} seconds; "
            f"{self.places.log} says why:\n{_last_lines(self.places.log)}"
        )

    def _spawn(self) -> subprocess.Popen[bytes]:
        options = {**SETTINGS, **self.settings}
        options["unix_socket_directories"] = str(self.places.socket)
        program = [str(self.binaries / "postgres"), "-D", str(self.places.data), "-p", str(PORT)]
        for name, value in options.items():
            program += ["-c", f"{name}={value}"]
        with open(self.places.log, "ab") as log:
            return subprocess.Popen(
                self.account.command(program, dies_with=signal.SIGINT),
                cwd="/",
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _forget_dead_postmaster(self) -> None:
        """Remove a pid file whose number belongs to some other program by now.

        PostgreSQL sees through a number that nobody has, but refuses to start when the same user
        runs anything under it, as happens in a container that was started again.
        """
        if self._postmaster() is None:
            (self.places.data / "postmaster.pid").unlink(missing_ok=True)

    def _postmaster(self) -> int | None:
        """Return the number in the pid file if a program with our data folder has it."""
        data = self.places.data
        try:
            pid = int((data / "postmaster.pid").read_text(encoding="ascii").split("\n", 1)[0])
            folder = os.readlink(f"/proc/{pid}/cwd")
        except (OSError, ValueError):
            return None
        return pid if folder == str(data.resolve()) else None

    def _keep_log_small(self) -> None:
        log = self.places.log
        if log.exists() and log.stat().st_size > LARGEST_LOG:
            log.replace(log.with_suffix(".log.1"))


def _environment() -> dict[str, str]:
    """Start from nothing: PGDATA, PGOPTIONS and the like of the caller are not meant for us."""
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def _last_lines(log: Path, count: int = 5) -> str:
    if not log.exists():
        return ""
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-count:])
