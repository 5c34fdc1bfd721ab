"""The whole workflow, as one table. Read this file first.

A row says: this action takes a case from these states to that one, if done by one of these
roles and if every guard holds; then the clocks change so, and these notices go out. Nothing
outside this table changes the state of a case.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from casework.workflow import guards as only_if
from casework.workflow.guards import Guard
from casework.workflow.notices import Notice as N
from casework.workflow.states import RUNNING, Clock, State
from casework.workflow.states import Action as A
from casework.workflow.states import Role as R
from casework.workflow.states import State as S


@dataclass(frozen=True, slots=True)
class Clocks:
    """What a step does to the clocks of its case, in this order.

    ``stops`` ends a clock whose task is done; ``cancels`` ends one whose task has gone away;
    ``reopens`` lets the last stopped clock run on with its old due date; ``starts`` begins a
    clock unless one of its kind runs already, so that sending back and dispatching again never
    moves a due date (domain §4), or one that stands in its place (``INSTEAD_OF``).
    """

    stops: tuple[Clock, ...] = ()
    cancels: tuple[Clock, ...] = ()
    reopens: tuple[Clock, ...] = ()
    starts: tuple[Clock, ...] = ()
    pauses: tuple[Clock, ...] = ()
    resumes: tuple[Clock, ...] = ()


KEEP = Clocks()
CANCEL_ALL = Clocks(cancels=tuple(Clock))
C = Clock


@dataclass(frozen=True, slots=True)
class Row:
    """One legal step. An empty ``sources`` opens a case; a ``target`` of None leaves it there."""

    action: A
    sources: tuple[State, ...]
    target: State | None
    by: frozenset[R]
    clocks: Clocks = KEEP
    guards: tuple[Guard, ...] = ()
    tells: tuple[N, ...] = ()
    needs_reason: bool = False


INSTEAD_OF: Mapping[Clock, Clock] = {C.HANDLE: C.REVIEW, C.WHOLE: C.REVIEW}
"""Clocks that do not start while another runs: a review has one limit, from its request to its
answer (条例 35, 36), in place of those for the reply and for the whole case."""

OFFICE = frozenset({R.OFFICE})
OFFICE_OR_SYSTEM = OFFICE | {R.SYSTEM}
HANDLER = frozenset({R.HANDLER})
REVIEWER = frozenset({R.REVIEWER})
BEFORE_FORWARDED = tuple(state for state in State if state in RUNNING)

TO_DEPARTMENT = Clocks(
    stops=(C.SORT,),
    cancels=(C.SIGN, C.OBJECTION),
    starts=(C.SIGN, C.OBJECTION, C.HANDLE, C.WHOLE),
)
BACK_TO_OFFICE = Clocks(cancels=(C.SIGN, C.OBJECTION), starts=(C.SORT,))

TABLE: tuple[Row, ...] = (
    Row(
        A.SUBMIT,
        (),
        S.SUBMITTED,
        frozenset({R.PETITIONER, R.OPERATOR, R.OFFICE, R.API}),
        clocks=Clocks(starts=(C.SORT,)),
        tells=(N.RECEIPT,),
    ),
    Row(
        A.ASK_REVIEW,
        (),
        S.SUBMITTED,
        frozenset({R.PETITIONER, R.OPERATOR, R.OFFICE}),
        clocks=Clocks(starts=(C.SORT, C.REVIEW)),
        guards=(only_if.has_text,),
        tells=(N.RECEIPT,),
    ),
    Row(A.ANSWER_NOW, (), S.ARCHIVED, frozenset({R.OPERATOR}), guards=(only_if.has_text,)),
    Row(
        A.DISPATCH,
        (S.SUBMITTED, S.RETURNED),
        S.DISPATCHED,
        OFFICE,
        clocks=TO_DEPARTMENT,
        guards=(only_if.not_the_accused, only_if.not_the_reviewed),
        tells=(N.DISPATCHED,),
    ),
    Row(
        A.DECLINE,
        (S.SUBMITTED, S.RETURNED),
        S.DECLINED,
        OFFICE,
        clocks=CANCEL_ALL,
        guards=(only_if.has_text,),
        tells=(N.DECLINED,),
        needs_reason=True,
    ),
    Row(
        A.RECALL,
        (S.DISPATCHED, S.HANDLING),
        S.SUBMITTED,
        OFFICE,
        clocks=BACK_TO_OFFICE,
        tells=(N.RECALLED,),
        needs_reason=True,
    ),
    Row(
        A.MERGE,
        (S.SUBMITTED, S.RETURNED, S.DISPATCHED, S.HANDLING),
        S.MERGED,
        OFFICE,
        clocks=CANCEL_ALL,
        guards=(only_if.stands_alone, only_if.target_runs),
        tells=(N.MERGED,),
        needs_reason=True,
    ),
    Row(
        A.SIGN,
        (S.DISPATCHED,),
        S.HANDLING,
        HANDLER,
        clocks=Clocks(stops=(C.SIGN,)),
        guards=(only_if.with_your_department,),
    ),
    Row(
        A.SEND_BACK,
        (S.DISPATCHED, S.HANDLING),
        S.RETURNED,
        HANDLER,
        clocks=BACK_TO_OFFICE,
        guards=(only_if.with_your_department, only_if.objection_in_time, only_if.has_text),
        tells=(N.SENT_BACK,),
        needs_reason=True,
    ),
    Row(
        A.UPHOLD,
        (S.RETURNED,),
        S.DISPATCHED,
        OFFICE,
        clocks=Clocks(stops=(C.SORT,), starts=(C.SIGN,)),
        guards=(only_if.has_text,),
        tells=(N.UPHELD,),
    ),
    Row(
        A.ASK_PETITIONER,
        (S.HANDLING,),
        S.AWAITING_PETITIONER,
        HANDLER,
        clocks=Clocks(pauses=(C.HANDLE, C.WHOLE), starts=(C.ANSWER,)),
        guards=(only_if.with_your_department, only_if.has_text),
        tells=(N.QUESTION,),
    ),
    Row(
        A.SUPPLY,
        (S.AWAITING_PETITIONER,),
        S.HANDLING,
        frozenset({R.PETITIONER, R.OPERATOR, R.SYSTEM}),
        clocks=Clocks(stops=(C.ANSWER,), resumes=(C.HANDLE, C.WHOLE)),
        guards=(only_if.has_text,),
        tells=(N.SUPPLIED,),
    ),
    Row(
        A.DRAFT,
        (S.HANDLING,),
        S.REVIEWING,
        HANDLER,
        guards=(only_if.with_your_department, only_if.has_text),
        tells=(N.TO_REVIEW,),
    ),
    Row(
        A.REDRAFT,
        (S.REVIEWING,),
        S.HANDLING,
        REVIEWER,
        guards=(only_if.with_your_department, only_if.has_text),
        tells=(N.REDRAFT,),
    ),
    Row(
        A.APPROVE,
        (S.REVIEWING,),
        S.REPLIED,
        REVIEWER,
        clocks=Clocks(stops=(C.HANDLE,), cancels=(C.OBJECTION,), starts=(C.FORWARD,)),
        guards=(only_if.with_your_department, only_if.not_the_author),
        tells=(N.TO_FORWARD,),
    ),
    Row(
        A.REWORK,
        (S.REPLIED,),
        S.HANDLING,
        OFFICE,
        clocks=Clocks(cancels=(C.FORWARD,), reopens=(C.HANDLE,)),
        guards=(only_if.has_text,),
        tells=(N.REWORK,),
    ),
    Row(
        A.FORWARD,
        (S.REPLIED,),
        S.FORWARDED,
        OFFICE,
        clocks=Clocks(stops=(C.FORWARD, C.WHOLE, C.REVIEW)),
        tells=(N.REPLY,),
    ),
    Row(
        A.PUBLISH,
        (S.FORWARDED,),
        S.PUBLISHED,
        OFFICE,
        guards=(
            only_if.petitioner_consents,
            only_if.public_text_ready,
            only_if.second_person_publishes,
            only_if.leader_has_cleared,
        ),
        tells=(N.PUBLISHED,),
    ),
    Row(
        A.CLEAR,
        (S.FORWARDED, S.PUBLISHED),
        None,
        frozenset({R.LEADER}),
        guards=(only_if.waits_for_leader,),
        tells=(N.CLEARED,),
    ),
    Row(
        A.TURN_DOWN,
        (S.FORWARDED, S.PUBLISHED),
        None,
        frozenset({R.LEADER}),
        guards=(only_if.waits_for_leader, only_if.has_text),
        tells=(N.TURNED_DOWN,),
    ),
    Row(
        A.CORRECT,
        (S.PUBLISHED,),
        None,
        OFFICE,
        guards=(
            only_if.petitioner_consents,
            only_if.public_text_ready,
            only_if.second_person_publishes,
            only_if.leader_has_cleared,
        ),
    ),
    Row(A.WITHHOLD, (S.FORWARDED,), S.ARCHIVED, OFFICE_OR_SYSTEM, needs_reason=True),
    Row(A.UNPUBLISH, (S.PUBLISHED,), S.ARCHIVED, OFFICE_OR_SYSTEM, needs_reason=True),
    Row(
        A.REDO,
        (S.FORWARDED, S.PUBLISHED, S.ARCHIVED),
        S.DISPATCHED,
        OFFICE,
        clocks=TO_DEPARTMENT,
        guards=(
            only_if.not_a_review,
            only_if.not_under_review,
            only_if.not_erased,
            only_if.redo_has_a_ground,
            only_if.within_rating_window,
            only_if.not_the_accused,
            only_if.has_text,
        ),
        tells=(N.REDO,),
    ),
    Row(
        A.WITHDRAW,
        BEFORE_FORWARDED,
        S.WITHDRAWN,
        frozenset({R.PETITIONER}),
        clocks=CANCEL_ALL,
        tells=(N.WITHDRAWN,),
        needs_reason=True,
    ),
    Row(
        A.INSTRUCT,
        BEFORE_FORWARDED,
        None,
        frozenset({R.LEADER}),
        guards=(only_if.has_text,),
        tells=(N.INSTRUCTION,),
    ),
)
