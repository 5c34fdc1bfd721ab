"""Who stands behind an audience: the people and the petitioners that a notice is for."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import String, case, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from casework.language import DEFAULT_LOCALE, LOCALES
from casework.models import (
    Case,
    CoHandler,
    Department,
    Follower,
    Medium,
    OutboxMessage,
    Petitioner,
    User,
)
from casework.workflow.notices import Audience, Notice, group_of
from casework.workflow.states import DEPARTMENT_ROLES, Role

DONE_BY: Mapping[Notice, Role] = {
    Notice.DISPATCHED: Role.HANDLER,
    Notice.UPHELD: Role.HANDLER,
    Notice.SUPPLIED: Role.HANDLER,
    Notice.REDRAFT: Role.HANDLER,
    Notice.REWORK: Role.HANDLER,
    Notice.TO_REVIEW: Role.REVIEWER,
}
"""Who of a department has the work that a notice announces; the rest of the unit is spared it."""

ROLE_OF: Mapping[Audience, Role] = {
    Audience.OFFICE: Role.OFFICE,
    Audience.SUPERVISORS: Role.SUPERVISOR,
    Audience.LEADERS: Role.LEADER,
    Audience.ADMINISTRATORS: Role.ADMINISTRATOR,
}

NOTHING = literal([], ARRAY(String(16)))


@dataclass(frozen=True, slots=True)
class Receiver:
    """One person, how they are told, and in which language; exactly one id is set."""

    medium: Medium
    language: str
    user_id: int | None = None
    petitioner_id: uuid.UUID | None = None
    follower_id: uuid.UUID | None = None

    @property
    def key(self) -> str:
        """Return what tells this receiver and medium from all others of a notice."""
        who = f"p{self.petitioner_id.hex}" if self.petitioner_id else f"u{self.user_id}"
        if self.follower_id:
            who = f"f{self.follower_id.hex}"
        return f"{self.medium.value}:{who}"


class AddressBook:
    """Everybody who may be told something about some cases, read in three statements.

    No address is in it: those of petitioners are opened when something is sent to them.
    """

    def __init__(self, session: Session, cases: Collection[Case]) -> None:
        self._users = list(
            session.execute(
                select(
                    User.id,
                    User.role,
                    User.department_id,
                    User.language,
                    case((User.email != "", User.mailed), else_=NOTHING).label("mailed"),
                    case((User.mobile != "", User.texted), else_=NOTHING).label("texted"),
                ).where(User.disabled_at.is_(None))
            )
        )
        self._helping = _co_handlers(session, {case.id for case in cases})
        self._petitioners = _petitioners(session, cases)
        self._session = session

    def receivers(self, message: OutboxMessage) -> list[Receiver]:
        """Return each receiver and medium of a notice once, whatever audiences they stand in."""
        found: dict[str, Receiver] = {}
        for name in _names(message.payload.get("audience")):
            audience = Audience(name)
            if audience is Audience.PETITIONERS:
                told = self._told_petitioners(message)
            elif audience is Audience.FOLLOWERS:
                told = self._told_followers(message)
            else:
                told = self._told_staff(message, audience)
            found |= {receiver.key: receiver for receiver in told}
        return list(found.values())

    def _told_petitioners(self, message: OutboxMessage) -> Iterator[Receiver]:
        if message.case is None:
            return
        if alone := message.payload.get("petitioner"):
            medium = Medium(str(message.payload["medium"]))
            key = uuid.UUID(str(alone))
            yield Receiver(medium, message.case.language, petitioner_id=key)
            return
        for row in self._petitioners[message.case.id]:
            joined_later = row.from_case_id not in (None, message.case.id)
            if joined_later and message.notice is Notice.RECEIPT:
                continue
            yield Receiver(Medium(row.told_by), message.case.language, petitioner_id=row.id)

    def _told_followers(self, message: OutboxMessage) -> Iterator[Receiver]:
        """Yield who follows a case; few notices are for them, so they are read for each."""
        alone = message.payload.get("follower")
        wanted = select(Follower.id, Follower.medium, Follower.language).where(
            Follower.erased_at.is_(None)
        )
        wanted = (
            wanted.where(Follower.id == uuid.UUID(str(alone)))
            if alone
            else wanted.where(
                Follower.case_id == message.case_id, Follower.confirmed_at.is_not(None)
            )
        )
        for row in self._session.execute(wanted):
            yield Receiver(Medium(row.medium), row.language, follower_id=row.id)

    def _told_staff(self, message: OutboxMessage, audience: Audience) -> Iterator[Receiver]:
        group = group_of(message.notice)
        for user in self._of_audience(message, audience):
            if message.case is not None and _is_accused(message.case, user):
                continue
            language = user.language if user.language in LOCALES else DEFAULT_LOCALE
            yield Receiver(Medium.INBOX, language, user_id=user.id)
            if group in user.mailed:
                yield Receiver(Medium.MAIL, language, user_id=user.id)
            if group in user.texted:
                yield Receiver(Medium.SMS, language, user_id=user.id)

    def _of_audience(self, message: OutboxMessage, audience: Audience) -> Iterable[Any]:
        if role := ROLE_OF.get(audience):
            return self._with_role(role)
        if audience is Audience.EVERY_UNIT:
            return [user for user in self._users if user.role in (*DEPARTMENT_ROLES, Role.OFFICE)]
        if audience is Audience.CO_HANDLERS:
            helping = self._helping[message.case.id] if message.case else frozenset()
            units = (self._unit(message.notice, unit) for unit in helping)
            return (user for unit in units for user in unit)
        if audience is Audience.RESPONSIBLE:
            return self._responsible(message)
        name = "former" if audience is Audience.FORMER_DEPARTMENT else "department"
        unit_id = message.payload.get(name)
        if isinstance(unit_id, int):
            return self._unit(message.notice, unit_id)
        return self._with_role(Role.OFFICE) if audience is Audience.OWNER else ()

    def _responsible(self, message: OutboxMessage) -> list[Any]:
        """Return the one who is named, or the unit once that person works there no more."""
        unit_id = message.payload.get("department")
        unit = (
            self._unit(message.notice, unit_id)
            if isinstance(unit_id, int)
            else self._with_role(Role.OFFICE)
        )
        named = message.payload.get("user")
        office = self._with_role(Role.OFFICE)
        return [user for user in (*unit, *office) if user.id == named][:1] or unit or office

    def _with_role(self, role: Role) -> list[Any]:
        return [user for user in self._users if user.role == role]

    def _unit(self, notice: Notice, unit_id: int) -> list[Any]:
        """Return those of a unit whose work it is, or all of it where nobody has that role."""
        members = [
            user
            for user in self._users
            if user.department_id == unit_id and user.role in (*DEPARTMENT_ROLES, Role.OFFICE)
        ]
        return [user for user in members if user.role == DONE_BY.get(notice)] or members


def _is_accused(case: Case, user: Any) -> bool:
    """Say whether the wall stands between them, as in ``queries.cases.seen_by``."""
    if case.accused_user_id == user.id:
        return True
    return (
        user.role in DEPARTMENT_ROLES
        and case.accused_department_id is not None
        and case.accused_department_id == user.department_id
    )


def _names(stored: object) -> list[str]:
    return [str(name) for name in stored] if isinstance(stored, list) else []


def _co_handlers(session: Session, case_ids: Collection[int]) -> Mapping[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    rows = session.execute(
        select(CoHandler.case_id, CoHandler.department_id)
        .join(Department, Department.id == CoHandler.department_id)
        .where(CoHandler.case_id.in_(case_ids), CoHandler.removed_at.is_(None))
    )
    for case_id, department_id in rows:
        found[case_id].add(department_id)
    return found


def _petitioners(session: Session, cases: Collection[Case]) -> Mapping[int, list[Any]]:
    """Return who wants to be told, by case: those whose own it is, and those who were joined."""
    ids = {case.id for case in cases}
    own = Petitioner.own_case_id
    told: dict[int, list[Any]] = defaultdict(list)
    for row in session.execute(
        select(
            Petitioner.id, Petitioner.case_id, Petitioner.from_case_id, Petitioner.told_by
        ).where(
            Petitioner.told_by != "none",
            or_(Petitioner.case_id.in_(ids), own.in_(ids)),
        )
    ):
        for case_id in {row.case_id, row.from_case_id} - {None}:
            told[case_id].append(row)
    return told
