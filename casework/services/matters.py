"""Running cases that the office lets others follow, and what their followers are told."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import Exists, and_, delete, exists, func, select, update
from sqlalchemy.orm import Session, aliased

from casework.errors import GuardFailed, Invalid, NotPermitted
from casework.language import N_
from casework.models import Case, Follower, PublicMatter
from casework.notify import outbox
from casework.queries.rules import Rules
from casework.services import log
from casework.services.actors import Actor
from casework.services.public_texts import is_accusation
from casework.services.redaction.suggestions import contacts_of, left_in
from casework.workflow.calendar import local_day
from casework.workflow.notices import Notice
from casework.workflow.states import Action, Entry, Role

KEPT = timedelta(days=30)
"""So long after the last news a follower's contact is kept."""

LONGEST = timedelta(days=365)
"""So long it is kept where no news comes."""

TOLD_OF: Mapping[Action, Notice] = {
    Action.FORWARD: Notice.FOLLOWED_ANSWERED,
    Action.PUBLISH: Notice.FOLLOWED_PUBLISHED,
    Action.DECLINE: Notice.FOLLOWED_CLOSED,
    Action.WITHDRAW: Notice.FOLLOWED_CLOSED,
}
"""The steps of a case of which its followers hear."""

LAST_NEWS = frozenset({Action.PUBLISH, Action.WITHHOLD, Action.DECLINE, Action.WITHDRAW})
MARKED = LAST_NEWS | {Action.DISPATCH, Action.RECALL, Action.FORWARD, Action.REDO}
"""The steps that change what the public reads of a matter."""


def why_not_followed(case: Case) -> GuardFailed | None:
    """Return what keeps a case from being followed by others, or None."""
    if not case.is_running:
        return GuardFailed(N_("Only a matter that is still being handled can be followed."))
    if is_accusation(case):
        return GuardFailed(N_("A report or accusation is never shown to the public."))
    return None


def let_follow(
    session: Session, case: Case, *, title: str, by: Actor, at: datetime, rules: Rules
) -> PublicMatter:
    """Show a running case to the public under a neutral title, or change that title.

    Raises NotPermitted except for the office, GuardFailed for cases that nobody may follow, and
    Invalid while the title shows anything personal.
    """
    if by.role is not Role.OFFICE or by.user_id is None:
        raise NotPermitted(action=Entry.LET_FOLLOW.value)
    if refusal := why_not_followed(case):
        raise refusal
    for detail in left_in(title, contacts_of(session, case, rules=rules)):
        raise Invalid(
            "title",
            N_("This still shows “%(value)s”. Write a title that tells nothing of anybody."),
            value=detail.value,
        )
    matter = matter_of(session, case.id)
    if matter is None:
        matter = PublicMatter(case_id=case.id, opened_by_id=by.user_id, followers=0)
        session.add(matter)
    matter.title, matter.department_id = title, case.department_id
    matter.opened_at, matter.closed_at = at, None
    log.record(session, case, Entry.LET_FOLLOW, by=by, at=at, sealer=rules.sealer)
    session.flush()
    return matter


def close(session: Session, case: Case, *, by: Actor, at: datetime, rules: Rules) -> None:
    """Take a matter off the public pages; who follows it already still hears of the answer."""
    if by.role is not Role.OFFICE:
        raise NotPermitted(action=Entry.LET_FOLLOW.value)
    matter = matter_of(session, case.id)
    if matter is None or matter.closed_at is not None:
        raise GuardFailed(N_("Nobody can follow this matter."))
    matter.closed_at = at
    log.record(
        session, case, Entry.LET_FOLLOW, by=by, at=at, sealer=rules.sealer, data={"closed": True}
    )
    session.flush()


def matter_of(session: Session, case_id: int) -> PublicMatter | None:
    """Return what the public may follow of a case, open or closed."""
    return session.scalars(
        select(PublicMatter).where(PublicMatter.case_id == case_id)
    ).one_or_none()


def case_moved(session: Session, case: Case, action: Action, *, key: str, at: datetime) -> None:
    """Note what a step means for who follows the case, and tell them where it concerns them."""
    if action is Action.MERGE and case.merged_into is not None:
        _move(session, case.id, case.merged_into, at=at)
        wall_off(session, case.merged_into, at=at)
        return
    followed = action in TOLD_OF and session.scalar(select(_followed(case.id)))
    if followed:
        outbox.enqueue(session, TOLD_OF[action], case, key=f"follow{key}", at=at)
    _mark(session, case, action, at=at)
    if followed or action is Action.WITHHOLD:
        until = local_day(at) + (KEPT if action in LAST_NEWS else LONGEST)
        _keep_until(session, case.id, until)


def wall_off(session: Session, case: Case, *, at: datetime) -> None:
    """Take a case that accuses somebody off the public pages, and forget who follows it.

    Whoever is accused could be among them, and learn by whom it was answered.
    """
    if not is_accusation(case):
        return
    session.execute(delete(PublicMatter).where(PublicMatter.case_id == case.id))
    session.execute(
        update(Follower)
        .where(Follower.case_id == case.id, Follower.erased_at.is_(None))
        .values(sealed=None, contact_hash=None, erased_at=at)
        .execution_options(synchronize_session=False)
    )


def _mark(session: Session, case: Case, action: Action, *, at: datetime) -> None:
    matter = matter_of(session, case.id) if action in MARKED else None
    if matter is None:
        return
    matter.department_id = case.department_id
    if action is Action.FORWARD:
        matter.answered_at = at
    elif action is Action.REDO:
        matter.answered_at = None
    elif action in LAST_NEWS:
        matter.closed_at = at


def _followed(case_id: int) -> Exists:
    return exists().where(
        Follower.case_id == case_id,
        Follower.confirmed_at.is_not(None),
        Follower.erased_at.is_(None),
    )


def _keep_until(session: Session, case_id: int, day: date) -> None:
    session.execute(
        update(Follower)
        .where(
            Follower.case_id == case_id,
            Follower.confirmed_at.is_not(None),
            Follower.erased_at.is_(None),
        )
        .values(erase_on=day)
    )


def _move(session: Session, from_id: int, into: Case, *, at: datetime) -> None:
    """Let the followers of a merged case follow the one that it was merged into, each once."""
    to_id, there = into.id, aliased(Follower)
    same = (there.contact_hash == Follower.contact_hash, there.erased_at.is_(None))
    unconfirmed = and_(
        Follower.case_id == to_id,
        Follower.confirmed_at.is_(None),
        exists().where(*same, there.case_id == from_id, there.confirmed_at.is_not(None)),
    )
    twice = and_(Follower.case_id == from_id, exists().where(*same, there.case_id == to_id))
    for doubled in (unconfirmed, twice):
        session.execute(
            update(Follower)
            .where(Follower.erased_at.is_(None), doubled)
            .values(sealed=None, contact_hash=None, erased_at=at)
            .execution_options(synchronize_session=False)
        )
    session.execute(
        update(Follower)
        .where(Follower.case_id == from_id, Follower.erased_at.is_(None))
        .values(case_id=to_id)
        .execution_options(synchronize_session=False)
    )
    matter, other = matter_of(session, from_id), matter_of(session, to_id)
    if matter is not None and other is None:
        matter.case_id, matter.department_id = to_id, into.department_id
    elif matter is not None:
        session.execute(delete(PublicMatter).where(PublicMatter.id == matter.id))
    session.flush()
    recount(session, to_id)


def recount(session: Session, case_id: int) -> None:
    """Count the followers of a case again, for the pages that may not read who they are."""
    number = (
        select(func.count())
        .where(
            Follower.case_id == case_id,
            Follower.confirmed_at.is_not(None),
            Follower.erased_at.is_(None),
        )
        .scalar_subquery()
    )
    session.execute(
        update(PublicMatter)
        .where(PublicMatter.case_id == case_id)
        .values(followers=number)
        .execution_options(synchronize_session="fetch")
    )
