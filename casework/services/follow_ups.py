"""Follow-up calls: drawn at random and by rule, taken by one operator, noted call by call."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from casework.errors import Conflict, Invalid, NotFound, NotPermitted
from casework.language import N_, translate
from casework.models import Case, FollowUp, FollowUpCall, Petitioner, User
from casework.queries import follow_ups as found
from casework.queries.cases import for_update_by_id
from casework.queries.follow_ups import Candidate
from casework.queries.rules import Rules
from casework.services import follow_up_ends, log, petitioner, redo_requests
from casework.services.actors import Actor
from casework.services.petitioners import opened_contact
from casework.workflow.calendar import local_day
from casework.workflow.follow_ups import CLAIM_HOLDS, Ground, Result, next_try, outcome_of
from casework.workflow.states import Entry, Role

UNMASK_REASON = N_("Follow-up call")
ASKED_ONCE_IN = timedelta(days=30)
"""Somebody with several cases is called about one of them in this time."""


@dataclass(frozen=True, slots=True)
class Said:
    """What the petitioner said; the first three are None where the answer was rated before."""

    satisfaction: int | None
    solved: bool | None
    truthful: bool | None
    words: str = ""
    wants_redo: bool = False


def draw(session: Session, *, at: datetime, rules: Rules) -> int:
    """Put those on the list who are to be asked, and count them; drawing again adds nobody twice.

    By rule come the dissatisfied, cases with a red card and those done again; of the others a
    share, and a larger one of those who can say it by telephone only.
    """
    today, settings = local_day(at), rules.settings
    follow_up_ends.close_lapsed(session, today=today, at=at)
    first = found.earliest_answer(today, settings.rating_window_days - 1)
    last = today - timedelta(days=settings.follow_up_after_days)
    drawn, after = 0, 0
    while batch := found.candidates(session, answered_from=first, answered_until=last, after=after):
        after = batch[-1].id
        chosen = [(one, ground) for one in batch if (ground := _ground(one, rules)) is not None]
        drawn += _put(session, chosen, at=at, rules=rules)
    return drawn


def _ground(one: Candidate, rules: Rules) -> Ground | None:
    """Return why ``one`` is asked, or None; the lot of an answer falls the same way each time."""
    if one.ground is not None:
        return one.ground
    drawn = rules.sealer.chain_hash(b"follow-up", {"case": one.ref, "round": one.round})
    lot = int.from_bytes(drawn[:4], "big") % 100
    if one.phone_only and lot < rules.settings.follow_up_phone_share:
        return Ground.PHONE_ONLY
    return Ground.RANDOM if lot < rules.settings.follow_up_share else None


def _put(
    session: Session,
    chosen: Iterable[tuple[Candidate, Ground]],
    *,
    at: datetime,
    rules: Rules,
) -> int:
    listed = list(chosen)
    hashes = [one.phone_hash for one, _ground in listed]
    asked = found.asked_lately(session, hashes, since=at - ASKED_ONCE_IN)
    added = 0
    for one, ground in listed:
        if one.phone_hash in asked:
            continue
        asked.add(one.phone_hash)
        until = one.completed_on + timedelta(days=rules.settings.rating_window_days)
        session.execute(
            insert(FollowUp)
            .values(
                case_id=one.id,
                round=one.round,
                ground=ground,
                phone_hash=one.phone_hash,
                drawn_at=at,
                until_on=until,
                next_at=at,
                tries=0,
            )
            .on_conflict_do_nothing()
        )
        added += 1
    return added


def take(session: Session, follow_up_id: int, *, by: Actor, at: datetime) -> FollowUp:
    """Take a follow-up, so that no second operator calls; it is kept for half an hour.

    Raises NotPermitted except for operators, NotFound for one that is not to be called now,
    Conflict where another operator has it.
    """
    row = _locked(session, follow_up_id, by=by, at=at)
    _refuse_held(row, by=by, at=at)
    row.claimed_by_id, row.claimed_at = by.user_id, at
    session.flush()
    return row


def take_next(session: Session, *, by: Actor, at: datetime) -> FollowUp | None:
    """Take the follow-up that is the most pressing of those nobody has, or None without one."""
    user = _operator(by)
    free_since = at - CLAIM_HOLDS
    row = session.scalars(
        select(FollowUp)
        .join(Case, Case.id == FollowUp.case_id)
        .where(
            *found.callable_now(user, at=at, today=local_day(at)),
            FollowUp.claimed_at.is_(None)
            | (FollowUp.claimed_at <= free_since)
            | (FollowUp.claimed_by_id == user.id),
        )
        .order_by(FollowUp.until_on, FollowUp.id)
        .limit(1)
        .with_for_update(of=FollowUp, skip_locked=True)
    ).one_or_none()
    if row is not None:
        row.claimed_by_id, row.claimed_at = user.id, at
        session.flush()
    return row


def taken(session: Session, follow_up_id: int, *, by: Actor, at: datetime) -> FollowUp:
    """Return a follow-up that ``by`` has taken. Raises what ``take`` raises."""
    row = _locked(session, follow_up_id, by=by, at=at)
    _refuse_held(row, by=by, at=at)
    if row.claimed_by_id != by.user_id:
        raise NotFound()
    return row


def release(session: Session, follow_up_id: int, *, by: Actor, at: datetime) -> None:
    """Give a follow-up back without having called."""
    row = taken(session, follow_up_id, by=by, at=at)
    row.claimed_by_id = row.claimed_at = None
    session.flush()


def number_to_call(
    session: Session, follow_up_id: int, *, by: Actor, at: datetime, rules: Rules
) -> tuple[str, str]:
    """Return name and number of whom to call, after logging who read them."""
    case = _locked_case(session, follow_up_id)
    row = taken(session, follow_up_id, by=by, at=at)
    log.record(
        session,
        case,
        Entry.UNMASK,
        by=by,
        at=at,
        sealer=rules.sealer,
        note=translate(case.language, UNMASK_REASON),
        data={"follow_up": row.id},
    )
    session.flush()
    person = session.scalars(
        select(Petitioner)
        .where(
            Petitioner.case_id == case.id,
            Petitioner.from_case_id.is_(None),
            Petitioner.phone_hash.is_not(None),
        )
        .order_by(Petitioner.position)
        .limit(1)
    ).one()
    contact = opened_contact(person, rules.sealer)
    return contact.name, contact.phone


def note_call(
    session: Session,
    follow_up_id: int,
    result: Result,
    *,
    note: str,
    by: Actor,
    at: datetime,
    rules: Rules,
) -> FollowUp:
    """Note a call in which nothing was said; it is tried again at another time, or ends.

    Raises Invalid for ``REACHED``, which ``note_answer`` keeps.
    """
    if result is Result.REACHED:
        raise Invalid("result", N_("Write down what the petitioner said."))
    case = _locked_case(session, follow_up_id)
    row = taken(session, follow_up_id, by=by, at=at)
    _keep(session, row, case, result, note, by=by, at=at, rules=rules)
    return row


def note_answer(
    session: Session, follow_up_id: int, said: Said, *, by: Actor, at: datetime, rules: Rules
) -> FollowUp:
    """Keep what the petitioner said: as a rating by the usual rules, unless one stands already.

    With ``wants_redo`` the office is asked to have the case done again, once. Raises Invalid
    where something is missing, and GuardFailed once the answer can no longer be rated.
    """
    case = _locked_case(session, follow_up_id)
    row = taken(session, follow_up_id, by=by, at=at)
    if case.satisfaction is None:
        _rate(session, case, said, by=by, at=at, rules=rules)
    elif not said.words.strip():
        raise Invalid("words", N_("Write what the petitioner said."))
    note = said.words
    log.record(session, case, Entry.FOLLOW_UP, by=by, at=at, sealer=rules.sealer, note=note)
    if said.wants_redo:
        redo_requests.ask_if_possible(session, case, wish=said.words, by=by, at=at, rules=rules)
    _keep(session, row, case, Result.REACHED, "", by=by, at=at, rules=rules)
    return row


def _rate(
    session: Session, case: Case, said: Said, *, by: Actor, at: datetime, rules: Rules
) -> None:
    for field, value in (("satisfaction", said.satisfaction), ("solved", said.solved)):
        if value is None:
            raise Invalid(field, N_("Choose what the petitioner said."))
    petitioner.rate(
        session,
        case,
        satisfaction=said.satisfaction or 0,
        solved=bool(said.solved),
        truthful=said.truthful,
        comment=said.words,
        by=by,
        at=at,
        rules=rules,
    )


def _keep(
    session: Session,
    row: FollowUp,
    case: Case,
    result: Result,
    note: str,
    *,
    by: Actor,
    at: datetime,
    rules: Rules,
) -> None:
    session.add(
        FollowUpCall(follow_up_id=row.id, by_id=by.user_id, at=at, result=result, note=note)
    )
    row.tries += 1
    row.claimed_by_id = row.claimed_at = None
    outcome = outcome_of(result, row.tries, rules.settings.follow_up_tries)
    if outcome is not None:
        row.closed_at, row.outcome = at, outcome
    else:
        row.next_at = next_try(at)
    if result is not Result.REACHED:
        log.record(
            session,
            case,
            Entry.CALL_AFTERWARDS,
            by=by,
            at=at,
            sealer=rules.sealer,
            data={"result": result.value, "outcome": outcome.value if outcome else None},
        )
    session.flush()


def _operator(by: Actor) -> User:
    if by.role is not Role.OPERATOR or by.user is None:
        raise NotPermitted(action=Entry.FOLLOW_UP.value)
    return by.user


def _locked_case(session: Session, follow_up_id: int) -> Case:
    """Lock and return the case of a follow-up, which a rating or a redo locks before it, too."""
    case_id = session.scalar(select(FollowUp.case_id).where(FollowUp.id == follow_up_id))
    if case_id is None:
        raise NotFound()
    return for_update_by_id(session, case_id)


def _locked(session: Session, follow_up_id: int, *, by: Actor, at: datetime) -> FollowUp:
    user = _operator(by)
    row = session.scalars(
        select(FollowUp)
        .join(Case, Case.id == FollowUp.case_id)
        .where(
            FollowUp.id == follow_up_id,
            *found.callable_now(user, at=at, today=local_day(at)),
        )
        .with_for_update(of=FollowUp)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NotFound()
    return row


def _refuse_held(row: FollowUp, *, by: Actor, at: datetime) -> None:
    if row.claimed_at is None or row.claimed_by_id == by.user_id:
        return
    if at - row.claimed_at < CLAIM_HOLDS:
        raise Conflict()
