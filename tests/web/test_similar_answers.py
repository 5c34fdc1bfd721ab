"""Before a letter is sent, published answers to the same matter are offered to its writer."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Case, ReaderOpinion
from casework.services import consent
from casework.services.actors import PETITIONER
from tests.factories import District
from tests.web.citizen import checked, page_of, send
from tests.web.client import LintingClient
from tests.web.test_public_answers import published


@pytest.fixture
def answer(district: District) -> Case:
    published(district, "公园的厕所什么时候开放")
    return published(district, "小区东门的路灯不亮", hours=1)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_an_answer_to_the_same_matter_is_offered_before_sending(
    client: LintingClient, answer: Case, language: str
) -> None:
    client.speak(language)
    page = checked(client, subject="小区东门路灯不亮")
    offered = [link.attrs["href"] for link in page.all("a", target="_blank")]
    assert offered == [f"/answers/{answer.number}"]
    assert not checked(client, subject="请问如何办理居住证").all("a", target="_blank")


def test_who_is_answered_sends_nothing_and_is_counted_once(
    client: LintingClient, answer: Case, session: Session
) -> None:
    before = len(session.scalars(select(Case.id)).all())
    page = checked(client, subject="小区东门路灯不亮")
    for _ in range(2):
        sent = send(client, page, {"answer": answer.number}, to="/letters/answered")
        assert sent.status_code == 303
        assert sent.headers["Location"] == f"/answers/{answer.number}"
    assert len(session.scalars(select(Case.id)).all()) == before
    assert session.scalars(select(ReaderOpinion.spared)).all() == [1]


@pytest.mark.parametrize("number", ["", "2026-999999", "x\0y"])
def test_an_answer_that_is_not_there_keeps_the_letter(
    client: LintingClient, answer: Case, number: str
) -> None:
    page = checked(client, subject="小区东门路灯不亮")
    sent = send(client, page, {"answer": number}, to="/letters/answered")
    assert sent.status_code == 200
    assert "小区东门路灯不亮" in page_of(sent).one("main").text


def test_what_was_taken_down_is_not_offered(
    client: LintingClient, answer: Case, session: Session, district: District
) -> None:
    consent.take_back_consent(
        session, answer, by=PETITIONER, at=answer.completed_at, rules=district.rules
    )
    session.commit()
    assert not checked(client, subject="小区东门路灯不亮").all("a", target="_blank")
