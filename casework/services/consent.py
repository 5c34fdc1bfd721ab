"""The petitioner's consent to publication: given apart, and taken back at any time.

个人信息保护法 15 and 25: taking consent back is as easy as giving it, and works at once.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from casework.errors import GuardFailed, NotPermitted
from casework.language import N_
from casework.models import Case
from casework.queries.rules import Rules
from casework.services import log, public_texts, publication
from casework.services.actors import SYSTEM, Actor
from casework.workflow.states import ENDED_OTHERWISE, RUNNING, Entry, Role, State

SPEAK_FOR_THE_PETITIONER = frozenset({Role.PETITIONER, Role.OPERATOR, Role.OFFICE})
TAKEN_BACK = "unpublish.consent"
STILL_OPEN = RUNNING | {State.FORWARDED}
"""While a case is in one of these, it can still be decided whether it is published."""


def may_take_back(state: State, consent: bool) -> bool:
    """Say whether there is a consent that can be taken back."""
    return consent and state not in ENDED_OTHERWISE


def may_give(state: State, consent: bool) -> bool:
    """Say whether a consent that was not given, or was taken back, can be given now."""
    return not consent and state in STILL_OPEN


def take_back_consent(
    session: Session, case: Case, *, note: str = "", by: Actor, at: datetime, rules: Rules
) -> None:
    """Take the consent to publication back; what is public of the case goes at once.

    A text that was only prepared is thrown away. ``note`` says how an operator or the office
    learned of it. Raises NotPermitted for others, GuardFailed where there is no consent.
    """
    if by.role not in SPEAK_FOR_THE_PETITIONER:
        raise NotPermitted(action=Entry.TAKE_BACK_CONSENT.value)
    if not may_take_back(case.state, case.consent):
        raise GuardFailed(N_("There is no consent to publication that could be taken back."))
    case.consent = False
    log.record(session, case, Entry.TAKE_BACK_CONSENT, by=by, at=at, sealer=rules.sealer, note=note)
    session.flush()
    if case.state is State.PUBLISHED:
        publication.unpublish(session, case, reason_code=TAKEN_BACK, by=SYSTEM, at=at, rules=rules)
    publication.take_down(session, case, at=at)
    public_texts.throw_away_drafts(session, case)


def give_consent(
    session: Session, case: Case, *, note: str = "", by: Actor, at: datetime, rules: Rules
) -> None:
    """Let the letter and its answer be published after all; the office still decides.

    Raises NotPermitted, and GuardFailed once it has been decided or where consent stands.
    """
    if by.role not in SPEAK_FOR_THE_PETITIONER:
        raise NotPermitted(action=Entry.GIVE_CONSENT.value)
    if not may_give(case.state, case.consent):
        raise GuardFailed(N_("Consent to publication can no longer be given for this case."))
    case.consent = True
    log.record(session, case, Entry.GIVE_CONSENT, by=by, at=at, sealer=rules.sealer, note=note)
    session.flush()
