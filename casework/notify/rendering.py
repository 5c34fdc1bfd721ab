"""Makes the words of deliveries, and opens addresses, at the moment when something leaves."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol, TypeVar

from babel.dates import format_date
from sqlalchemy import inspect, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from casework.language import translate
from casework.models import (
    Case,
    ContactChange,
    Delivery,
    Department,
    Follower,
    Medium,
    MessageText,
    Petitioner,
    Reason,
    User,
    Webhook,
)
from casework.notify.message import Message
from casework.notify.texts import DEFAULTS, STAFF_ENDS, Text, TextKey
from casework.notify.transports.outcomes import Refused
from casework.notify.wording import PLACEHOLDERS, fill, fill_line
from casework.sealing import Sealer, row_name
from casework.workflow.calendar import WorkCalendar
from casework.workflow.words import STATES

T = TypeVar("T", Petitioner, Follower, Webhook, Department)
DAYS = ("promised", "due", "explain_by")


@dataclass(frozen=True, slots=True)
class House:
    """What everything that leaves has in common: names, address, calendar and secrets."""

    names: Mapping[str, str]
    hotline: str
    public_url: str
    calendar: WorkCalendar
    sealer: Sealer = field(repr=False)


class Named(Protocol):
    """A unit, as far as its name goes."""

    @property
    def name(self) -> str: ...
    @property
    def name_en(self) -> str: ...


def written_day(day: date, language: str) -> str:
    """Write a date as people of a language do: 2026年11月23日, 23 November 2026."""
    if language == "zh_CN":
        return f"{day.year}年{day.month}月{day.day}日"
    return format_date(day, "d MMMM y", locale="en")


def texts_in_force(session: Session, notices: Collection[str]) -> dict[TextKey, Text]:
    """Return the words of some notices: the newest version of each, or what came with the product.

    A version without words says that the default counts again.
    """
    known = {key: text for key, text in DEFAULTS.items() if key.notice in notices}
    newest = (
        select(MessageText)
        .where(MessageText.notice.in_(notices))
        .ext(distinct_on(MessageText.notice, MessageText.medium, MessageText.language))
        .order_by(
            MessageText.notice,
            MessageText.medium,
            MessageText.language,
            MessageText.version.desc(),
        )
    )
    for row in session.scalars(newest):
        if row.body:
            key = TextKey(row.notice, row.medium, row.language)
            known[key] = Text(row.subject, row.body)
    return known


class Rendering:
    """The words of some deliveries, whose rows are read once for all of them.

    ``deliveries`` need their ``case`` and ``user`` loaded; ``units`` by id spare a statement.
    """

    def __init__(
        self,
        session: Session,
        deliveries: Sequence[Delivery],
        house: House,
        *,
        units: Mapping[int, Named] | None = None,
    ) -> None:
        self._house = house
        self._texts = texts_in_force(session, {one.notice for one in deliveries})
        self._petitioners = _by_id(session, Petitioner, [d.petitioner_id for d in deliveries])
        self._followers = _by_id(session, Follower, [d.follower_id for d in deliveries])
        named = [d.petitioner_id for d in deliveries if _data(d).get("named")]
        changes = (
            session.scalars(select(ContactChange).where(ContactChange.petitioner_id.in_(named)))
            if named
            else ()
        )
        self._changes: Mapping[object, ContactChange] = {one.petitioner_id: one for one in changes}
        self._hooks = _by_id(session, Webhook, [d.webhook_id for d in deliveries])
        self._units: Mapping[Any, Named] = (
            units
            if units is not None
            else _by_id(session, Department, [_unit_id(d) for d in deliveries])
        )
        codes = [code for d in deliveries if (code := _data(d).get("reason_code"))]
        found = session.scalars(select(Reason).where(Reason.code.in_(codes))) if codes else ()
        self._reasons = {reason.code: reason for reason in found}
        self._first_numbers = _numbers(session, self._petitioners.values())

    def text(self, delivery: Delivery, *, leaving: bool = False) -> Text:
        """Return the words of one delivery in its language, with everything filled in.

        The number that confirms a petitioner stands in what is leaving, and on no page of ours.
        """
        medium = Medium.INBOX if delivery.user_id else delivery.medium
        language = delivery.language
        words = self._texts[TextKey(delivery.notice, medium, language)]
        values = self.values(delivery)
        nonce = _data(delivery).get("nonce")
        if nonce is not None:
            values["confirm"] = (
                self._house.sealer.confirmation_number(str(nonce)) if leaving else "······"
            )
        body = words.body
        if delivery.user_id and delivery.medium is Medium.MAIL:
            body += STAFF_ENDS[language]
        return Text(fill_line(words.subject, values), fill(body, values))

    def message(self, delivery: Delivery) -> Message:
        """Return one delivery ready to leave. Raises Refused where there is no address."""
        if delivery.webhook_id:
            return self._call(delivery, self._hooks[delivery.webhook_id])
        words = self.text(delivery, leaving=True)
        # To staff a text message says what it is about; the rest stands in the inbox.
        line = words.subject if delivery.user_id else " ".join(words.body.split())
        return Message(
            delivery.dedupe_key,
            delivery.medium,
            self.address(delivery),
            words.subject,
            words.body if delivery.medium is Medium.MAIL else line,
            delivery.language,
        )

    def address(self, delivery: Delivery) -> str:
        """Return where it goes. Raises Refused where there is no address any more."""
        if delivery.petitioner_id or delivery.follower_id:
            contact = self._contact(delivery)
            address = contact.get("email" if delivery.medium is Medium.MAIL else "phone", "")
        else:
            address = _address_of(delivery.user, delivery.medium)
        if not address:
            raise Refused("no address")
        return address

    def _contact(self, delivery: Delivery) -> Mapping[str, str]:
        """Return the contact of somebody outside, or the one of a change that this is about.

        Of a follower who left nothing is left.
        """
        key: object = delivery.petitioner_id
        if delivery.petitioner_id and _data(delivery).get("named"):
            change = self._changes.get(delivery.petitioner_id)
            table = "contact_changes"
            sealed = change.sealed if change else None
        elif delivery.petitioner_id:
            table = "petitioners"
            sealed = self._petitioners[key].sealed
        else:
            table, key = "followers", delivery.follower_id
            sealed = self._followers[key].sealed
        if sealed is None:
            return {}
        return self._house.sealer.open_sealed(sealed, row=row_name(table, key))

    def values(self, delivery: Delivery) -> dict[str, str]:
        """Return what fills the placeholders of one delivery."""
        language, case, house = delivery.language, delivery.case, self._house
        data = _data(delivery)
        values = {
            "district": house.names[language],
            "hotline": house.hotline,
            "unit": self._unit_name(delivery),
            "reason": self._reason(data, language),
            "link": self._link(delivery),
        }
        if case is not None:
            values |= _of_case(case, language)
            first = self._first_numbers.get(delivery.petitioner_id)
            values["number"] = first or case.number
        for name in PLACEHOLDERS.keys() & data.keys() - {"reason"}:
            values[name] = _written(name, data[name], language)
        return values

    def _unit_name(self, delivery: Delivery) -> str:
        unit = self._units.get(_unit_id(delivery))
        english = delivery.language == "en"
        if unit is None:
            return "the petition office" if english else "信访办"
        return unit.name_en if english and unit.name_en else unit.name

    def _reason(self, data: Mapping[str, object], language: str) -> str:
        reason = self._reasons.get(str(data.get("reason_code", "")))
        coded = (reason.text_en if language == "en" else reason.text) if reason else ""
        return " ".join(part for part in (coded, str(data.get("reason") or "")) if part)

    def _link(self, delivery: Delivery) -> str:
        if delivery.petitioner_id:
            return f"{self._house.public_url}/follow"
        if delivery.follower_id:
            return f"{self._house.public_url}/matters/following/{delivery.follower_id}"
        if delivery.case is None:
            article = _data(delivery).get("article")
            return f"{self._house.public_url}/" + (f"articles/{article}" if article else "inbox")
        return f"{self._house.public_url}/cases/{delivery.case.number}"

    def _call(self, delivery: Delivery, hook: Webhook) -> Message:
        """Return what a connected system is sent: keys of ours, and nothing about a person."""
        case = delivery.case
        body = {
            "notice": delivery.notice.value,
            "at": delivery.created_at.isoformat(),
            "case": case.number if case else None,
            "state": case.state.value if case else None,
        }
        secret = self._house.sealer.open_sealed(
            hook.secret_sealed, row=row_name("webhooks", hook.id)
        )
        return Message(
            delivery.dedupe_key,
            Medium.WEBHOOK,
            hook.url,
            "",
            json.dumps(body),
            secret=secret["secret"],
        )


def _address_of(user: User | None, medium: Medium) -> str:
    if user is None or user.disabled_at is not None:
        return ""
    return user.mobile if medium is Medium.SMS else user.email


def _of_case(case: Case, language: str) -> dict[str, str]:
    values = {"number": case.number, "state": translate(language, STATES[case.state])}
    for name, day in (("promised", case.promised_on), ("due", case.due_on)):
        values[name] = written_day(day, language) if day else ""
    return values


def _written(name: str, value: object, language: str) -> str:
    if name in DAYS and isinstance(value, str):
        return written_day(date.fromisoformat(value), language)
    if isinstance(value, dict):  # a text in each language
        return str(value.get(language, ""))
    return "" if value is None else str(value)


def _data(delivery: Delivery) -> Mapping[str, object]:
    data = delivery.payload.get("data")
    return data if isinstance(data, dict) else {}


def _unit_id(delivery: Delivery) -> object:
    return delivery.payload.get("department")


def _by_id(session: Session, table: type[T], keys: Sequence[object]) -> dict[object, T]:
    wanted = {key for key in keys if key is not None}
    if not wanted:
        return {}
    key: Any = inspect(table).primary_key[0]
    return {row.id: row for row in session.scalars(select(table).where(key.in_(wanted)))}


def _numbers(session: Session, petitioners: Collection[Petitioner]) -> dict[object, str]:
    """Return the number that a petitioner knows, where their own case was merged into another."""
    firsts = {one.id: one.from_case_id for one in petitioners if one.from_case_id}
    if not firsts:
        return {}
    rows = session.execute(select(Case.id, Case.number).where(Case.id.in_(set(firsts.values()))))
    numbers = {row.id: row.number for row in rows}
    return {petitioner: numbers[case_id] for petitioner, case_id in firsts.items()}
