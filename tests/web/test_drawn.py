"""Pages for everybody are drawn once, and never shown when what they read has changed."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from threading import Event

import pytest
from flask import Flask
from sqlalchemy import Engine, event, func, select, text
from sqlalchemy.orm import Session

from casework.models import PUBLIC_CHANGES
from casework.models.changes import READ_BY_EVERYBODY
from casework.queries.changes import PublicState, public_state
from casework.queries.rules import Rules, rules_in_force
from casework.sealing import Sealer
from casework.services import changes, publication
from casework.services.actors import staff
from casework.web.drawn import Drawn, Pages
from casework.web.rules import forget_rules, rules
from tests.factories import MONDAY, District
from tests.web.client import LintingClient
from tests.web.conftest import Clock, client_of
from tests.web.test_public_answers import published
from tests.web.test_public_tables import PUBLIC


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "SAVEPOINT" not in statement:  # these are the test's own
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


def test_every_table_that_everybody_may_read_counts_its_changes(session: Session) -> None:
    assert set(READ_BY_EVERYBODY) == PUBLIC - {"rules_version", "public_changes"}
    triggers = "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE '%_public_change'"
    assert set(session.scalars(text(triggers))) == set(READ_BY_EVERYBODY)


def test_a_page_is_drawn_once_and_looks_the_same_again(
    district: District, client: LintingClient, engine: Engine
) -> None:
    number = published(district, "路灯不亮").number
    for address in ("/", "/answers", f"/answers/{number}", "/answers?q=路灯", "/answers.atom"):
        first = client.get(address)
        with statements(engine) as seen:
            again = client.get(address)
        assert again.data == first.data
        assert again.headers["Content-Type"] == first.headers["Content-Type"]
        assert len(seen) == 1, seen


def test_what_is_taken_down_is_gone_at_once_also_in_another_process(
    app: Flask, district: District, client: LintingClient
) -> None:
    case = published(district, "路灯不亮")
    addresses = ("/", "/answers", f"/answers/{case.number}", "/answers.atom")
    for address in addresses:
        assert "路灯不亮" in client.get(address).text
    publication.unpublish(
        district.session,
        case,
        reason_code="unpublish.privacy",
        by=staff(district.clerk),
        at=MONDAY + timedelta(hours=8),
        rules=district.rules,
    )
    district.session.commit()
    for address in addresses:
        assert "路灯不亮" not in client.get(address).text


def test_each_language_and_way_of_showing_has_a_page_of_its_own(
    district: District, app: Flask
) -> None:
    published(district, "路灯不亮")
    chinese, english, large = (client_of(app) for _ in range(3))
    chinese.speak("zh_CN")
    english.speak("en")
    large.speak("zh_CN")
    large.set_cookie("display", "large")
    texts = [browser.get("/answers").text for browser in (chinese, english, large)]
    assert len(set(texts)) == 3
    assert [browser.get("/answers").text for browser in (chinese, english, large)] == texts


def test_who_has_a_session_gets_a_page_of_their_own(
    district: District, client: LintingClient, app: Flask, sign_in: object
) -> None:
    published(district, "路灯不亮")
    client.get("/answers")
    signed_in = sign_in(district.clerk)  # type: ignore[operator]
    assert district.clerk.display_name in signed_in.get("/answers").text
    assert district.clerk.display_name not in client.get("/answers").text


def test_a_page_with_a_form_that_is_sent_is_never_kept(district: District, app: Flask) -> None:
    number = published(district, "路灯不亮").number
    first, second = client_of(app), client_of(app)
    one, other = (browser.get(f"/answers/{number}/opinion").text for browser in (first, second))
    assert one != other  # each has a token of its own


def test_a_new_day_draws_anew(
    district: District, client: LintingClient, clock: Clock, engine: Engine
) -> None:
    published(district, "路灯不亮")
    client.get("/answers")
    clock.now += timedelta(days=1)
    with statements(engine) as seen:
        client.get("/answers")
    assert len(seen) > 1


def test_a_change_of_the_settings_shows_without_waiting(
    district: District, client: LintingClient
) -> None:
    client.get("/")
    district.session.execute(
        text(
            "INSERT INTO settings (name, value, changed_at) VALUES ('hotline', '\"12345\"', now()) "
            "ON CONFLICT (name) DO UPDATE SET value = excluded.value"
        )
    )
    district.session.commit()
    assert "12345" in client.get("/").text


def test_the_first_page_of_a_process_is_drawn_by_the_settings_of_that_moment(
    app: Flask, district: District
) -> None:
    with app.test_request_context("/"):
        assert rules().settings.hotline == "95100"  # kept from here on, by no page that is drawn
    district.session.execute(
        text(
            "INSERT INTO settings (name, value, changed_at) VALUES ('hotline', '\"12345\"', now()) "
            "ON CONFLICT (name) DO UPDATE SET value = excluded.value"
        )
    )
    district.session.commit()
    assert "12345" in client_of(app).get("/").text


def test_rules_that_were_forgotten_while_they_were_read_are_not_kept(
    app: Flask, district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forgotten_meanwhile(session: Session, sealer: Sealer) -> Rules:
        found = rules_in_force(session, sealer)
        forget_rules()
        return found

    monkeypatch.setattr("casework.web.rules.rules_in_force", forgotten_meanwhile)
    with app.test_request_context("/"):
        assert rules() is not rules()


def test_nobody_goes_on_with_a_new_state_before_the_old_settings_are_forgotten() -> None:
    pages, forgetting, forgotten = Pages(), Event(), Event()

    def forget() -> None:
        forgetting.set()
        assert forgotten.wait(10)

    def other() -> None:
        pages.note(PublicState(2, 2, 1), lambda: None)

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(pages.note, PublicState(2, 2, 1), forget)
        assert forgetting.wait(10)
        second = pool.submit(other)
        with pytest.raises(TimeoutError):
            second.result(timeout=0.1)
        forgotten.set()
        first.result(10)
        second.result(10)


def test_a_late_commit_beside_a_forgotten_line_is_another_state(session: Session) -> None:
    session.execute(text("DELETE FROM public_changes"))
    session.execute(text("INSERT INTO public_changes (id) VALUES (1000), (1009)"))
    before = public_state(session)
    session.execute(text("DELETE FROM public_changes WHERE id = 1000"))
    session.execute(text("INSERT INTO public_changes (id) VALUES (1005)"))
    assert public_state(session) != before


def test_a_word_of_thanks_is_for_one_reader(
    district: District, client: LintingClient, app: Flask
) -> None:
    address = f"/answers/{published(district, '路灯不亮').number}"
    reader, stranger = client, client_of(app)
    for browser in (reader, stranger):
        browser.speak("en")
    page = reader.fetch(f"{address}/opinion")
    assert reader.submit(page, {"useful": "yes"}).headers["Location"] == address
    assert "Thank you for telling us." in reader.fetch(address).text
    assert "Thank you for telling us." not in stranger.fetch(address).text


def test_lines_about_changes_go_after_an_hour_but_the_newest(session: Session) -> None:
    session.execute(text("INSERT INTO public_changes (at) VALUES (now() - interval '2 hours')"))
    session.execute(text("INSERT INTO public_changes (at) VALUES (now() - interval '90 minutes')"))
    newest = session.scalar(select(func.max(PUBLIC_CHANGES.c.id)))
    at = session.execute(select(func.now())).scalar_one()
    assert changes.forget(session, at=at) >= 1
    assert session.scalar(select(func.max(PUBLIC_CHANGES.c.id))) == newest


@pytest.mark.parametrize("large", [1, 3])
def test_a_process_keeps_no_more_than_it_has_room_for(
    monkeypatch: pytest.MonkeyPatch, large: int
) -> None:
    monkeypatch.setattr("casework.web.drawn.MOST", 10)
    monkeypatch.setattr("casework.web.drawn.monotonic", lambda: 1.0)
    pages, state = Pages(), PublicState(1, 1, 1)
    for number in range(20):
        pages.keep((chr(97 + number),), Drawn(state, 1.0, b"x" * (large - 1), ()))  # a and a body
    kept = [n for n in range(20) if pages.get((chr(97 + n),), state) is not None]
    assert kept == list(range(20 - 10 // large, 20))
    assert pages.get(("t",), PublicState(2, 2, 1)) is None
    monkeypatch.setattr("casework.web.drawn.monotonic", lambda: 1000.0)
    assert pages.get(("t",), state) is None
