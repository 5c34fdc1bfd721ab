"""A hundred departments: each of the demo's departments gets twins that share its cases."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Department
from casework.models.people import DepartmentType

DEPARTMENTS = 100

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Twins:
    """The twin of every department in one of the shares; who has none stays itself."""

    ids: Mapping[int, int]
    codes: Mapping[str, str]

    def moved(self, row: Row) -> Row:
        """Return ``row`` with the twins' ids and, in the words of the log, their codes."""
        return {name: self._moved_value(name, value) for name, value in row.items()}

    def _moved_value(self, name: str, value: Any) -> Any:
        if name.endswith("department_id"):
            return self.ids.get(value, value)
        if name == "data" and value:
            return {key: self._told(key, told) for key, told in value.items()}
        return value

    def _told(self, key: str, value: Any) -> Any:
        match key:
            case "department":
                return self.ids.get(value, value)
            case "lead":
                return self.codes.get(value, value)
            case "co_handlers":
                return [self.codes.get(one, one) for one in value]
            case _:
                return value


class Shares:
    """Adds twins until there are DEPARTMENTS, and draws in whose share a copied case falls."""

    def __init__(self, session: Session, random: Random) -> None:
        self._random = random
        self._shares = [Twins({}, {}), *_twins(session)]

    def drawn(self) -> Twins:
        """Return the share of the next case; the first one changes nothing."""
        return self._random.choice(self._shares)


def _twins(session: Session) -> Iterator[Twins]:
    kind = Department.type == DepartmentType.DEPARTMENT
    units = session.scalars(select(Department).where(kind).order_by(Department.position)).all()
    missing = DEPARTMENTS - len(units)
    for place in count(2):
        if missing <= 0:
            return
        made = {one: _twin(one, place) for one in units[:missing]}
        session.add_all(made.values())
        session.flush()
        missing -= len(made)
        yield Twins(
            {one.id: twin.id for one, twin in made.items()},
            {one.code: twin.code for one, twin in made.items()},
        )


def _twin(unit: Department, place: int) -> Department:
    return Department(
        code=f"{unit.code}-{place}",
        name=f"{unit.name}（{place}）",
        name_en=f"{unit.name_en} ({place})",
        type=unit.type,
        phone=unit.phone,
        position=unit.position + 100 * place,
    )
