"""Who has the same problem follows a matter, hears of its answer, and is forgotten afterwards."""

import re
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import Engine, event, select, text
from sqlalchemy.orm import Session

from casework.errors import GuardFailed, Invalid, NotPermitted
from casework.models import Case, Delivery, Follower, PublicMatter
from casework.notify.rendering import Rendering
from casework.notify.spread import spread
from casework.notify.transports.outcomes import Refused
from casework.services import followers, keys, matters
from casework.services.actors import staff
from casework.workflow.notices import Notice
from casework.workflow.states import Action, Kind, State
from tests.factories import CANARY, MONDAY, STEP, District
from tests.notify.conftest import house_in
from tests.web.citizen import page_of, send
from tests.web.client import LintingClient
from tests.web.conftest import Clock, SignIn
from tests.web.test_public_answers import published
from tests.web.test_public_tables import EVERY_TABLE, PUBLIC, TABLES

TITLE = "天河路路灯不亮"
PHONE, MAIL = "13700137000", "follower@example.org"
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _ways_to_send(app: Flask) -> None:
    app.extensions["settings"] = replace(app.extensions["settings"], demo=True)


@pytest.fixture
def case(district: District) -> Case:
    """A case in hand that others may follow."""
    case = district.case_in(State.HANDLING)
    let_follow(district, case)
    return case


def let_follow(district: District, case: Case, title: str = TITLE) -> PublicMatter:
    matter = matters.let_follow(
        district.session,
        case,
        title=title,
        by=staff(district.clerk),
        at=MONDAY + 3 * STEP,
        rules=district.rules,
    )
    district.session.commit()
    return matter


def matter_id(session: Session) -> int:
    return session.scalars(select(PublicMatter.id)).one()


def rows(session: Session, district: District, notice: Notice) -> list[Delivery]:
    at = MONDAY + 4 * DAY
    while spread(session, calendar=district.rules.calendar, at=at):
        session.flush()
    wanted = select(Delivery).where(Delivery.notice == notice).order_by(Delivery.id)
    return list(session.scalars(wanted.execution_options(populate_existing=True)))


def messages(session: Session, district: District, notice: Notice) -> list[tuple[str, str]]:
    """Return address and words of what leaves for followers."""
    found = rows(session, district, notice)
    rendering = Rendering(session, found, house_in(session))
    return [(one.to, one.body) for one in map(rendering.message, found)]


def digits(session: Session, district: District) -> str:
    body = messages(session, district, Notice.FOLLOW_CONFIRM)[-1][1]
    found = re.search(r"验证码(\d{6})", body)
    assert found
    return found.group(1)


def joined(
    client: LintingClient, session: Session, district: District, address: str, contact: str = PHONE
) -> str:
    """Follow what stands at an address and return the address of the follower's own page."""
    asked = send(client, client.fetch(f"{address}/join"), {"contact": contact})
    assert asked.status_code == 200, asked.text
    done = send(client, page_of(asked), {"confirmation": digits(session, district)})
    assert done.status_code == 303, done.text
    return done.headers["Location"]


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_the_public_reads_the_neutral_title_and_nothing_of_the_case(
    client: LintingClient, session: Session, case: Case, language: str
) -> None:
    client.speak(language)
    address = f"/matters/{matter_id(session)}"
    for page in ("/matters", address, f"{address}/join"):
        shown = client.get(page).text
        assert TITLE in shown
        secrets = (case.number, case.body, case.place, CANARY.name, CANARY.phone)
        assert not [secret for secret in secrets if secret in shown], page


def test_pages_of_matters_read_public_tables_only(
    client: LintingClient, engine: Engine, session: Session, case: Case
) -> None:
    address, read = f"/matters/{matter_id(session)}", set()

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        read.update(TABLES.findall(statement))

    event.listen(engine, "before_cursor_execute", note)
    try:
        for page in ("/matters", address, f"{address}/join"):
            assert client.get(page).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", note)
    names = {row[0] for row in session.execute(EVERY_TABLE)}
    assert read & names <= PUBLIC
    assert "public_matters" in read


def test_a_follower_hears_of_the_answer_and_of_its_publication(
    client: LintingClient, session: Session, district: District, case: Case
) -> None:
    own = joined(client, session, district, f"/matters/{matter_id(session)}")
    for action in (Action.DRAFT, Action.APPROVE, Action.FORWARD):
        district.take(case, action, at=MONDAY + DAY)
    ((to, body),) = messages(session, district, Notice.FOLLOWED_ANSWERED)
    assert to == PHONE
    assert own in body
    assert "已有答复" in client.fetch(own).one("main").text
    district.take(case, Action.PUBLISH, at=MONDAY + DAY + STEP)
    session.commit()
    ((to, body),) = messages(session, district, Notice.FOLLOWED_PUBLISHED)
    assert own in body
    assert f"/answers/{case.number}" in str(client.get(own).text)
    assert case.number not in body
    assert case.number in client.get(f"/matters/{matter_id(session)}").text


def test_only_who_has_typed_the_number_of_the_message_follows(
    client: LintingClient, session: Session, district: District, case: Case
) -> None:
    join_at = f"/matters/{matter_id(session)}/join"
    asked = send(client, client.fetch(join_at), {"contact": MAIL})
    assert f'href="{join_at}"' in asked.text  # where no message comes another can be asked for
    right = digits(session, district)
    wrong = "000000" if right != "000000" else "111111"
    for _ in range(followers.TRIES + 1):
        assert send(client, page_of(asked), {"confirmation": wrong}).status_code == 422
    assert send(client, page_of(asked), {"confirmation": right}).status_code == 422
    assert followers.number_of(session, case.id) == 0
    district.take(case, Action.WITHDRAW, at=MONDAY + DAY)
    assert rows(session, district, Notice.FOLLOWED_CLOSED) == []


def test_a_number_that_is_too_old_confirms_nothing(
    client: LintingClient, session: Session, district: District, case: Case, clock: Clock
) -> None:
    asked = send(client, client.fetch(f"/matters/{matter_id(session)}/join"), {"contact": MAIL})
    clock.now += followers.HOLDS + timedelta(minutes=1)
    answer = send(client, page_of(asked), {"confirmation": digits(session, district)})
    assert answer.status_code == 422


@pytest.mark.parametrize("contact", ["", "020 8765 4321", "x@", "\0", "1380"])
def test_a_contact_that_no_message_reaches_is_refused(
    client: LintingClient, session: Session, case: Case, contact: str
) -> None:
    page = client.fetch(f"/matters/{matter_id(session)}/join")
    assert send(client, page, {"contact": contact}).status_code == 422
    assert session.scalars(select(Follower.id)).all() == []


def test_joining_twice_is_one_follower_and_looks_the_same(
    client: LintingClient, session: Session, district: District, case: Case
) -> None:
    address = f"/matters/{matter_id(session)}"
    first = joined(client, session, district, address, "137 0013 7000")
    assert joined(client, session, district, address) == first
    assert followers.number_of(session, case.id) == 1
    session.expire_all()
    assert session.scalars(select(PublicMatter.followers)).one() == 1


def test_a_contact_is_asked_no_more_than_a_few_times_an_hour(
    client: LintingClient, session: Session, case: Case
) -> None:
    address = f"/matters/{matter_id(session)}/join"
    codes = [send(client, client.fetch(address), {"contact": MAIL}).status_code for _ in range(4)]
    assert codes == [200, 200, 200, 429]


def test_a_contact_is_one_however_it_is_written_and_the_count_does_not_tell_it(
    client: LintingClient, session: Session, case: Case
) -> None:
    address = f"/matters/{matter_id(session)}/join"
    ways = (PHONE, "137 0013 7000", "+86 137-0013-7000", "１３７００１３７０００")
    codes = [send(client, client.fetch(address), {"contact": way}).status_code for way in ways]
    assert codes == [200, 200, 200, 429]
    readable = sha256(PHONE.encode()).hexdigest()[:32]  # numbers are too few to hide in a bare hash
    kept = session.execute(text("SELECT key FROM tallies")).scalars().all()
    assert not [key for key in kept if readable in key]


def test_contacts_are_sealed_and_found_in_no_other_way(
    client: LintingClient, session: Session, district: District, case: Case
) -> None:
    joined(client, session, district, f"/matters/{matter_id(session)}", MAIL)
    follower = session.scalars(select(Follower)).one()
    assert follower.sealed is not None
    assert MAIL.encode() not in follower.sealed
    for table in ("followers", "deliveries", "outbox", "tallies", "case_events"):
        dumped = session.execute(text(f"SELECT t::text FROM {table} t")).scalars().all()
        assert not [row for row in dumped if MAIL in row], table
    session.execute(
        text("UPDATE deliveries SET follower_id = follower_id WHERE follower_id IS NOT NULL")
    )
    assert keys.reseal_followers(session, district.rules.sealer, after=None)[1] == 0


def test_who_leaves_is_erased_at_once_and_hears_nothing_more(
    client: LintingClient, session: Session, district: District, case: Case
) -> None:
    own = joined(client, session, district, f"/matters/{matter_id(session)}")
    assert send(client, client.fetch(own)).status_code == 303
    session.expire_all()
    follower = session.scalars(select(Follower)).one()
    assert (follower.sealed, follower.contact_hash) == (None, None)
    assert session.scalars(select(PublicMatter.followers)).one() == 0
    for action in (Action.DRAFT, Action.APPROVE, Action.FORWARD):
        district.take(case, action, at=MONDAY + DAY)
    assert rows(session, district, Notice.FOLLOWED_ANSWERED) == []
    assert client.get(own).status_code == 410
    assert client.get(f"/matters/following/{UUID(int=0)}").status_code == 410


def test_what_waits_to_be_sent_is_not_sent_to_who_has_left(
    client: LintingClient, session: Session, district: District, case: Case
) -> None:
    own = joined(client, session, district, f"/matters/{matter_id(session)}")
    for action in (Action.DRAFT, Action.APPROVE, Action.FORWARD):
        district.take(case, action, at=MONDAY + DAY)
    (delivery,) = rows(session, district, Notice.FOLLOWED_ANSWERED)
    send(client, client.fetch(own))
    session.expire_all()
    with pytest.raises(Refused):
        Rendering(session, [delivery], house_in(session)).message(delivery)


def test_contacts_are_erased_some_time_after_the_last_news_and_still_counted(
    client: LintingClient, session: Session, district: District, case: Case
) -> None:
    joined(client, session, district, f"/matters/{matter_id(session)}")
    for action in (Action.DRAFT, Action.APPROVE, Action.FORWARD, Action.PUBLISH):
        district.take(case, action, at=MONDAY + DAY)
    session.commit()
    assert followers.forget(session, at=MONDAY + DAY + matters.KEPT) == 0
    assert followers.forget(session, at=MONDAY + 2 * DAY + matters.KEPT) == 1
    session.expire_all()
    assert session.scalars(select(Follower.sealed)).one() is None
    assert followers.number_of(session, case.id) == 1


def test_a_contact_that_was_never_confirmed_is_erased_after_a_day(
    client: LintingClient, session: Session, case: Case
) -> None:
    send(client, client.fetch(f"/matters/{matter_id(session)}/join"), {"contact": MAIL})
    assert followers.forget(session, at=MONDAY + 2 * DAY) == 1


def test_a_published_answer_is_followed_until_it_is_handled_again(
    client: LintingClient, session: Session, district: District
) -> None:
    answered = published(district, "路灯已修好")
    assert (
        f"/matters/answers/{answered.number}/join" in client.get(f"/answers/{answered.number}").text
    )
    own = joined(client, session, district, f"/matters/answers/{answered.number}")
    assert "路灯已修好" in client.get(own).text
    district.take(answered, Action.REDO, at=MONDAY + DAY)
    for action in (Action.SIGN, Action.DRAFT, Action.APPROVE, Action.FORWARD):
        district.take(answered, action, at=MONDAY + DAY + STEP)
    assert len(rows(session, district, Notice.FOLLOWED_ANSWERED)) == 1
    assert client.get("/matters/answers/2026-999999/join").status_code == 404


def test_followers_of_a_merged_case_follow_the_other_one(
    client: LintingClient, session: Session, district: District, case: Case
) -> None:
    joined(client, session, district, f"/matters/{matter_id(session)}")
    district.take(case, Action.MERGE, at=MONDAY + DAY)
    session.commit()
    assert case.merged_into_id is not None
    assert followers.number_of(session, case.merged_into_id) == 1
    matter = session.scalars(select(PublicMatter)).one()
    assert (matter.case_id, matter.followers) == (case.merged_into_id, 1)


def test_who_withdraws_leaves_the_followers_without_an_answer_and_they_are_told(
    client: LintingClient, session: Session, district: District, case: Case
) -> None:
    address = f"/matters/{matter_id(session)}"
    joined(client, session, district, address)
    district.take(case, Action.WITHDRAW, at=MONDAY + DAY)
    session.commit()
    assert len(rows(session, district, Notice.FOLLOWED_CLOSED)) == 1
    assert client.get(address).status_code == 410
    assert client.get(f"{address}/join").status_code == 410
    assert TITLE not in client.get("/matters").text


def test_a_report_is_never_shown_to_the_public(district: District) -> None:
    case = district.case_in(State.HANDLING, kind=Kind.REPORT)
    with pytest.raises(GuardFailed, match="accusation"):
        let_follow(district, case)
    with pytest.raises(GuardFailed):
        let_follow(district, district.case_in(State.FORWARDED))


@pytest.mark.parametrize("title", [f"{CANARY.name}反映路灯不亮", "路灯不亮，电话13912345678"])
def test_a_title_that_shows_anybody_is_refused(district: District, title: str) -> None:
    with pytest.raises(Invalid):
        let_follow(district, district.case_in(State.HANDLING), title)


def test_only_the_office_lets_others_follow(district: District) -> None:
    case = district.case_in(State.HANDLING)
    with pytest.raises(NotPermitted):
        matters.let_follow(
            district.session,
            case,
            title=TITLE,
            by=staff(district.handler),
            at=MONDAY,
            rules=district.rules,
        )


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_the_office_opens_and_closes_a_matter_and_sees_how_many_follow_it(
    client: LintingClient, session: Session, district: District, sign_in: SignIn, language: str
) -> None:
    case = district.case_in(State.HANDLING)
    session.commit()
    browser = sign_in(district.clerk)
    browser.speak(language)
    address = f"/cases/{case.number}/followers"
    links = browser.fetch(f"/cases/{case.number}").all("a")
    assert address in [link.attrs.get("href") for link in links]
    page = browser.fetch(address)
    assert browser.submit(page, {"title": ""}).status_code == 422
    assert browser.submit(page, {"title": TITLE}).status_code == 302
    client.speak("zh_CN")
    joined(client, session, district, f"/matters/{matter_id(session)}")
    page = browser.fetch(address)
    assert "1" in page.one("main").text
    assert browser.submit(page, action=f"{address}/close").status_code == 302
    assert TITLE not in client.get("/matters").text
    assert followers.number_of(session, case.id) == 1


def test_matters_under_way_are_offered_while_a_letter_is_written(
    client: LintingClient, session: Session, case: Case
) -> None:
    page = client.fetch("/letters/new")
    token = page.one("main").all("input", name="csrf_token")[0].attrs["value"]
    asked = {"subject": "天河路的路灯不亮", "csrf_token": token}
    shown = client.post("/letters/similar", data=asked).text
    assert f"/matters/{matter_id(session)}/join" in shown


def test_where_nothing_can_be_sent_nothing_is_asked(
    client: LintingClient, session: Session, case: Case, app: Flask
) -> None:
    app.extensions["settings"] = replace(app.extensions["settings"], demo=False)
    page = client.fetch(f"/matters/{matter_id(session)}/join")
    assert not page.all("input", name="contact")


@pytest.mark.parametrize("address", ["/matters/999", "/matters/99999999999999999999", "/matters/x"])
def test_unknown_matters_are_not_found(client: LintingClient, address: str) -> None:
    assert client.get(address).status_code == 404
    assert client.get(f"{address}/join").status_code == 404
