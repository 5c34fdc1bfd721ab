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
from casework.services.petitioners import Contact
from casework.services.registers.clerks import Clerks
from casework.services.registers.letters import Letter, Refused, read_letter
from casework.services.registers.sheets import BadRegister, Row
from casework.services.submission import Submission
from casework.workflow.states import Channel, Role

BATCH = 100
# Any number, always the same: one import at a time, so that no letter comes in twice.
LOCK = 7_404_011
_NO_OFFICE = N_("There is no petition office yet. Name the department that gave the replies.")


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
        raise BadRegister(_NO_OFFICE)
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
        taking = _Taking(session, names, Clerks(session, at=at), rules)
        cases = taking.take_in([x for x in batch if x.number not in present], outcome)
        _tell_nobody(session, cases, at=at)
        outcome.present += len(present)
        commit()
        session.expunge_all()
        yield outcome


@dataclass(frozen=True, slots=True)
class _Taking:
    """How the letters of one batch are taken in: all of them one step, then all the next.

    The database is written once a step for the whole batch, which takes a third of the time
    that it takes letter by letter. No letter looks at another, so their order cannot matter.
    """

    session: Session
    names: Names
    clerks: Clerks
    rules: Rules

    def take_in(self, letters: Sequence[Letter], outcome: Outcome) -> list[Case]:
        """Return the new cases, each as far on as its line in the register says."""
        with self.session.no_autoflush:
            opened = [(letter, self._opened(letter, outcome)) for letter in letters]
            self.session.flush()
            sent = [
                (letter, case, lead)
                for letter, case in opened
                if (lead := self._lead(letter)) is not None
            ]
            answered = [one for one in sent if one[0].replied_at is not None]
            self._each(self._dispatch, sent)
            for step in (self._sign, self._draft, self._approve, self._forward):
                self._each(step, answered)
        outcome.answered += len(answered)
        outcome.waiting += len(opened) - len(answered)
        return [case for _, case in opened]

    def _each(
        self,
        step: Callable[[Letter, Case, Department], None],
        cases: Sequence[tuple[Letter, Case, Department]],
    ) -> None:
        for letter, case, lead in cases:
            step(letter, case, lead)
        self.session.flush()

    def _opened(self, letter: Letter, outcome: Outcome) -> Case:
        category_id = self.names.categories.get(letter.category)
        if letter.category and category_id is None:
            seen = outcome.unknown_categories
            seen[letter.category] = seen.get(letter.category, 0) + 1
        read = Submission(
            channel=Channel.LETTER,
            kind=letter.kind,
            subject=letter.subject,
            body=letter.body,
            contacts=(Contact(name=letter.name),) if letter.name else (),
            category_id=category_id,
            source_id=letter.number,
        )
        return submission.open_case(
            self.session, read, by=PETITIONER, at=letter.received_at, rules=self.rules
        ).case

    def _lead(self, letter: Letter) -> Department | None:
        lead = self.names.departments.get(letter.department) or self.names.chosen
        if lead is None and letter.replied_at is not None:
            lead = self.names.office
            if lead is None:
                raise BadRegister(_NO_OFFICE)
        return lead

    def _dispatch(self, letter: Letter, case: Case, lead: Department) -> None:
        """Send it on at once: registers do not say when that was, only when it was written."""
        by = self.clerks.of(Role.OFFICE)
        office.dispatch(
            self.session, case, lead=lead, by=by, at=letter.received_at, rules=self.rules
        )

    def _sign(self, letter: Letter, case: Case, lead: Department) -> None:
        by = self.clerks.of(Role.HANDLER, lead)
        department.sign(self.session, case, by=by, at=letter.received_at, rules=self.rules)

    def _draft(self, letter: Letter, case: Case, lead: Department) -> None:
        by, at = self.clerks.of(Role.HANDLER, lead), _replied_at(letter)
        department.draft(self.session, case, text=letter.reply, by=by, at=at, rules=self.rules)

    def _approve(self, letter: Letter, case: Case, lead: Department) -> None:
        by, at = self.clerks.of(Role.REVIEWER, lead), _replied_at(letter)
        department.approve(self.session, case, by=by, at=at, rules=self.rules)

    def _forward(self, letter: Letter, case: Case, lead: Department) -> None:
        by, at = self.clerks.of(Role.OFFICE), _replied_at(letter)
        office.forward(self.session, case, by=by, at=at, rules=self.rules)


def _replied_at(letter: Letter) -> datetime:
    if letter.replied_at is None:
        raise ValueError("A letter without a reply has no time of its reply.")
    return letter.replied_at


def _tell_nobody(session: Session, cases: Sequence[Case], *, at: datetime) -> None:
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.case_id.in_([case.id for case in cases]))
        .values(done_at=at)
        .execution_options(synchronize_session=False)
    )
