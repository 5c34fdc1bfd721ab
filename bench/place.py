"""Where it is measured: a cluster of its own in a folder, one database for each size."""

import os
import secrets
import subprocess
import sys
import time
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from casework.postgres.migrations import upgrade
from casework.postgres.roles import Addresses, ready_database
from casework.postgres.secrets import kept_secret
from casework.postgres.server import Server

ROOT = Path(__file__).parents[1]
WORKERS = 2
START_LIMIT = 60.0


@dataclass(frozen=True, slots=True)
class Place:
    """A running cluster with the secrets that its databases were sealed with."""

    server: Server
    folder: Path

    def database(self, name: str) -> Addresses:
        """Return a migrated database of this name."""
        addresses = ready_database(self.server, name)
        upgrade(addresses.owner)
        return addresses

    def environment(self, addresses: Addresses, port: int) -> dict[str, str]:
        """Return what the processes that are measured find in their environment."""
        secret_folder = self.folder / "secrets"
        key = kept_secret(secret_folder, "key", lambda: b64encode(secrets.token_bytes(32)).decode())
        return {
            "DATABASE_URL": addresses.application,
            "DATABASE_OWNER_URL": addresses.owner,
            "SECRET_KEY": kept_secret(secret_folder, "secret", lambda: secrets.token_urlsafe(48)),
            "DATA_KEYS": f"1:{key}",
            "HASH_KEY": key,
            "VAR": str(self.folder / "var"),
            "DEMO": "1",
            "PUBLIC_URL": f"http://127.0.0.1:{port}",
            # The one machine that asks stands for many: each request names an address of its own.
            "PROXY_HOPS": "1",
            "LOG_LEVEL": "WARNING",
        }


@contextmanager
def place(folder: Path) -> Iterator[Place]:
    """Start the cluster in ``folder`` and stop it in the end."""
    folder.mkdir(parents=True, exist_ok=True)
    server = Server(folder / "cluster")
    (folder / "cluster").mkdir(exist_ok=True)
    server.start()
    try:
        yield Place(server, folder)
    finally:
        server.stop()


@contextmanager
def served(module: str, environment: dict[str, str], port: int) -> Iterator[int]:
    """Serve ``module`` as in production and give the id of the first process.

    Raises RuntimeError if the port is taken: the figures would be somebody else's.
    """
    if _answers(port):
        raise RuntimeError(f"something answers on port {port} already; choose another by --port")
    command = [sys.executable, "-m", "gunicorn", module, f"--bind=127.0.0.1:{port}"]
    command += [f"--workers={WORKERS}", "--config=python:casework.installation.gunicorn"]
    log = Path(environment["VAR"]).with_name(f"{module.partition(':')[0]}.log")
    with log.open("ab") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **environment}, stdout=output, stderr=output
        )
    try:
        _wait_for(port, process)
        yield process.pid
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_LIMIT
    while time.monotonic() < until and process.poll() is None:
        if _answers(port):
            return
        time.sleep(0.2)
    raise RuntimeError(f"nothing answers on port {port}; read the log beside the data")


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2):
            return True
    except OSError:
        return False
