"""Makes the application's connections: as the application role, quick to give up, never endless."""

from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import URL, make_url
from sqlalchemy.orm import Session, sessionmaker

APPLICATION_ROLE = "casework_app"
DRIVER = "postgresql+psycopg2"
CONNECT_SECONDS = 3
STATEMENT_SECONDS = 30
IDLE_SECONDS = 60


def normalised(address: str) -> URL:
    """Return ``address`` with our driver: postgres:// is not known, postgresql:// means another."""
    scheme, _, rest = address.partition("://")
    if scheme in {"postgres", "postgresql"}:
        address = f"{DRIVER}://{rest}"
    return make_url(address)


def application_engine(address: str, *, pool_size: int = 8) -> Engine:
    """Return an engine whose every connection acts as the application role.

    With one login for everything the role is taken on at connecting, so the rights of the
    application hold there too. The limits make a database that is gone or stuck a quick error.
    """
    url = normalised(address)
    if url.drivername != DRIVER:
        raise ValueError(f"casework needs PostgreSQL, not {url.drivername}")
    limits = {
        "role": APPLICATION_ROLE,
        "statement_timeout": f"{STATEMENT_SECONDS}s",
        "idle_in_transaction_session_timeout": f"{IDLE_SECONDS}s",
        "timezone": "UTC",
    }
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=4,
        pool_timeout=CONNECT_SECONDS,
        pool_recycle=1_800,
        pool_pre_ping=False,
        hide_parameters=True,
        connect_args={
            "connect_timeout": CONNECT_SECONDS,
            "application_name": "casework",
            "options": " ".join(f"-c {name}={value}" for name, value in limits.items()),
        },
    )


def session_factory(engine: Engine) -> sessionmaker[Session]:
    """Return sessions whose objects stay readable after the commit of a request."""
    return sessionmaker(engine, expire_on_commit=False)
