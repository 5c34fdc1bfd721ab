"""A case with its petitioners, its clocks and the log of everything that happened to it."""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    FetchedValue,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.models.base import (
    Base,
    bigid,
    instant,
    line,
    long_text,
    note,
    one_of,
    states_in,
)
from casework.models.figure_days import FIGURES_READ
from casework.models.people import Department, User
from casework.models.reference import Category
from casework.workflow.states import (
    COMPLETE,
    ENDED_OTHERWISE,
    RUNNING,
    Channel,
    Clock,
    Kind,
    Role,
    State,
    Urgency,
)

IS_RUNNING = f"state IN ({states_in(frozenset(RUNNING))})"
IS_COMPLETE = f"state IN ({states_in(frozenset(COMPLETE))})"
HAS_ENDED_OTHERWISE = f"state IN ({states_in(frozenset(ENDED_OTHERWISE))})"


class Case(Base):
    """One request of a citizen, from its arrival to its archive.

    ``state``, ``department_id``, the dates and the log's head are written by
    ``services.steps`` alone. ``due_on`` is the nearest due date of the clocks that run now;
    ``promised_on`` the date by which the petitioner is to have the answer. "Overdue" is no
    state: it is a date compared with today. ``department_id`` is the lead department; without
    one, a running case is owned by the petition office. The database makes ``number`` from the
    year and ``id``, and the two-character pieces that the search reads (``cases.grams``).
    ``speaks_for`` is how many people a joint letter is from; its delegates are its petitioners.

    What the figures count stands here too: ``worked_days`` are the working days from the first
    dispatch to the answer in force; ``satisfaction`` and ``solved`` are the rating of this round;
    ``left_out`` says that an appeal took the case out of the on-time rate.
    """

    __tablename__ = "cases"
    __table_args__ = (
        one_of("state", State),
        one_of("channel", Channel),
        one_of("kind", Kind),
        one_of("urgency", Urgency),
        CheckConstraint(f"({IS_COMPLETE}) = (completed_at IS NOT NULL)", name="completed_iff_told"),
        CheckConstraint(
            "(completed_at IS NULL) = (completed_on IS NULL)", name="completed_on_its_day"
        ),
        CheckConstraint(
            "(dispatched_at IS NULL) = (dispatched_on IS NULL)", name="dispatched_on_its_day"
        ),
        CheckConstraint("(satisfaction IS NULL) = (solved IS NULL)", name="rated_wholly"),
        CheckConstraint(f"({IS_RUNNING}) = (due_on IS NOT NULL)", name="due_iff_running"),
        CheckConstraint("promised_on IS NOT NULL OR on_the_spot", name="promise_made"),
        CheckConstraint(
            "state IN ('submitted', 'returned') OR department_id IS NOT NULL OR on_the_spot "
            f"OR {HAS_ENDED_OTHERWISE}",
            name="dispatched_to_somebody",
        ),
        CheckConstraint("(state = 'merged') = (merged_into_id IS NOT NULL)", name="merged_where"),
        CheckConstraint("merged_into_id <> id", name="not_into_itself"),
        CheckConstraint("speaks_for BETWEEN 2 AND 1000000", name="speaks_for_several"),
        CheckConstraint("NOT on_the_spot OR channel = 'call'", name="only_calls_on_the_spot"),
        CheckConstraint(
            "accused_department_id IS NULL OR department_id IS NULL "
            "OR accused_department_id <> department_id",
            name="not_with_the_accused",
        ),
        Index("ix_cases_due", "due_on", "id", postgresql_where=text(IS_RUNNING)),
        Index(
            "ix_cases_department_due",
            "department_id",
            "due_on",
            "id",
            postgresql_where=text(IS_RUNNING),
        ),
        Index("ix_cases_state_due", "state", "due_on", "id", postgresql_where=text(IS_RUNNING)),
        Index("ix_cases_state_completed", "state", "completed_at", "id"),
        Index("ix_cases_department_received", "department_id", "received_at", "id"),
        Index("ix_cases_received", "received_at", "id"),
        *FIGURES_READ,
        Index("ix_cases_channel_received", "channel", "received_at", "id"),
        Index("ix_cases_submitted_by", "submitted_by_id", "received_at", "id"),
        Index(
            "ix_cases_merged_into",
            "merged_into_id",
            postgresql_where=text("merged_into_id IS NOT NULL"),
        ),
    )

    id: Mapped[bigid]
    ref: Mapped[uuid.UUID] = mapped_column(Uuid, unique=True, default=uuid.uuid4)
    number: Mapped[str] = mapped_column(String(24), FetchedValue(), unique=True)
    form_token: Mapped[str | None] = mapped_column(String(64), unique=True)
    access_hash: Mapped[bytes] = mapped_column(LargeBinary)

    channel: Mapped[Channel]
    kind: Mapped[Kind]
    urgency: Mapped[Urgency] = mapped_column(default=Urgency.NORMAL)
    state: Mapped[State] = mapped_column(default=State.SUBMITTED)
    subject: Mapped[line]
    body: Mapped[long_text]
    place: Mapped[line] = mapped_column(default="")
    street_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    category_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id"))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    accused_department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    accused_user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    speaks_for: Mapped[int | None]
    unnamed: Mapped[bool] = mapped_column(default=False)
    consent: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str] = mapped_column(String(8), default="zh_CN")
    source_id: Mapped[str | None] = mapped_column(String(64), unique=True)

    received_at: Mapped[instant]
    received_on: Mapped[date]
    dispatched_at: Mapped[instant | None]
    dispatched_on: Mapped[date | None]
    due_on: Mapped[date | None]
    promised_on: Mapped[date | None]
    first_promised_on: Mapped[date | None]
    completed_at: Mapped[instant | None]
    completed_on: Mapped[date | None]
    on_the_spot: Mapped[bool] = mapped_column(default=False)
    round: Mapped[int] = mapped_column(default=1)
    worked_days: Mapped[int | None]
    sent_back: Mapped[bool] = mapped_column(default=False)
    extended: Mapped[bool] = mapped_column(default=False)
    satisfaction: Mapped[int | None]
    solved: Mapped[bool | None]
    left_out: Mapped[bool] = mapped_column(default=False)

    head_seq: Mapped[int] = mapped_column(default=0)
    head_hash: Mapped[bytes] = mapped_column(LargeBinary, default=b"")

    department: Mapped[Department | None] = relationship(foreign_keys=department_id)
    street: Mapped[Department | None] = relationship(foreign_keys=street_id)
    category: Mapped[Category | None] = relationship()
    merged_into: Mapped[Case | None] = relationship(
        remote_side="Case.id", foreign_keys=merged_into_id
    )

    @property
    def is_running(self) -> bool:
        return self.state in RUNNING

    def __repr__(self) -> str:
        return f"<Case {self.id} {self.state}>"


class Petitioner(Base):
    """One citizen who asks. Everything that identifies them is in ``sealed``.

    The hashes are keyed, so that an exact phone number, name, mail address or ID number finds
    its cases and the table alone tells nothing. ``told_by`` is how they want to be told of news.
    ``from_case_id`` is their own case, where it was merged into ``case_id``.
    """

    __tablename__ = "petitioners"
    __table_args__ = (
        CheckConstraint("told_by IN ('none', 'mail', 'sms')", name="told_by_known"),
        CheckConstraint("position BETWEEN 1 AND 5", name="at_most_five"),
        Index("ix_petitioners_case", "case_id"),
        Index("ix_petitioners_own", text("coalesce(from_case_id, case_id)")),
        Index(
            "ix_petitioners_phone",
            "phone_hash",
            "case_id",
            postgresql_where=text("phone_hash IS NOT NULL"),
        ),
        Index(
            "ix_petitioners_name",
            "name_hash",
            "case_id",
            postgresql_where=text("name_hash IS NOT NULL"),
        ),
        Index(
            "ix_petitioners_email",
            "email_hash",
            "case_id",
            postgresql_where=text("email_hash IS NOT NULL"),
        ),
        Index(
            "ix_petitioners_id_number",
            "id_number_hash",
            "case_id",
            postgresql_where=text("id_number_hash IS NOT NULL"),
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=uuid.uuid4)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    from_case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    position: Mapped[int] = mapped_column(default=1)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    phone_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    name_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    id_number_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    email_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    told_by: Mapped[str] = mapped_column(String(8), default="none")
    added_at: Mapped[instant]

    case: Mapped[Case] = relationship(foreign_keys=case_id)

    @hybrid_property
    def own_case_id(self) -> int:
        """Return the case that was theirs before any merger; ``ix_petitioners_own`` finds it."""
        return self.from_case_id or self.case_id

    @own_case_id.inplace.expression
    @classmethod
    def _own_case_id(cls) -> ColumnElement[int]:
        return func.coalesce(cls.from_case_id, cls.case_id)


class CoHandler(Base):
    """A department that helps the lead; it adds parts to the reply."""

    __tablename__ = "co_handlers"
    __table_args__ = (
        Index(
            "uq_co_handlers_active",
            "case_id",
            "department_id",
            unique=True,
            postgresql_where=text("removed_at IS NULL"),
        ),
        Index(
            "ix_co_handlers_department",
            "department_id",
            "case_id",
            postgresql_where=text("removed_at IS NULL"),
        ),
    )

    id: Mapped[bigid]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"))
    added_at: Mapped[instant]
    removed_at: Mapped[instant | None]

    department: Mapped[Department] = relationship()


class Objection(Base):
    """A department sent a case back; it may do so once per case."""

    __tablename__ = "objections"
    __table_args__ = (
        Index("uq_objections_once", "case_id", "department_id", unique=True),
        Index("ix_objections_department", "department_id", "at"),
    )

    id: Mapped[bigid]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"))
    at: Mapped[instant]


class CaseClock(Base):
    """One run of one clock, with the lines that add up to its due date.

    At most one run of a kind is open at a time. ``paused_on`` is set while it stands still.
    ``ledger`` is the JSON of ``workflow.clock``; ``inputs`` what it was computed from.
    """

    __tablename__ = "case_clocks"
    __table_args__ = (
        one_of("clock", Clock),
        CheckConstraint("stopped_at IS NULL OR paused_on IS NULL", name="stopped_stands"),
        CheckConstraint(
            "(outcome IN ('done', 'cancelled')) = (stopped_at IS NOT NULL)", name="outcome_iff_over"
        ),
        Index(
            "uq_case_clocks_running",
            "case_id",
            "clock",
            unique=True,
            postgresql_where=text("stopped_at IS NULL"),
        ),
        Index("ix_case_clocks_case", "case_id", "id"),
        Index(
            "ix_case_clocks_due",
            "clock",
            "due_on",
            "case_id",
            postgresql_where=text("stopped_at IS NULL AND paused_on IS NULL"),
        ),
    )

    id: Mapped[bigid]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    clock: Mapped[Clock]
    round: Mapped[int] = mapped_column(default=1)
    started_at: Mapped[instant]
    due_on: Mapped[date]
    first_due_on: Mapped[date]
    paused_on: Mapped[date | None]
    stopped_at: Mapped[instant | None]
    outcome: Mapped[str] = mapped_column(String(16), default="running")
    inputs: Mapped[dict[str, object]] = mapped_column(JSONB)
    ledger: Mapped[list[dict[str, object]]] = mapped_column(JSONB)

    case: Mapped[Case] = relationship()


class CaseEvent(Base):
    """One line of a case's log. Rows are added and never changed.

    ``hash`` covers this line and the hash before it, under a key that the database does not
    hold; the case keeps the head, so that a missing last line shows. It covers ``note`` through
    ``note_hash``, so that the owner of the database can erase a text after its retention time
    and the chain still holds.
    """

    __tablename__ = "case_events"
    __table_args__ = (
        one_of("actor_role", Role),
        one_of("to_state", State),
        Index("uq_case_events_chain", "case_id", "seq", unique=True),
        CheckConstraint("seq >= 1", name="seq_positive"),
        CheckConstraint("(seq = 1) = (from_state IS NULL)", name="opens_once"),
    )

    id: Mapped[bigid]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    seq: Mapped[int]
    action: Mapped[str] = mapped_column(String(32))
    from_state: Mapped[State | None]
    to_state: Mapped[State]
    actor_role: Mapped[Role]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    at: Mapped[instant]
    reason_code: Mapped[str | None] = mapped_column(ForeignKey("reasons.code"))
    note: Mapped[note | None]
    note_hash: Mapped[bytes] = mapped_column(LargeBinary)
    data: Mapped[dict[str, object]] = mapped_column(JSONB)
    hash: Mapped[bytes] = mapped_column(LargeBinary)

    case: Mapped[Case] = relationship()
    actor: Mapped[User | None] = relationship()
