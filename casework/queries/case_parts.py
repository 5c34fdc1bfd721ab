"""The parts of a case's page as typed rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from casework.queries.attachments import FileLine
from casework.queries.reviews import Around
from casework.queries.supervision_case import LevelLine
from casework.workflow.clock import LedgerLine
from casework.workflow.states import Action, Clock, Entry, Role, State


@dataclass(frozen=True, slots=True)
class Named:
    """Something with a name in both languages, such as a department or a reason."""

    name: str
    name_en: str


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of the log as people read it; its hash is for the machine."""

    seq: int
    what: Action | Entry
    from_state: State | None
    to_state: State
    role: Role
    person: str | None
    department: Named | None
    at: datetime
    reason: Named | None
    note: str | None
    data: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Deadline:
    """One run of a clock with the lines that add up to its due date."""

    clock: Clock
    round: int
    started_at: datetime
    due_on: date
    first_due_on: date
    paused_on: date | None
    stopped_at: datetime | None
    outcome: str
    source: str
    lines: tuple[LedgerLine, ...]

    @property
    def runs(self) -> bool:
        return self.stopped_at is None


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to the petitioner, with the answer once there is one."""

    text: str
    asked_by: str | None
    asked_at: datetime
    answer: str
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the reply; the newest approved one is the answer.

    ``article_id`` is the guide that it rests on, ``article_open`` whether that is in force still.
    """

    number: int
    text: str
    basis: str
    author: str | None
    author_id: int | None
    written_at: datetime
    submitted_at: datetime | None
    approved_by: str | None
    approved_at: datetime | None
    article_id: int | None
    article_open: bool | None


@dataclass(frozen=True, slots=True)
class Part:
    """What a helping department, by its name, adds to the reply."""

    name: str
    name_en: str
    author: str | None
    written_at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Rated:
    """What the petitioner said of the answer of one round."""

    round: int
    satisfaction: int
    solved: bool
    truthful: bool | None
    comment: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Instruction:
    """What a leader wrote on the case, with the day by which an answer is wanted."""

    id: int
    text: str
    leader: str | None
    at: datetime
    due_on: date | None
    answer: str
    answered_by: str | None
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class AskedForTime:
    """A request for more time, with the decision once there is one."""

    days: int
    round: int
    reason: str
    asked_by: str | None
    asked_at: datetime
    for_leader: bool
    granted: bool | None
    decision: str
    decided_by: str | None
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class Joined:
    """Another case that was merged into this one, or that this one was merged into.

    ``readable`` says whether the reader may open it; whoever answers a case reads the letters
    that were merged into it, ``body``, here.
    """

    number: str
    subject: str
    body: str
    readable: bool


@dataclass(frozen=True, slots=True)
class Masked:
    """A petitioner as most people see them; ``joined`` came with a merged case."""

    name: str
    phone: str
    id_number: str
    address: str
    email: str
    joined: bool


@dataclass(frozen=True, slots=True)
class Helper:
    """A department that helps the lead."""

    id: int
    name: str
    name_en: str


@dataclass(slots=True)
class CaseView:
    """What stands on the page of a case beside its own row."""

    petitioners: list[Masked]
    clocks: list[Deadline]
    log: list[LogLine]
    log_goes_on: bool
    questions: list[Asked]
    versions: list[Version]
    parts: list[Part]
    ratings: list[Rated]
    instructions: list[Instruction]
    levels: list[LevelLine]
    extensions: list[AskedForTime]
    helpers: list[Helper]
    merged_in: list[Joined]
    merged_into: list[Joined]
    accused: list[Named]
    reviews: list[Around]
    files: list[FileLine]

    @property
    def answer(self) -> Version | None:
        """Return the version that was approved last; versions stand newest first."""
        return next((version for version in self.versions if version.approved_at), None)
