"""On the own page a petitioner asks for a review; staff see it, mark it and do it elsewhere."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.language import translate
from casework.models import Case, Hearing, Review
from casework.services import office, redo_requests, reviews
from casework.services.actors import PETITIONER, staff
from casework.web.blueprints import own_review
from casework.workflow.states import Channel, State
from tests.factories import MONDAY, PATHS, STEP, District, UserFactory
from tests.web.citizen import open_case, page_of, receipt, send
from tests.web.client import LintingClient
from tests.web.conftest import Clock, SignIn
from tests.web.test_petitioner_own_case import opened

DAY = timedelta(days=1)
REASON = {"reason": "答复说已修好，其实没有修好。"}


@pytest.fixture(autouse=True)
def _district(district: District) -> District:
    return district


def asked(client: LintingClient, **changes: str) -> Case:
    page = client.fetch("/follow/case/review")
    answer = send(client, page, REASON | changes, to="/follow/case/review")
    assert answer.status_code == 303, page_of(answer).text
    return answer


def review_in(session: Session) -> Case:
    session.expire_all()
    return session.scalars(select(Case).join(Review, Review.case_id == Case.id)).one()


def test_the_page_says_until_when_a_review_can_be_asked_for(
    client: LintingClient, session: Session, district: District, clock: Clock
) -> None:
    number, code = receipt(client)
    case = session.scalars(select(Case).where(Case.number == number)).one()
    for step, action in enumerate(PATHS[State.FORWARDED], start=1):
        district.take(case, action, at=MONDAY + step * STEP)
    for days in (0, 30, 31):
        clock.now = MONDAY + days * DAY
        open_case(client, number, code)
        section = client.fetch("/follow/case").one("section", id="review")
        assert "2026年4月1日" in section.text, days
        assert bool(section.all("a", href="/follow/case/review")) is (days < 31)


def test_before_the_answer_there_is_no_review_to_ask_for(
    client: LintingClient, session: Session, district: District
) -> None:
    opened(client, session, district, State.HANDLING)
    assert 'id="review"' not in client.get("/follow/case").text
    assert client.get("/follow/case/review").status_code == 302


def test_asking_opens_a_case_with_its_own_number_and_code(
    client: LintingClient, session: Session, district: District
) -> None:
    first = opened(client, session, district, State.FORWARDED)
    asked(client)
    review = review_in(session)
    page = client.fetch("/follow/case/review/received")
    assert review.number in page.text
    assert review.number != first.number
    own = client.fetch("/follow/case")
    assert review.number in own.text
    assert 'id="review"' not in client.get("/follow/case").text
    client.speak("en")
    review_page = send(client, own, {"number": review.number}, to="/follow/case/open")
    assert review_page.status_code == 303
    assert "We have your request" in client.fetch("/follow/case").text


def test_a_reason_that_is_too_short_is_kept_and_named(
    client: LintingClient, session: Session, district: District
) -> None:
    opened(client, session, district, State.FORWARDED)
    page = client.fetch("/follow/case/review")
    answer = send(client, page, {"reason": "不同意"}, to="/follow/case/review")
    assert answer.status_code == 422
    assert "不同意" in page_of(answer).text
    assert session.scalar(select(Review.case_id)) is None


def test_sending_the_same_form_twice_makes_one_review(
    client: LintingClient, session: Session, district: District
) -> None:
    opened(client, session, district, State.FORWARDED)
    page = client.fetch("/follow/case/review")
    for _ in range(2):
        assert send(client, page, REASON, to="/follow/case/review").status_code == 303
    review_in(session)


def test_who_presses_twice_at_the_same_moment_reads_number_and_code(
    client: LintingClient,
    session: Session,
    district: District,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened(client, session, district, State.FORWARDED)
    page = client.fetch("/follow/case/review")
    send(client, page, REASON, to="/follow/case/review")
    receipts = [None]  # the first press has not committed when the second one looks
    seen = own_review._receipt
    monkeypatch.setattr(
        own_review, "_receipt", lambda token: receipts.pop() if receipts else seen(token)
    )
    answer = send(client, page, REASON, to="/follow/case/review")
    assert answer.headers.get("Location") == "/follow/case/review/received"


def test_a_second_form_is_refused_and_its_text_kept(
    client: LintingClient, session: Session, district: District
) -> None:
    opened(client, session, district, State.FORWARDED)
    page = client.fetch("/follow/case/review")
    asked(client)
    answer = send(
        client, page, REASON | {"reason": "再写一遍不同意的理由"}, to="/follow/case/review"
    )
    assert answer.status_code == 422
    assert "再写一遍不同意的理由" in page_of(answer).text


def test_every_stage_of_the_matter_can_be_opened_from_each_other(
    client: LintingClient, session: Session, district: District
) -> None:
    first = opened(client, session, district, State.FORWARDED)
    asked(client)
    review = review_in(session)
    page = client.fetch("/follow/case")
    send(client, page, {"number": review.number}, to="/follow/case/open")
    own = client.fetch("/follow/case")
    assert "答复说已修好，其实没有修好。" in own.text
    send(client, own, {"number": first.number}, to="/follow/case/open")
    assert f"信访件 {first.number}" in client.fetch("/follow/case").one("h1").text


def test_nobody_opens_a_strangers_case_that_way(
    client: LintingClient, session: Session, district: District
) -> None:
    mine = opened(client, session, district, State.FORWARDED)
    other = district.case_in(State.FORWARDED, subject="别人的来信")
    asked(client)
    page = client.fetch("/follow/case")
    send(client, page, {"number": other.number}, to="/follow/case/open")
    now_open = client.fetch("/follow/case")
    assert "别人的来信" not in now_open.text
    assert mine.number in now_open.text


def review_of(district: District) -> Case:
    case = district.case_in(State.FORWARDED)
    made = reviews.ask_review(
        district.session, case, reason="不同意这份答复。", by=PETITIONER,
        at=MONDAY + 7 * STEP, rules=district.rules,
    )  # fmt: skip
    district.session.flush()
    return made.case


def test_the_office_sees_what_is_reviewed_and_who_may_not_get_it(
    sign_in: SignIn, district: District
) -> None:
    review = review_of(district)
    desk = sign_in(district.clerk)
    page = desk.fetch(f"/cases/{review.number}/dispatch")
    assert district.lead.name in page.text
    shown = desk.fetch(f"/cases/{review.number}")
    assert "路灯已于周二修好。" in shown.text
    listed = desk.fetch("/reviews")
    assert review.number in listed.text


def test_dispatching_to_the_reviewed_unit_is_refused_on_the_page(
    sign_in: SignIn, district: District
) -> None:
    review = review_of(district)
    desk = sign_in(district.clerk)
    page = desk.fetch(f"/cases/{review.number}/dispatch")
    answer = send(desk, page, {"lead": district.lead.name}, to=f"/cases/{review.number}/dispatch")
    assert answer.status_code == 422
    said = "This department gave the answer that is to be reviewed. Another one must do it."
    assert translate("zh_CN", said) in page_of(answer).text
    assert review.state is State.SUBMITTED
    answer = send(desk, page, {"lead": district.street.name}, to=f"/cases/{review.number}/dispatch")
    assert answer.status_code == 302, page_of(answer).text


def test_the_reviewed_unit_learns_of_the_review_and_cannot_open_it(
    sign_in: SignIn, district: District
) -> None:
    review = review_of(district)
    link = district.session.get_one(Review, review.id)
    unit = sign_in(district.handler)
    page = unit.fetch(f"/cases/{link.of_case.number}")
    assert review.number in page.text
    assert "不同意这份答复" not in page.text
    assert unit.get(f"/cases/{review.number}").status_code == 404


def test_the_reviewing_unit_reads_the_letter_and_the_answer_it_reviews(
    sign_in: SignIn, district: District
) -> None:
    review = review_of(district)
    handler = UserFactory(handler=True, department=district.street)
    office.dispatch(
        district.session, review, lead=district.street, by=staff(district.clerk),
        at=MONDAY + 8 * STEP, rules=district.rules,
    )  # fmt: skip
    page = sign_in(handler).fetch(f"/cases/{review.number}")
    assert "路灯已于周二修好。" in page.text
    assert "路灯已经三天不亮" in page.text


@pytest.mark.parametrize("person", ["clerk", "operator"])
def test_office_and_operators_enter_a_review_and_get_number_and_code(
    sign_in: SignIn, district: District, person: str
) -> None:
    channel = Channel.CALL if person == "operator" else Channel.LETTER
    case = district.case_in(State.FORWARDED, channel=channel)
    desk = sign_in(getattr(district, person))
    address = f"/cases/{case.number}/review"
    assert address in desk.get(f"/cases/{case.number}").text
    page = desk.fetch(address)
    answer = send(desk, page, {"reason": "短"}, to=address)
    assert answer.status_code == 422
    answer = send(desk, page, REASON, to=address)
    assert answer.status_code == 303
    again = send(desk, page, REASON, to=address)  # a second press of the button
    assert again.headers["Location"] == answer.headers["Location"]
    receipt = desk.fetch(answer.headers["Location"])
    assert review_in(district.session).number in receipt.text


def test_a_hearing_is_entered_shown_in_the_ledger_and_called_off(
    sign_in: SignIn, district: District
) -> None:
    review = review_of(district)
    desk = sign_in(district.clerk)
    address = f"/cases/{review.number}/hearings"
    page = desk.fetch(address)
    answer = send(desk, page, {"first": "2026-03-20", "last": "2026-03-16"}, to=address)
    assert answer.status_code == 422
    answer = send(desk, page, {"first": "2026-03-16", "last": "2026-03-20"}, to=address)
    assert answer.status_code == 302
    shown = desk.fetch(f"/cases/{review.number}")
    assert "听证，不计入期限 2026年3月16日 – 2026年3月20日" in shown.text
    hearing = district.session.scalars(select(Hearing)).one()
    off = f"{address}/{hearing.id}/off"
    answer = send(desk, desk.fetch(off), {"reason": "双方和解"}, to=off)
    assert answer.status_code == 302
    assert "听证，不计入期限" not in desk.fetch(f"/cases/{review.number}").text


def test_a_case_that_is_no_review_has_no_hearings(sign_in: SignIn, district: District) -> None:
    case = district.case_in(State.HANDLING)
    assert sign_in(district.clerk).get(f"/cases/{case.number}/hearings").status_code == 404


def test_the_office_refuses_a_redo_and_the_petitioner_reads_why(
    client: LintingClient, session: Session, district: District, sign_in: SignIn
) -> None:
    case = opened(client, session, district, State.FORWARDED)
    rated = {"satisfaction": "1", "solved": "no", "truthful": "no", "comment": "还是不亮。"}
    send(client, client.fetch("/follow/case"), rated, to="/follow/case/rating")
    assert "信访办将决定是否重新办理" in client.fetch("/follow/case").text
    desk = sign_in(district.clerk)
    assert case.subject in desk.fetch("/office?tab=dissatisfied").text
    address = f"/cases/{case.number}/redo/refuse"
    page = desk.fetch(address)
    assert send(desk, page, {"reason": ""}, to=address).status_code == 422
    assert send(desk, page, {"reason": "经现场核实，路灯已修好。"}, to=address).status_code == 302
    assert case.subject not in desk.fetch("/office?tab=dissatisfied").text
    assert "经现场核实，路灯已修好。" in client.fetch("/follow/case").text


def test_a_redo_asked_for_on_the_telephone_waits_in_the_same_list(
    sign_in: SignIn, district: District
) -> None:
    case = district.case_in(State.FORWARDED, subject="电话里要求重办")
    redo_requests.ask_redo(
        district.session, case, wish="还是漏水。", by=staff(district.operator),
        at=MONDAY + 8 * STEP, rules=district.rules,
    )  # fmt: skip
    page = sign_in(district.clerk).fetch("/office?tab=dissatisfied")
    assert "电话里要求重办" in page.text
    assert "还是漏水。" in page.text
