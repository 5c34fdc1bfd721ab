"""From the answer to the public page: redaction, a second person, withholding, taking down."""

import pytest

from casework.models import Publication, PublicationState
from casework.services import publication
from casework.services.actors import staff
from casework.workflow.states import Action, State
from tests.factories import CANARY, MONDAY, STEP, District, UserFactory
from tests.web.conftest import SignIn
from tests.web.page import fields, parse

PUBLIC = {"subject": "路灯不亮", "body": "某小区路灯不亮。", "reply": "已修好。"}


def prepared(district: District, case: object) -> None:
    publication.redact(
        district.session,
        case,
        **PUBLIC,
        by=staff(district.clerk),
        at=MONDAY + 9 * STEP,
        rules=district.rules,
    )
    district.session.commit()


def test_everything_held_about_the_petitioner_is_taken_out_beforehand(
    district: District, sign_in: SignIn
) -> None:
    body = (
        f"我叫{CANARY.name}，电话 139-1234-5678，身份证{CANARY.id_number}，住{CANARY.address}，"
        f"邮箱{CANARY.email.upper()}。邻居电话 13612340000，车牌粤A12345。"
    )
    case = district.case_in(State.FORWARDED, body=body, subject=f"{CANARY.name}反映路灯不亮")
    page = sign_in(district.clerk).fetch(f"/cases/{case.number}/redact")
    offered = " ".join(
        [page.one("input", name="subject").attrs["value"], page.one("textarea", name="body").text]
    )
    for value in (*vars_of(CANARY), "139-1234-5678", "13612340000", "粤A12345"):
        assert value.upper() not in offered.upper()
    marked = [mark.text for mark in page.all("mark", class_="personal--held")]
    assert CANARY.name in marked
    assert "13612340000" not in marked


def vars_of(contact: object) -> tuple[str, ...]:
    return (contact.name, contact.phone, contact.id_number, contact.address, contact.email)


def test_a_prepared_text_comes_back_as_it_was_left(district: District, sign_in: SignIn) -> None:
    case = district.case_in(State.FORWARDED)
    browser = sign_in(district.clerk)
    page = browser.fetch(f"/cases/{case.number}/redact")
    answer = browser.submit(page, PUBLIC | {"body": "改过的公开文本"})
    assert answer.status_code == 302
    page = browser.fetch(f"/cases/{case.number}/redact")
    assert page.one("textarea", name="body").text == "改过的公开文本"


@pytest.mark.parametrize("field", ["phone", "id_number", "email"])
def test_what_identifies_the_petitioner_never_gets_into_the_public_text(
    district: District, sign_in: SignIn, field: str
) -> None:
    case = district.case_in(State.FORWARDED)
    browser = sign_in(district.clerk)
    page = browser.fetch(f"/cases/{case.number}/redact")
    typed = PUBLIC | {
        "reply": f"请联系 {getattr(CANARY, field)}",
        "may_stand": getattr(CANARY, field),
    }
    assert browser.submit(page, typed).status_code == 422
    assert district.session.get(Publication, case.id) is None


@pytest.mark.parametrize("field", ["name", "address"])
def test_a_name_or_an_address_stands_only_after_somebody_has_looked(
    district: District, sign_in: SignIn, field: str
) -> None:
    case = district.case_in(State.FORWARDED)
    browser = sign_in(district.clerk)
    page = browser.fetch(f"/cases/{case.number}/redact")
    typed = PUBLIC | {"body": f"在{getattr(CANARY, field)}附近"}
    answer = browser.submit(page, typed)
    assert answer.status_code == 422
    assert typed["body"] in parse(answer.text)[0].one("textarea", name="body").text
    assert browser.submit(page, typed | {"may_stand": getattr(CANARY, field)}).status_code == 302


@pytest.mark.parametrize("field", ["subject", "body", "reply"])
def test_no_part_of_the_public_text_may_be_empty(
    district: District, sign_in: SignIn, field: str
) -> None:
    case = district.case_in(State.FORWARDED)
    browser = sign_in(district.clerk)
    page = browser.fetch(f"/cases/{case.number}/redact")
    assert browser.submit(page, PUBLIC | {field: " "}).status_code == 422


def test_who_prepared_the_text_does_not_publish_it(district: District, sign_in: SignIn) -> None:
    case = district.case_in(State.FORWARDED)
    prepared(district, case)
    page = sign_in(district.clerk).fetch(f"/cases/{case.number}/publish", status=422)
    assert not [f for f in page.one("main").all("form", method="post")]
    district.session.refresh(case)
    assert case.state is State.FORWARDED


def test_a_colleague_reads_both_texts_and_publishes(district: District, sign_in: SignIn) -> None:
    case = district.case_in(State.FORWARDED)
    prepared(district, case)
    browser = sign_in(district.second_clerk)
    page = browser.fetch(f"/cases/{case.number}/publish")
    assert PUBLIC["body"] in page.text
    assert case.body in page.text
    assert browser.submit(page).status_code == 302
    district.session.refresh(case)
    assert case.state is State.PUBLISHED
    row = district.session.get_one(Publication, case.id)
    assert row.state is PublicationState.PUBLISHED
    assert row.body == PUBLIC["body"]


def test_a_text_changed_after_the_colleague_opened_the_page_is_the_colleagues_own(
    district: District, sign_in: SignIn
) -> None:
    case = district.case_in(State.FORWARDED)
    prepared(district, case)
    browser = sign_in(district.second_clerk)
    publish = browser.fetch(f"/cases/{case.number}/publish")
    page = browser.fetch(f"/cases/{case.number}/redact")
    browser.submit(page, {"body": "第二人修改"})
    answer = browser.post(
        f"/cases/{case.number}/publish",
        data=fields(publish.one("main").one("form", method="post")),
    )
    assert answer.status_code in (409, 422)
    district.session.refresh(case)
    assert case.state is State.FORWARDED


def test_nobody_publishes_a_version_that_they_have_not_read(
    district: District, sign_in: SignIn
) -> None:
    case = district.case_in(State.FORWARDED)
    prepared(district, case)
    browser = sign_in(district.second_clerk)
    page = browser.fetch(f"/cases/{case.number}/publish")
    publication.redact(
        district.session,
        case,
        **PUBLIC | {"body": "后来改的"},
        by=staff(district.clerk),
        at=MONDAY + 10 * STEP,
        rules=district.rules,
    )
    district.session.commit()
    answer = browser.submit(page)
    assert answer.status_code == 409
    assert "后来改的" in answer.text
    district.session.refresh(case)
    assert case.state is State.FORWARDED
    assert browser.submit(parse(answer.text)[0]).status_code == 302


def test_without_consent_nothing_is_published(district: District, sign_in: SignIn) -> None:
    case = district.case_in(State.FORWARDED, consent=False)
    prepared(district, case)
    page = sign_in(district.second_clerk).fetch(f"/cases/{case.number}/publish", status=422)
    assert not page.one("main").all("form", method="post")


def test_an_answer_is_withheld_with_a_reason(district: District, sign_in: SignIn) -> None:
    case = district.case_in(State.FORWARDED)
    browser = sign_in(district.clerk)
    page = browser.fetch(f"/cases/{case.number}/withhold")
    for reason in ("", "unpublish.privacy"):
        assert browser.submit(page, {"reason": reason}).status_code == 422
    assert browser.submit(page, {"reason": "withhold.secret"}).status_code == 302
    district.session.refresh(case)
    assert case.state is State.ARCHIVED


def test_a_published_case_is_taken_down_and_its_text_erased(
    district: District, sign_in: SignIn
) -> None:
    case = district.case_in(State.PUBLISHED)
    browser = sign_in(district.clerk)
    page = browser.fetch(f"/cases/{case.number}/unpublish")
    assert browser.submit(page, {"reason": ""}).status_code == 422
    assert browser.submit(page, {"reason": "unpublish.privacy"}).status_code == 302
    district.session.expire_all()
    assert case.state is State.ARCHIVED
    assert district.session.get_one(Publication, case.id).body == ""


@pytest.mark.parametrize("state", [State.SUBMITTED, State.REPLIED, State.PUBLISHED])
def test_only_an_answered_case_is_prepared_for_the_public(
    district: District, sign_in: SignIn, state: State
) -> None:
    case = district.case_in(state)
    browser = sign_in(district.clerk)
    page = browser.fetch(f"/cases/{case.number}/redact")
    assert browser.submit(page, PUBLIC).status_code == 409


def test_the_only_clerk_of_an_office_may_publish_alone(district: District, sign_in: SignIn) -> None:
    district.second_clerk.disabled_at = MONDAY
    district.session.flush()
    case = district.case_in(State.FORWARDED)
    prepared(district, case)
    browser = sign_in(district.clerk)
    page = browser.fetch(f"/cases/{case.number}/publish")
    assert browser.submit(page).status_code == 302


def test_a_department_cannot_prepare_or_publish(district: District, sign_in: SignIn) -> None:
    case = district.case_in(State.FORWARDED)
    for step in ("redact", "publish", "withhold", "unpublish", "redo"):
        assert sign_in(district.handler).get(f"/cases/{case.number}/{step}").status_code == 403


def test_a_published_case_that_is_done_again_leaves_the_public_page(
    district: District, sign_in: SignIn
) -> None:
    case = district.case_in(State.PUBLISHED)
    district.take(case, Action.REDO, at=MONDAY + 12 * STEP)
    row = district.session.get_one(Publication, case.id)
    assert (row.state, row.body) == (PublicationState.TAKEN_DOWN, "")
    assert sign_in(UserFactory(office=True)).get("/office?tab=to_publish").status_code == 200
