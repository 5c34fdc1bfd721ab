"""The versions of a public text: one is prepared, one may be out, and all are kept."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from casework.errors import Conflict, Invalid
from casework.language import N_
from casework.models import Case, PublicText
from casework.notify import outbox
from casework.queries.rules import Rules
from casework.services.actors import Actor
from casework.services.redaction.suggestions import contacts_of, left_in
from casework.workflow.notices import Notice
from casework.workflow.states import Kind, Sensitive

DRAFT = (PublicText.published_at.is_(None), PublicText.ended_at.is_(None))
OUT = (PublicText.published_at.is_not(None), PublicText.ended_at.is_(None))


@dataclass(frozen=True, slots=True)
class Words:
    """What everybody would read."""

    subject: str
    body: str
    reply: str

    def by_field(self) -> Mapping[str, str]:
        """Return the three texts under the names of their fields."""
        return {"subject": self.subject, "body": self.body, "reply": self.reply}


def is_clean(
    session: Session, case: Case, words: Words, may_stand: Collection[str], *, rules: Rules
) -> bool:
    """Say whether nothing in ``words`` looks personal at all.

    Raises Invalid while a text shows a number or mail address of the petitioner's, or any other
    detail of anybody that is not in ``may_stand``.
    """
    contacts = contacts_of(session, case, rules=rules)
    left = {field: left_in(text, contacts) for field, text in words.by_field().items()}
    for field, details in left.items():
        for detail in details:
            if detail.never:
                raise Invalid(
                    field,
                    N_("This still shows “%(value)s”, which is the petitioner's. Take it out."),
                    value=detail.value,
                )
    every = [detail.value for details in left.values() for detail in details]
    if any(value not in may_stand for value in every):
        raise Invalid(
            "may_stand",
            N_("Take these details out, or tick those that everybody may read."),
        )
    return not every


def why_sensitive(case: Case, marked: Collection[Sensitive]) -> list[str]:
    """Return the coded reasons for which a leader is asked; an accusation always is one."""
    return [
        reason.value
        for reason in Sensitive
        if (is_accusation(case) if reason is Sensitive.ACCUSATION else reason in marked)
    ]


def is_accusation(case: Case) -> bool:
    """Say whether a case accuses somebody, by its kind or by whom it names."""
    named = case.accused_department_id is not None or case.accused_user_id is not None
    return case.kind is Kind.REPORT or named


def add_draft(session: Session, case: Case, made: PublicText, *, by: Actor, at: datetime) -> None:
    """Keep ``made`` as the newest version; the one that was being prepared gives way to it.

    Leaders are told of a sensitive one.
    """
    session.execute(
        update(PublicText)
        .where(PublicText.case_id == case.id, *DRAFT)
        .values(ended_at=at)
        .execution_options(synchronize_session="fetch")
    )
    newest = session.scalar(
        select(func.max(PublicText.version)).where(PublicText.case_id == case.id)
    )
    made.case_id, made.version = case.id, (newest or 0) + 1
    made.redacted_by_id, made.redacted_at = by.user_id, at
    session.add(made)
    session.flush()
    if made.sensitive:
        outbox.enqueue(session, Notice.TO_CLEAR, case, key=f"text{made.version}", at=at)


def draft_of(session: Session, case: Case) -> PublicText | None:
    """Return the version of ``case`` that is being prepared."""
    return session.scalars(
        select(PublicText).where(PublicText.case_id == case.id, *DRAFT)
    ).one_or_none()


class Redacted(Protocol):
    """A version of a public text, as far as it is told from the others."""

    @property
    def redacted_at(self) -> datetime: ...


def version_of(made: Redacted) -> str:
    """Return what tells one version of a public text from the next."""
    return made.redacted_at.astimezone(UTC).isoformat()


def as_read(session: Session, case: Case, read: str | None) -> PublicText:
    """Return the version being prepared, which ``read`` says that the reader has seen.

    Raises Conflict if it has changed since, or a person would answer for what they have not read.
    """
    draft = draft_of(session, case)
    if draft is None or (read is not None and read != version_of(draft)):
        raise Conflict()
    return draft


def let_out(session: Session, case: Case, made: PublicText, *, by: Actor, at: datetime) -> None:
    """Note that ``made`` is what everybody reads now; the version before it has ended."""
    session.execute(
        update(PublicText)
        .where(PublicText.case_id == case.id, *OUT)
        .values(ended_at=at)
        .execution_options(synchronize_session="fetch")
    )
    made.published_by_id, made.published_at = by.user_id, at
    session.flush()


def end_all(session: Session, case: Case, *, at: datetime) -> None:
    """Note that nothing of ``case`` is out or being prepared any more."""
    session.execute(
        update(PublicText)
        .where(PublicText.case_id == case.id, PublicText.ended_at.is_(None))
        .values(ended_at=at)
        .execution_options(synchronize_session="fetch")
    )


def throw_away_drafts(session: Session, case: Case) -> None:
    """Delete what was prepared and never out, as consent that is taken back asks for."""
    session.execute(
        delete(PublicText)
        .where(PublicText.case_id == case.id, PublicText.published_at.is_(None))
        .execution_options(synchronize_session="fetch")
    )
