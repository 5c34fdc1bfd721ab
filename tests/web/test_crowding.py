"""Very many letters at once: machines show work, people get through, nobody is starved."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from hashlib import sha256
from itertools import count
from secrets import token_hex

import pytest
from flask import Flask
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from casework.app import create_app
from casework.models import Case, Setting, Tally
from casework.models.engine import application_engine, session_factory
from casework.services import admission
from casework.services.admission import ALWAYS, AUTO, NEVER, WAIT, WINDOW, seconds_to_wait
from casework.workflow.states import Channel
from tests.database import Cluster
from tests.factories import MONDAY, District
from tests.web.citizen import LETTER, checked, page_of, send, typed_in
from tests.web.client import LintingClient
from tests.web.conftest import Clock, SignIn, client_of, settings
from tests.web.page import Element

EASY = 6
TOGETHER = 20


@pytest.fixture(autouse=True)
def _little_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "BITS", EASY)


@pytest.fixture(autouse=True)
def _district(district: District) -> District:
    district.session.commit()
    return district


def watch(session: Session, app: Flask, how: str, busy: int = 200) -> None:
    """Set what the administrator has chosen; the processes see it at once."""
    for name, value in (("letters_watch", how), ("letters_busy", busy)):
        session.merge(Setting(name=name, value=value, changed_at=MONDAY))
    session.commit()
    forget(app)


def forget(app: Flask) -> None:
    for kept in ("rules", "pressed"):
        app.extensions.pop(kept, None)


def found(page: Element, bits: int = EASY) -> str:
    """Return the number that a browser finds for the form of this page."""
    token = typed_in(page)["slip"].partition(".")[0]
    for tried in count():
        hashed = sha256(f"{token}:{tried}".encode()).digest()
        if int.from_bytes(hashed[:4]) >> (32 - bits) == 0:
            return str(tried)
    raise AssertionError


def not_found(page: Element) -> str:
    """Return a number that shows no work."""
    token = typed_in(page)["slip"].partition(".")[0]
    return next(str(n) for n in count() if not admission.shows_work(token, str(n)))


def cases(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Case)) or 0


def age_slips(monkeypatch: pytest.MonkeyPatch, age: timedelta) -> None:
    monkeypatch.setattr("casework.web.slips.age_of", lambda _slip: age)


def test_in_quiet_times_nobody_is_asked_for_anything(
    client: LintingClient, session: Session
) -> None:
    page = checked(client)
    assert "data-work" not in client.get("/letters/new").text
    assert not [one for one in page.walk() if "data-work" in one.attrs]
    assert send(client, page).status_code == 303
    assert cases(session) == 1


def test_a_letter_without_work_waits_and_keeps_every_word(
    client: LintingClient, app: Flask, session: Session
) -> None:
    watch(session, app, ALWAYS)
    client.speak("en")
    page = checked(client)
    assert [one.attrs["data-work"] for one in page.walk() if "data-work" in one.attrs] == [
        str(EASY)
    ]
    answer = send(client, page, {"work": not_found(page)})
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= WAIT.total_seconds()
    again = page_of(answer)
    assert "Yours is still here: please press the button again in 2 min" in again.text
    assert typed_in(again)["text"].split() == LETTER["text"].split()
    assert cases(session) == 0


def test_a_letter_with_work_passes_at_once(
    client: LintingClient, app: Flask, session: Session
) -> None:
    watch(session, app, ALWAYS)
    page = checked(client)
    assert send(client, page, {"work": found(page)}).status_code == 303
    assert cases(session) == 1


def test_work_is_for_one_form_and_one_letter(
    client: LintingClient, app: Flask, session: Session
) -> None:
    watch(session, app, ALWAYS)
    first = checked(client)
    work = found(first)
    assert send(client, first, {"work": work}).status_code == 303
    assert send(client, first, {"work": work}).status_code == 303  # the same letter again
    assert cases(session) == 1
    token = "another-form"
    assert admission.shows_work(token, work) == (
        int.from_bytes(sha256(f"{token}:{work}".encode()).digest()[:4]) >> (32 - EASY) == 0
    )


@pytest.mark.parametrize("work", ["", "-1", "x", "1" * 13, "１", "1 "])
def test_what_is_no_number_shows_no_work(work: str) -> None:
    assert not admission.shows_work("token", work)


def test_whoever_has_no_scripts_gets_through_after_a_while(
    client: LintingClient, app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch(session, app, ALWAYS)
    age_slips(monkeypatch, WAIT)
    assert send(client, checked(client)).status_code == 303
    assert cases(session) == 1


def test_the_wait_ends_by_itself() -> None:
    assert seconds_to_wait(timedelta(0)) == 120
    assert seconds_to_wait(WAIT - timedelta(milliseconds=1)) == 1
    assert seconds_to_wait(WAIT) == 0
    assert seconds_to_wait(timedelta(days=1)) == 0


def test_waiting_is_no_way_for_a_machine_with_one_address(
    client: LintingClient, app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admission, "WAITED_OF_SOURCE", 1)
    watch(session, app, ALWAYS)
    age_slips(monkeypatch, WAIT)
    assert send(client, checked(client)).status_code == 303
    answer = send(client, checked(client))
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) <= WINDOW.total_seconds() + 1
    page = checked(client)
    assert send(client, page, {"work": found(page)}).status_code == 303


def test_it_begins_by_itself_and_ends_by_itself(
    client: LintingClient, app: Flask, session: Session, district: District, clock: Clock
) -> None:
    watch(session, app, AUTO, busy=10)
    for _ in range(9):
        district.submitted()
    district.submitted(channel=Channel.CALL)  # nobody calls by machine
    session.commit()
    assert send(client, checked(client)).status_code == 303
    forget(app)
    assert send(client, checked(client)).status_code == 429
    forget(app)
    clock.now = MONDAY + 2 * WINDOW + timedelta(seconds=1)
    assert send(client, checked(client)).status_code == 303


def test_an_attack_that_is_held_off_does_not_seem_to_be_over(
    client: LintingClient, app: Flask, session: Session, district: District, clock: Clock
) -> None:
    watch(session, app, AUTO, busy=10)
    for _ in range(10):
        district.submitted()
    session.commit()
    clock.now = MONDAY + timedelta(minutes=9)
    for _ in range(12):
        assert send(client, checked(client)).status_code == 429
    assert session.scalar(select(Tally.count).where(Tally.key == admission.REFUSED)) == 10
    forget(app)
    clock.now = MONDAY + timedelta(minutes=11)  # the letters of the beginning are old by now
    assert send(client, checked(client)).status_code == 429


def test_the_administrator_turns_it_off(
    client: LintingClient, app: Flask, session: Session, district: District
) -> None:
    watch(session, app, NEVER, busy=10)
    for _ in range(11):
        district.submitted()
    session.commit()
    assert send(client, checked(client)).status_code == 303


def test_the_administrator_chooses_on_the_page_of_the_district(
    session: Session, district: District, sign_in: SignIn
) -> None:
    browser = sign_in(district.administrator)
    page = browser.fetch("/admin/district")
    typed = {"letters_watch": "always", "letters_busy": "50"}
    assert browser.submit(page, typed).status_code == 302
    kept = {row.name: row.value for row in session.scalars(select(Setting))}
    assert (kept["letters_watch"], kept["letters_busy"]) == ("always", 50)
    page = browser.fetch("/admin/district")
    assert browser.submit(page, {"letters_watch": "sometimes"}).status_code == 422
    assert browser.submit(page, {"letters_busy": "0"}).status_code == 422


def test_staff_are_never_asked(
    app: Flask, session: Session, district: District, sign_in: SignIn
) -> None:
    watch(session, app, ALWAYS)
    browser = sign_in(district.clerk)
    typed = {"channel": "paper", "kind": "help", "subject": "停水", "text": "停水两天。"}
    assert browser.submit(browser.fetch("/office/new"), typed).status_code == 303


@pytest.fixture
def own_engine(cluster: Cluster) -> Iterator[Engine]:
    """A database for one test alone: what is committed here cannot be undone."""
    addresses = cluster.database(f"casework_{token_hex(4)}")
    engine = application_engine(addresses.application, pool_size=TOGETHER)
    yield engine
    engine.dispose()


@pytest.fixture
def crowded(own_engine: Engine, clock: Clock) -> Flask:
    with Session(own_engine) as session:
        session.add(Setting(name="letters_watch", value=ALWAYS, changed_at=MONDAY))
        session.commit()
    return create_app(settings(), now=clock, sessions=session_factory(own_engine))


@pytest.mark.parametrize("scripts", [True, False])
def test_twenty_people_behind_one_address_get_through_together(
    crowded: Flask, own_engine: Engine, monkeypatch: pytest.MonkeyPatch, scripts: bool
) -> None:
    age_slips(monkeypatch, timedelta(0) if scripts else WAIT)

    def sent(number: int) -> int:
        browser = client_of(crowded)
        page = checked(browser, subject=f"路灯 {number} 不亮")
        return send(browser, page, {"work": found(page)} if scripts else {}).status_code

    with ThreadPoolExecutor(TOGETHER) as pool:
        assert set(pool.map(sent, range(TOGETHER))) == {303}
    with Session(own_engine) as session:
        assert cases(session) == TOGETHER


def test_machines_at_once_share_one_count(
    crowded: Flask, own_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admission, "WAITED_OF_SOURCE", 5)
    age_slips(monkeypatch, WAIT)
    pages = [(browser := client_of(crowded), checked(browser)) for _ in range(TOGETHER)]
    with ThreadPoolExecutor(TOGETHER) as pool:
        answers = list(pool.map(lambda pair: send(*pair).status_code, pages))
    assert answers.count(303) == 5
    assert answers.count(429) == TOGETHER - 5
    with Session(own_engine) as session:
        assert cases(session) == 5
