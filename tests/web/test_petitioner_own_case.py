"""With number and access code a petitioner follows the case, answers, takes back, rates."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from casework.language import translate
from casework.models import Case, Question, Rating
from casework.services import erasure, office
from casework.services.actors import staff
from casework.web.blueprints import following
from casework.web.told import STANDINGS
from casework.workflow.states import Action, State
from tests.factories import CANARY, MONDAY, PATHS, STEP, District
from tests.web.citizen import LETTER, open_case, page_of, receipt, send
from tests.web.client import LintingClient
from tests.web.conftest import Clock, client_of
from tests.web.counting import statements

AN_HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _district(district: District) -> District:
    return district


def case_of(session: Session, number: str) -> Case:
    session.expire_all()
    return session.scalars(select(Case).where(Case.number == number)).one()


def opened(
    client: LintingClient, session: Session, district: District, state: State, **letter: str
) -> Case:
    """Send a letter, bring its case into ``state`` and open it in the same browser."""
    number, code = receipt(client, **{"consent": "y"} | letter)
    case = case_of(session, number)
    for step, action in enumerate(PATHS[state], start=1):
        district.take(case, action, at=MONDAY + step * STEP)
    assert open_case(client, number, code).status_code == 303
    return case


def main(client: LintingClient) -> str:
    return client.fetch("/follow/case").one("main").text


@pytest.mark.parametrize("state", PATHS)
@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_state_is_explained_in_plain_words(
    client: LintingClient, session: Session, district: District, state: State, language: str
) -> None:
    client.speak(language)
    case = opened(client, session, district, state)
    text = main(client)
    assert case.number in text
    assert LETTER["subject"] in text
    assert translate(language, STANDINGS[state].title) in text


def test_ways_of_typing_number_and_code_open_the_case(client: LintingClient) -> None:
    number, code = receipt(client)
    for typed_number, typed_code in (
        (f" {number} ", code.lower()),
        (number.replace("-", ""), code.replace("-", "")),
        (number.replace("-", "－"), code.replace("-", " ")),
        (number.replace("-0000", "-"), code),
    ):
        assert open_case(client, typed_number, typed_code).status_code == 303


def test_a_wrong_code_and_an_unknown_number_answer_alike(client: LintingClient) -> None:
    number, code = receipt(client)
    wrong = open_case(client, number, "0000-0000-00000")
    unknown = open_case(client, "2026-999999", code)
    foolish = open_case(client, "没有", "路灯\U0001f6b2")
    assert wrong.status_code == unknown.status_code == foolish.status_code == 422
    messages = [
        page_of(answer).one("div", class_="govuk-error-summary").text
        for answer in (wrong, unknown, foolish)
    ]
    assert len(set(messages)) == 1
    assert client.get("/follow/case").status_code == 302


def test_the_same_work_is_done_for_an_unknown_number(client: LintingClient, engine: Engine) -> None:
    number, code = receipt(client)
    page = client.fetch("/follow")
    with statements(engine) as wrong:
        send(client, page, {"number": number, "code": "0000-0000-00000"})
    with statements(engine) as unknown:
        send(client, page, {"number": "2026-999999", "code": code})
    assert wrong == unknown


def test_wrong_tries_are_slowed_down_for_the_number_and_end_by_themselves(
    client: LintingClient, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "TRIES_OF_NUMBER", 3)
    number, code = receipt(client)
    for _ in range(3):
        assert open_case(client, number, "0000-0000-00000").status_code == 422
    refused = open_case(client, number, code)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    clock.now = MONDAY + following.TRIES_WINDOW
    assert open_case(client, number, code).status_code == 303


def test_right_codes_do_not_use_up_tries(
    client: LintingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "TRIES_OF_NUMBER", 2)
    monkeypatch.setattr(following, "TRIES_OF_SOURCE", 2)
    number, code = receipt(client)
    for _ in range(5):
        assert open_case(client, number, code).status_code == 303


def test_a_case_closes_after_half_an_hour_of_nothing(
    client: LintingClient, session: Session, district: District, clock: Clock
) -> None:
    opened(client, session, district, State.HANDLING)
    clock.now = MONDAY + timedelta(minutes=29)
    main(client)
    clock.now = MONDAY + timedelta(minutes=58)
    main(client)
    clock.now = MONDAY + timedelta(minutes=89)
    assert client.get("/follow/case").status_code == 302


def test_leaving_closes_the_case_on_this_device(
    client: LintingClient, session: Session, district: District
) -> None:
    opened(client, session, district, State.HANDLING)
    send(client, client.fetch("/follow/case"), to="/follow/leave")
    assert client.get("/follow/case").status_code == 302


def test_another_browser_sees_nothing(
    client: LintingClient, app: Flask, session: Session, district: District
) -> None:
    opened(client, session, district, State.HANDLING)
    assert client_of(app).get("/follow/case").status_code == 302


def test_a_new_code_closes_the_case_everywhere(
    client: LintingClient, session: Session, district: District
) -> None:
    case = opened(client, session, district, State.HANDLING)
    case.access_hash = b"another"
    session.commit()
    assert client.get("/follow/case").status_code == 302


def test_a_question_is_answered(
    client: LintingClient, session: Session, district: District
) -> None:
    case = opened(client, session, district, State.AWAITING_PETITIONER)
    page = client.fetch("/follow/case")
    assert "请问是哪一盏路灯？" in page.text
    answer = send(client, page, {"answer": "东门左边。"}, to="/follow/case/answer")
    assert answer.status_code == 303
    assert case_of(session, case.number).state is State.HANDLING
    assert session.scalars(select(Question.answer)).one() == "东门左边。"
    assert "东门左边。" in main(client)


def test_an_empty_answer_is_asked_for_again(
    client: LintingClient, session: Session, district: District
) -> None:
    opened(client, session, district, State.AWAITING_PETITIONER)
    page = client.fetch("/follow/case")
    answer = send(client, page, {"answer": " "}, to="/follow/case/answer")
    assert answer.status_code == 422
    assert page_of(answer).all("div", class_="govuk-error-summary")


def test_an_answer_that_comes_too_late_is_shown_back(
    client: LintingClient, session: Session, district: District
) -> None:
    case = opened(client, session, district, State.AWAITING_PETITIONER)
    page = client.fetch("/follow/case")
    district.take(case, Action.SUPPLY, at=MONDAY + AN_HOUR)
    answer = send(client, page, {"answer": "东门左边那一盏。"}, to="/follow/case/answer")
    assert answer.status_code == 409
    assert "东门左边那一盏。" in answer.text


def test_an_answer_typed_too_long_is_shown_back_after_the_case_has_closed(
    client: LintingClient, session: Session, district: District, clock: Clock
) -> None:
    opened(client, session, district, State.AWAITING_PETITIONER)
    page = client.fetch("/follow/case")
    clock.now = MONDAY + timedelta(minutes=40)
    answer = send(client, page, {"answer": "东门左边那一盏。"}, to="/follow/case/answer")
    assert answer.status_code == 401
    assert "东门左边那一盏。" in answer.text
    links = [link.attrs["href"] for link in page_of(answer).one("main").all("a", target="_blank")]
    assert links == ["/follow"]  # and not where staff sign in


def test_waiting_for_an_answer_is_told_as_the_reason_for_a_later_day(
    client: LintingClient, session: Session, district: District
) -> None:
    client.speak("en")
    case = opened(client, session, district, State.AWAITING_PETITIONER, kind="complaint")
    first = case.promised_on
    district.take(case, Action.SUPPLY, at=MONDAY + timedelta(days=4))
    assert case.promised_on is not None
    assert first is not None
    assert case.promised_on > first
    text = main(client)
    assert "First we promised" in text
    assert "We waited for your answer from 2 March 2026 to 6 March 2026." in text


def test_a_letter_is_taken_back_with_a_reason(
    client: LintingClient, session: Session, district: District
) -> None:
    case = opened(client, session, district, State.HANDLING)
    page = client.fetch("/follow/case/withdraw")
    assert send(client, page, to="/follow/case/withdraw").status_code == 422
    answer = send(client, page, {"reason": "withdraw.solved"}, to="/follow/case/withdraw")
    assert answer.status_code == 303
    assert case_of(session, case.number).state is State.WITHDRAWN
    assert "问题已经解决" in main(client)


def test_an_answered_letter_cannot_be_taken_back(
    client: LintingClient, session: Session, district: District
) -> None:
    case = opened(client, session, district, State.FORWARDED)
    assert "/follow/case/withdraw" not in client.get("/follow/case").text
    page = client.fetch("/follow/case")
    answer = send(client, page, {"reason": "withdraw.solved"}, to="/follow/case/withdraw")
    assert answer.status_code == 409
    assert case_of(session, case.number).state is State.FORWARDED


def test_the_answer_is_read_and_rated_once(
    client: LintingClient, session: Session, district: District
) -> None:
    opened(client, session, district, State.FORWARDED)
    page = client.fetch("/follow/case")
    assert "路灯已于周二修好。" in page.text
    rated = {"satisfaction": "2", "solved": "no", "truthful": "no", "comment": "还是不亮。"}
    assert send(client, page, rated, to="/follow/case/rating").status_code == 303
    rating = session.scalars(select(Rating)).one()
    assert (rating.satisfaction, rating.solved, rating.comment) == (2, False, "还是不亮。")
    assert send(client, page, rated, to="/follow/case/rating").status_code == 422
    assert "还是不亮。" in main(client)


def test_who_has_rated_is_not_asked_once_more(
    client: LintingClient, session: Session, district: District
) -> None:
    client.speak("en")
    opened(client, session, district, State.FORWARDED)
    page, asked = client.fetch("/follow/case"), "please tell us whether it helped"
    assert asked in page.text
    send(client, page, {"satisfaction": "4", "solved": "yes"}, to="/follow/case/rating")
    assert asked not in main(client)


@pytest.mark.parametrize("wrong", [{"satisfaction": "6"}, {"satisfaction": ""}, {"solved": "x"}])
def test_a_rating_is_one_of_those_offered(
    client: LintingClient, session: Session, district: District, wrong: dict[str, str]
) -> None:
    opened(client, session, district, State.FORWARDED)
    typed = {"satisfaction": "2", "solved": "no"} | wrong
    page = client.fetch("/follow/case")
    assert send(client, page, typed, to="/follow/case/rating").status_code == 422
    assert not session.scalars(select(Rating)).all()


def test_the_answer_is_rated_within_its_window(
    client: LintingClient, session: Session, district: District, clock: Clock
) -> None:
    number, code = receipt(client)
    case = case_of(session, number)
    for step, action in enumerate(PATHS[State.FORWARDED], start=1):
        district.take(case, action, at=MONDAY + step * STEP)
    clock.now = MONDAY + timedelta(days=16)
    open_case(client, number, code)
    assert "/follow/case/rating" not in client.get("/follow/case").text


def test_an_erased_case_says_so_and_asks_for_nothing_more(
    client: LintingClient, session: Session, district: District
) -> None:
    client.speak("en")
    case = opened(client, session, district, State.ARCHIVED)
    assert 'id="review"' in client.get("/follow/case").text
    at = MONDAY + timedelta(days=1)
    assert erasure.carry_out(session, case.id, at=at, rules=district.rules)
    page = client.fetch("/follow/case")
    assert "This case was erased" in page.text
    for gone in ("/follow/case/rating", "/follow/case/review", "/follow/case/consent"):
        assert gone not in client.get("/follow/case").text
    assert "/follow/case/contact" not in client.get("/follow/case/data").text


def test_an_answer_that_has_not_been_forwarded_is_not_shown(
    client: LintingClient, session: Session, district: District
) -> None:
    opened(client, session, district, State.REPLIED)
    assert "路灯已于周二修好" not in client.get("/follow/case").text


def test_the_earlier_answer_stays_while_the_case_is_done_again(
    client: LintingClient, session: Session, district: District
) -> None:
    client.speak("en")
    case = opened(client, session, district, State.FORWARDED)
    district.take(case, Action.REDO, at=MONDAY + timedelta(days=1))
    text = main(client)
    assert "The earlier answer" in text
    assert "Your matter is done again" in text
    assert "路灯已于周二修好。" in text


def test_the_petitioner_of_a_merged_case_reads_the_answer_of_the_other(
    client: LintingClient, session: Session, district: District
) -> None:
    client.speak("en")
    number, code = receipt(client)
    case = case_of(session, number)
    other, third = (district.case_in(State.HANDLING, body="另一封信的内容") for _ in range(2))
    for merged, into in ((case, other), (other, third)):
        office.merge(
            session,
            merged,
            into=into,
            reason_code="merge.same_matter",
            note="内部备注",
            by=staff(district.clerk),
            at=MONDAY + AN_HOUR,
            rules=district.rules,
        )
    open_case(client, number, code)
    before = client.fetch("/follow/case").text
    for step, action in enumerate((Action.DRAFT, Action.APPROVE, Action.FORWARD), start=6):
        district.take(third, action, at=MONDAY + step * STEP)
    after = client.fetch("/follow/case").text
    assert "路灯已于周二修好。" not in before
    assert "路灯已于周二修好。" in after
    assert "You get the answer here as soon as it is there." in before
    assert "You have an answer" in after
    for secret in ("另一封信的内容", "内部备注", other.number, third.number, CANARY.name):
        assert secret not in after


def test_reasons_for_declining_are_told_in_full(
    client: LintingClient, session: Session, district: District
) -> None:
    opened(client, session, district, State.DECLINED)
    text = main(client)
    assert "不属于本区职权范围" in text
    assert "此事项不属于本区职权范围。" in text


def test_notes_and_names_of_staff_stay_inside(
    client: LintingClient, session: Session, district: District
) -> None:
    case = opened(client, session, district, State.RETURNED)
    district.take(case, Action.UPHOLD, at=MONDAY + AN_HOUR)
    district.take(case, Action.INSTRUCT, at=MONDAY + AN_HOUR)
    text = main(client)
    for secret in ("由市政部门负责", "经核实", "请尽快办理", district.handler.display_name):
        assert secret not in text
    assert district.lead.name in text


@pytest.mark.parametrize("state", [State.SUBMITTED, State.AWAITING_PETITIONER, State.PUBLISHED])
def test_the_page_takes_three_statements_however_much_has_happened(
    client: LintingClient,
    session: Session,
    district: District,
    engine: Engine,
    state: State,
) -> None:
    opened(client, session, district, state)
    client.fetch("/follow/case")
    with statements(engine) as counted:
        client.fetch("/follow/case")
    assert len(counted) <= 3, counted
