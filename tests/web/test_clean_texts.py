"""Consultations that show nothing personal go out several at once, each by two people."""

import pytest

from casework.models import Case
from casework.services import clean_texts, public_texts, publication
from casework.services.actors import staff
from casework.workflow.states import Kind, State
from tests.factories import CANARY, MONDAY, STEP, District
from tests.web.conftest import SignIn

QUESTION = "请问路灯几点打开，几点关闭？"


def consultation(district: District, **changes: object) -> Case:
    clean = {"kind": Kind.CONSULTATION, "subject": "路灯开关时间", "body": QUESTION}
    return district.case_in(State.FORWARDED, **clean | changes)


def prepare(district: District, case: Case) -> None:
    clean_texts.prepare_clean(
        district.session,
        case,
        by=staff(district.clerk),
        at=MONDAY + 9 * STEP,
        rules=district.rules,
    )


def test_several_are_prepared_and_a_second_person_reads_and_publishes_them(
    district: District, sign_in: SignIn
) -> None:
    cases = [consultation(district) for _ in range(3)]
    district.session.commit()
    first = sign_in(district.clerk)
    page = first.fetch("/office?tab=to_publish")
    numbers = [case.number for case in cases]
    form = {"numbers": numbers, "step": "prepare", "tab": "to_publish"}
    token = page.one("main").all("input", name="csrf_token")[0].attrs["value"]
    assert first.post("/office/several", data=form | {"csrf_token": token}).status_code == 200
    assert not first.fetch("/office/clean-texts").all("input", name="numbers")
    second = sign_in(district.second_clerk)
    page = second.fetch("/office/clean-texts")
    assert [box.attrs["value"] for box in page.all("input", name="numbers")] == numbers
    assert page.text.count(QUESTION) == 3
    assert second.submit(page, {"numbers": []}).status_code == 422
    assert second.submit(page, {"numbers": numbers[:2]}).status_code == 200
    for case, state in zip(cases, (State.PUBLISHED, State.PUBLISHED, State.FORWARDED), strict=True):
        district.session.refresh(case)
        assert case.state is state


def test_one_that_fails_does_not_stop_the_others_and_says_why(
    district: District, sign_in: SignIn
) -> None:
    good, changed = consultation(district), consultation(district)
    for case in (good, changed):
        prepare(district, case)
    district.session.commit()
    second = sign_in(district.second_clerk)
    page = second.fetch("/office/clean-texts")
    publication.redact(
        district.session,
        changed,
        subject="改了",
        body="改了。",
        reply="改了。",
        by=staff(district.clerk),
        at=MONDAY + 10 * STEP,
        rules=district.rules,
    )
    district.session.commit()
    answer = second.submit(page, {"numbers": [changed.number, good.number]})
    assert changed.number in answer.text
    district.session.refresh(good)
    district.session.refresh(changed)
    assert (good.state, changed.state) == (State.PUBLISHED, State.FORWARDED)


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": Kind.COMPLAINT},
        {"consent": False},
        {"body": f"请回电{CANARY.phone}"},
        {"subject": f"{CANARY.name}咨询"},
        {"body": "孩子上学怎么报名？"},
        {"body": "住院费用怎么报销？"},
    ],
)
def test_what_is_not_a_plain_clean_consultation_is_prepared_by_itself(
    district: District, changes: dict[str, object]
) -> None:
    case = consultation(district, **changes)
    assert clean_texts.why_not_clean(district.session, case, rules=district.rules)


def test_a_text_with_a_ticked_detail_is_not_among_the_clean_ones(district: District) -> None:
    case = consultation(district)
    publication.redact(
        district.session,
        case,
        subject="咨询",
        body="办公电话 020-87654321。",
        reply="已答复。",
        may_stand={"020-87654321"},
        by=staff(district.clerk),
        at=MONDAY + 9 * STEP,
        rules=district.rules,
    )
    made = public_texts.draft_of(district.session, case)
    assert made is not None
    assert not made.clean


def test_an_empty_list_says_so(sign_in: SignIn, district: District) -> None:
    assert "暂无可批量公布的文本" in sign_in(district.clerk).fetch("/office/clean-texts").text
