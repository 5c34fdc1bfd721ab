"""Takes a register in: every letter goes through the workflow, at its own times."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from casework.language import N_
from casework.models import Case, Category, Department, DepartmentType, OutboxMessage
from casework.queries.rules import Rules
from casework.services import department, office, submission
from casework.services.actors import PETITIONER
from casework.services.registers.clerks import Clerks
from casework.services.registers.letters import Letter, Refused, read_letter
from casework.services.registers.sheets import BadRegister, Row
from casework.services.submission import Contact, Submission
from casework.workflow.states import Channel, Role

BATCH = 100
# Any number, always the same: one import at a time, so that no letter comes in twice.
LOCK = 7_404_011


@dataclass(slots=True)
class Outcome:
    """What became of the rows of a register."""

    answered: int = 0
    waiting: int = 0
    present: int = 0
    refused: list[Refused] = field(default_factory=list)
    unknown_categories: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Names:
    """What the words of a register mean here: departments and categories by name and code."""

    departments: dict[str, Department]
    categories: dict[str, int]
    chosen: Department | None
    office: Department | None


def sorted_rows(rows: Sequence[Row], *, now: datetime) -> tuple[list[Letter], list[Refused]]:
    """Return the letters of ``rows`` by their time, and the rows that are none with the reason."""
    letters: dict[str, Letter] = {}
    refused: list[Refused] = []
    for row in rows:
        read = read_letter(row, now=now)
        if isinstance(read, Refused):
            refused.append(read)
        elif read.number in letters:
            first = {"first": letters[read.number].row}
            reason = N_("The same number stands in row %(first)d already.")
            refused.append(Refused(read.row, read.number, reason, first))
        else:
            letters[read.number] = read
    return sorted(letters.values(), key=lambda letter: letter.received_at), refused


def names_known(session: Session, department_code: str | None) -> Names:
    """Return what is known here. Raises BadRegister for a department that is not."""
    units = session.scalars(select(Department).where(Department.closed_at.is_(None))).all()
    by_name = {name: unit for unit in units for name in (unit.code, unit.name)}
    if department_code is not None and department_code not in by_name:
        raise BadRegister(
            N_("There is no department with the code %(code)s."), code=department_code
        )
    categories = session.execute(
        select(Category.name, Category.id)
        .where(Category.closed_at.is_(None))
        .order_by(Category.level.desc(), Category.id.desc())
    )
    return Names(
        departments=by_name,
        categories={name: category_id for name, category_id in categories},
        chosen=by_name.get(department_code or ""),
        office=next((unit for unit in units if unit.type is DepartmentType.OFFICE), None),
    )


def check_owners(letters: Sequence[Letter], names: Names) -> list[Refused]:
    """Return the letters whose department is not known here.

    Raises BadRegister if there are replies and no department that could have given them.
    """
    if names.chosen is None and names.office is None and any(x.reply for x in letters):
        raise BadRegister(
            N_("There is no petition office yet. Name the department that gave the replies.")
        )
    return [
        Refused(
            letter.row,
            letter.number,
            N_("There is no department called %(name)s."),
            {"name": letter.department[:80]},
        )
        for letter in letters
        if letter.department and letter.department not in names.departments
    ]


def import_letters(
    session: Session,
    letters: Sequence[Letter],
    *,
    names: Names,
    at: datetime,
    rules: Rules,
    commit: Callable[[], None],
) -> Iterator[Outcome]:
    """Take ``letters`` in, and yield after each batch what has become of them so far.

    ``commit`` ends the transaction of a batch. A letter that is there already, by its number,
    is left alone. Nobody is told of anything: what a register holds has long been told.
    """
    outcome = Outcome()
    for start in range(0, len(letters), BATCH):
        batch = letters[start : start + BATCH]
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        present = set(
            session.scalars(
                select(Case.source_id).where(Case.source_id.in_([x.number for x in batch]))
            )
        )
        clerks = Clerks(session, at=at)
        cases = [
            _import_letter(session, letter, names, clerks, outcome, rules)
            for letter in batch
            if letter.number not in present
        ]
        _tell_nobody(session, cases, at=at)
        outcome.present += len(present)
        commit()
        session.expunge_all()
        yield outcome


def _import_letter(
    session: Session,
    letter: Letter,
    names: Names,
    clerks: Clerks,
    outcome: Outcome,
    rules: Rules,
) -> Case:
    category_id = names.categories.get(letter.category)
    if letter.category and category_id is None:
        seen = outcome.unknown_categories
        seen[letter.category] = seen.get(letter.category, 0) + 1
    case = submission.submit(
        session,
        Submission(
            channel=Channel.LETTER,
            kind=letter.kind,
            subject=letter.subject,
            body=letter.body,
            contacts=(Contact(name=letter.name),) if letter.name else (),
            category_id=category_id,
            source_id=letter.number,
        ),
        by=PETITIONER,
        at=letter.received_at,
        rules=rules,
    ).case
    lead = names.departments.get(letter.department) or names.chosen
    if letter.replied_at is not None:
        _answer(session, case, letter, letter.replied_at, lead or names.office, clerks, rules)
        outcome.answered += 1
    else:
        if lead is not None:
            _dispatch(session, case, letter, lead, clerks, rules)
        outcome.waiting += 1
    return case


def _dispatch(
    session: Session, case: Case, letter: Letter, lead: Department, clerks: Clerks, rules: Rules
) -> None:
    """Send the letter on at once: registers do not say when that was, only when it was written."""
    office.dispatch(
        session, case, lead=lead, by=clerks.of(Role.OFFICE), at=letter.received_at, rules=rules
    )


def _answer(
    session: Session,
    case: Case,
    letter: Letter,
    replied_at: datetime,
    lead: Department | None,
    clerks: Clerks,
    rules: Rules,
) -> None:
    if lead is None:
        raise BadRegister(
            N_("There is no petition office yet. Name the department that gave the replies.")
        )
    handler = clerks.of(Role.HANDLER, lead)
    _dispatch(session, case, letter, lead, clerks, rules)
    department.sign(session, case, by=handler, at=letter.received_at, rules=rules)
    department.draft(session, case, text=letter.reply, by=handler, at=replied_at, rules=rules)
    reviewer = clerks.of(Role.REVIEWER, lead)
    department.approve(session, case, by=reviewer, at=replied_at, rules=rules)
    office.forward(session, case, by=clerks.of(Role.OFFICE), at=replied_at, rules=rules)


def _tell_nobody(session: Session, cases: Sequence[Case], *, at: datetime) -> None:
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.case_id.in_([case.id for case in cases]))
        .values(done_at=at)
        .execution_options(synchronize_session=False)
    )
