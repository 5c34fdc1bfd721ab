"""Photos and documents go with a request for a review, and stay with the review alone."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Attachment, AttachmentContent, CaseEvent, Origin
from casework.services import office
from casework.services.actors import staff
from casework.services.attachments import reading
from casework.workflow.states import Channel, State
from tests.factories import MONDAY, STEP, District, UserFactory
from tests.files.samples import CANARY, pdf, photo
from tests.web.citizen import page_of, send
from tests.web.client import LintingClient
from tests.web.conftest import SignIn
from tests.web.test_files import kept_files, post
from tests.web.test_petitioner_own_case import opened
from tests.web.test_reviews import REASON, review_in

NAME = f"{CANARY}.pdf"


@pytest.fixture(autouse=True)
def _district(district: District) -> District:
    return district


def asked(client: LintingClient) -> None:
    page = client.fetch("/follow/case/review")
    answer = post(client, page, [(NAME, pdf()), ("现场.jpg", photo())], REASON)
    assert answer.status_code == 303, page_of(answer).text


def test_files_go_with_a_review_and_its_log_knows_them(
    client: LintingClient, session: Session, district: District
) -> None:
    first = opened(client, session, district, State.FORWARDED)
    asked(client)
    review = review_in(session)
    files = kept_files(session)
    assert [(file.case_id, file.origin) for file in files] == [(review.id, Origin.LETTER)] * 2
    actions = session.scalars(
        select(CaseEvent.action).where(CaseEvent.case_id == review.id).order_by(CaseEvent.seq)
    ).all()
    assert actions == ["ask_review", "add_files"]
    send(client, client.fetch("/follow/case"), {"number": review.number}, to="/follow/case/open")
    own = client.fetch("/follow/case")
    assert NAME in own.text
    assert client.get(f"/follow/case/files/{files[0].id}").status_code == 200
    send(client, own, {"number": first.number}, to="/follow/case/open")
    assert NAME not in client.fetch("/follow/case").text
    assert client.get(f"/follow/case/files/{files[0].id}").status_code == 404


def test_a_refused_file_costs_neither_the_reason_nor_the_other_files(
    client: LintingClient, session: Session, district: District
) -> None:
    opened(client, session, district, State.FORWARDED)
    page = client.fetch("/follow/case/review")
    answer = post(client, page, [("a.exe", b"MZ\x90"), (NAME, pdf())], REASON)
    assert answer.status_code == 422
    shown = page_of(answer)
    assert REASON["reason"] in shown.text
    assert NAME in shown.text
    assert shown.one(id="files-error")
    assert post(client, shown, to="/follow/case/review").status_code == 303
    assert [file.case_id for file in kept_files(session)] == [review_in(session).id]


def test_the_reviewing_unit_opens_the_files_and_the_reviewed_one_finds_none(
    client: LintingClient, session: Session, district: District, sign_in: SignIn
) -> None:
    opened(client, session, district, State.FORWARDED)
    asked(client)
    review, file = review_in(session), kept_files(session)[0]
    other = UserFactory(handler=True, department=district.street)
    office.dispatch(
        session, review, lead=district.street, by=staff(district.clerk),
        at=MONDAY + 8 * STEP, rules=district.rules,
    )  # fmt: skip
    session.commit()
    address = f"/cases/{review.number}/files/{file.id}"
    unit = sign_in(other)
    assert NAME in unit.fetch(f"/cases/{review.number}").text
    page = unit.fetch(f"/cases/{review.number}")
    assert unit.submit(page, {}, action=address).status_code == 200
    reviewed = sign_in(district.handler)
    token = reviewed.fetch("/").all("input", name="csrf_token")[0].attrs["value"]
    assert reviewed.post(address, data={"csrf_token": token}).status_code == 404
    read = session.scalars(
        select(CaseEvent).where(CaseEvent.case_id == review.id, CaseEvent.action == "read_file")
    ).all()
    assert [line.actor_id for line in read] == [other.id]


@pytest.mark.parametrize("person", ["clerk", "operator"])
def test_office_and_operators_add_files_to_a_review_that_they_enter(
    sign_in: SignIn, district: District, session: Session, person: str
) -> None:
    channel = Channel.CALL if person == "operator" else Channel.LETTER
    case = district.case_in(State.FORWARDED, channel=channel)
    desk = sign_in(getattr(district, person))
    address = f"/cases/{case.number}/review"
    answer = post(desk, desk.fetch(address), [(NAME, pdf())], REASON, to=address)
    assert answer.status_code == 303, page_of(answer).text
    (file,) = kept_files(session)
    assert (file.case_id, file.added_by_id) == (
        review_in(session).id,
        getattr(district, person).id,
    )


def test_the_files_of_a_review_are_erased_with_it(
    client: LintingClient, session: Session, district: District
) -> None:
    opened(client, session, district, State.FORWARDED)
    asked(client)
    assert reading.erase(session, review_in(session)) == 2
    assert not session.scalars(select(Attachment)).all()
    assert not session.scalars(select(AttachmentContent)).all()
