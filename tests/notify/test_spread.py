"""From one notice to everybody it is for, and to nobody else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session, joinedload

from casework.models import Delivery, Medium, OutboxMessage, Webhook
from casework.notify.outbox import enqueue_for_unit
from casework.notify.rendering import House, Rendering, written_day
from casework.notify.spread import OLD_NEWS, READ_ALREADY, drop_old_news, spread
from casework.sealing import row_name
from casework.services import office
from casework.services.actors import staff
from casework.workflow.notices import Notice
from casework.workflow.states import Action, Kind, State
from tests.factories import CANARY, MONDAY, SEALER, STEP, District, UserFactory
from tests.notify.conftest import BY_MAIL, BY_SMS, PUBLIC_URL

NOON = MONDAY + timedelta(hours=3)


def told(session: Session, district: District, at: datetime = NOON) -> Sequence[Delivery]:
    while spread(session, calendar=district.rules.calendar, at=at):
        session.flush()
    return session.scalars(
        select(Delivery)
        .options(joinedload(Delivery.case), joinedload(Delivery.user))
        .order_by(Delivery.id)
        .execution_options(populate_existing=True)
    ).all()


def house(district: District) -> House:
    names = {"zh_CN": "区人民政府", "en": "District Government"}
    return House(names, "95100", PUBLIC_URL, district.rules.calendar, SEALER)


def receivers(rows: Sequence[Delivery], notice: Notice) -> set[tuple[str, int | None]]:
    return {(row.medium.value, row.user_id) for row in rows if row.notice is notice}


def test_who_chose_nothing_is_told_nothing(session: Session, district: District) -> None:
    district.submitted(contacts=(CANARY,))
    assert told(session, district) == []


def test_each_petitioner_is_told_in_the_way_they_chose(
    session: Session, district: District
) -> None:
    district.submitted(contacts=(BY_MAIL, BY_SMS, CANARY))
    assert [row.medium for row in told(session, district)] == [Medium.MAIL, Medium.SMS]


def test_no_address_rests_in_a_delivery(session: Session, district: District) -> None:
    district.submitted(contacts=(BY_MAIL,))
    (row,) = told(session, district)
    assert "wang" not in str(row.payload) + row.dedupe_key


def test_the_lead_and_those_who_help_are_told(session: Session, district: District) -> None:
    case = district.submitted()
    office.dispatch(
        session,
        case,
        lead=district.lead,
        co_handlers=[district.helper],
        by=staff(district.clerk),
        at=MONDAY + STEP,
        rules=district.rules,
    )
    found = receivers(told(session, district), Notice.DISPATCHED)
    assert found == {
        ("inbox", district.handler.id),
        ("inbox", district.helping_handler.id),
    }


def test_who_wants_mail_gets_it_beside_the_inbox(session: Session, district: District) -> None:
    district.handler.mailed, district.handler.email = ["work"], "handler@example.org"
    UserFactory(handler=True, department=district.lead, mailed=["work"], email="")
    UserFactory(handler=True, department=district.lead, disabled_at=MONDAY)
    district.case_in(State.DISPATCHED)
    rows = told(session, district)
    assert [row.user_id for row in rows if row.medium is Medium.MAIL] == [district.handler.id]
    assert len([row for row in rows if row.medium is Medium.INBOX]) == 2
    mail = next(row for row in rows if row.medium is Medium.MAIL)
    message = Rendering(session, [mail], house(district)).message(mail)
    assert message.to == "handler@example.org"
    assert f"{PUBLIC_URL}/cases/{mail.case.number}" in message.body


def test_who_wants_text_messages_is_told_in_a_line_on_the_mobile(
    session: Session, district: District
) -> None:
    district.handler.texted, district.handler.mobile = ["work"], "13800001111"
    UserFactory(handler=True, department=district.lead, texted=["work"], mobile="")
    UserFactory(handler=True, department=district.lead, texted=["news"], mobile="13800002222")
    district.case_in(State.DISPATCHED)
    (row,) = [row for row in told(session, district) if row.medium is Medium.SMS and row.user_id]
    message = Rendering(session, [row], house(district)).message(row)
    assert (row.user_id, message.to) == (district.handler.id, "13800001111")
    assert message.body == message.subject
    assert row.case.number in message.body
    assert len(message.body) <= 70


def test_only_the_chosen_groups_come_by_mail(session: Session, district: District) -> None:
    district.handler.mailed, district.handler.email = ["limits"], "handler@example.org"
    district.case_in(State.DISPATCHED)
    assert [row for row in told(session, district) if row.medium is Medium.MAIL] == []


def test_neither_the_accused_unit_nor_the_accused_person_is_told(
    session: Session, district: District
) -> None:
    case = district.submitted(kind=Kind.REPORT, accused_department_id=district.helper.id)
    case.accused_user_id = district.handler.id
    office.dispatch(
        session,
        case,
        lead=district.lead,
        by=staff(district.clerk),
        at=MONDAY + STEP,
        rules=district.rules,
    )
    assert receivers(told(session, district), Notice.DISPATCHED) == set()


def test_a_unit_without_a_reviewer_hears_of_reviews_all_the_same(
    session: Session, district: District
) -> None:
    district.reviewer.disabled_at = MONDAY
    case = district.case_in(State.HANDLING)
    district.take(case, Action.DRAFT, at=MONDAY + 4 * STEP)
    assert receivers(told(session, district), Notice.TO_REVIEW) == {("inbox", district.handler.id)}


def test_the_unit_that_lost_a_case_is_told(session: Session, district: District) -> None:
    case = district.case_in(State.HANDLING)
    district.take(case, Action.RECALL, at=MONDAY + 4 * STEP)
    rows = told(session, district)
    assert receivers(rows, Notice.RECALLED) == {
        ("inbox", district.handler.id),
        ("inbox", district.reviewer.id),
    }
    recalled = next(row for row in rows if row.notice is Notice.RECALLED)
    assert "承办单位" in Rendering(session, [recalled], house(district)).text(recalled).body


def test_what_no_department_owes_is_told_to_the_office(
    session: Session, district: District
) -> None:
    enqueue_for_unit(session, Notice.DIGEST, department_id=None, key="2026-03-02", at=MONDAY)
    found = receivers(told(session, district), Notice.DIGEST)
    assert found == {("inbox", district.clerk.id), ("inbox", district.second_clerk.id)}


def test_people_of_a_merged_case_are_told_under_their_own_number(
    session: Session, district: District
) -> None:
    into = district.submitted()
    case = district.submitted(contacts=(BY_SMS,))
    office.merge(
        session,
        case,
        into=into,
        reason_code="merge.same_matter",
        by=staff(district.clerk),
        at=MONDAY + STEP,
        rules=district.rules,
    )
    for number, action in enumerate((Action.DISPATCH,), start=2):
        district.take(into, action, at=MONDAY + number * STEP)
    rows = [row for row in told(session, district) if row.petitioner_id]
    assert [row.notice for row in rows] == [Notice.RECEIPT, Notice.MERGED, Notice.DISPATCHED]
    rendering = Rendering(session, rows, house(district))
    assert all(case.number in rendering.text(row).body for row in rows)
    assert not any(into.number in rendering.text(row).body for row in rows)


def test_connected_systems_hear_what_they_asked_for_and_of_no_accusation(
    session: Session, district: District
) -> None:
    hook = Webhook(
        name="市平台",
        url="https://hooks.example/",
        secret_sealed=b"",
        notices=["receipt"],
        created_at=MONDAY,
    )
    session.add(hook)
    session.flush()
    hook.secret_sealed = SEALER.seal({"secret": "s"}, row=row_name("webhooks", hook.id))
    plain = district.case_in(State.DISPATCHED)
    district.submitted(kind=Kind.REPORT, accused_department_id=district.helper.id)
    rows = [row for row in told(session, district) if row.webhook_id]
    assert [(row.notice, row.case_id) for row in rows] == [(Notice.RECEIPT, plain.id)]
    message = Rendering(session, rows, house(district)).message(rows[0])
    assert plain.number in message.body
    assert not any(part in message.body for part in (plain.subject, CANARY.name, CANARY.phone))


def test_old_news_is_told_to_nobody(session: Session, district: District) -> None:
    district.case_in(State.DISPATCHED, contacts=(BY_MAIL,))
    later = MONDAY + OLD_NEWS + timedelta(days=1)
    assert drop_old_news(session, at=later) == 2
    assert told(session, district, later) == []
    assert session.scalars(select(OutboxMessage.dead_at)).all() == [later, later]


def test_entries_of_last_week_come_in_as_read(session: Session, district: District) -> None:
    district.case_in(State.DISPATCHED)
    later = MONDAY + READ_ALREADY + timedelta(days=1)
    (row,) = told(session, district, later)
    assert row.read_at == later


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_people_are_told_in_their_language(
    session: Session, district: District, language: str
) -> None:
    district.handler.language = language
    district.case_in(State.DISPATCHED, contacts=(BY_SMS,), language=language)
    rows = told(session, district)
    rendering = Rendering(session, rows, house(district))
    bodies = [rendering.text(row).body for row in rows]
    assert len(bodies) == 3
    assert all(("信访件" in body) == (language == "zh_CN") for body in bodies)


def test_a_notice_keeps_the_dates_of_its_moment(session: Session, district: District) -> None:
    case = district.case_in(State.DISPATCHED)
    to_sign = case.due_on
    district.take(case, Action.SIGN, at=MONDAY + 2 * STEP)
    assert case.due_on != to_sign
    (row,) = told(session, district)
    body = Rendering(session, [row], house(district)).text(row).body
    assert written_day(to_sign, "zh_CN") in body


def test_spreading_takes_no_more_statements_for_more_notices(
    session: Session, district: District
) -> None:
    counted: list[int] = []
    for count in (2, 30):
        district.cases_in(State.DISPATCHED, count, contacts=(BY_MAIL,))
        session.flush()
        asked: list[str] = []
        connection = session.connection()

        def note(*call: object, asked: list[str] = asked) -> None:
            asked.append(str(call[2]).partition(" ")[0])

        event.listen(connection, "before_cursor_execute", note)
        spread(session, calendar=district.rules.calendar, at=NOON)
        event.remove(connection, "before_cursor_execute", note)
        counted.append(len(asked))
    assert counted[1] <= counted[0] + 1
