"""What a petitioner sees of the own case: where it stands, its stages, questions and answer.

Names of staff, internal notes and other petitioners' letters are never read here. Whoever calls
has proved with number and access code that the case is the reader's (``case_to_open``).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Row,
    Select,
    bindparam,
    case,
    func,
    select,
    true,
)
from sqlalchemy.orm import Session, aliased

from casework.models import (
    Case,
    CaseEvent,
    Erasure,
    Publication,
    PublicationState,
    Question,
    Rating,
    Reason,
    RedoRequest,
    Reply,
)
from casework.queries.attachments import FileLine, files_told, listed_line
from casework.queries.petitioner_dates import extended_because, moved_by, reply_clock
from casework.queries.petitioner_opinions import (
    ASKED,
    OPINIONS,
    RATED,
    Rated,
    RedoAsked,
    rated,
    redo_asked,
)
from casework.queries.reviews import Linked, linked, stages_of
from casework.sealing import Sealer
from casework.workflow.calendar import WorkCalendar
from casework.workflow.clock import LedgerLine
from casework.workflow.reviews import last_day, stage_after
from casework.workflow.states import (
    COMPLETE,
    ENDED_OTHERWISE,
    RUNNING,
    Action,
    Channel,
    Kind,
    Role,
    State,
)
from casework.workflow.table import TABLE

ANSWERING = (Action.FORWARD.value, Action.ANSWER_NOW.value)
TOLD = frozenset(
    {
        Action.SUBMIT,
        Action.ASK_REVIEW,
        Action.ANSWER_NOW,
        Action.DISPATCH,
        Action.DECLINE,
        Action.RECALL,
        Action.MERGE,
        Action.SIGN,
        Action.SEND_BACK,
        Action.UPHOLD,
        Action.ASK_PETITIONER,
        Action.SUPPLY,
        Action.DRAFT,
        Action.APPROVE,
        Action.REWORK,
        Action.FORWARD,
        Action.PUBLISH,
        Action.CORRECT,
        Action.WITHHOLD,
        Action.UNPUBLISH,
        Action.REDO,
        Action.WITHDRAW,
    }
)
"""The steps that a petitioner is shown; a leader's instruction and a redraft stay inside."""

ENDINGS = frozenset({Action.DECLINE, Action.MERGE, Action.WITHDRAW})

WRITTEN_TO_THEM = (Action.DECLINE.value,)
"""The only steps whose note was written for the petitioner to read."""


@dataclass(frozen=True, slots=True)
class Lock:
    """What proves that somebody may open a case."""

    case_id: int
    ref: str
    access_hash: bytes


@dataclass(frozen=True, slots=True)
class Stage:
    """One step as it is told to the petitioner; ``lead`` is the code of the unit it went to."""

    action: Action
    by: Role
    at: datetime
    lead: str | None
    reason: str | None
    reason_en: str | None
    note: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of the department and what was answered."""

    text: str
    asked_at: datetime
    answer: str
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the case stands that brings the answer: the own one, or the one it was merged into."""

    state: State
    department_id: int | None
    due_on: date | None
    promised_on: date | None
    first_promised_on: date | None
    completed_at: datetime | None
    completed_on: date | None
    moved_by: tuple[LedgerLine, ...]
    extended_because: str | None
    reckoned_on: str | None
    reply: str | None
    basis: str | None
    on_the_spot: bool

    @property
    def answered(self) -> bool:
        return self.state in COMPLETE

    @property
    def is_running(self) -> bool:
        return self.state in RUNNING


@dataclass(frozen=True, slots=True)
class OwnCase:
    """Everything on the petitioner's page. ``now`` is where the answer comes from."""

    id: int
    number: str
    access_hash: bytes
    channel: Channel
    kind: Kind
    state: State
    subject: str
    body: str
    place: str
    speaks_for: int | None
    street_id: int | None
    received_at: datetime
    consent: bool
    now: Standing
    publication: PublicationState | None
    rated: Rated | None
    redo: RedoAsked | None
    matter: list[Linked]
    stages: list[Stage]
    questions: list[Asked]
    files: list[FileLine]
    erased_at: datetime | None = None

    @property
    def open_question(self) -> Asked | None:
        """The question that waits for an answer, if there is one."""
        return next((one for one in self.questions if one.answered_at is None), None)

    @property
    def ending(self) -> Stage | None:
        """The step that ended the case without an answer of its own, if one did."""
        if self.state not in ENDED_OTHERWISE:
            return None
        return next((one for one in self.stages if one.action in ENDINGS), None)

    def may(self, action: Action) -> bool:
        """Say whether the petitioner could take ``action`` now, as the table of steps says."""
        return any(
            row.action is action and self.state in row.sources and Role.PETITIONER in row.by
            for row in TABLE
        )

    def review_until(self, calendar: WorkCalendar) -> date | None:
        """Return the last day to ask for a review of the answer; None where none can be asked."""
        if self.erased_at is not None:
            return None
        next_stage = stage_after(self.channel)
        asked = any(stage.channel is next_stage for stage in self.matter)
        if next_stage is None or asked or not self.now.answered or self.now.on_the_spot:
            return None
        return last_day(self.now.completed_on, calendar) if self.now.completed_on else None

    def rate_until(self, window_days: int) -> date | None:
        """Return the last day on which the answer can be rated; None where there is none."""
        if self.state not in COMPLETE or self.now.completed_on is None or self.erased_at:
            return None
        return self.now.completed_on + timedelta(days=window_days)


def case_to_open(session: Session, number: str) -> Lock | None:
    """Return what opens the case of ``number``; the caller treats None like a wrong code."""
    found = session.execute(
        select(Case.id, Case.ref, Case.access_hash).where(Case.number == number)
    ).one_or_none()
    return Lock(found.id, str(found.ref), bytes(found.access_hash)) if found else None


def own_case(session: Session, case_id: int, *, sealer: Sealer) -> OwnCase | None:
    """Return the petitioner's page in three statements, however much has happened."""
    found = session.execute(_standing(), {"own_id": case_id}).one_or_none()
    if found is None:
        return None
    own = found.Case
    return OwnCase(
        own.id,
        own.number,
        bytes(own.access_hash),
        own.channel,
        own.kind,
        own.state,
        own.subject,
        own.body,
        own.place,
        own.speaks_for,
        own.street_id,
        own.received_at,
        own.consent,
        _now(found),
        found.publication,
        rated(found),
        redo_asked(found),
        linked(found.matter),
        _stages(session, case_id),
        _questions(session, case_id),
        [listed_line(row, sealer) for row in found.files],
        found.erased_at,
    )


def _now(found: Row[Any]) -> Standing:
    return Standing(
        found.state,
        found.department_id,
        found.due_on,
        found.promised_on,
        found.first_promised_on,
        found.completed_at,
        found.completed_on,
        moved_by(found.ledger),
        found.extended_because,
        found.reckoned_on,
        found.reply,
        found.basis,
        found.on_the_spot,
    )


@cache
def _standing() -> Select[*tuple[Any, ...]]:
    """Return the case with its answer in one row; the answer may be another case's.

    It is built once, for the id ``own_id``: that takes longer than the database needs to answer.
    """
    own_id: BindParameter[int] = bindparam("own_id", type_=BigInteger)
    last = aliased(Case)
    reply = _given_reply(last)
    clock = reply_clock(last)
    return (
        select(
            Case,
            last.state,
            last.department_id,
            last.due_on,
            last.promised_on,
            last.first_promised_on,
            last.completed_at,
            last.completed_on,
            last.on_the_spot,
            clock.c.ledger,
            clock.c.reckoned_on,
            extended_because(last).label("extended_because"),
            reply.c.text.label("reply"),
            reply.c.basis,
            Publication.state.label("publication"),
            *OPINIONS,
            stages_of(own_id).label("matter"),
            files_told(own_id, last).label("files"),
            Erasure.carried_out_at.label("erased_at"),
        )
        .select_from(Case)
        .join(last, last.id == _last_of_merges(own_id))
        .outerjoin(clock, true())
        .outerjoin(reply, true())
        .outerjoin(Publication, Publication.case_id == Case.id)
        .outerjoin(Rating, RATED)
        .outerjoin(RedoRequest, ASKED)
        .outerjoin(Erasure, Erasure.case_id == Case.id)
        .where(Case.id == own_id)
    )


def _last_of_merges(own_id: BindParameter[int]) -> Any:
    """Return the case at the end of the merges, as a case may be merged more than once."""
    chain = (
        select(Case.id, Case.merged_into_id).where(Case.id == own_id).cte("merges", recursive=True)
    )
    following = aliased(Case)
    chain = chain.union(
        select(following.id, following.merged_into_id).join(
            chain, following.id == chain.c.merged_into_id
        )
    )
    return select(chain.c.id).where(chain.c.merged_into_id.is_(None)).scalar_subquery()


def _given_reply(last: Any) -> Any:
    """Return the reply that was given to the petitioner, not one that still waits for it.

    It is the newest version that was approved before the case was last answered, so that a
    case that is being done again still shows its earlier answer.
    """
    answered_at = (
        select(func.max(CaseEvent.at))
        .where(CaseEvent.case_id == last.id, CaseEvent.action.in_(ANSWERING))
        .correlate(last)
        .scalar_subquery()
    )
    return (
        select(Reply.case_id, Reply.text, Reply.basis)
        .where(Reply.case_id == last.id, Reply.approved_at <= answered_at)
        .order_by(Reply.version.desc())
        .limit(1)
        .correlate(last)
        .lateral("given")
    )


def _stages(session: Session, case_id: int) -> list[Stage]:
    written = case((CaseEvent.action.in_(WRITTEN_TO_THEM), CaseEvent.note))
    rows = session.execute(
        select(
            CaseEvent.action,
            CaseEvent.actor_role,
            CaseEvent.at,
            CaseEvent.data["lead"].astext,
            Reason.text,
            Reason.text_en,
            written,
        )
        .outerjoin(Reason, Reason.code == CaseEvent.reason_code)
        .where(
            CaseEvent.case_id == case_id,
            CaseEvent.action.in_([action.value for action in TOLD]),
        )
        .order_by(CaseEvent.seq.desc())
    )
    return [
        Stage(Action(action), by, at, lead, reason, reason_en, note or "")
        for action, by, at, lead, reason, reason_en, note in rows
    ]


def _questions(session: Session, case_id: int) -> list[Asked]:
    rows = session.execute(
        select(Question.text, Question.asked_at, Question.answer, Question.answered_at)
        .where(Question.case_id == case_id)
        .order_by(Question.id.desc())
    )
    return [Asked(*row) for row in rows]
