"""Departments, categories and staff of the made-up district."""

from dataclasses import dataclass
from datetime import datetime
from random import Random

from sqlalchemy.orm import Session

from casework.demo.texts import district
from casework.models import Category, Department, DepartmentType, Setting, User
from casework.services.actors import Actor, staff
from casework.services.passwords import hash_password
from casework.workflow.states import Role

PASSWORD = "casework-demo-2026"
OFFICE_CODE = "OFFICE"
CENTRAL = (
    ("operator", Role.OPERATOR),
    ("operator2", Role.OPERATOR),
    ("office", Role.OFFICE),
    ("office2", Role.OFFICE),
    ("supervisor", Role.SUPERVISOR),
    ("leader", Role.LEADER),
    ("admin", Role.ADMINISTRATOR),
)


@dataclass(frozen=True, slots=True)
class District:
    """What stories need to find: units by code, categories by name, people by login."""

    units: dict[str, Department]
    categories: dict[str, Category]
    people: dict[str, User]

    @property
    def streets(self) -> list[Department]:
        return [unit for unit in self.units.values() if unit.type is DepartmentType.STREET]

    def actor(self, login: str) -> Actor:
        """Return the member of staff with this login as somebody who acts."""
        return staff(self.people[login])

    def handler(self, unit: Department) -> Actor:
        return self.actor(f"handler.{unit.code.lower()}")

    def reviewer(self, unit: Department) -> Actor:
        return self.actor(f"reviewer.{unit.code.lower()}")


def settle(session: Session, random: Random, *, at: datetime) -> District:
    """Add the district's name, units, categories and staff, all with the one demo password."""
    for name in ("name", "name_en"):
        value = district()["district"][name]
        session.add(Setting(name=f"district_{name}", value=value, changed_at=at))
    units = _units(session)
    categories = _categories(session)
    people = _people(session, random, units, at=at)
    return District(units, categories, people)


def _units(session: Session) -> dict[str, Department]:
    units = {
        row["code"]: Department(
            code=row["code"],
            name=row["name"],
            name_en=row["name_en"],
            type=DepartmentType(row.get("type", "department")),
            phone=f"0000-8800{position:03d}",
            position=position,
        )
        for position, row in enumerate(district()["departments"])
    }
    session.add_all(units.values())
    session.flush()
    return units


def _categories(session: Session) -> dict[str, Category]:
    found: dict[str, Category] = {}
    for position, (root, leaves) in enumerate(district()["categories"].items()):
        parent = _category(root, None, position)
        session.add(parent)
        session.flush()
        found[parent.name] = parent
        for place, leaf in enumerate(leaves):
            child = _category(leaf, parent, place)
            session.add(child)
            found[child.name] = child
    session.flush()
    return found


def _category(names: str, parent: Category | None, position: int) -> Category:
    name, _, name_en = names.partition("|")
    return Category(
        name=name,
        name_en=name_en,
        parent_id=parent.id if parent else None,
        level=2 if parent else 1,
        path=f"{parent.path} / {name}" if parent else name,
        position=position,
    )


def _people(
    session: Session, random: Random, units: dict[str, Department], *, at: datetime
) -> dict[str, User]:
    office = units[OFFICE_CODE]
    posts = [(login, role, None if role is Role.LEADER else office) for login, role in CENTRAL]
    for unit in units.values():
        if unit is not office:
            posts += [
                (f"{role.value}.{unit.code.lower()}", role, unit)
                for role in (Role.HANDLER, Role.REVIEWER)
            ]
    secret = hash_password(PASSWORD)
    names = district()["names"]
    people = {
        login: User(
            username=login,
            display_name=random.choice(names["surnames"]) + random.choice(names["given"]),
            role=role,
            department_id=unit.id if unit else None,
            email=f"{login}@yunxi.example",
            password_hash=secret,
            password_changed_at=at,
            created_at=at,
        )
        for login, role, unit in posts
    }
    session.add_all(people.values())
    session.flush()
    return people
