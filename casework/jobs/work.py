"""What a job is given."""

from dataclasses import dataclass

from sqlalchemy.orm import Session, sessionmaker

from casework.sealing import Sealer
from casework.services.attachments.scanning import Scanner


@dataclass(frozen=True, slots=True)
class Work:
    """The database and the secrets of the district; a job opens its own transactions."""

    sessions: sessionmaker[Session]
    sealer: Sealer
    scanner: Scanner | None = None
