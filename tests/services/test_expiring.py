"""Whoever is responsible is told once that a guide expires soon, however often it is looked at."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Delivery, Medium, OutboxMessage, User
from casework.notify.rendering import Rendering
from casework.notify.spread import spread
from casework.services import articles
from casework.services.expiring import tell_expiring
from casework.workflow.guides import Readers
from casework.workflow.notices import Notice
from tests.articles import content, drafted, in_force
from tests.factories import MONDAY, District
from tests.notify.conftest import house_in

DAY = timedelta(days=1)
LAST = MONDAY.date() + timedelta(days=40)
SOON = MONDAY + timedelta(days=10)
"""Thirty days before the last one."""


def told(session: Session) -> list[str]:
    """Return the keys of what was put in the outbox."""
    of_guides = select(OutboxMessage).where(OutboxMessage.notice == Notice.GUIDE_EXPIRES)
    return [one.dedupe_key for one in session.scalars(of_guides.order_by(OutboxMessage.id))]


def received(district: District) -> list[tuple[User, str, str]]:
    """Return whose inbox got it, with its words in Chinese."""
    session = district.session
    while spread(session, calendar=district.rules.calendar, at=SOON):
        session.flush()
    rows = session.scalars(
        select(Delivery).where(
            Delivery.notice == Notice.GUIDE_EXPIRES, Delivery.medium == Medium.INBOX
        )
    ).all()
    rendering = Rendering(session, list(rows), house_in(session))
    texts = [rendering.text(row) for row in rows]
    return [
        (row.user, text.subject, text.body)
        for row, text in zip(rows, texts, strict=True)
        if row.user is not None
    ]


def test_who_is_responsible_is_told_once_thirty_days_before(district: District) -> None:
    in_force(district, by=district.handler, valid_until=LAST)
    assert tell_expiring(district.session, at=SOON - DAY) == 0
    assert tell_expiring(district.session, at=SOON) == 1
    ((person, subject, body),) = received(district)
    assert person.id == district.handler.id
    assert "2026年4月11日" in subject
    assert "《居住证办理指南》" in body


@pytest.mark.parametrize("late", [0, 1, 12, 30, 31, 60])
def test_late_and_repeated_runs_tell_nothing_twice(district: District, late: int) -> None:
    article = in_force(district, valid_until=LAST)
    at = SOON + late * DAY
    assert [tell_expiring(district.session, at=at + n * DAY) for n in range(2)].count(1) <= 1
    tell_expiring(district.session, at=at)
    assert told(district.session) == [f"guide_expires:{article.id}:1:{LAST.isoformat()}"]


def test_what_expired_long_ago_is_no_news(district: District) -> None:
    in_force(district, valid_until=LAST)
    assert tell_expiring(district.session, at=SOON + 61 * DAY) == 0


def test_each_version_and_last_day_is_told_for_itself(district: District) -> None:
    session, clerk = district.session, district.clerk
    article = in_force(district, valid_until=LAST)
    tell_expiring(session, at=SOON)
    later = content(clerk, valid_until=LAST + timedelta(days=60), text="新的写法。")
    articles.change(session, article.id, later, seen=1, by=clerk, at=SOON)
    assert tell_expiring(session, at=SOON + DAY) == 0
    articles.publish(session, article.id, seen=2, by=district.second_clerk, at=SOON + DAY)
    assert tell_expiring(session, at=SOON + DAY) == 0
    assert tell_expiring(session, at=SOON + timedelta(days=60)) == 1
    assert len(told(session)) == 2


def test_what_is_not_in_force_or_has_no_last_day_is_not_told(district: District) -> None:
    session = district.session
    in_force(district)
    drafted(district, valid_until=LAST)
    gone = in_force(district, valid_until=LAST)
    articles.withdraw(session, gone.id, note="停用", seen=1, by=district.clerk, at=MONDAY)
    assert tell_expiring(session, at=SOON) == 0


def test_the_title_of_an_article_for_staff_does_not_leave_the_house(district: District) -> None:
    article = in_force(district, readers=Readers.STAFF, valid_until=LAST, title="内部口径")
    tell_expiring(district.session, at=SOON)
    ((_person, subject, body),) = received(district)
    assert "内部口径" not in subject + body
    assert f"第{article.id}号内部资料" in body


def test_the_unit_is_told_where_the_person_works_there_no_more(district: District) -> None:
    in_force(district, by=district.handler, valid_until=LAST)
    district.handler.disabled_at = MONDAY
    tell_expiring(district.session, at=SOON)
    told_people = {person.id for person, _, _ in received(district)}
    assert district.reviewer.id in told_people
    assert district.handler.id not in told_people
    assert district.helping_handler.id not in told_people


def test_who_is_responsible_for_an_article_of_the_office_is_told_alone(
    district: District,
) -> None:
    in_force(district, responsible_id=district.second_clerk.id, valid_until=date(2026, 4, 1))
    tell_expiring(district.session, at=SOON)
    assert [person.id for person, _, _ in received(district)] == [district.second_clerk.id]
