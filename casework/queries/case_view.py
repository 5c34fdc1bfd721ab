"""Everything that the page of one case shows, in three statements beside the case and its facts."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from types import SimpleNamespace
from typing import Any, Literal

from sqlalchemy import (
    JSON,
    BigInteger,
    BindParameter,
    ScalarSelect,
    Select,
    bindparam,
    func,
    literal,
    select,
)
from sqlalchemy.orm import Session, aliased

from casework.models import (
    Article,
    Case,
    CaseClock,
    CaseEvent,
    Department,
    Petitioner,
    Reason,
    Reply,
    User,
)
from casework.queries.attachments import files_on, staff_line
from casework.queries.case_annexes import co_handlers, parts, questions, ratings
from casework.queries.case_parts import (
    Asked,
    AskedForTime,
    CaseView,
    Deadline,
    Helper,
    Instruction,
    Joined,
    LogLine,
    Masked,
    Named,
    Part,
    Rated,
    Version,
)
from casework.queries.cases import seen_by
from casework.queries.extensions import extensions_on
from casework.queries.reviews import Around, reviews_on
from casework.queries.supervision_case import instructions_on, level_line, levels_on
from casework.sealing import (
    Sealer,
    mask_address,
    mask_email,
    mask_id,
    mask_name,
    mask_phone,
    row_name,
)
from casework.workflow.clock import LedgerLine
from casework.workflow.guides import ArticleState
from casework.workflow.states import DEPARTMENT_ROLES, Action, Entry, Role

LOG_LINES = 40
"""How many lines of the log stand on one page."""


FOR_THE_LEAD = frozenset({Action.INSTRUCT.value, Entry.ANSWER_INSTRUCTION.value})
"""Lines whose words are for the lead department and those above it."""

STEPS = frozenset(action.value for action in Action)
AnySelect = Select[*tuple[Any, ...]]
Versions = Literal["all", "submitted", "approved"]


def case_view(
    session: Session, case: Case, reader: User, sealer: Sealer, *, log_before: int | None = None
) -> CaseView:
    """Return what ``reader`` may see around ``case``, which the caller looked up as theirs.

    Three statements, however much has happened. ``log_before`` pages the log to older lines.
    """
    log = log_lines(session, case, reader, before=log_before)
    found = session.execute(
        _annexes(reader.role, _read_versions(case, reader)),
        {
            "case_id": case.id,
            "merged_into_id": case.merged_into_id,
            "accused_department_id": case.accused_department_id,
            "reader_id": reader.id,
            "reader_department_id": reader.department_id,
        },
    ).one()
    return CaseView(
        petitioners=[_opened(row, reader, sealer) for row in found.petitioners],
        clocks=deadlines(session, case),
        log=log[:LOG_LINES],
        log_goes_on=len(log) > LOG_LINES,
        questions=[Asked(**_timed(row)) for row in found.questions],
        versions=[Version(**_timed(row)) for row in found.versions],
        parts=[Part(**_timed(row)) for row in found.parts],
        ratings=[Rated(**_timed(row)) for row in found.ratings],
        instructions=[Instruction(**_timed(row)) for row in found.instructions]
        if reads_instructions(reader, case)
        else [],
        levels=[level_line(_timed(row)) for row in found.levels]
        if reads_instructions(reader, case)
        else [],
        extensions=[AskedForTime(**_timed(row)) for row in found.extensions]
        if reads_instructions(reader, case)
        else [],
        helpers=[Helper(**row) for row in found.helpers],
        merged_in=[Joined(**row) for row in found.merged_in],
        merged_into=[Joined(**row) for row in found.merged_into],
        accused=[Named(**row) for row in found.accused],
        reviews=[Around(**row) for row in found.reviews],
        files=[staff_line(row, reader, sealer) for row in found.files],
    )


def reads_instructions(reader: User, case: Case) -> bool:
    """Say whether a leader's instruction is for ``reader``: the lead department, or those above."""
    if reader.role in DEPARTMENT_ROLES:
        return reader.department_id == case.department_id
    return reader.role is not Role.OPERATOR


def log_lines(
    session: Session, case: Case, reader: User, *, before: int | None = None
) -> list[LogLine]:
    """Return the newest lines of the log before ``before``, one more than a page holds."""
    hidden = frozenset() if reads_instructions(reader, case) else FOR_THE_LEAD
    wanted = (
        select(CaseEvent, User.display_name, Department, Reason)
        .outerjoin(User, User.id == CaseEvent.actor_id)
        .outerjoin(Department, Department.id == User.department_id)
        .outerjoin(Reason, Reason.code == CaseEvent.reason_code)
        .where(CaseEvent.case_id == case.id)
        .order_by(CaseEvent.seq.desc())
        .limit(LOG_LINES + 1)
    )
    if before is not None:
        wanted = wanted.where(CaseEvent.seq < before)
    return [
        LogLine(
            event.seq,
            what_happened(event.action),
            event.from_state,
            event.to_state,
            event.actor_role,
            person,
            Named(unit.name, unit.name_en) if unit else None,
            event.at,
            Named(reason.text, reason.text_en) if reason else None,
            None if event.action in hidden else event.note,
            event.data,
        )
        for event, person, unit, reason in session.execute(wanted)
    ]


def what_happened(action: str) -> Action | Entry:
    """Return the member that a line of the log names."""
    return Action(action) if action in STEPS else Entry(action)


def deadlines(session: Session, case: Case) -> list[Deadline]:
    """Return every run of every clock, those that run first, each group by its due date."""
    found = session.scalars(
        select(CaseClock)
        .where(CaseClock.case_id == case.id)
        .order_by(CaseClock.stopped_at.is_not(None), CaseClock.due_on, CaseClock.id)
    )
    return [
        Deadline(
            row.clock,
            row.round,
            row.started_at,
            row.due_on,
            row.first_due_on,
            row.paused_on,
            row.stopped_at,
            row.outcome,
            str(row.inputs.get("source", "")),
            tuple(LedgerLine.from_json(line) for line in row.ledger),
        )
        for row in found
    ]


def reply_versions(session: Session, case: Case, reader: User) -> list[Version]:
    """Return the versions of the reply that ``reader`` may see, newest first."""
    wanted = _versions(case, _read_versions(case, reader))
    return [Version(**row._mapping) for row in session.execute(wanted)]


def _opened(row: Mapping[str, Any], reader: User, sealer: Sealer) -> Masked:
    """Return a petitioner's details masked; a department sees nothing of an unwanted name."""
    sealed, place = bytes.fromhex(row["sealed"]), row_name("petitioners", row["id"])
    plain = sealer.open_sealed(sealed, row=place)
    if row["unnamed"] and reader.role in DEPARTMENT_ROLES:
        plain = {**plain, "name": ""}
    return _masked(plain, joined=row["joined"])


def _masked(plain: Mapping[str, str], *, joined: bool) -> Masked:
    return Masked(
        name=mask_name(plain.get("name", "")),
        phone=mask_phone(plain.get("phone", "")),
        id_number=mask_id(plain.get("id_number", "")),
        address=mask_address(plain.get("address", "")),
        email=mask_email(plain.get("email", "")),
        joined=joined,
    )


def _given(name: str) -> BindParameter[int]:
    return bindparam(name, type_=BigInteger)


@cache
def _annexes(role: Role, which: Versions) -> AnySelect:
    """Return one statement that gathers the short lists around a case, each as JSON.

    It is built once for each kind of reader, with stand-ins for the case and the reader: putting
    it together takes longer than the database needs to answer it.
    """
    case: Any = SimpleNamespace(
        id=_given("case_id"),
        merged_into_id=_given("merged_into_id"),
        accused_department_id=_given("accused_department_id"),
    )
    reader: Any = SimpleNamespace(
        role=role, id=_given("reader_id"), department_id=_given("reader_department_id")
    )
    may_open = seen_by(reader).label("readable")
    lists: dict[str, AnySelect] = {
        "petitioners": _petitioners(case),
        "questions": questions(case),
        "versions": _versions(case, which),
        "parts": parts(case),
        "ratings": ratings(case),
        "instructions": instructions_on(case),
        "levels": levels_on(case),
        "extensions": extensions_on(case),
        "helpers": co_handlers(case),
        "files": files_on(case, reader),
        "merged_in": select(Case.number, Case.subject, Case.body, may_open)
        .where(Case.merged_into_id == case.id)
        .order_by(Case.id),
        "merged_into": select(Case.number, Case.subject, literal("").label("body"), may_open).where(
            Case.id == case.merged_into_id
        ),
        "reviews": reviews_on(case.id, may_open),
        "accused": select(Department.name, Department.name_en).where(
            Department.id == case.accused_department_id
        ),
    }
    return select(*(_as_list(wanted).label(name) for name, wanted in lists.items()))


def _petitioners(case: Case) -> AnySelect:
    brought = aliased(Case)
    return (
        select(
            Petitioner.id,
            func.encode(Petitioner.sealed, "hex").label("sealed"),
            Petitioner.from_case_id.is_not(None).label("joined"),
            brought.unnamed,
        )
        .join(brought, brought.id == Petitioner.own_case_id)
        .where(Petitioner.case_id == case.id)
        .order_by(Petitioner.from_case_id.nulls_first(), Petitioner.position, Petitioner.added_at)
    )


def _read_versions(case: Case, reader: User) -> Versions:
    """Say which versions of the reply ``reader`` may see.

    The lead department sees its drafts too; the others see what was handed in for review, and
    an operator, who speaks with the petitioner, what was approved.
    """
    if reader.role in DEPARTMENT_ROLES and reader.department_id == case.department_id:
        return "all"
    return "approved" if reader.role is Role.OPERATOR else "submitted"


def _versions(case: Case, which: Versions) -> AnySelect:
    """Return these versions of the reply, newest first."""
    author, approver = aliased(User), aliased(User)
    wanted = (
        select(
            Reply.version.label("number"),
            Reply.text,
            Reply.basis,
            author.display_name.label("author"),
            Reply.author_id,
            Reply.written_at,
            Reply.submitted_at,
            approver.display_name.label("approved_by"),
            Reply.approved_at,
            Reply.article_id,
            (Article.state == ArticleState.PUBLISHED).label("article_open"),
        )
        .outerjoin(Article, Article.id == Reply.article_id)
        .outerjoin(author, author.id == Reply.author_id)
        .outerjoin(approver, approver.id == Reply.approved_by_id)
        .where(Reply.case_id == case.id)
        .order_by(Reply.version.desc())
    )
    if which == "approved":
        return wanted.where(Reply.approved_at.is_not(None))
    return wanted.where(Reply.submitted_at.is_not(None)) if which == "submitted" else wanted


def _as_list(wanted: AnySelect) -> ScalarSelect[Any]:
    rows = wanted.subquery()
    listed = func.json_agg(func.row_to_json(rows.table_valued()))
    return select(func.coalesce(listed, literal("[]").cast(JSON))).scalar_subquery()


INSTANTS = frozenset(
    {
        "at",
        "asked_at",
        "answered_at",
        "written_at",
        "submitted_at",
        "approved_at",
        "explained_at",
        "decided_at",
        "lifted_at",
    }
)
DAYS = frozenset({"due_on", "explain_by"})


def _timed(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row of JSON with its instants and days as such."""
    return {name: _read(name, value) for name, value in row.items()}


def _read(name: str, value: Any) -> Any:
    if value and name in INSTANTS:
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if value and name in DAYS else value
