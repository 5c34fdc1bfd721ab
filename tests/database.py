"""The cluster of a test run: one for all, a database for each worker, gone at the end."""

import shutil
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from casework.models.engine import normalised
from casework.postgres.migrations import upgrade
from casework.postgres.roles import Addresses, ready_database
from casework.postgres.server import Server
from casework.services.defaults import seed_defaults

TEMPLATE = "casework_template"

# A crash of the machine may cost a test run; waiting for the disk costs every test.
CARELESS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "max_connections": "200",
}


@dataclass
class Cluster:
    """A running cluster in a temporary folder, with a migrated database to copy."""

    server: Server

    def database(self, name: str) -> Addresses:
        """Return a database of this name: a fresh copy of the template the first time."""
        return ready_database(self.server, name, template=TEMPLATE)

    def empty_database(self, name: str) -> Addresses:
        """Return a database of this name without any migration."""
        return ready_database(self.server, name)

    def remove(self) -> None:
        self.server.stop()
        shutil.rmtree(self.server.var, ignore_errors=True)


def start_cluster() -> Cluster:
    folder = Path(tempfile.mkdtemp(prefix="casework-test-"))
    folder.chmod(0o755)
    server = Server(folder, settings=CARELESS)
    server.start()
    owner = ready_database(server, TEMPLATE).owner
    upgrade(owner)
    _fill_in_defaults(owner)
    return Cluster(server)


def _fill_in_defaults(owner: str) -> None:
    """Give the template the limits, reasons and calendar that every district starts with."""
    engine = create_engine(normalised(owner))
    with Session(engine) as session, session.begin():
        seed_defaults(session, at=datetime(2020, 1, 1, tzinfo=UTC))
    engine.dispose()


def joined_cluster(folder: str) -> Cluster:
    """Return the cluster that another process of the same run started."""
    return Cluster(Server(Path(folder), settings=CARELESS))
