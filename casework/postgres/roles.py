"""The two logins of an installation: the owner migrates, the application reads and writes rows."""

from contextlib import closing
from dataclasses import dataclass

from psycopg2 import sql
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT, connection, cursor

from casework.postgres.server import Server

OWNER = "casework_owner"
APPLICATION = "casework_app"
DATABASE = "casework"


@dataclass(frozen=True, slots=True)
class Addresses:
    """How to reach one database as each of its logins."""

    owner: str
    application: str


def ready_database(server: Server, database: str = DATABASE, template: str = "") -> Addresses:
    """Make logins and database where they are missing, and return their addresses."""
    with server.locked(), closing(_autocommitting(server)) as db, db.cursor() as cursor:
        for login in (OWNER, APPLICATION):
            _ready_login(cursor, login, server.password(login))
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", (database,))
        if cursor.fetchone() is None:
            _create_database(cursor, database, template)
    return Addresses(server.url(OWNER, database), server.url(APPLICATION, database))


def _autocommitting(server: Server) -> connection:
    db = server.connect()
    db.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
    return db


def _ready_login(cursor: cursor, login: str, password: str) -> None:
    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (login,))
    if cursor.fetchone() is None:
        cursor.execute(
            sql.SQL("CREATE ROLE {} LOGIN PASSWORD %s").format(sql.Identifier(login)), (password,)
        )


def _create_database(cursor: cursor, database: str, template: str) -> None:
    names = {"database": sql.Identifier(database), "owner": sql.Identifier(OWNER)}
    create = sql.SQL("CREATE DATABASE {database} OWNER {owner}").format(**names)
    if template:
        create += sql.SQL(" TEMPLATE {}").format(sql.Identifier(template))
    cursor.execute(create)
    cursor.execute(sql.SQL("REVOKE ALL ON DATABASE {database} FROM PUBLIC").format(**names))
    cursor.execute(
        sql.SQL("GRANT CONNECT ON DATABASE {database} TO {application}").format(
            **names, application=sql.Identifier(APPLICATION)
        )
    )
