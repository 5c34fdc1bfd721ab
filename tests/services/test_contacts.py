"""Whoever had the contact before is told of a change, whatever is asked for after it."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.errors import GuardFailed
from casework.models import Case, ContactChange, Delivery, Medium
from casework.notify.rendering import Rendering
from casework.notify.spread import spread
from casework.sealing import Sealer, row_name
from casework.services import contacts, keys
from casework.services.petitioners import Contact
from casework.workflow.notices import Notice
from casework.workflow.states import State
from tests.factories import DATA_KEYS, HASH_KEY, MONDAY, SEALER, District
from tests.notify.conftest import house_in

OLD, NEW, THIRD = "13800001111", "13800002222", "13800003333"
NIGHT = MONDAY + timedelta(hours=14)
NEW_KEY = "k2:" + "A" * 43 + "="
WRITER = Contact(name="某人", phone=OLD)


def ask(district: District, case: Case, value: str, *, at: datetime, known: str = "") -> None:
    contacts.ask_change(
        district.session,
        case,
        field="phone",
        value=value,
        known=known,
        media=[Medium.SMS],
        at=at,
        rules=district.rules,
    )


def change(district: District, case: Case, value: str, *, known: str = "") -> None:
    """Ask for another telephone at night and confirm it."""
    ask(district, case, value, at=NIGHT, known=known)
    waiting = district.session.scalars(
        select(ContactChange).where(ContactChange.done_at.is_(None))
    ).one()
    number = SEALER.confirmation_number(waiting.nonce)
    contacts.confirm_change(district.session, case, number, at=NIGHT, rules=district.rules)


def told(session: Session, district: District) -> list[str]:
    """Return to whom the news of a change would leave now."""
    while spread(session, calendar=district.rules.calendar, at=NIGHT):
        session.flush()
    session.expire_all()
    rows = session.scalars(select(Delivery).where(Delivery.notice == Notice.CONTACT_CHANGED)).all()
    rendering = Rendering(session, list(rows), house_in(session))
    return [rendering.message(row).to for row in rows]


@pytest.mark.parametrize("spread_before", [False, True])
def test_a_second_change_waits_until_the_first_contact_was_told(
    session: Session, district: District, spread_before: bool
) -> None:
    case = district.case_in(State.HANDLING, contacts=(WRITER,))
    change(district, case, NEW)
    if spread_before:
        assert told(session, district) == [OLD]
    with pytest.raises(GuardFailed, match="told"):
        ask(district, case, THIRD, at=NIGHT)
    assert told(session, district) == [OLD]
    of_change = select(Delivery).where(Delivery.notice == Notice.CONTACT_CHANGED)
    session.scalars(of_change).one().sent_at = NIGHT
    ask(district, case, THIRD, at=NIGHT)


def test_days_off_do_not_outlast_the_contact_that_is_to_be_told(
    session: Session, district: District
) -> None:
    case = district.case_in(State.HANDLING, contacts=(WRITER,))
    change(district, case, NEW)
    assert told(session, district) == [OLD]
    after = NIGHT + timedelta(days=9)
    assert contacts.forget_changes(session, before=after) == 0
    assert told(session, district) == [OLD]
    of_change = select(Delivery).where(Delivery.notice == Notice.CONTACT_CHANGED)
    session.scalars(of_change).one().sent_at = after
    assert contacts.forget_changes(session, before=after) == 1


def test_a_delegate_learns_from_no_answer_that_another_has_just_changed(
    session: Session, district: District
) -> None:
    both = (WRITER, Contact(name="另一人", phone="13800009999"))
    case = district.case_in(State.HANDLING, contacts=both, speaks_for=2)
    change(district, case, NEW, known=OLD)
    ask(district, case, THIRD, at=NIGHT, known=NEW)
    assert told(session, district) == [OLD]


def test_a_change_of_keys_reaches_contacts_under_way(session: Session, district: District) -> None:
    case = district.case_in(State.HANDLING, contacts=(WRITER,))
    ask(district, case, NEW, at=NIGHT)
    both = Sealer.from_text(f"{NEW_KEY},{DATA_KEYS}", HASH_KEY)
    assert keys.reseal_contact_changes(session, both) == 1
    assert keys.reseal_contact_changes(session, both) == 0
    waiting = session.scalars(select(ContactChange)).one()
    row = row_name("contact_changes", waiting.petitioner_id)
    only_new = Sealer.from_text(NEW_KEY, HASH_KEY)
    assert only_new.open_sealed(waiting.sealed, row=row) == {"phone": NEW}
