"""The declarative base and the column types that every table shares."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Enum, Identity, MetaData, String
from sqlalchemy.orm import DeclarativeBase, mapped_column

# Constraint names that a migration can mention without guessing.
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

bigid = Annotated[int, mapped_column(BigInteger, Identity(always=True), primary_key=True)]
instant = Annotated[datetime, mapped_column(DateTime(timezone=True))]
code = Annotated[str, mapped_column(String(32))]
line = Annotated[str, mapped_column(String(200))]
note = Annotated[str, mapped_column(String(5_000))]
long_text = Annotated[str, mapped_column(String(20_000))]


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {
        StrEnum: Enum(
            StrEnum,
            native_enum=False,
            length=32,
            create_constraint=False,
            values_callable=lambda cls: [member.value for member in cls],
        ),
    }


def one_of(column: str, kind: type[StrEnum]) -> CheckConstraint:
    """Hold ``column`` to the values of ``kind`` in the database too.

    Written out, not left to ``Enum(create_constraint=True)``, which gives two columns of one
    kind the same constraint name.
    """
    values = ", ".join(f"'{member.value}'" for member in kind)
    return CheckConstraint(f"{column} IN ({values})", name=f"{column}_known")


def states_in(states: frozenset[StrEnum] | tuple[StrEnum, ...]) -> str:
    """Return the SQL list of ``states``, in a fixed order, for constraints and partial indexes."""
    return ", ".join(f"'{state}'" for state in sorted(state.value for state in states))
