"""Takes in a category tree of up to three levels."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.language import N_
from casework.models import Category
from casework.services.registers.letters import Refused
from casework.services.registers.sheets import Row

HEADERS = {"一级分类": "first", "二级分类": "second", "三级分类": "third"}
REQUIRED = ("first",)
LEVELS = ("first", "second", "third")
LONGEST = 200
JOINT = " / "


@dataclass(slots=True)
class Outcome:
    """What became of the rows: nodes that were added, lines that stood there before."""

    added: int = 0
    present: int = 0
    refused: list[Refused] = field(default_factory=list)


def import_categories(session: Session, rows: Sequence[Row]) -> Outcome:
    """Add the branches that are missing; what is there stays as it is, however often called."""
    outcome = Outcome()
    known = {
        (row.parent_id, row.name): row
        for row in session.scalars(select(Category).order_by(Category.id))
    }
    for row in rows:
        names = [" ".join(row.text(level).split()) for level in LEVELS]
        if reason := _unfit(names):
            refused = Refused(row.number, JOINT.join(filter(None, names))[:64], reason, {})
            outcome.refused.append(refused)
        elif added := _add_branch(session, known, [name for name in names if name]):
            outcome.added += added
        else:
            outcome.present += 1
    session.flush()
    return outcome


def _unfit(names: Sequence[str]) -> str | None:
    filled = [bool(name) for name in names]
    if not filled[0] or filled != sorted(filled, reverse=True):
        return N_("A level is missing above this one.")
    if any(len(name) > LONGEST for name in names):
        return N_("The name is too long.")
    if any(not name.isprintable() for name in names):
        return N_("The name holds signs that cannot be shown.")
    return None


def _add_branch(
    session: Session, known: dict[tuple[int | None, str], Category], names: Sequence[str]
) -> int:
    parent: Category | None = None
    added = 0
    for level, name in enumerate(names, start=1):
        key = (parent.id if parent else None, name)
        if key not in known:
            path = f"{parent.path}{JOINT}{name}" if parent else name
            known[key] = Category(
                parent_id=key[0], level=level, name=name, path=path, position=len(known) + 1
            )
            session.add(known[key])
            session.flush()
            added += 1
        parent = known[key]
    return added
