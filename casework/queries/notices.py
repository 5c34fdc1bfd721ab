"""What was told to whom: the inbox of a person, what could not be delivered, the demo's outbox."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, ScalarSelect, and_, func, literal, or_, select
from sqlalchemy.orm import Session, joinedload

from casework.errors import NotFound
from casework.models import Case, Delivery, Medium, MessageText, Petitioner, User
from casework.queries.cases import seen_by
from casework.workflow.notices import Notice
from casework.workflow.states import DEPARTMENT_ROLES

PAGE = 25
COUNTED = 99
LARGEST_ID = 2**63 - 1


class Entry(NamedTuple):
    """One line of an inbox; ``may_open`` says whether its reader still sees the case."""

    delivery: Delivery
    may_open: bool

    @property
    def article_id(self) -> int | None:
        """Return the guide or article that it is about; its page says who may read it."""
        data = self.delivery.payload.get("data")
        found = data.get("article") if isinstance(data, dict) else None
        return found if isinstance(found, int) else None


def _not_about(user: User) -> ColumnElement[bool]:
    """Return the wall: nobody is told of a case that is about them or their unit (Z4)."""
    free = Case.accused_user_id.is_distinct_from(user.id)
    if user.role in DEPARTMENT_ROLES:
        free = and_(free, Case.accused_department_id.is_distinct_from(user.department_id))
    return or_(Delivery.case_id.is_(None), free)


def _entries(user: User, *columns: Any) -> Any:
    return (
        select(*columns)
        .select_from(Delivery)
        .outerjoin(Case, Case.id == Delivery.case_id)
        .where(Delivery.user_id == user.id, Delivery.medium == Medium.INBOX.value, _not_about(user))
    )


def inbox(
    session: Session, user: User, *, unread: bool, before: int | None = None
) -> Sequence[Entry]:
    """Return a page of entries, the newest first, and one more if there are more."""
    wanted = _entries(user, Delivery, func.coalesce(seen_by(user), literal(value=False)))
    if unread:
        wanted = wanted.where(Delivery.read_at.is_(None))
    if before is not None:
        wanted = wanted.where(Delivery.id < before)
    rows = session.execute(
        wanted.options(joinedload(Delivery.case))
        .order_by(Delivery.id.desc())
        .limit(PAGE + 1)
        .execution_options(populate_existing=True)
    )
    return [Entry(row[0], bool(row[1]) and row[0].case is not None) for row in rows]


def unread_count(session: Session, user: User) -> int:
    """Return how many entries wait to be read, counted no further than just past ``COUNTED``."""
    return session.scalar(select(unread_of(user))) or 0


def unread_of(user: User) -> ScalarSelect[int]:
    """Return the count of ``unread_count`` as a part of a larger statement."""
    waiting = _entries(user, Delivery.id).where(Delivery.read_at.is_(None)).limit(COUNTED + 1)
    return select(func.count()).select_from(waiting.subquery()).scalar_subquery()


def entry(session: Session, user: User, delivery_id: int) -> Entry:
    """Return one entry of one's own inbox. Raises NotFound for anybody else's."""
    if delivery_id > LARGEST_ID:
        raise NotFound()
    wanted = _entries(user, Delivery, func.coalesce(seen_by(user), literal(value=False)))
    row = session.execute(
        wanted.where(Delivery.id == delivery_id).options(joinedload(Delivery.case))
    ).one_or_none()
    if row is None:
        raise NotFound()
    return Entry(row[0], bool(row[1]) and row[0].case is not None)


def _deliveries_for(user: User) -> Any:
    """Return what may be seen of others: all by administrators, petitioners' news by the office.

    Administrators see no cases, so they get the number of a case and never a way into it.
    """
    wanted = (
        select(Delivery)
        .outerjoin(Case, Case.id == Delivery.case_id)
        .where(Delivery.medium != Medium.INBOX.value)
        .options(joinedload(Delivery.case), joinedload(Delivery.user))
    )
    if user.role == "administrator":
        return wanted
    return wanted.where(Delivery.petitioner_id.is_not(None), seen_by(user))


CHOSEN = {
    "dead": Delivery.dead_at.is_not(None),
    "waiting": and_(Delivery.sent_at.is_(None), Delivery.dead_at.is_(None)),
    "sent": Delivery.sent_at.is_not(None),
}


def deliveries(
    session: Session, user: User, *, chosen: str, before: int | None = None
) -> Sequence[Delivery]:
    """Return a page of what goes out by mail, text message or webhook, the newest first."""
    wanted = _deliveries_for(user).where(CHOSEN[chosen])
    if before is not None:
        wanted = wanted.where(Delivery.id < before)
    return session.scalars(wanted.order_by(Delivery.id.desc()).limit(PAGE + 1)).all()


def dead_delivery(session: Session, user: User, delivery_id: int) -> Delivery:
    """Lock and return one that nobody could deliver. Raises NotFound."""
    if delivery_id > LARGEST_ID:
        raise NotFound()
    found: Delivery | None = session.scalars(
        _deliveries_for(user)
        .where(Delivery.id == delivery_id, CHOSEN["dead"])
        .with_for_update(of=Delivery)
    ).one_or_none()
    if found is None:
        raise NotFound()
    return found


def outward(session: Session, *, before: int | None = None) -> Sequence[Delivery]:
    """Return mails and text messages of everybody, for the demo's page alone."""
    wanted = (
        select(Delivery)
        .where(Delivery.medium.in_((Medium.MAIL.value, Medium.SMS.value)))
        .options(joinedload(Delivery.case), joinedload(Delivery.user))
    )
    if before is not None:
        wanted = wanted.where(Delivery.id < before)
    return session.scalars(wanted.order_by(Delivery.id.desc()).limit(PAGE + 1)).all()


def told_by(session: Session, case_id: int) -> str:
    """Return how the first petitioner of a case wants to be told of news."""
    way = session.scalar(
        select(Petitioner.told_by)
        .where(Petitioner.case_id == case_id)
        .order_by(Petitioner.position)
        .limit(1)
    )
    return way or "none"


def text_versions(
    session: Session, notice: Notice, medium: Medium, language: str
) -> Sequence[MessageText]:
    """Return the versions of a text, the newest first; one without words is a reset."""
    return session.scalars(
        select(MessageText)
        .where(
            MessageText.notice == notice,
            MessageText.medium == medium,
            MessageText.language == language,
        )
        .order_by(MessageText.version.desc())
        .limit(50)
    ).all()


def case_numbered(session: Session, number: str) -> Case | None:
    """Return the case that a preview is filled from; nothing of its letter is shown."""
    return session.scalars(select(Case).where(Case.number == number)).one_or_none()


def oldest_waiting(session: Session) -> datetime | None:
    """Return since when the longest waiting delivery could have left."""
    return session.scalar(
        select(func.min(Delivery.next_at)).where(
            Delivery.sent_at.is_(None), Delivery.dead_at.is_(None)
        )
    )
