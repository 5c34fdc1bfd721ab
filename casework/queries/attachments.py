"""Which files of a case who may see: the staff by the rule of the case, the petitioner the own.

The names under which files came are sealed; they are opened here for those who may read them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ColumnElement, ScalarSelect, Select, and_, func, literal, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from casework.models import Appeal, Attachment, Case, FileKind, Origin, PublishedFile, Scan, User
from casework.models.attachments import (
    FROM_THE_PETITIONER,
    PICTURES,
    READABLE,
    TO_OR_FROM_THE_PETITIONER,
    TO_THE_PETITIONER,
)
from casework.sealing import Sealer, row_name
from casework.workflow.states import DECIDE_APPEALS, DEPARTMENT_ROLES, Role, State

IN_WORK = frozenset(
    {
        State.SUBMITTED,
        State.DISPATCHED,
        State.RETURNED,
        State.HANDLING,
        State.AWAITING_PETITIONER,
    }
)
"""While a case is in one of these, the files of its next reply are still a draft."""

Files = Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class FileLine:
    """A file as a list shows it. ``origin`` is None while its form has not been sent."""

    id: UUID
    kind: FileKind
    size: int
    name: str
    scan: Scan
    origin: Origin | None
    round: int
    public: bool
    added_at: datetime
    removed: bool
    by: str | None = None
    from_merged: bool = False

    @property
    def opens(self) -> bool:
        """Say whether there is something to read: it is there, and no virus is suspected."""
        return self.scan in READABLE and not self.removed

    @property
    def picture(self) -> bool:
        return self.kind in PICTURES


def name_row(file_id: object) -> str:
    """Return the row to which the name of a file is bound."""
    return row_name("attachments", file_id)


def opened_name(sealed: bytes, file_id: object, sealer: Sealer) -> str:
    """Return the name under which a file came."""
    return sealer.open_sealed(sealed, row=name_row(file_id))["name"]


def file_line(row: Attachment, sealer: Sealer) -> FileLine:
    """Return a file as a list shows it."""
    return FileLine(
        row.id,
        row.kind,
        row.size,
        opened_name(row.name_sealed, row.id, sealer),
        row.scan,
        row.origin,
        row.round,
        row.public,
        row.added_at,
        row.removed_at is not None,
    )


def listed_line(row: Mapping[str, Any], sealer: Sealer, *, nameless: bool = False) -> FileLine:
    """Return a file from a row of JSON; ``nameless`` hides what its name tells of its sender."""
    file_id, kind, origin = UUID(str(row["id"])), FileKind(row["kind"]), Origin(row["origin"])
    if nameless and origin in FROM_THE_PETITIONER:
        name = f"{file_id.hex[:6]}.{kind.value}"
    else:
        name = opened_name(bytes.fromhex(row["name_sealed"]), file_id, sealer)
    at = row["added_at"]
    return FileLine(
        file_id,
        kind,
        row["size"],
        name,
        Scan(row["scan"]),
        origin,
        row["round"],
        row["public"],
        at if isinstance(at, datetime) else datetime.fromisoformat(at),
        row["removed"],
        row.get("by"),
        bool(row.get("from_merged")),
    )


COLUMNS: tuple[Any, ...] = (
    Attachment.id,
    Attachment.kind,
    Attachment.size,
    func.encode(Attachment.name_sealed, "hex").label("name_sealed"),
    Attachment.scan,
    Attachment.origin,
    Attachment.round,
    Attachment.public,
    Attachment.added_at,
    Attachment.removed_at.is_not(None).label("removed"),
)


def files_on(case: Any, reader: Any) -> Files:
    """Return the files that ``reader``, who may see ``case``, finds on its page.

    ``case`` and ``reader`` may be stand-ins for both. What came with a letter that was merged
    into the case is among them, unless that letter is about the reader.
    """
    merged = Case.merged_into_id == case.id
    return (
        select(
            *COLUMNS,
            User.display_name.label("by"),
            merged.label("from_merged"),
            Case.unnamed,
        )
        .join(Case, Case.id == Attachment.case_id)
        .outerjoin(User, User.id == Attachment.added_by_id)
        .where(or_(and_(Case.id == case.id, _read_by(reader)), and_(merged, _may_follow(reader))))
        .order_by(Attachment.added_at, Attachment.position, Attachment.id)
    )


def _read_by(reader: Any) -> ColumnElement[bool]:
    """Leave the files of a reply that is still being written to the department that writes it.

    What proves an appeal is read by the unit that appealed and by those who decide.
    """
    draft = IN_WORK | {State.REVIEWING} if reader.role is Role.OPERATOR else IN_WORK
    given = or_(
        Attachment.origin.in_(FROM_THE_PETITIONER),
        Attachment.round < Case.round,
        Case.state.not_in(draft),
    )
    if reader.role in DECIDE_APPEALS:
        return or_(Attachment.origin == Origin.APPEAL, given)
    shared = and_(Attachment.origin != Origin.APPEAL, given)
    if reader.role in DEPARTMENT_ROLES:
        written = and_(
            Attachment.origin != Origin.APPEAL, Case.department_id == reader.department_id
        )
        return or_(shared, written, _appealed_with(reader))
    return shared


def _appealed_with(reader: Any) -> ColumnElement[bool]:
    return and_(
        Attachment.origin == Origin.APPEAL,
        select(Appeal.id)
        .where(
            Appeal.case_id == Attachment.case_id,
            Appeal.round == Attachment.round,
            Appeal.department_id == reader.department_id,
        )
        .exists(),
    )


def evidence_of(
    session: Session, case: Case, round_number: int, *, sealer: Sealer
) -> list[FileLine]:
    """Return the files that came with the appeal about a round of ``case``."""
    rows = session.scalars(
        select(Attachment)
        .where(
            Attachment.case_id == case.id,
            Attachment.origin == Origin.APPEAL,
            Attachment.round == round_number,
        )
        .order_by(Attachment.position)
    )
    return [file_line(row, sealer) for row in rows]


def _may_follow(reader: Any) -> ColumnElement[bool]:
    from_them = Attachment.origin.in_(FROM_THE_PETITIONER)
    not_about_them = Case.accused_user_id.is_distinct_from(reader.id)
    if reader.role in DEPARTMENT_ROLES:
        about_theirs = Case.accused_department_id.is_distinct_from(reader.department_id)
        return and_(from_them, not_about_them, about_theirs)
    return and_(from_them, not_about_them)


def file_of_case(
    session: Session, case: Case, reader: User, file_id: UUID, *, sealer: Sealer
) -> FileLine | None:
    """Return one file that stands on the page of ``case`` for ``reader``; None for any other."""
    found = session.execute(
        files_on(SimpleNamespace(id=case.id), reader).where(Attachment.id == file_id)
    ).one_or_none()
    return staff_line(dict(found._mapping), reader, sealer) if found is not None else None


def staff_line(row: Mapping[str, Any], reader: User, sealer: Sealer) -> FileLine:
    """Return a file for ``reader``; no department learns a name of whoever stays unnamed by it."""
    return listed_line(row, sealer, nameless=row["unnamed"] and reader.role in DEPARTMENT_ROLES)


def files_told(own_id: Any, last: Any) -> ScalarSelect[Any]:
    """Return, as JSON, the files of a petitioner's page: the own ones, and the answer's.

    ``last`` is the case that brings the answer, which may be another than the own one.
    """
    own = and_(Attachment.case_id == own_id, Attachment.origin.in_(FROM_THE_PETITIONER))
    given = or_(Attachment.round < last.round, last.completed_at.is_not(None))
    answer = and_(
        Attachment.case_id == last.id,
        Attachment.origin.in_(TO_THE_PETITIONER),
        Attachment.removed_at.is_(None),
        given,
    )
    cells = [cell for column in COLUMNS for cell in (literal(column.key), column)]
    listed = aggregate_order_by(
        func.json_build_object(*cells), Attachment.added_at, Attachment.position, Attachment.id
    )
    return (
        select(func.coalesce(func.json_agg(listed), literal("[]").cast(JSON)))
        .where(or_(own, answer))
        .correlate(last)
        .scalar_subquery()
    )


def reply_files(session: Session, case: Case, *, sealer: Sealer) -> list[FileLine]:
    """Return the files that go out with the reply that is being written now."""
    rows = session.scalars(
        select(Attachment)
        .where(
            Attachment.case_id == case.id,
            Attachment.origin.in_(TO_THE_PETITIONER),
            Attachment.round == case.round,
            Attachment.removed_at.is_(None),
        )
        .order_by(Attachment.added_at, Attachment.position)
    )
    return [file_line(row, sealer) for row in rows]


def pictures_of(session: Session, case: Case, *, sealer: Sealer) -> list[FileLine]:
    """Return the pictures of a case that could stand beside its public answer."""
    rows = session.scalars(
        select(Attachment)
        .where(
            Attachment.case_id == case.id,
            Attachment.origin.in_(TO_OR_FROM_THE_PETITIONER),
            Attachment.kind.in_(PICTURES),
            Attachment.scan.in_(READABLE),
            Attachment.removed_at.is_(None),
        )
        .order_by(Attachment.added_at, Attachment.position)
    )
    return [file_line(row, sealer) for row in rows]


def public_pictures(session: Session, case_id: int) -> list[tuple[int, FileKind]]:
    """Return the pictures beside a public answer, by their places; nothing else is known here."""
    rows = session.execute(
        select(PublishedFile.position, PublishedFile.kind)
        .where(PublishedFile.case_id == case_id)
        .order_by(PublishedFile.position)
    )
    return [(position, kind) for position, kind in rows]


def public_picture(session: Session, case_id: int, position: int) -> tuple[FileKind, bytes] | None:
    """Return one picture beside a public answer."""
    found = session.execute(
        select(PublishedFile.kind, PublishedFile.content).where(
            PublishedFile.case_id == case_id, PublishedFile.position == position
        )
    ).one_or_none()
    return (found.kind, bytes(found.content)) if found is not None else None
