"""Reviews and re-reviews: asked for by the petitioner, done by another unit, with hearings."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.errors import GuardFailed, Invalid, NotFound, NotPermitted
from casework.language import N_
from casework.models import (
    Case,
    CaseClock,
    CoHandler,
    Hearing,
    Reply,
    ReplyPart,
    Review,
    ReviewBar,
)
from casework.queries.cases import for_update_by_id
from casework.queries.delegates import delegates_of
from casework.queries.rules import Rules
from casework.services import clocks, erasure, log, submission
from casework.services.actors import Actor
from casework.services.petitioners import Contact, opened_contact
from casework.services.submission import Receipt, Submission
from casework.workflow.calendar import local_day
from casework.workflow.reviews import last_day, stage_after
from casework.workflow.states import (
    COMPLETE,
    DEPARTMENT_ROLES,
    REVIEWS,
    Action,
    Channel,
    Clock,
    Entry,
    Role,
)

LONGEST_HEARING = 30
MAY_ASK = frozenset({Role.PETITIONER, Role.OPERATOR, Role.OFFICE})


def ask_review(
    session: Session,
    case: Case,
    *,
    reason: str,
    form_token: str | None = None,
    by: Actor,
    at: datetime,
    rules: Rules,
) -> Receipt:
    """Open the case that looks at the answer to ``case`` again, for the petitioners of ``case``.

    The caller has locked ``case``. Whoever gave the answer is kept out of the new case, and so
    is whoever the first one accuses. Raises NotPermitted, Invalid without a reason, and
    GuardFailed where there is no answer, too late, a second time, or after a re-review.
    """
    if by.role not in MAY_ASK:
        raise NotPermitted(action=Action.ASK_REVIEW.value)
    answered = answered_case(session, case)
    if refusal := why_not_asked(session, case, answered, on=local_day(at), rules=rules):
        raise refusal
    if not reason.strip():
        raise Invalid("reason", N_("Write why you do not agree with the answer."))
    receipt = _open(session, case, answered, reason, form_token, by=by, at=at, rules=rules)
    session.flush()
    review = _linked(session, receipt.case, case, answered, at=at)
    _bar(session, review, answered)
    log.record(
        session,
        answered,
        Entry.REVIEW_ASKED,
        by=by,
        at=at,
        sealer=rules.sealer,
        data={"case": str(receipt.case.ref)},
    )
    session.flush()
    return receipt


def answered_case(session: Session, case: Case) -> Case:
    """Return the locked case whose answer ``case`` got: itself, or the one it was merged into."""
    while case.merged_into_id is not None:
        case = for_update_by_id(session, case.merged_into_id)
    return case


def why_not_asked(
    session: Session, case: Case, answered: Case, *, on: date, rules: Rules
) -> GuardFailed | None:
    """Return what asking for a review on ``on`` would be refused with, or None."""
    if stage_after(case.channel) is None:
        return GuardFailed(N_("After the re-review the matter ends (信访工作条例 36)."))
    if answered.state not in COMPLETE or answered.completed_on is None or answered.on_the_spot:
        return GuardFailed(N_("A review can be asked for once there is a written answer."))
    if session.scalar(select(Review.case_id).where(Review.asked_from_id == case.id)) is not None:
        return GuardFailed(N_("A review of this answer has been asked for already."))
    if on > last_day(answered.completed_on, rules.calendar):
        return GuardFailed(N_("The 30 days in which a review can be asked for have passed."))
    return erasure.why_erased(session, case) or erasure.why_erased(session, answered)


def _open(
    session: Session,
    case: Case,
    answered: Case,
    reason: str,
    form_token: str | None,
    *,
    by: Actor,
    at: datetime,
    rules: Rules,
) -> Receipt:
    made = Submission(
        stage_after(case.channel) or Channel.RE_REVIEW,
        case.kind,
        case.subject,
        reason,
        _contacts(session, case, rules=rules),
        place=case.place,
        street_id=case.street_id,
        category_id=answered.category_id,
        accused_department_id=answered.accused_department_id,
        urgency=case.urgency,
        unnamed=case.unnamed,
        language=case.language,
        form_token=form_token,
        speaks_for=case.speaks_for,
    )
    with session.no_autoflush:
        receipt = submission.open_case(
            session, made, action=Action.ASK_REVIEW, by=by, at=at, rules=rules
        )
        receipt.case.accused_user_id = answered.accused_user_id
    return receipt


def _contacts(session: Session, case: Case, *, rules: Rules) -> Sequence[Contact]:
    """Return the petitioners of ``case``, also where a merger has taken them to another one."""
    people = delegates_of(session, case.id)
    return [replace(opened_contact(one, rules.sealer), told_by=one.told_by) for one in people]


def _linked(session: Session, opened: Case, case: Case, answered: Case, *, at: datetime) -> Review:
    before = session.get(Review, case.id)
    review = Review(
        case_id=opened.id,
        of_case_id=answered.id,
        asked_from_id=case.id,
        first_id=before.first_id if before else case.id,
        stage=before.stage + 1 if before else 1,
        asked_at=at,
    )
    session.add(review)
    session.flush()
    return review


def _bar(session: Session, review: Review, answered: Case) -> None:
    """Keep out of a review every department that has had a part in an answer before it."""
    helped = select(CoHandler.department_id).where(
        CoHandler.case_id == answered.id, CoHandler.removed_at.is_(None)
    )
    wrote = select(Reply.department_id).where(
        Reply.case_id == answered.id,
        Reply.approved_at.is_not(None),
        Reply.department_id.is_not(None),
    )
    added = select(ReplyPart.department_id).where(ReplyPart.case_id == answered.id)
    barred_before = select(ReviewBar.department_id).where(ReviewBar.case_id == answered.id)
    parts = (helped, wrote, added, barred_before)
    barred = {unit for part in parts for unit in session.scalars(part)}
    if answered.department_id is not None:
        barred.add(answered.department_id)
    session.add_all(
        ReviewBar(case_id=review.case_id, department_id=unit)
        for unit in sorted(filter(None, barred))
    )


def may_enter_hearing(case: Case, by: Actor) -> bool:
    """Say whether ``by`` keeps the hearings of the review ``case``: the office, or who does it."""
    if case.channel not in REVIEWS or not case.is_running:
        return False
    if by.role is Role.OFFICE:
        return True
    return by.role in DEPARTMENT_ROLES and by.department_id == case.department_id


def hold_hearing(
    session: Session,
    case: Case,
    *,
    first: date,
    last: date,
    note: str,
    by: Actor,
    at: datetime,
    rules: Rules,
) -> Hearing:
    """Enter the days of a hearing, which the 30 days of the review do not count.

    Raises NotPermitted, Invalid for days that cannot be, GuardFailed once the date has passed:
    a hearing never heals what is late.
    """
    review = _to_be_heard(session, case, by=by)
    if review.due_on < local_day(at):
        raise GuardFailed(N_("The date of this review has passed. A hearing does not move it."))
    _check_days(session, case, first, last, review.due_on)
    hearing = Hearing(
        case_id=case.id,
        first=first,
        last=last,
        note=note,
        entered_by_id=by.user_id,
        entered_at=at,
    )
    session.add(hearing)
    _keep(session, case, hearing, Entry.HOLD_HEARING, note, by=by, at=at, rules=rules)
    return hearing


def _check_days(session: Session, case: Case, first: date, last: date, due_on: date) -> None:
    if last < first:
        raise Invalid("last", N_("The last day lies before the first."))
    if (last - first).days >= LONGEST_HEARING:
        raise Invalid("last", N_("A hearing takes at most 30 days."))
    if first <= case.received_on:
        raise Invalid("first", N_("Choose a day after the one on which the review was asked for."))
    if first > due_on:
        raise Invalid("first", N_("Choose a day before the review is due."))
    if any(one.first <= last and first <= one.last for one in hearings_held(session, case)):
        raise Invalid("first", N_("There is a hearing on these days already."))


def call_off_hearing(
    session: Session,
    case: Case,
    hearing_id: int,
    *,
    reason: str,
    by: Actor,
    at: datetime,
    rules: Rules,
) -> None:
    """Take a hearing out again that is not held; its days are counted after all.

    Raises NotPermitted, NotFound, and Invalid without a reason.
    """
    _to_be_heard(session, case, by=by)
    hearing = session.get(Hearing, hearing_id)
    if hearing is None or hearing.case_id != case.id or hearing.called_off_at is not None:
        raise NotFound()
    if not reason.strip():
        raise Invalid("reason", N_("Write the reason."))
    hearing.called_off_at, hearing.called_off_by_id = at, by.user_id
    _keep(session, case, hearing, Entry.CALL_OFF_HEARING, reason, by=by, at=at, rules=rules)


def hearings_held(session: Session, case: Case) -> Sequence[Hearing]:
    """Return the hearings of ``case`` that have not been called off, in the order of entry."""
    return session.scalars(
        select(Hearing)
        .where(Hearing.case_id == case.id, Hearing.called_off_at.is_(None))
        .order_by(Hearing.id)
    ).all()


def _to_be_heard(session: Session, case: Case, *, by: Actor) -> CaseClock:
    if not may_enter_hearing(case, by):
        raise NotPermitted(action=Entry.HOLD_HEARING.value)
    return clocks.running_clocks(session, case)[Clock.REVIEW]


def _keep(
    session: Session,
    case: Case,
    hearing: Hearing,
    entry: Entry,
    note: str,
    *,
    by: Actor,
    at: datetime,
    rules: Rules,
) -> None:
    session.flush()
    held = [clocks.hearing_pause(one.first, one.last) for one in hearings_held(session, case)]
    clocks.keep_hearings(session, case, held, at=at, rules=rules)
    data = {"first": hearing.first.isoformat(), "last": hearing.last.isoformat()}
    log.record(session, case, entry, by=by, at=at, sealer=rules.sealer, note=note, data=data)
    session.flush()
