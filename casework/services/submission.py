"""A case comes in: a letter, a leader's-mailbox letter, a call, a visit, a paper letter."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.errors import Invalid
from casework.language import N_
from casework.models import Case, Reply
from casework.queries import articles
from casework.queries.articles import Found
from casework.queries.rules import Rules
from casework.sealing import Sealer
from casework.services import steps
from casework.services.actors import Actor
from casework.services.petitioners import Contact, sealed_petitioner
from casework.workflow.calendar import local_day
from casework.workflow.guides import Readers
from casework.workflow.states import Action, Channel, Kind, Urgency

MOST_DELEGATES = 5
MOST_PEOPLE = 1_000_000
TOO_MANY_DELEGATES = N_(
    "The Regulations on Petitions allow at most 5 delegates for one matter. Choose 5 among you; "
    "they speak for everybody."
)


@dataclass(frozen=True, slots=True)
class Submission:
    """Everything that a new case is made of.

    ``form_token`` makes a second sending of the same form harmless; the access code is made
    from it, so that both sendings show the same code. ``source_id`` is the number under which
    an imported letter stands in its register. The ``contacts`` of a joint letter are its delegates,
    who speak for ``speaks_for`` people in all.
    """

    channel: Channel
    kind: Kind
    subject: str
    body: str
    contacts: Sequence[Contact] = field(default_factory=tuple)
    place: str = ""
    street_id: int | None = None
    category_id: int | None = None
    accused_department_id: int | None = None
    urgency: Urgency = Urgency.NORMAL
    unnamed: bool = False
    consent: bool = False
    language: str = "zh_CN"
    form_token: str | None = None
    source_id: str | None = None
    speaks_for: int | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the petitioner keeps: the number and the code that open the case."""

    case: Case
    access_code: str


def submit(
    session: Session, submission: Submission, *, by: Actor, at: datetime, rules: Rules
) -> Receipt:
    """Open a case from ``submission`` and start its first clock.

    Raises NotPermitted for a role that may not open cases, Invalid for too many delegates. A
    second call with the same ``form_token`` violates a unique key; ask ``already_submitted``
    first and after a conflict.
    """
    receipt = open_case(session, submission, by=by, at=at, rules=rules)
    session.flush()
    return receipt


def open_case(
    session: Session,
    submission: Submission,
    *,
    action: Action = Action.SUBMIT,
    by: Actor,
    at: datetime,
    rules: Rules,
) -> Receipt:
    """Do what ``submit`` does, and leave the writing to the caller, who opens many at once.

    The case has neither id nor number before the caller has flushed.
    """
    case, code = _new_case(submission, by=by, at=at, sealer=rules.sealer)
    session.add(case)
    _add_petitioners(session, case, submission.contacts, at=at, sealer=rules.sealer)
    data, text = _logged(submission), submission.body
    steps.take(session, case, action, by=by, at=at, rules=rules, text=text, data=data)
    return Receipt(case, code)


def answer_now(
    session: Session,
    submission: Submission,
    answer: str,
    *,
    basis: str,
    article_id: int | None = None,
    by: Actor,
    at: datetime,
    rules: Rules,
) -> Receipt:
    """Keep a call that the operator answered on the spot; ``basis`` is what the answer rests on.

    With ``article_id`` that is a guide or article in force, which is kept with its version.
    Complete at once and counted apart. Raises GuardFailed without an answer, and Invalid for an
    article that is not in force. The title of one for staff only never becomes the basis, which
    the petitioner reads.
    """
    used = _article_used(session, article_id, at=at)
    if used is not None and not basis:
        basis = _basis_of(used)
    case, code = _new_case(submission, by=by, at=at, sealer=rules.sealer)
    case.on_the_spot = True
    session.add(case)
    _add_petitioners(session, case, submission.contacts, at=at, sealer=rules.sealer)
    steps.take(
        session,
        case,
        Action.ANSWER_NOW,
        by=by,
        at=at,
        rules=rules,
        text=answer,
        data=_logged(submission)
        | ({"article": used.article_id, "article_version": used.version} if used else {}),
    )
    session.add(_final_reply(case, answer, basis, used, by=by, at=at))
    session.flush()
    return Receipt(case, code)


def _final_reply(
    case: Case, answer: str, basis: str, used: Found | None, *, by: Actor, at: datetime
) -> Reply:
    """Return an answer that nobody has to check; ``used`` is the article that it rests on."""
    return Reply(
        case=case,
        version=1,
        text=answer,
        basis=basis,
        article_id=used.article_id if used else None,
        article_version=used.version if used else None,
        author_id=by.user_id,
        department_id=by.department_id,
        written_at=at,
        submitted_at=at,
        approved_by_id=by.user_id,
        approved_at=at,
    )


def _article_used(session: Session, article_id: int | None, *, at: datetime) -> Found | None:
    if article_id is None:
        return None
    found = articles.usable(session, article_id, today=local_day(at))
    if found is None:
        raise Invalid("article", N_("No guide or article with this number is in force."))
    return found


def _basis_of(used: Found) -> str:
    if used.readers is Readers.STAFF:
        raise Invalid("basis", N_("Write what the answer rests on."))
    return used.title


def already_submitted(session: Session, form_token: str, *, sealer: Sealer) -> Receipt | None:
    """Return what the first sending of this form gave, or None if it has not been sent."""
    case = session.scalars(select(Case).where(Case.form_token == form_token)).one_or_none()
    return Receipt(case, sealer.access_code_from(form_token)) if case is not None else None


def _logged(submission: Submission) -> dict[str, object]:
    """Return what the log says of a new case: of a joint letter numbers, never names."""
    data: dict[str, object] = {
        "channel": submission.channel.value,
        "kind": submission.kind.value,
    }
    if submission.speaks_for:
        data |= {"speaks_for": submission.speaks_for, "delegates": len(submission.contacts)}
    return data


def _new_case(
    submission: Submission, *, by: Actor, at: datetime, sealer: Sealer
) -> tuple[Case, str]:
    if len(submission.contacts) > MOST_DELEGATES:
        raise Invalid(f"delegate{MOST_DELEGATES}", TOO_MANY_DELEGATES)
    ref = uuid.uuid4()
    code = (
        sealer.access_code_from(submission.form_token)
        if submission.form_token
        else sealer.new_access_code()
    )
    case = Case(
        ref=ref,
        form_token=submission.form_token,
        access_hash=sealer.access_code_hash(code, str(ref)),
        channel=submission.channel,
        kind=submission.kind,
        urgency=submission.urgency,
        subject=submission.subject,
        body=submission.body,
        place=submission.place,
        street_id=submission.street_id,
        category_id=submission.category_id,
        accused_department_id=submission.accused_department_id,
        submitted_by_id=by.user_id,
        unnamed=submission.unnamed,
        consent=submission.consent,
        language=submission.language,
        source_id=submission.source_id,
        speaks_for=submission.speaks_for,
        received_at=at,
        received_on=local_day(at),
        round=1,
        head_seq=0,
        head_hash=b"",
        on_the_spot=False,
    )
    return case, code


def _add_petitioners(
    session: Session, case: Case, contacts: Sequence[Contact], *, at: datetime, sealer: Sealer
) -> None:
    for position, contact in enumerate(contacts, start=1):
        session.add(sealed_petitioner(case, contact, position=position, at=at, sealer=sealer))
