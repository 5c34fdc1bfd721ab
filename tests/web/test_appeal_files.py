"""What proves an appeal is read by the unit and by those who decide, and by nobody else."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from casework.models import Attachment, AttachmentContent, Case, CaseEvent, CoHandler, Origin, User
from casework.queries import cases
from casework.queries.attachments import file_of_case, pictures_of
from casework.queries.own_data import own_data
from casework.queries.petitioner_view import own_case
from casework.services import office, petitioner
from casework.services.actors import staff
from casework.services.attachments import reading
from casework.services.log import first_break
from tests.factories import SEALER, STEP, District, UserFactory
from tests.files.samples import CANARY, pdf, photo
from tests.services.test_appeals import LATER, late_case
from tests.web.citizen import page_of
from tests.web.client import LintingClient
from tests.web.conftest import SignIn
from tests.web.test_files import kept_files, post

NAME = f"{CANARY}.pdf"
WORDS = {"reason": "连续暴雨，无法施工。", "evidence": "气象台预警。"}


def appealed(district: District, browser: LintingClient) -> Case:
    """Return a late case about which its unit has appealed with a document and a photo."""
    case = late_case(district)
    district.session.commit()
    address = f"/cases/{case.number}/appeal"
    files = [(NAME, pdf()), ("现场.jpg", photo())]
    answer = post(browser, browser.fetch(address), files, WORDS, to=address)
    assert answer.status_code == 302, page_of(answer).text
    return case


def opens(browser: LintingClient, case: Case, file: Attachment) -> int:
    token = browser.fetch("/account").all("input", name="csrf_token")[0].attrs["value"]
    address = f"/cases/{case.number}/files/{file.id}"
    return browser.post(address, data={"csrf_token": token}).status_code


@pytest.fixture
def case(district: District, sign_in: SignIn) -> Case:
    return appealed(district, sign_in(district.handler))


def test_files_go_with_the_appeal_and_the_log_knows_them(
    case: Case, session: Session, district: District
) -> None:
    files = kept_files(session)
    assert [(one.case_id, one.origin) for one in files] == [(case.id, Origin.APPEAL)] * 2
    assert {one.added_by_id for one in files} == {district.handler.id}
    events = session.scalars(
        select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.seq)
    ).all()
    assert [event.action for event in events[-2:]] == ["appeal", "add_files"]
    assert events[-1].data["with"] == "appeal"
    assert first_break(case, list(events), SEALER) is None


def test_who_decides_opens_them_where_the_decision_is_typed(
    case: Case, session: Session, district: District, sign_in: SignIn
) -> None:
    for person in (district.supervisor, district.leader):
        browser = sign_in(person)
        page = browser.fetch(f"/cases/{case.number}/appeal/decide")
        assert NAME in page.text
        address = f"/cases/{case.number}/files/{kept_files(session)[0].id}"
        assert browser.submit(page, {}, action=address).status_code == 200
    read = session.scalars(
        select(CaseEvent).where(CaseEvent.case_id == case.id, CaseEvent.action == "read_file")
    ).all()
    assert [line.actor_id for line in read] == [district.supervisor.id, district.leader.id]


def test_the_unit_opens_them_and_office_and_operators_find_none(
    case: Case, session: Session, district: District, sign_in: SignIn
) -> None:
    file = kept_files(session)[0]
    unit = sign_in(district.reviewer)
    assert NAME in unit.fetch(f"/cases/{case.number}").text
    assert opens(unit, case, file) == 200
    for person in (district.clerk, district.operator):
        browser = sign_in(person)
        page = browser.get(f"/cases/{case.number}")
        assert NAME not in page.text
        assert opens(browser, case, file) == 404


def test_a_unit_that_only_helped_finds_none(
    case: Case, session: Session, district: District
) -> None:
    session.add(CoHandler(case_id=case.id, department_id=district.helper.id, added_at=LATER))
    session.flush()
    person, file = district.helping_handler, kept_files(session)[0]
    assert cases.case_page(session, person, case.number).id == case.id
    assert file_of_case(session, case, person, file.id, sealer=SEALER) is None


def test_the_next_unit_of_a_case_done_again_finds_none_of_the_last_ones(
    case: Case, session: Session, district: District
) -> None:
    other = UserFactory(handler=True, department=district.street)
    session.refresh(case)
    petitioner.rate(
        session, case, satisfaction=1, solved=False, comment="", at=LATER + STEP,
        rules=district.rules,
    )  # fmt: skip
    office.redo(
        session, case, lead=district.street, note="换单位重办。", by=staff(district.clerk),
        at=LATER + 2 * STEP, rules=district.rules,
    )  # fmt: skip
    file = kept_files(session)[0]

    def finds(person: User) -> bool:
        return file_of_case(session, case, person, file.id, sealer=SEALER) is not None

    assert case.department_id == district.street.id
    assert [finds(one) for one in (other, district.handler, district.supervisor)] == [
        False,
        True,
        True,
    ]


def test_neither_the_petitioner_nor_the_public_gets_them(
    case: Case, session: Session, district: District, sign_in: SignIn
) -> None:
    opens(sign_in(district.supervisor), case, kept_files(session)[0])
    session.refresh(case)
    page = own_case(session, case.id, sealer=SEALER)
    assert page is not None
    assert page.files == []
    assert own_data(session, case, SEALER).reads == []
    assert pictures_of(session, case, sealer=SEALER) == []
    picture = kept_files(session)[1]
    reading.mark_public(session, case, {picture.id})
    session.flush()
    assert not picture.public
    picture.public = True
    with pytest.raises(IntegrityError, match="no_evidence_public"):
        session.flush()


def test_a_refused_file_costs_neither_the_words_nor_the_other_files(
    session: Session, district: District, sign_in: SignIn
) -> None:
    case = late_case(district)
    session.commit()
    browser, address = sign_in(district.handler), f"/cases/{case.number}/appeal"
    page = browser.fetch(address)
    answer = post(browser, page, [("a.exe", b"MZ\x90"), (NAME, pdf())], WORDS, to=address)
    assert answer.status_code == 422
    shown = page_of(answer)
    assert NAME in shown.text
    assert shown.one("textarea", name="evidence").text == WORDS["evidence"]
    assert post(browser, shown, to=address).status_code == 302
    assert [one.origin for one in kept_files(session)] == [Origin.APPEAL]


def test_a_second_appeal_adds_no_files(
    case: Case, session: Session, district: District, sign_in: SignIn
) -> None:
    browser = sign_in(district.handler)
    page = browser.fetch(f"/cases/{case.number}/appeal")
    assert not page.all("input", name="files")


def test_evidence_is_erased_with_the_case(case: Case, session: Session) -> None:
    assert reading.erase(session, case) == 2
    assert not session.scalars(select(AttachmentContent)).all()
